//! Who may have written such a file, and what readers find.

use super::{lock, read, write};
use std::fs;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn what_is_written_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("of/ada/file");
    assert_eq!(read(&path).unwrap(), None);
    write(&path, "first").unwrap();
    write(&path, "second").unwrap();
    assert_eq!(read(&path).unwrap().as_deref(), Some("second"));
    assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
}

#[test]
fn a_reader_finds_a_whole_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    let texts = ["a".repeat(100_000), "b".repeat(200_000)];
    write(&path, &texts[0]).unwrap();
    thread::scope(|scope| {
        let (done, is_done) = mpsc::channel::<()>();
        scope.spawn(|| {
            let _done = done;
            for turn in 0..50 {
                write(&path, &texts[turn % 2]).unwrap();
            }
        });
        while is_done.try_recv() == Err(mpsc::TryRecvError::Empty) {
            assert!(texts.contains(&read(&path).unwrap().unwrap()));
        }
    });
}

#[test]
fn what_is_no_text_of_this_size_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    let error = read(folder.path()).unwrap_err().to_string();
    assert_eq!(error, format!("{}: it is no file", folder.path().display()));

    fs::write(&path, vec![b'#'; 4 * 1024 * 1024]).unwrap();
    assert!(read(&path).is_ok());
    fs::write(&path, vec![b'#'; 4 * 1024 * 1024 + 1]).unwrap();
    let error = read(&path).unwrap_err().to_string();
    assert_eq!(error, format!("{}: it has more than 4 MiB", path.display()));

    fs::write(&path, [0xff]).unwrap();
    let error = read(&path).unwrap_err().to_string();
    assert!(error.starts_with(&format!("{}: reading it failed: ", path.display())), "{error}");
}

#[cfg(unix)]
mod rights {
    use super::*;
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, lchown, symlink};
    use std::path::Path;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn file_and_folder_are_the_users_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b/file");
        let _locked = lock(&path, PATIENCE).unwrap();
        write(&path, "").unwrap();
        let lock = path.with_extension("lock");
        let modes =
            [path.parent().unwrap().parent().unwrap(), path.parent().unwrap(), &path, &lock];
        assert_eq!(modes.map(mode), [0o700, 0o700, 0o600, 0o600]);
    }

    #[test]
    fn who_could_read_the_file_still_can() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        write(&path, "old").unwrap();
        for bits in [0o644, 0o640, 0o604, 0o600, 0o400] {
            set_mode(&path, bits);
            write(&path, "new").unwrap();
            assert_eq!(mode(&path), bits);
        }
        // Nobody may write or execute it who could before.
        set_mode(&path, 0o6777);
        write(&path, "new").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o7777, 0o644);

        if chown(&path, None, Some(54_321)).is_err() {
            println!("skipped: only root can give files to any group");
            return;
        }
        set_mode(&path, 0o640);
        write(&path, "new").unwrap();
        assert_eq!((fs::metadata(&path).unwrap().gid(), mode(&path)), (54_321, 0o640));
        // What somebody else put there says nothing.
        chown(&path, Some(54_321), None).unwrap();
        write(&path, "new").unwrap();
        assert!(fs::metadata(&path).unwrap().gid() != 54_321 && mode(&path) == 0o600);
    }

    #[test]
    fn what_others_could_have_written_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        write(&path, "text").unwrap();
        for bits in [0o620, 0o602] {
            set_mode(&path, bits);
            let error = read(&path).unwrap_err().to_string();
            let expected = "it can be written by others (mode";
            assert!(error.contains(expected) && error.contains("chmod go-w"), "{error}");
        }
        set_mode(&path, 0o644);
        assert!(read(&path).is_ok());

        set_mode(folder.path(), 0o777);
        let error = read(&path).unwrap_err().to_string();
        assert!(error.contains("its folder can be written by others (mode 777)"), "{error}");
        set_mode(folder.path(), 0o1777);
        assert!(read(&path).is_ok());
    }

    #[test]
    fn a_file_that_others_could_have_taken_away_is_no_empty_one() {
        let folder = tempfile::tempdir().unwrap();
        let [path, link] = ["open/file", "link"].map(|name| folder.path().join(name));
        let open = path.parent().unwrap();
        symlink(&path, &link).unwrap();
        for path in [&path, &link] {
            assert_eq!(read(path).unwrap(), None, "its folder is not there");
        }
        fs::create_dir(open).unwrap();
        set_mode(open, 0o777);
        for (path, place) in [(&path, "its folder"), (&link, "/open, which it is a link into,")] {
            let error = read(path).unwrap_err().to_string();
            let expected = format!("{place} can be written by others (mode 777)");
            assert!(error.contains(&expected), "{error}");
            let error = lock(path, PATIENCE).unwrap_err().to_string();
            assert!(error.contains(&expected), "{error}");
        }
        assert_eq!(fs::read_dir(open).unwrap().count(), 0);
        for mode in [0o755, 0o1777] {
            set_mode(open, mode);
            assert_eq!(read(&path).unwrap(), None);
        }
    }

    #[test]
    fn nobody_waits_for_a_pipe() {
        let folder = tempfile::tempdir().unwrap();
        let [file, pipe, link] = ["file", "file.lock", "link"].map(|name| folder.path().join(name));
        rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, rustix::fs::Mode::RWXU).unwrap();
        symlink(&pipe, &link).unwrap();
        let (done, is_done) = mpsc::channel();
        let paths = [pipe.clone(), link, file.clone()];
        thread::spawn(move || {
            let [pipe, link, file] = paths;
            let errors = [read(&pipe).unwrap_err(), read(&link).unwrap_err()];
            done.send((errors, lock(&file, PATIENCE).unwrap_err()))
        });
        // Without an end, no test could tell it.
        let (errors, locked) = is_done.recv_timeout(PATIENCE).unwrap();
        for error in errors {
            assert!(error.to_string().ends_with(": it is no file"), "{error}");
        }
        let expected = format!("its lock {} is no file; remove that", pipe.display());
        assert_eq!(locked.to_string(), format!("{}: {expected}", file.display()));
    }

    #[test]
    fn a_lock_is_no_link() {
        let folder = tempfile::tempdir().unwrap();
        let [file, lock_file, other] =
            ["file", "file.lock", "other"].map(|name| folder.path().join(name));
        symlink(&other, &lock_file).unwrap();
        let error = || lock(&file, PATIENCE).unwrap_err().to_string();
        assert!(error().ends_with("file.lock is no file; remove that"), "{}", error());
        assert!(!other.exists());
        fs::write(&other, "").unwrap();
        assert!(error().ends_with("file.lock is no file; remove that"), "{}", error());
    }

    #[test]
    fn a_lock_of_somebody_else_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let [file, lock_file] = ["file", "file.lock"].map(|name| folder.path().join(name));
        fs::write(&lock_file, "").unwrap();
        if chown(&lock_file, Some(54_321), None).is_err() {
            println!("skipped: only root can give files away");
            return;
        }
        let error = lock(&file, PATIENCE).unwrap_err().to_string();
        let expected = format!("its lock {} belongs to the user 54321", lock_file.display());
        assert!(error.contains(&expected), "{error}");
    }

    #[test]
    fn what_belongs_to_somebody_else_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        write(&path, "text").unwrap();
        if chown(&path, Some(54_321), None).is_err() {
            println!("skipped: only root can give files away");
            return;
        }
        let error = read(&path).unwrap_err().to_string();
        assert!(error.contains("it belongs to the user 54321"), "{error}");
    }

    #[test]
    fn a_link_of_somebody_else_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let [file, link] = ["file", "link"].map(|name| folder.path().join(name));
        write(&file, "text").unwrap();
        symlink(&file, &link).unwrap();
        if lchown(&link, Some(54_321), None).is_err() {
            println!("skipped: only root can give links away");
            return;
        }
        let error = read(&link).unwrap_err().to_string();
        assert!(error.contains("it belongs to the user 54321"), "{error}");
    }

    #[test]
    fn a_link_stays_one() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("dotfiles/deep/file");
        let [link, near] = ["link", "near"].map(|name| folder.path().join(name));
        write(&file, "old").unwrap();
        symlink("dotfiles/deep/file", &near).unwrap();
        symlink(&near, &link).unwrap();

        write(&link, "new").unwrap();

        assert!([&link, &near].iter().all(|path| path.is_symlink()) && !file.is_symlink());
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
        assert_eq!(read(&link).unwrap().as_deref(), Some("new"));
        assert_eq!(mode(&file), 0o600);
    }

    #[test]
    fn a_link_to_a_file_that_is_not_there_yet_stays_one() {
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("link");
        fs::create_dir(folder.path().join("dotfiles")).unwrap();
        symlink("dotfiles/file", &link).unwrap();
        assert_eq!(read(&link).unwrap(), None);

        write(&link, "new").unwrap();

        assert!(link.is_symlink());
        assert_eq!(fs::read_to_string(folder.path().join("dotfiles/file")).unwrap(), "new");
    }

    #[test]
    fn a_link_that_leads_nowhere_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let [link, round] = ["link", "round"].map(|name| folder.path().join(name));
        symlink("dotfiles/file", &link).unwrap();
        symlink("round", &round).unwrap();

        let error = write(&link, "new").unwrap_err().to_string();
        assert!(error.contains("there is no folder") && error.contains("/dotfiles;"), "{error}");
        assert!(lock(&link, PATIENCE).is_err() && link.is_symlink());
        let error = write(&round, "new").unwrap_err().to_string();
        assert!(error.contains("too many links"), "{error}");
        read(&round).unwrap_err();
    }

    #[test]
    fn a_link_and_its_file_have_one_lock() {
        let folder = tempfile::tempdir().unwrap();
        let [file, link] = ["file", "link"].map(|name| folder.path().join(name));
        symlink(&file, &link).unwrap();
        let locked = lock(&link, PATIENCE).unwrap();
        assert!(lock(&file, Duration::ZERO).is_err());
        drop(locked);
        lock(&file, Duration::ZERO).unwrap();
    }

    #[test]
    fn a_link_leads_to_no_place_that_others_may_write() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("open/file"), folder.path().join("link"));
        write(&file, "text").unwrap();
        symlink(&file, &link).unwrap();
        set_mode(file.parent().unwrap(), 0o777);
        let error = read(&link).unwrap_err().to_string();
        let expected = "/open, which it is a link into, can be written by others (mode 777)";
        assert!(error.contains(expected), "{error}");
    }
}

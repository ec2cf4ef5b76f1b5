//! What only this kind of system has in its folders.

use super::*;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

const LINK: &str = "is a symbolic link, which may lead anywhere; put the file itself in its place";

#[test]
fn a_link_to_a_file_or_folder_is_refused() {
    for target in ["good.lua", "../m", "/etc/passwd", "nowhere"] {
        let folder = folder();
        symlink(target, folder.path().join("m/link")).unwrap();
        assert_refused(folder.path(), "m/link", LINK);
    }
}

#[test]
fn the_folder_itself_may_be_a_link() {
    let (folder, elsewhere) = (folder(), tempfile::tempdir().unwrap());
    let link = elsewhere.path().join("link");
    symlink(folder.path(), &link).unwrap();
    assert_eq!(BundleTree::read(link).unwrap(), BundleTree::read(folder.path()).unwrap());
}

#[test]
fn what_is_no_file_is_refused() {
    let folder = folder();
    let place = folder.path().join("m/pipe");
    rustix::fs::mkfifoat(rustix::fs::CWD, &place, rustix::fs::Mode::from_raw_mode(0o600)).unwrap();
    // It does not wait for somebody to write to it.
    assert_refused(folder.path(), "m/pipe", "is a pipe and no file; remove it from the bundle");
    fs::remove_file(place).unwrap();

    let _listener = UnixListener::bind(folder.path().join("socket")).unwrap();
    assert_refused(folder.path(), "socket", "is a socket and no file; remove it from the bundle");
}

#[test]
fn too_many_files_are_refused() {
    let folder = folder();
    let file = folder.path().join("m/good.lua");
    // A new name is made faster than a new file.
    let name = |number| fs::hard_link(&file, folder.path().join(format!("{number:04}"))).unwrap();
    (1..4096).for_each(name);
    assert_eq!(BundleTree::read(folder.path()).unwrap().len(), 4096);

    name(4096);
    let text = "is one too many: a bundle has at most 4096 files; is this the bundle's folder?";
    assert_refused(folder.path(), "m/good.lua", text);

    // Of a folder that is none of a bundle, not even the names are kept.
    (4097..8193).for_each(name);
    let root = folder.path().display();
    assert_eq!(BundleTree::read(folder.path()).unwrap_err().to_string(), format!("{root} {text}"));
}

#[test]
fn a_device_is_refused() {
    let Err(error) = BundleTree::read("/dev") else { panic!("there are devices") };
    assert!(matches!(error.rule, TreeRule::SpecialFile { .. } | TreeRule::SymbolicLink), "{error}");
}

#[test]
fn a_name_that_is_not_utf8_is_refused() {
    let folder = folder();
    fs::write(folder.path().join("m").join(OsStr::from_bytes(b"a\xff\n")), "").unwrap();
    let text = "has a name that is not UTF-8; rename it";
    assert_refused(folder.path(), "m/a\u{fffd}\n", text);
}

#[test]
fn names_that_differ_by_case_are_refused() {
    let text = |other| {
        format!(
            "differs from `{other}` by case only, and some systems take both for one; rename one"
        )
    };
    let folder = folder();
    write(folder.path(), "m/Good.lua", "");
    assert_refused(folder.path(), "m/good.lua", &text("m/Good.lua"));

    let folder = super::folder();
    write(folder.path(), "M/other.lua", "");
    assert_refused(folder.path(), "m", &text("M"));
}

#[test]
fn control_characters_and_backslashes_are_refused() {
    let control = "has a control character in its name, or one that is not seen or turns the direction \
                   of text; rename it";
    let backslash =
        "has a backslash in its name, which separates folders on some systems; rename it";
    for (name, text) in [("a\nb", control), ("a\u{202e}b", control), ("a\\b", backslash)] {
        let folder = folder();
        write(folder.path(), &format!("m/{name}"), "");
        assert_refused(folder.path(), &format!("m/{name}"), text);
        // A folder in which nothing is has a name all the same.
        fs::remove_file(folder.path().join("m").join(name)).unwrap();
        fs::create_dir(folder.path().join("m").join(name)).unwrap();
        assert_refused(folder.path(), &format!("m/{name}"), text);
    }
}

#[test]
fn too_long_a_path_is_refused() {
    let folder = folder();
    let path = ["a", "b", "c"].map(|part| part.repeat(170)).join("/");
    write(folder.path(), &path, "");
    assert!(BundleTree::read(folder.path()).is_ok());
    write(folder.path(), &format!("{path}c"), "");
    let text = "has too long a path: at most 512 bytes; shorten the names in it";
    assert_refused(folder.path(), &format!("{path}c"), text);
}

#[test]
fn a_file_that_may_not_be_read_is_named() {
    let folder = folder();
    let file = folder.path().join("m/good.lua");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o0)).unwrap();
    if fs::File::open(&file).is_ok() {
        println!("skipped: this user may read everything");
        return;
    }
    assert_refused(
        folder.path(),
        "m/good.lua",
        "cannot be read: Permission denied (os error 13); make it readable for this user, or remove \
         it from the bundle",
    );
}

/// Also when an assertion fails: nobody waits for the other thread.
struct Done<'a>(&'a AtomicBool);

impl Drop for Done<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Somebody puts a link or a pipe in a file's place while it is read: the answer is an error or one of
/// the contents that were in the folder, never that of the file elsewhere, and it does come.
#[test]
fn a_file_that_is_replaced_meanwhile_leads_nowhere() {
    let (folder, elsewhere) = (folder(), tempfile::tempdir().unwrap());
    let secret = elsewhere.path().join("secret");
    fs::write(&secret, "secret").unwrap();
    let file = folder.path().join("m/good.lua");
    let (links, pipes) = (folder.path().join("m"), elsewhere.path().join("pipe"));
    rustix::fs::mkfifoat(rustix::fs::CWD, &pipes, rustix::fs::Mode::from_raw_mode(0o600)).unwrap();
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let _done = Done(&done);
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                let _ = fs::remove_file(&file);
                symlink(&secret, &file).unwrap();
                fs::remove_file(&file).unwrap();
                fs::hard_link(&pipes, &file).unwrap();
                fs::remove_file(&file).unwrap();
                fs::write(&file, "return 1").unwrap();
            }
        });
        for _ in 0..10_000 {
            if let Ok(tree) = BundleTree::read(&links) {
                let content = tree.get("good.lua").map(|content| &content[..]);
                assert!(matches!(content, None | Some(b"" | b"return 1")), "{content:?}");
            }
        }
    });
}

/// The same with a folder on the way, for which a link to another one is put in and out.
#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_is_replaced_meanwhile_leads_nowhere() {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    let (folder, elsewhere) = (folder(), tempfile::tempdir().unwrap());
    fs::write(elsewhere.path().join("good.lua"), "secret").unwrap();
    let (inside, link) = (folder.path().join("m"), elsewhere.path().join("link"));
    symlink(elsewhere.path(), &link).unwrap();
    if renameat_with(CWD, &inside, CWD, &link, RenameFlags::EXCHANGE).is_err() {
        println!("skipped: this file system cannot exchange two names");
        return;
    }
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let _done = Done(&done);
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                renameat_with(CWD, &inside, CWD, &link, RenameFlags::EXCHANGE).unwrap();
            }
        });
        for _ in 0..10_000 {
            if let Ok(tree) = BundleTree::read(folder.path()) {
                let content = tree.get("m/good.lua").map(|content| &content[..]);
                assert_ne!(content, Some(&b"secret"[..]));
            }
        }
    });
}

#[test]
fn many_folders_are_read_in_several_turns() {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..200 {
        write(folder.path(), &format!("{}/{number}/file", number % 7), "");
    }
    assert_eq!(BundleTree::read(folder.path()).unwrap().len(), 200);
}

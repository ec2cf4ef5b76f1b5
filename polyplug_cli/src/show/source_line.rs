//! Lines of bundles' files, to be shown. What a bundle names is a file of the bundle or is not read: by
//! `..` or a link it would have lines of anybody's files written where others read them.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// More than any source that a person edits.
const MAX_BYTES: u64 = 1024 * 1024;

/// The line, from 1, of `file` in the bundle's `folder`; none if that is no file of the bundle.
pub(super) fn of(folder: &Path, file: &Path, line: u32) -> Option<String> {
    let index = (line as usize).checked_sub(1)?;
    let folder = real(folder)?;
    let path = folder.join(file).canonicalize().ok()?;
    let file = open(&folder, path.strip_prefix(&folder).ok()?)?;
    let mut text = String::new();
    file.take(MAX_BYTES + 1).read_to_string(&mut text).ok()?;
    if text.len() as u64 > MAX_BYTES {
        return None;
    }
    text.lines().nth(index).map(str::to_owned)
}

/// Whether `file` is there and is none of the bundle in `folder`: nothing of it is to be shown, whoever has
/// read it.
pub(super) fn leads_out(folder: &Path, file: &Path) -> bool {
    let path = folder.join(file).canonicalize();
    path.is_ok_and(|path| real(folder).is_none_or(|folder| !path.starts_with(folder)))
}

fn real(folder: &Path) -> Option<PathBuf> {
    match folder.as_os_str().is_empty() {
        true => Path::new("."),
        false => folder,
    }
    .canonicalize()
    .ok()
}

/// Opens a plain file; a pipe would be waited for. There are no links on the way from `folder` to it any
/// more; one that is put there meanwhile is not followed.
#[cfg(unix)]
fn open(folder: &Path, below: &Path) -> Option<File> {
    use rustix::fs::{Mode, OFlags, open, openat};
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let mut found = open(folder, flags | OFlags::DIRECTORY, Mode::empty()).ok()?;
    for part in below {
        found = openat(&found, part, flags, Mode::empty()).ok()?;
    }
    plain(found.into())
}

/// Opens a plain file.
#[cfg(not(unix))]
fn open(folder: &Path, below: &Path) -> Option<File> {
    plain(File::open(folder.join(below)).ok()?)
}

fn plain(file: File) -> Option<File> {
    file.metadata().ok()?.is_file().then_some(file)
}

#[cfg(test)]
mod tests {
    use super::{MAX_BYTES, leads_out, of};
    use std::fs;
    use std::path::Path;

    #[test]
    fn only_files_of_the_bundle_are_read() {
        let top = tempfile::tempdir().unwrap();
        let folder = top.path().join("bundle");
        fs::create_dir_all(folder.join("lib")).unwrap();
        fs::write(top.path().join("secret"), "secret\n").unwrap();
        fs::write(folder.join("lib/a.lua"), "one\ntwo\n").unwrap();
        let line = |file: &str, line| of(&folder, Path::new(file), line);
        assert_eq!(line("lib/a.lua", 2).as_deref(), Some("two"));
        assert_eq!(line("lib/../lib/a.lua", 1).as_deref(), Some("one"));
        for file in ["../secret", "lib/../../secret", "lib", ".", "..", "none"] {
            assert_eq!(line(file, 1), None, "{file}");
        }
        let absolute = top.path().join("secret");
        assert_eq!(of(&folder, &absolute, 1), None);
        assert_eq!((line("lib/a.lua", 0), line("lib/a.lua", 3)), (None, None));
        assert!(leads_out(&folder, Path::new("../secret")) && leads_out(&folder, &absolute));
        assert!(!leads_out(&folder, Path::new("lib/a.lua")));
        assert!(
            !leads_out(&folder, Path::new("none")),
            "of a file in memory there is nothing to hide"
        );

        fs::write(folder.join("huge"), "x\n".repeat(1 + MAX_BYTES as usize / 2)).unwrap();
        assert_eq!(line("huge", 1), None);
    }

    #[test]
    #[cfg(unix)]
    fn links_are_followed_inside_only_and_pipes_are_not_waited_for() {
        let top = tempfile::tempdir().unwrap();
        let folder = top.path().join("bundle");
        fs::create_dir_all(&folder).unwrap();
        fs::write(top.path().join("secret"), "secret\n").unwrap();
        fs::write(folder.join("a.lua"), "one\n").unwrap();
        for (to, name) in [("../secret", "out"), ("a.lua", "inside"), ("..", "above")] {
            std::os::unix::fs::symlink(to, folder.join(name)).unwrap();
        }
        let made = std::process::Command::new("mkfifo").arg(folder.join("pipe")).status();
        assert!(made.unwrap().success());
        let line = |file: &str| of(&folder, Path::new(file), 1);
        assert_eq!(line("inside").as_deref(), Some("one"));
        for file in ["out", "above/secret", "pipe"] {
            assert_eq!(line(file), None, "{file}");
        }
        assert!(leads_out(&folder, Path::new("out")));
        // The folder itself may be reached by a link.
        std::os::unix::fs::symlink("bundle", top.path().join("current")).unwrap();
        assert_eq!(of(&top.path().join("current"), Path::new("a.lua"), 1).as_deref(), Some("one"));
    }
}

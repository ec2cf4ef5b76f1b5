//! The beginning of one file of a folder, for who needs nothing else of it.

use crate::open_folder::OpenFolder;
use crate::tree_rule::TreeRule;
use std::ffi::OsStr;
use std::io::Read;
use std::path::Path;

/// At most `most` bytes of the file `name` that lies directly in `folder`. What is no plain file is refused as
/// in a whole folder, also if it takes the file's place at this moment: no link in its place is followed.
///
/// # Errors
/// The rule that it breaks; [`TreeRule::Unreadable`] if it is not there.
pub fn first_bytes(
    folder: impl AsRef<Path>,
    name: impl AsRef<OsStr>,
    most: u64,
) -> Result<Vec<u8>, TreeRule> {
    let (folder, name) = (OpenFolder::open(folder.as_ref())?, name.as_ref());
    // Not even opened where it may be anything, such as a device.
    folder.kind(name)?.check_file()?;
    let (file, _) = folder.file(name)?;
    let mut bytes = Vec::new();
    file.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::first_bytes;
    use crate::tree_rule::TreeRule;
    use std::fs;
    use std::io::ErrorKind;

    #[test]
    fn a_file_is_read_as_far_as_is_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("file"), "content").unwrap();
        let read = |most| first_bytes(folder.path(), "file", most).unwrap();
        assert_eq!(read(4), b"cont");
        assert_eq!(read(7), b"content");
        assert_eq!(read(100), b"content");
    }

    #[test]
    fn what_is_not_there_is_told_as_the_system_does() {
        let folder = tempfile::tempdir().unwrap();
        for place in [folder.path().to_owned(), folder.path().join("gone")] {
            let rule = first_bytes(place, "file", 1).unwrap_err();
            let TreeRule::Unreadable(error) = rule else { panic!("{rule:?}") };
            assert_eq!(error.kind(), ErrorKind::NotFound);
        }
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_file_is_named_and_neither_followed_nor_waited_for() {
        for (make, says) in [
            ("ln -s /etc/hostname file", "a symbolic link"),
            ("mkfifo file", "a pipe"),
            ("mkdir file", "a folder"),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let made = std::process::Command::new("sh")
                .args(["-c", make])
                .current_dir(folder.path())
                .status();
            assert!(made.unwrap().success());
            let rule = first_bytes(folder.path(), "file", 1).unwrap_err();
            assert!(rule.to_string().contains(says), "{rule}");
        }
    }
}

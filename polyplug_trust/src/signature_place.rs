//! The place of a bundle's signature. What lies there says without any file being read that a bundle is not
//! signed; only a file may be a signature, and then all others have to be read to know.

use crate::bundle_tree::SIGNATURE_FILE;
use crate::open_folder::{Kind, OpenFolder};
use crate::refusal::SignatureRefusal;
use crate::tree_error::TreeError;
use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::Path;

/// Why the bundle in `folder` is certainly not signed, whatever its files are. None if there is a file where
/// the signature is to be, and also if nobody can look: whoever reads the folder is told why.
pub fn certainly_unsigned(folder: impl AsRef<Path>) -> Option<SignatureRefusal> {
    let folder = folder.as_ref();
    match OpenFolder::open(folder).ok()?.kind(OsStr::new(SIGNATURE_FILE)) {
        Err(error) if error.kind() == ErrorKind::NotFound => Some(SignatureRefusal::Unsigned),
        Err(_) | Ok(Kind::File) => None,
        Ok(Kind::Folder) => Some(SignatureRefusal::SignatureIsFolder),
        Ok(other) => {
            let rule = other.check_file().err()?;
            Some(TreeError::new(folder, SIGNATURE_FILE, rule).into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::certainly_unsigned;
    use std::fs;

    #[test]
    fn without_a_file_there_is_no_signature() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("bundle.sig");
        let told = || certainly_unsigned(folder.path()).map(|refusal| refusal.to_string());

        assert!(told().unwrap().contains("has no bundle.sig"));
        fs::create_dir(&place).unwrap();
        assert!(told().unwrap().contains("bundle.sig is a folder"));
        fs::remove_dir(&place).unwrap();
        fs::write(&place, "not one either, which only a reader knows").unwrap();
        assert_eq!(told(), None);
    }

    #[test]
    fn of_what_cannot_be_looked_at_nothing_is_certain() {
        let folder = tempfile::tempdir().unwrap();
        assert!(certainly_unsigned(folder.path().join("gone")).is_none());
    }

    #[cfg(unix)]
    #[test]
    fn what_is_neither_file_nor_folder_is_named() {
        for (make, says) in [("ln -s manifest.toml", "a symbolic link"), ("mkfifo", "a pipe")] {
            let folder = tempfile::tempdir().unwrap();
            let made = std::process::Command::new("sh")
                .args(["-c", &format!("{make} bundle.sig")])
                .current_dir(folder.path())
                .status();
            assert!(made.unwrap().success());

            let refusal = certainly_unsigned(folder.path()).unwrap();

            assert_eq!(refusal.code(), "odd-tree");
            let place = format!("{}: `bundle.sig` is {says}", folder.path().display());
            assert!(refusal.to_string().contains(&place), "{refusal}");
        }
    }
}

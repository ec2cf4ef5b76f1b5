//! Whether two paths mean one folder: `mods/ball`, `./mods/ball` and a link to it.

use std::borrow::Cow;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The path from the root, without `.` and doubled separators. Nothing has to exist there.
pub(crate) fn spelled_out(path: &Path) -> Cow<'_, Path> {
    std::path::absolute(path).map_or(Cow::Borrowed(path), Cow::<Path>::Owned)
}

/// Whether both lead to one folder, by whatever links.
pub(crate) fn is_same(a: &Path, b: &Path) -> bool {
    let real = |path: &Path| -> Option<PathBuf> { path.canonicalize().ok() };
    spelled_out(a) == spelled_out(b) || real(a).is_some_and(|a| Some(a) == real(b))
}

/// Whether nothing is at `path`. What cannot be looked at is not gone.
pub(crate) fn is_gone(path: &Path) -> bool {
    matches!(path.try_exists(), Ok(false))
}

/// Whether there is not even a link at `path`.
pub(crate) fn is_vacant(path: &Path) -> bool {
    let absences = [ErrorKind::NotFound, ErrorKind::NotADirectory];
    path.symlink_metadata().is_err_and(|error| absences.contains(&error.kind()))
}

#[cfg(test)]
mod tests {
    use super::{is_same, spelled_out};
    use std::path::Path;

    #[test]
    fn a_folder_has_many_spellings() {
        for other in ["./mods/ball", "mods/./ball", "mods//ball", "mods/ball/"] {
            assert!(is_same(Path::new("mods/ball"), Path::new(other)), "{other}");
        }
        assert!(!is_same(Path::new("mods/ball"), Path::new("mods/ballast")));
    }

    #[test]
    fn the_current_folder_is_spelled_out() {
        let here = std::env::current_dir().unwrap();
        assert_eq!(spelled_out(Path::new("x")), here.join("x"));
    }
}

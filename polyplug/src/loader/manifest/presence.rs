//! Whether a folder has a manifest. What cannot be looked at may have one: only what is known to have
//! none is passed over.

use super::MANIFEST_FILE;
use super::error::{ManifestError, ManifestProblem};
use crate::loader::regular_file;
use std::fs;
use std::io;
use std::path::Path;

/// Whether `folder` has something of the manifest's name, whatever it is, or cannot be looked at.
pub(crate) fn has_manifest(folder: &Path) -> bool {
    !matches!(fs::symlink_metadata(folder.join(MANIFEST_FILE)), Err(error) if is_absence(&error))
}

/// Whether `folder` is a bundle's, or may be one that cannot be looked at.
pub(crate) fn may_be_bundle(folder: &Path) -> bool {
    has_manifest(folder) || leads_nowhere(folder)
}

/// Whether `path` is a link to what is not there.
fn leads_nowhere(path: &Path) -> bool {
    let is_link = fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink());
    is_link && fs::metadata(path).is_err_and(|error| is_absence(&error))
}

/// Why the manifest at `path` was not read.
pub(super) fn problem(path: &Path, error: &io::Error) -> ManifestError {
    if !is_absence(error) {
        let problem = match regular_file::other_kind(path) {
            Some(kind) => ManifestProblem::NoFile { kind },
            None => ManifestProblem::Unreadable { reason: error.to_string() },
        };
        return ManifestError::of_file(path, problem);
    }
    absence(path)
}

/// Why there is no manifest at `path`.
pub(super) fn absence(path: &Path) -> ManifestError {
    let folder = path.parent().unwrap_or(path);
    let problem = match regular_file::other_kind(path) {
        Some(kind) => ManifestProblem::NoFile { kind },
        None if leads_nowhere(path) => ManifestProblem::LeadsNowhere,
        None if leads_nowhere(folder) => {
            return ManifestError::of_file(folder, ManifestProblem::LeadsNowhere);
        }
        None => ManifestProblem::Missing,
    };
    ManifestError::of_file(path, problem)
}

fn is_absence(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

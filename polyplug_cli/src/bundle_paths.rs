//! Which bundles a person means by a path: one, or those of a folder.

use crate::key_file::quoted;
use crate::show::style::shown;
use polyplug::loader::manifest::{MANIFEST_FILE, Manifest, bundle_folder};
use polyplug_trust::TreeError;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// The bundles at these paths, or in these folders, each once.
pub(crate) fn of_all(paths: &[PathBuf]) -> Result<Vec<PathBuf>, String> {
    let mut all: Vec<PathBuf> = Vec::new();
    for path in paths {
        for bundle in of(path)? {
            if !all.contains(&bundle) {
                all.push(bundle);
            }
        }
    }
    Ok(all)
}

/// The bundle at `path`, or the bundles in that folder, sorted; at least one.
fn of(path: &Path) -> Result<Vec<PathBuf>, String> {
    check(path)?;
    let folder = bundle_folder(path);
    if is_bundle(&folder) {
        return Ok(vec![folder]);
    }
    match in_folder(&folder) {
        Ok(found) if found.is_empty() => Err(told(path, NO_BUNDLES)),
        Ok(found) => Ok(found),
        Err(error) => Err(told(path, &reason(&error))),
    }
}

/// What a person does about a folder that has no bundles.
pub(crate) const NO_BUNDLES: &str =
    "there is no bundle here; name a folder with a manifest.toml, or one that holds such folders";

/// Whether there is a bundle, or a folder, at `path`.
///
/// # Errors
/// What is there instead, and what to do.
pub(crate) fn check(path: &Path) -> Result<(), String> {
    match fs::metadata(path) {
        Err(error) => Err(told(path, &reason(&error))),
        Ok(found) if !found.is_dir() && !is_bundle(&bundle_folder(path)) => {
            Err(told(path, "this is a file; name the bundle's folder"))
        }
        Ok(_) => Ok(()),
    }
}

/// Whether there is a folder at `path` that may hold bundles.
///
/// # Errors
/// What is there instead, and what to do.
pub(crate) fn check_folder(path: &Path) -> Result<(), String> {
    match fs::metadata(path) {
        Err(error) => Err(told(path, &reason(&error))),
        Ok(found) if !found.is_dir() => {
            Err(told(path, "this is a file; name the folder that holds the bundles' folders"))
        }
        // A bundle may hold others.
        Ok(_) if is_bundle(path) && in_folder(path).is_ok_and(|inside| inside.is_empty()) => {
            let whole = path.canonicalize().ok();
            let above = match path.parent().filter(|above| !above.as_os_str().is_empty()) {
                Some(above) => above.to_owned(),
                None => whole.as_ref().and_then(|whole| whole.parent()).unwrap_or(path).to_owned(),
            };
            let (quoted, above) = (quoted(&path.display().to_string()), shown(above));
            let advice = format!(
                "this is a bundle itself; name the folder above it, {above}, or use `polyplug inspect {quoted}`"
            );
            Err(told(path, &advice))
        }
        Ok(_) => Ok(()),
    }
}

/// What, where, and what to do, as all subcommands say it.
fn told(path: &Path, problem: &str) -> String {
    format!("{}: {problem}", shown(path))
}

fn reason(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "there is no such folder; make it, or correct the path".to_owned(),
        ErrorKind::NotADirectory => {
            "this lies below a file, not below a folder; correct the path".to_owned()
        }
        ErrorKind::PermissionDenied => {
            "this user may not look into it; `chmod u+rx` changes that for who owns it".to_owned()
        }
        _ => format!("it cannot be read: {error}"),
    }
}

/// Why a folder's files cannot be read: of a link, where it leads is what counts.
pub(crate) fn unread(folder: &Path, error: &TreeError) -> String {
    if folder.exists() { error.to_string() } else { absent_manifest(folder) }
}

/// What there is in the place of a manifest, in a folder whose files were read and have none.
pub(crate) fn absent_manifest(folder: &Path) -> String {
    match Manifest::read(folder) {
        Err(error) => error.to_string(),
        Ok(_) => told(folder, "it changed while it was read; try again when it is written"),
    }
}

/// The bundles in a folder of them, and what may be one and cannot be looked at, sorted.
pub(crate) fn in_folder(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if !is_hidden(&path) && may_be_bundle(&path) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// The runtime passes over such folders as well.
fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'))
}

/// The runtime's rule: only what has no manifest for certain is passed over. Of a link that leads nowhere, or
/// a folder that is closed, nobody knows.
fn may_be_bundle(path: &Path) -> bool {
    match fs::symlink_metadata(path.join(MANIFEST_FILE)) {
        Ok(_) => true,
        Err(error) if is_absence(&error) => path.is_symlink() && leads_nowhere(path),
        Err(_) => true,
    }
}

fn leads_nowhere(link: &Path) -> bool {
    fs::metadata(link).is_err_and(|error| is_absence(&error))
}

fn is_absence(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

/// Whether a folder has something that is called as a manifest is, be it a link that leads nowhere: reading
/// it says what is wrong.
pub(crate) fn is_bundle(folder: &Path) -> bool {
    fs::symlink_metadata(folder.join(MANIFEST_FILE)).is_ok()
}

//! Which bundles a person means by a path: one, or those of a folder.

use polyplug::loader::manifest::{MANIFEST_FILE, bundle_folder};
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
    let told = |problem: &str| Err(format!("{}: {problem}", path.display()));
    match fs::metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return told("there is no such folder");
        }
        Err(error) => return told(&error.to_string()),
        Ok(found) if found.is_file() && !path.ends_with(MANIFEST_FILE) => {
            return told("this is a file; name the bundle's folder");
        }
        Ok(_) => {}
    }
    let folder = bundle_folder(path);
    if is_bundle(&folder) {
        return Ok(vec![folder]);
    }
    match in_folder(&folder) {
        Ok(found) if found.is_empty() => {
            told("there is no bundle here: a bundle is a folder with a manifest.toml")
        }
        Ok(found) => Ok(found),
        Err(error) => told(&error.to_string()),
    }
}

/// The bundles in a folder of them, sorted.
pub(crate) fn in_folder(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let paths = fs::read_dir(folder)?.flatten().map(|entry| entry.path());
    let mut found: Vec<PathBuf> =
        paths.filter(|path| !is_hidden(path) && is_bundle(path)).collect();
    found.sort();
    Ok(found)
}

/// The runtime passes over such folders as well.
fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'))
}

fn is_bundle(folder: &Path) -> bool {
    folder.join(MANIFEST_FILE).exists()
}

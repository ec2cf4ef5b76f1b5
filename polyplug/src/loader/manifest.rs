//! `manifest.toml`: who a bundle is, what it provides and needs, and how it is to be run.
//!
//! [`ManifestData`] is what the bundle is, and its fields are fixed for ever, because programs write
//! it as a literal. [`BundleOptions`] is all the rest, each with a default. A manifest is checked
//! when it is read: what a [`Manifest`] holds can be used without another look.
//!
//! | file | what |
//! |---|---|
//! | `data` | `ManifestData`, and its texts as values |
//! | `read` | the keys, one function each |
//! | `document`, `nesting` | the TOML text with the place of every key; how deep it may nest |
//! | `artifact` | `file`: which one, and that it stays inside |
//! | `contract_name`, `dependency`, `version` | the small languages inside of strings |
//! | `options`, `loader_table` | the keys with defaults, and the loaders' own |
//! | `error`, `warning`, `refusal` | what is wrong, and where |

use super::regular_file;
use crate::error::RuntimeError;
use polyplug_trust::{BundleTree, TreeRule, first_bytes};
use polyplug_utils::bundle_id;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

mod data;
mod read;

mod document;
mod nesting;

mod presence;

mod artifact;
mod contract_name;
mod dependency;
mod version;

mod loader_table;
mod options;

mod error;
mod refusal;
mod warning;

use artifact::Machine;

pub use data::ManifestData;

pub(crate) use contract_name::is_contract_name;
pub use contract_name::{ContractName, ContractNameError};
pub use dependency::{
    BundleReference, ContractReference, Dependency, DependencyKind, DependencyTarget,
    RawManifestDependency,
};
pub use error::{ManifestError, ManifestPlace, ManifestProblem};
pub use loader_table::LoaderTable;
pub use options::{BundleOptions, Limits, ReloadOptions, StatePolicy, ThreadPolicy};
pub use version::parse_version;
pub use warning::ManifestWarning;

pub(crate) use presence::{has_manifest, may_be_bundle};
pub(crate) use warning::nearest;

/// The name of the file in a bundle's folder.
pub const MANIFEST_FILE: &str = "manifest.toml";

/// The most that is read of a manifest: a hundred times what a large one has, and little enough
/// that a wrong file under this name costs nothing.
pub const MAX_MANIFEST_BYTES: u64 = 64 * 1024;

/// A manifest that was read and checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Manifest {
    /// What the bundle is.
    pub data: ManifestData,
    /// How it is run.
    pub options: BundleOptions,
    /// The keys that nothing reads, by line.
    pub warnings: Vec<ManifestWarning>,
}

impl Manifest {
    /// Reads the manifest of the bundle at `path`: its folder, its `manifest.toml`, or another file
    /// inside of it.
    ///
    /// # Errors
    /// The file is missing or wrong, the id is not the name's, or `file` leads out of the folder, by
    /// its text or by a symbolic link. That `file` is there is not checked.
    pub fn read(path: &Path) -> Result<Self, RuntimeError> {
        let folder = bundle_folder(path);
        let manifest = Self::parse_bytes(&Self::bytes(&folder)?, &folder.join(MANIFEST_FILE))?;
        manifest.data.check_artifact()?;
        Ok(manifest)
    }

    /// The bytes of the manifest in `folder`.
    pub(crate) fn bytes(folder: &Path) -> Result<Vec<u8>, RuntimeError> {
        read_capped(&folder.join(MANIFEST_FILE))
    }

    /// As [`Manifest::bytes`], none if a link is in the place of the manifest, whatever it leads to.
    pub(crate) fn unlinked_bytes(folder: &Path) -> Result<Option<Vec<u8>>, RuntimeError> {
        let path = folder.join(MANIFEST_FILE);
        let error = match first_bytes(folder, MANIFEST_FILE, MAX_MANIFEST_BYTES + 1) {
            Ok(bytes) => return Ok(Some(bytes)),
            Err(TreeRule::SymbolicLink) => return Ok(None),
            Err(TreeRule::SpecialFile { kind }) => {
                ManifestError::of_file(&path, ManifestProblem::NoFile { kind })
            }
            Err(TreeRule::Unreadable(error)) => presence::problem(&path, &error),
            Err(rule) => {
                let reason = rule.to_string();
                ManifestError::of_file(&path, ManifestProblem::Unreadable { reason })
            }
        };
        Err(error.into())
    }

    /// Reads the manifest of a bundle whose files were read before; `folder` is where they were, or
    /// what they are called. Looks at no file.
    ///
    /// # Errors
    /// As for [`Manifest::parse_bytes`], and there is none.
    pub fn of_tree(tree: &BundleTree, folder: &Path) -> Result<Self, RuntimeError> {
        let path = folder.join(MANIFEST_FILE);
        let missing = || ManifestError::of_file(&path, ManifestProblem::Missing);
        Self::parse_bytes(tree.get(MANIFEST_FILE).ok_or_else(missing)?, &path)
    }

    /// As [`Manifest::of_tree`], of a folder that was read just now: what is there instead of a manifest
    /// is told.
    pub(crate) fn of_folder(tree: &BundleTree, folder: &Path) -> Result<Self, RuntimeError> {
        match tree.get(MANIFEST_FILE) {
            Some(_) => Self::of_tree(tree, folder),
            None => Err(Self::absence(folder)),
        }
    }

    /// Why there is no manifest in `folder`.
    pub(crate) fn absence(folder: &Path) -> RuntimeError {
        presence::absence(&folder.join(MANIFEST_FILE)).into()
    }

    /// Reads a manifest from its text. `path` is the file it came from. Looks at no file.
    ///
    /// # Errors
    /// As for [`Manifest::read`], without symbolic links.
    pub fn parse(text: &str, path: &Path) -> Result<Self, RuntimeError> {
        Self::parse_bytes(text.as_bytes(), path)
    }

    /// Reads a manifest from its bytes. `path` is the file they came from. Looks at no file.
    ///
    /// # Errors
    /// As for [`Manifest::parse`], and the bytes are not UTF-8.
    pub fn parse_bytes(bytes: &[u8], path: &Path) -> Result<Self, RuntimeError> {
        Self::parse_for(Machine::This, bytes, path)
    }

    /// Reads a manifest from its bytes, also that of a bundle for other machines only: its `file` is then
    /// one of theirs. For who signs or looks at bundles, and does not run them.
    ///
    /// # Errors
    /// As for [`Manifest::parse_bytes`].
    pub fn parse_anywhere(bytes: &[u8], path: &Path) -> Result<Self, RuntimeError> {
        Self::parse_for(Machine::Any, bytes, path)
    }

    fn parse_for(machine: Machine, bytes: &[u8], path: &Path) -> Result<Self, RuntimeError> {
        if bytes.len() as u64 > MAX_MANIFEST_BYTES {
            let problem = ManifestProblem::TooLarge { limit: MAX_MANIFEST_BYTES };
            return Err(ManifestError::of_file(path, problem).into());
        }
        // The byte order mark is no part of the text, and would count as a column.
        let unmarked = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
        let mark = bytes.len() - unmarked.len();
        let text = std::str::from_utf8(unmarked)
            .map_err(|error| not_utf8(unmarked, error.valid_up_to(), mark, path))?;
        if text.trim().is_empty() {
            return Err(ManifestError::of_file(path, ManifestProblem::Empty).into());
        }
        let folder = path.parent().unwrap_or(Path::new(""));
        read::read(machine, text, path, folder)
    }

    /// A manifest without a file, with the defaults of all options.
    ///
    /// # Errors
    /// As for [`ManifestData::check`].
    pub fn from_data(mut data: ManifestData) -> Result<Self, RuntimeError> {
        data.check()?;
        data.id = bundle_id(&data.name);
        Ok(Self { data, options: BundleOptions::default(), warnings: Vec::new() })
    }
}

/// The folder of the bundle that `path` belongs to.
///
/// A folder is itself. A file belongs to the nearest folder above it that has a `manifest.toml`, else
/// to the one it is in. What is not there belongs to the folder above if that is a bundle's, so that
/// a bundle is found by a file that was just deleted; else it is taken for a folder.
pub fn bundle_folder(path: &Path) -> PathBuf {
    if path.is_dir() {
        return path.to_owned();
    }
    let parent = match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) => parent,
        None => return path.to_owned(),
    };
    if path.ends_with(MANIFEST_FILE) {
        return parent.to_owned();
    }
    let is_bundle = |folder: &&Path| folder.join(MANIFEST_FILE).is_file();
    let found = if path.is_file() {
        Some(parent.ancestors().find(is_bundle).unwrap_or(parent))
    } else {
        Some(parent).filter(is_bundle)
    };
    found.unwrap_or(path).to_owned()
}

fn read_capped(path: &Path) -> Result<Vec<u8>, RuntimeError> {
    let failed = |error: io::Error| RuntimeError::from(presence::problem(path, &error));
    let mut bytes = Vec::new();
    let file = regular_file::open(path).map_err(failed)?;
    file.take(MAX_MANIFEST_BYTES + 1).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

/// `offset` is in `bytes`, which begin in the file after a mark of `mark` bytes.
fn not_utf8(bytes: &[u8], offset: usize, mark: usize, path: &Path) -> ManifestError {
    let text = String::from_utf8_lossy(bytes);
    // Up to `offset` both are the same bytes, so the place is right in the lossy text too.
    let place = document::Document::new(path, &text).place(offset);
    ManifestError {
        place: Some(Box::new(place)),
        ..ManifestError::of_file(path, ManifestProblem::NotUtf8 { offset: mark + offset })
    }
}

#[cfg(test)]
mod tests;

//! `manifest.toml`: who a bundle is, what it provides and needs, and how it is to be run.
//!
//! [`ManifestData`] is what the bundle is, and its fields are fixed for ever, because programs write
//! it as a literal. [`BundleOptions`] is all the rest, each with a default. A manifest is checked
//! when it is read: what a [`Manifest`] holds can be used without another look.
//!
//! | file | what |
//! |---|---|
//! | `read` | the keys, one function each |
//! | `document` | the TOML text with the place of every key |
//! | `artifact` | `file`: which one, and that it stays inside |
//! | `contract_name`, `dependency`, `version` | the small languages inside of strings |
//! | `options`, `loader_table` | the keys with defaults, and the loaders' own |
//! | `error`, `warning`, `refusal` | what is wrong, and where |

use crate::error::RuntimeError;
use polyplug_utils::bundle_id;
use refusal::Refusal;
use semver::Version;
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

mod read;

mod document;

mod artifact;
mod contract_name;
mod dependency;
mod version;

mod loader_table;
mod options;

mod error;
mod refusal;
mod warning;

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

/// The name of the file in a bundle's folder.
pub const MANIFEST_FILE: &str = "manifest.toml";

/// The most that is read of a manifest: a hundred times what a large one has, and little enough
/// that a wrong file under this name costs nothing.
pub const MAX_MANIFEST_BYTES: u64 = 64 * 1024;

/// What a bundle is.
///
/// Empty fields mean "not given": such a manifest promises nothing, and nothing is checked.
#[derive(Clone, Debug, PartialEq)]
pub struct ManifestData {
    /// FNV-1a of the name; 0: not given.
    pub id: u64,
    /// The bundle's identity.
    pub name: String,
    /// The loader that opens it.
    pub loader: String,
    /// The file with the code, relative to `path`.
    pub file: String,
    /// The bundle's version; empty is 0.0.0.
    pub version: String,
    /// The bundle's folder; a label where the code is in memory.
    pub path: PathBuf,
    /// The contracts, as `name@major[.minor[.patch]]`.
    pub provides: Vec<String>,
    /// The number of functions by `name@major`.
    pub function_count: HashMap<String, u32>,
    /// What must be there before this bundle.
    pub dependencies: Vec<RawManifestDependency>,
    /// Whether this bundle is reloaded when a contract it depends on was.
    pub needs_reinit_on_dep_reload: bool,
    /// Bundles that must be there before this one, as `name[@version]`.
    pub bundle_dependencies: Vec<String>,
}

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
        let path = folder.join(MANIFEST_FILE);
        let manifest = Self::parse_bytes(&read_capped(&path)?, &path)?;
        manifest.data.check_artifact()?;
        Ok(manifest)
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
        if bytes.len() as u64 > MAX_MANIFEST_BYTES {
            let problem = ManifestProblem::TooLarge { limit: MAX_MANIFEST_BYTES };
            return Err(ManifestError::of_file(path, problem).into());
        }
        let text =
            std::str::from_utf8(bytes).map_err(|e| not_utf8(bytes, e.valid_up_to(), path))?;
        // The byte order mark is no part of the text, and would count as a column.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if text.trim().is_empty() {
            return Err(ManifestError::of_file(path, ManifestProblem::Empty).into());
        }
        let folder = path.parent().unwrap_or(Path::new(""));
        read::read(text, path, folder)
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

impl ManifestData {
    /// Checks what a literal states by the rules of the file. What is empty is not given, but for
    /// the name and the loader. Looks at no file.
    ///
    /// # Errors
    /// The first field that is wrong.
    pub fn check(&self) -> Result<(), RuntimeError> {
        for (key, text) in [("name", &self.name), ("loader", &self.loader)] {
            if !dependency::is_bundle_name(text) {
                let expected = "a name: not empty, without control characters";
                return Err(self.refused(key, Refusal::of_text("", text, expected)));
            }
        }
        let computed = bundle_id(&self.name);
        if self.id != 0 && self.id != computed {
            return Err(RuntimeError::BundleTampered {
                bundle: self.name.clone(),
                path: self.path.clone(),
                stated: self.id,
                computed,
            });
        }
        if !self.file.is_empty() {
            artifact::check_lexically(&self.name, &self.path, &self.file)?;
            artifact::is_file_name(&self.file).map_err(|refusal| self.refused("file", refusal))?;
        }
        self.parsed_version()?;
        self.parsed_provides()?;
        self.parsed_function_count()?;
        self.parsed_dependencies()?;
        self.parsed_bundle_dependencies()?;
        Ok(())
    }

    /// Checks on disk that no symbolic link leads `file` out of the folder. A file that is not
    /// there passes.
    ///
    /// # Errors
    /// [`RuntimeError::ArtifactPathEscape`].
    pub fn check_artifact(&self) -> Result<(), RuntimeError> {
        artifact::check_lexically(&self.name, &self.path, &self.file)?;
        artifact::check_links(&self.name, &self.path, &self.file)
    }

    /// `version`, where "1.2" is 1.2.0 and "" is 0.0.0.
    ///
    /// # Errors
    /// It is no version.
    pub fn parsed_version(&self) -> Result<Version, RuntimeError> {
        parse_version(&self.version).ok_or_else(|| {
            self.refused("version", Refusal::of_text("", &self.version, version::VERSION))
        })
    }

    /// `provides`, in the order of the manifest.
    ///
    /// # Errors
    /// An element is no contract, or is there twice.
    pub fn parsed_provides(&self) -> Result<Vec<ContractName>, RuntimeError> {
        let mut contracts = Vec::new();
        for (index, text) in self.provides.iter().enumerate() {
            add_contract(&mut contracts, text)
                .map_err(|refusal| self.refused(&format!("provides[{index}]"), refusal))?;
        }
        Ok(contracts)
    }

    /// `function_count`, sorted by contract.
    ///
    /// # Errors
    /// A key is no contract, or is there twice.
    pub fn parsed_function_count(&self) -> Result<Vec<(ContractName, u32)>, RuntimeError> {
        let mut stated: Vec<_> = self.function_count.iter().collect();
        stated.sort();
        let mut contracts = Vec::new();
        for (text, _) in &stated {
            add_contract(&mut contracts, text)
                .map_err(|refusal| self.refused("function_count", refusal))?;
        }
        Ok(contracts.into_iter().zip(stated.into_iter().map(|(_, count)| *count)).collect())
    }

    /// `dependencies`, in the order of the manifest.
    ///
    /// # Errors
    /// A dependency names nothing, contradicts itself, or has no version.
    pub fn parsed_dependencies(&self) -> Result<Vec<Dependency>, RuntimeError> {
        let parsed = self.dependencies.iter().enumerate().map(|(index, dependency)| {
            dependency.parse().map_err(|refusal| {
                self.refused(&format!("dependency[{index}].{}", refusal.key), refusal)
            })
        });
        parsed.collect()
    }

    /// `bundle_dependencies`, in the order of the manifest.
    ///
    /// # Errors
    /// An element is not `name[@version]`.
    pub fn parsed_bundle_dependencies(&self) -> Result<Vec<Dependency>, RuntimeError> {
        let parsed = self.bundle_dependencies.iter().enumerate().map(|(index, text)| {
            dependency::parse_bundle_dependency(text)
                .map_err(|refusal| self.refused(&format!("bundle_dependencies[{index}]"), refusal))
        });
        parsed.collect()
    }

    fn refused(&self, key: &str, refusal: Refusal) -> RuntimeError {
        let named = self.path.as_os_str().is_empty();
        let path = if named { PathBuf::from(&self.name) } else { self.path.clone() };
        let (key, problem) = (Some(key.to_owned()), refusal.into());
        ManifestError { path, place: None, key, problem }.into()
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

/// Adds the contract `text` to those that a manifest named before.
fn add_contract(contracts: &mut Vec<ContractName>, text: &str) -> Result<(), Refusal> {
    let Ok(contract) = text.parse::<ContractName>() else {
        return Err(Refusal::of_text("", text, contract_name::CONTRACT));
    };
    if let Some(other) = contracts.iter().find(|other| other.is_same_contract(&contract)) {
        let expected = format!("another contract: \"{other}\" is named before");
        return Err(Refusal::of_text("", text, expected));
    }
    contracts.push(contract);
    Ok(())
}

fn read_capped(path: &Path) -> Result<Vec<u8>, RuntimeError> {
    let failed = |source: io::Error| match source.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
            ManifestError::of_file(path, ManifestProblem::Missing).into()
        }
        _ => {
            RuntimeError::Io { action: "reading", path: path.to_owned(), source: Arc::new(source) }
        }
    };
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(failed)?;
    file.take(MAX_MANIFEST_BYTES + 1).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

fn not_utf8(bytes: &[u8], offset: usize, path: &Path) -> ManifestError {
    let text = String::from_utf8_lossy(bytes);
    // Up to `offset` both are the same bytes, so the place is right in the lossy text too.
    let place = document::Document { path, text: &text }.place(offset);
    ManifestError {
        place: Some(Box::new(place)),
        ..ManifestError::of_file(path, ManifestProblem::NotUtf8 { offset })
    }
}

#[cfg(test)]
mod tests;

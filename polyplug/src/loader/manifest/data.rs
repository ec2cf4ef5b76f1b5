//! What a bundle is: the fields as they are written, and their parsed forms.
//!
//! The fields are fixed for ever, because programs write them as a literal; such a literal is checked
//! by the same rules as a file.

use super::artifact;
use super::contract_name::{CONTRACT, ContractName};
use super::dependency::{
    Dependency, RawManifestDependency, is_bundle_name, parse_bundle_dependency,
};
use super::error::ManifestError;
use super::refusal::Refusal;
use super::version::{VERSION, parse_version};
use crate::error::RuntimeError;
use crate::version::from_semver;
use polyplug_utils::bundle_id;
use semver::Version;
use std::collections::HashMap;
use std::path::PathBuf;

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

impl ManifestData {
    /// Checks what a literal states by the rules of the file. What is empty is not given, but for
    /// the name and the loader. Looks at no file.
    ///
    /// # Errors
    /// The first field that is wrong.
    pub fn check(&self) -> Result<(), RuntimeError> {
        for (key, text) in [("name", &self.name), ("loader", &self.loader)] {
            if !is_bundle_name(text) {
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
        parse_version(&self.version)
            .ok_or_else(|| self.refused("version", Refusal::of_text("", &self.version, VERSION)))
    }

    /// [`ManifestData::parsed_version`] in the numbers of the ABI, which signatures are over too. What does not fit is
    /// the largest that does, and what follows a `-` or `+` is left out.
    ///
    /// # Errors
    /// It is no version.
    pub fn abi_version(&self) -> Result<polyplug_abi::Version, RuntimeError> {
        self.parsed_version().map(|version| from_semver(&version))
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
            parse_bundle_dependency(text)
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

/// Adds the contract `text` to those that a manifest named before.
pub(super) fn add_contract(contracts: &mut Vec<ContractName>, text: &str) -> Result<(), Refusal> {
    let Ok(contract) = text.parse::<ContractName>() else {
        return Err(Refusal::of_text("", text, CONTRACT));
    };
    if let Some(other) = contracts.iter().find(|other| other.is_same_contract(&contract)) {
        let expected = format!("another contract: \"{other}\" is named before");
        return Err(Refusal::of_text("", text, expected));
    }
    contracts.push(contract);
    Ok(())
}

//! What a bundle depends on: as the manifest says it, and as the runtime uses it.

use super::contract_name::{ContractName, is_contract_name};
use super::refusal::Refusal;
use super::version::{VERSION, parse_contract_version, parse_version};
use polyplug_utils::{BundleId, GuestContractId};
use semver::Version;
use std::fmt;

/// One `[[dependency]]` as it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawManifestDependency {
    /// Whether a contract or a bundle is asked for.
    pub kind: DependencyKind,
    /// `name@major[.minor[.patch]]`, or `name` alone with the major of `min_version`, else 1.
    pub contract: String,
    /// The lowest version that will do, such as "1.2": of the contract, or, for a bundle, of the
    /// bundle. Empty or 0.0.0: any.
    pub min_version: String,
    /// The bundle that is asked for, or the only one whose contract will do.
    pub bundle: Option<String>,
    /// The contract's id: beside `contract` it must agree, without `contract` it stands for it.
    pub contract_id: Option<u64>,
    /// The bundle's id: beside `bundle` it must agree, without `bundle` it stands for it.
    pub bundle_id: Option<u64>,
}

/// The `kind` of a `[[dependency]]`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DependencyKind {
    /// `kind = "contract"`: somebody provides the contract.
    #[default]
    Contract,
    /// `kind = "bundle"`: the bundle is loaded.
    Bundle,
}

/// A dependency that was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// What must be there.
    pub target: DependencyTarget,
    /// The lowest version of the target that will do; 0.0.0: any.
    pub min_version: Version,
}

/// What must be there for a dependency to be met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DependencyTarget {
    /// A contract.
    Contract {
        /// The contract.
        contract: ContractReference,
        /// The bundle that must provide it; `None`: any.
        provider: Option<BundleReference>,
    },
    /// A bundle.
    Bundle(BundleReference),
}

/// A contract that is known by name, or by id alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContractReference {
    /// The id.
    pub id: GuestContractId,
    /// Name and major, if the manifest names it.
    pub name: Option<(String, u32)>,
}

/// A bundle that is known by name, or by id alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BundleReference {
    /// The id.
    pub id: BundleId,
    /// The name, if the manifest names it.
    pub name: Option<String>,
}

impl RawManifestDependency {
    pub(super) fn parse(&self) -> Result<Dependency, Refusal> {
        let bundle = self.parse_bundle()?;
        if self.kind == DependencyKind::Contract {
            let (contract, min_version) = self.parse_contract()?;
            let target = DependencyTarget::Contract { contract, provider: bundle };
            return Ok(Dependency { target, min_version });
        }
        if !self.contract.is_empty() || self.contract_id.is_some() {
            let expected = "left out where `kind` is \"bundle\"";
            return Err(Refusal::of_text("contract", &self.contract, expected));
        }
        let expected = "the name of the bundle that is needed";
        let bundle = bundle.ok_or_else(|| Refusal::of_text("bundle", "", expected))?;
        let min_version = parse_version(&self.min_version)
            .ok_or_else(|| Refusal::of_text("min_version", &self.min_version, VERSION))?;
        Ok(Dependency { target: DependencyTarget::Bundle(bundle), min_version })
    }

    fn parse_bundle(&self) -> Result<Option<BundleReference>, Refusal> {
        let Some(name) = self.bundle.as_deref() else {
            let by_id = |id| BundleReference { id: BundleId::from_u64(id), name: None };
            return Ok(self.bundle_id.map(by_id));
        };
        if !is_bundle_name(name) {
            return Err(Refusal::of_text("bundle", name, BUNDLE_NAME));
        }
        let reference = BundleReference::named(name);
        let computed = reference.id.as_u64();
        match self.bundle_id.filter(|stated| *stated != computed) {
            Some(stated) => Err(Refusal::of_id("bundle_id", stated, name, computed)),
            None => Ok(Some(reference)),
        }
    }

    fn parse_contract(&self) -> Result<(ContractReference, Version), Refusal> {
        let refused =
            |expected: String| Refusal::of_text("min_version", &self.min_version, expected);
        let floor = parse_contract_version(&self.min_version)
            .ok_or_else(|| refused("a version such as \"1.2\" or \"1.2.3\"".to_owned()))?;
        if let (true, Some(id)) = (self.contract.is_empty(), self.contract_id) {
            let id = GuestContractId::from_u64(id);
            return Ok((ContractReference { id, name: None }, floor));
        }
        let contract = self.parse_contract_name(&floor)?;
        let any = floor == Version::new(0, 0, 0);
        if !any && floor.major != u64::from(contract.major) {
            let major = contract.major;
            return Err(refused(format!("{major}.x, the major of `contract`")));
        }
        let (minor, patch) = (contract.minor.unwrap_or(0), contract.patch.unwrap_or(0));
        let named = Version::new(contract.major.into(), minor.into(), patch.into());
        let reference = ContractReference {
            id: contract.id(),
            name: Some((contract.name.clone(), contract.major)),
        };
        let computed = reference.id.as_u64();
        match self.contract_id.filter(|stated| *stated != computed) {
            Some(id) => Err(Refusal::of_id("contract_id", id, &contract.to_string(), computed)),
            None => Ok((reference, floor.max(named))),
        }
    }

    fn parse_contract_name(&self, floor: &Version) -> Result<ContractName, Refusal> {
        let expected = "a contract as `name@major` or `name`, such as \"image.decode@1\"";
        let refused = || Refusal::of_text("contract", &self.contract, expected);
        if !is_contract_name(&self.contract) {
            return self.contract.parse().map_err(|_| refused());
        }
        let stated = u32::try_from(floor.major).ok();
        let major = if *floor == Version::new(0, 0, 0) { Some(1) } else { stated };
        let major = major.ok_or_else(refused)?;
        Ok(ContractName { name: self.contract.clone(), major, minor: None, patch: None })
    }
}

/// What a bundle's name must look like.
pub(super) const BUNDLE_NAME: &str = "a bundle's name: not empty, without control characters";

pub(super) fn is_bundle_name(name: &str) -> bool {
    !name.trim().is_empty() && !name.contains(char::is_control)
}

/// One entry of `bundle_dependencies`: `name[@version]`.
pub(super) fn parse_bundle_dependency(text: &str) -> Result<Dependency, Refusal> {
    let (name, version) = text.rsplit_once('@').unwrap_or((text, "0"));
    let expected = "a bundle as `name` or `name@version`, such as \"physics@1.2\"";
    let version = Some(version).filter(|version| !version.is_empty()).and_then(parse_version);
    match version {
        Some(min_version) if is_bundle_name(name) => {
            let target = DependencyTarget::Bundle(BundleReference::named(name));
            Ok(Dependency { target, min_version })
        }
        _ => Err(Refusal::of_text("", text, expected)),
    }
}

impl BundleReference {
    fn named(name: &str) -> Self {
        Self { id: BundleId::of(name), name: Some(name.to_owned()) }
    }
}

impl fmt::Display for Dependency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.target {
            DependencyTarget::Contract { contract, provider: None } => contract.fmt(f),
            DependencyTarget::Contract { contract, provider: Some(bundle) } => {
                write!(f, "{contract} of {bundle}")
            }
            DependencyTarget::Bundle(bundle) => bundle.fmt(f),
        }
    }
}

impl fmt::Display for ContractReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some((name, major)) => write!(f, "contract `{name}@{major}`"),
            None => write!(f, "contract {}", self.id),
        }
    }
}

impl fmt::Display for BundleReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "bundle `{name}`"),
            None => write!(f, "bundle {}", self.id),
        }
    }
}

#[cfg(test)]
mod tests;

//! Who needs whom: a manifest's dependencies, held against what is loaded and staged.

use crate::bundle::Bundle;
use crate::core::Core;
use crate::error::RuntimeError;
use crate::generation::Generation;
use crate::loader::manifest::{Dependency, DependencyTarget, ManifestData};
use crate::registry::lookup;
use crate::version::{from_semver, pack};
use polyplug_abi::{BundleId, DependencyInfo, GuestContractId, Version};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What a transaction adds to and takes from what is published, while it is checked.
#[derive(Default)]
pub(crate) struct Overlay {
    /// What the staged generations provide.
    pub(crate) provided: Vec<Provided>,
    /// Staged bundles: id, name and version.
    pub(crate) bundles: Vec<(BundleId, String, Version)>,
    /// Bundles whose published generation does not count: replaced or unloaded.
    pub(crate) hidden: BTreeSet<u64>,
}

/// A contract and who provides it.
#[derive(Clone, Debug)]
pub(crate) struct Provided {
    pub(crate) contract: u64,
    pub(crate) version: Version,
    pub(crate) bundle: String,
    pub(crate) bundle_id: BundleId,
    /// What it looks like, if that is staged with it.
    pub(crate) description: Option<Arc<polyplug_schema::Contract>>,
}

impl Overlay {
    /// Adds what a staged generation provides.
    pub(crate) fn add(&mut self, bundle: &Bundle, generation: &Generation) {
        for slot in bundle.slots() {
            if let Some((version, _)) = generation.entry(slot.ordinal).shape() {
                self.provided.push(Provided {
                    contract: slot.contract_id().as_u64(),
                    version,
                    bundle: bundle.name.to_string(),
                    bundle_id: bundle.id,
                    description: generation.described(slot.ordinal).contract.clone(),
                });
            }
        }
        let version = generation.version();
        self.bundles.push((bundle.id, bundle.name.to_string(), version));
    }

    fn providers(&self, core: &Core, contract: u64) -> Vec<Provided> {
        let published = lookup::find_all(core, contract, 0)
            .into_iter()
            .filter_map(|handle| lookup::resolve(core, handle).ok())
            .filter(|slot| !self.hidden.contains(&slot.bundle().id.as_u64()))
            .map(|slot| Provided {
                contract,
                version: slot.version(),
                bundle: slot.bundle().name.to_string(),
                bundle_id: slot.bundle().id,
                description: None,
            });
        let staged = self.provided.iter().filter(|provided| provided.contract == contract).cloned();
        published.chain(staged).collect()
    }

    /// The name and version of a bundle that is there.
    fn bundle(&self, core: &Core, wanted: BundleId) -> Option<(String, Version)> {
        if let Some((_, name, version)) = self.bundles.iter().find(|(id, ..)| *id == wanted) {
            return Some((name.clone(), *version));
        }
        if self.hidden.contains(&wanted.as_u64()) {
            return None;
        }
        let writer = core.writer.lock();
        let bundle = writer.bundles.get(&wanted.as_u64())?;
        let version = bundle.with_generation(&writer, Generation::version)?;
        Some((bundle.name.to_string(), version))
    }
}

/// Holds one dependency of `bundle` against what is there.
fn check_one(
    core: &Core,
    overlay: &Overlay,
    bundle: &str,
    dependency: &Dependency,
) -> Result<(), RuntimeError> {
    let there: Vec<(String, Version)> = match &dependency.target {
        DependencyTarget::Bundle(wanted) => overlay.bundle(core, wanted.id).into_iter().collect(),
        DependencyTarget::Contract { contract, provider } => overlay
            .providers(core, contract.id.as_u64())
            .into_iter()
            .filter(|found| provider.as_ref().is_none_or(|wanted| wanted.id == found.bundle_id))
            .map(|found| (found.bundle, found.version))
            .collect(),
    };
    let wanted = from_semver(&dependency.min_version);
    if there.iter().any(|(_, version)| *version >= wanted) {
        return Ok(());
    }
    let bundle = bundle.to_owned();
    Err(match there.into_iter().max_by_key(|(_, version)| *version) {
        None => {
            let dependency = dependency.to_string();
            RuntimeError::DependencyMissing { bundle, dependency, absent: None }
        }
        Some((provider, found)) => RuntimeError::VersionTooOld {
            bundle,
            dependency: dependency.to_string(),
            wanted: wanted.to_string(),
            found: found.to_string(),
            provider,
        },
    })
}

/// Whether one dependency is met.
pub(crate) fn is_met(core: &Core, overlay: &Overlay, dependency: &Dependency) -> bool {
    check_one(core, overlay, "", dependency).is_ok()
}

/// All dependencies of a manifest, on contracts and on bundles.
pub(crate) fn of(manifest: &ManifestData) -> Result<Vec<Dependency>, RuntimeError> {
    let mut all = manifest.parsed_dependencies()?;
    all.extend(manifest.parsed_bundle_dependencies()?);
    Ok(all)
}

/// Holds all dependencies of a manifest against what is there.
pub(crate) fn check(
    core: &Core,
    overlay: &Overlay,
    manifest: &ManifestData,
) -> Result<(), RuntimeError> {
    check_some(core, overlay, manifest, |_| true)
}

/// Holds those dependencies of a manifest that `is_meant` chooses against what is there.
pub(crate) fn check_some(
    core: &Core,
    overlay: &Overlay,
    manifest: &ManifestData,
    is_meant: impl Fn(&Dependency) -> bool,
) -> Result<(), RuntimeError> {
    let dependencies = of(manifest)?;
    let mut meant = dependencies.iter().filter(|dependency| is_meant(dependency));
    meant.try_for_each(|dependency| check_one(core, overlay, &manifest.name, dependency))
}

/// Whether a bundle with this manifest needs `bundle`, which provides `contracts`.
pub(crate) fn needs(manifest: &ManifestData, bundle: BundleId, contracts: &BTreeSet<u64>) -> bool {
    // A manifest is checked when it is read, so this cannot fail for one that is used.
    any_on(&of(manifest).unwrap_or_default(), bundle, contracts)
}

/// Whether one of `dependencies` is on `bundle`, which provides `contracts`.
pub(crate) fn any_on(
    dependencies: &[Dependency],
    bundle: BundleId,
    contracts: &BTreeSet<u64>,
) -> bool {
    dependencies.iter().any(|dependency| match &dependency.target {
        DependencyTarget::Bundle(wanted) => wanted.id == bundle,
        DependencyTarget::Contract { provider: Some(wanted), .. } => wanted.id == bundle,
        DependencyTarget::Contract { contract, provider: None } => {
            contracts.contains(&contract.id.as_u64())
        }
    })
}

/// The loaded bundles that need `bundle`, by name.
pub(crate) fn dependents(core: &Core, bundle: &Bundle) -> Vec<String> {
    let contracts: BTreeSet<u64> =
        bundle.slots().iter().map(|slot| slot.contract_id().as_u64()).collect();
    let writer = core.writer.lock();
    let mut found: Vec<String> = writer
        .bundles
        .values()
        .filter(|other| other.id != bundle.id)
        .filter(|other| {
            let needs_it = other.with_generation(&writer, |generation| {
                needs(&generation.origin.manifest.data, bundle.id, &contracts)
            });
            needs_it == Some(true)
        })
        .map(|other| other.name.to_string())
        .collect();
    found.sort();
    found
}

/// The dependencies of the bundle that is starting on this thread, else of `asking`.
pub(crate) fn of_starting(core: &Core, asking: Option<&Bundle>) -> Vec<DependencyInfo> {
    let open = core.thread().open_transaction(core);
    let starting =
        open.and_then(|open| open.current()).map(|staging| staging.manifest.data.clone());
    let Some(manifest) = starting.or_else(|| asking?.manifest(core)) else { return Vec::new() };
    let dependencies = of(&manifest).unwrap_or_default();
    dependencies.iter().map(dependency_info).collect()
}

fn dependency_info(dependency: &Dependency) -> DependencyInfo {
    let any = (GuestContractId::from_u64(0), BundleId::from_u64(0));
    let (contract_id, bundle_id) = match &dependency.target {
        DependencyTarget::Bundle(bundle) => (any.0, bundle.id),
        DependencyTarget::Contract { contract, provider } => {
            (contract.id, provider.as_ref().map_or(any.1, |bundle| bundle.id))
        }
    };
    DependencyInfo {
        contract_id,
        min_version: pack(from_semver(&dependency.min_version)),
        bundle_id,
    }
}

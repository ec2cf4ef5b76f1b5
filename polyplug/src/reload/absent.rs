//! Bundles that lie there and are not loaded: who misses what one of them would provide is told so.

use super::dependencies;
use crate::error::{AbsentProvider, RuntimeError};
use crate::loader::manifest::ManifestData;
use polyplug_abi::BundleId;
use std::collections::BTreeSet;

/// The bundles of some folders that are not loaded.
#[derive(Default)]
pub(crate) struct Absent(Vec<One>);

struct One {
    id: BundleId,
    /// The ids of the contracts, by its own word.
    contracts: BTreeSet<u64>,
    provider: AbsentProvider,
}

impl Absent {
    /// Adds a bundle that would provide these contracts.
    pub(crate) fn add(
        &mut self,
        provider: AbsentProvider,
        contracts: impl IntoIterator<Item = u64>,
    ) {
        let id = BundleId::of(&provider.bundle);
        self.0.push(One { id, contracts: contracts.into_iter().collect(), provider });
    }

    /// Adds a bundle that would provide what its manifest says.
    pub(crate) fn add_by_manifest(&mut self, provider: AbsentProvider, manifest: &ManifestData) {
        // A manifest is checked when it is read, so this cannot fail for one that is used.
        let provides = manifest.parsed_provides().unwrap_or_default();
        self.add(provider, provides.iter().map(|contract| contract.id().as_u64()));
    }

    /// `error`, which says why the bundle with this manifest does not load, with who would provide what
    /// is missing.
    pub(crate) fn explain(&self, error: RuntimeError, manifest: &ManifestData) -> RuntimeError {
        let RuntimeError::DependencyMissing { bundle, dependency, absent: None } = error else {
            return error;
        };
        let own = BundleId::of(&manifest.name);
        let needed = dependencies::of(manifest).unwrap_or_default();
        let needed = needed.into_iter().find(|needed| needed.to_string() == dependency);
        let would = self.0.iter().find(|one| {
            let needs = |needed: &_| {
                dependencies::any_on(std::slice::from_ref(needed), one.id, &one.contracts)
            };
            one.id != own && needed.as_ref().is_some_and(needs)
        });
        let absent = would.map(|one| Box::new(one.provider.clone()));
        RuntimeError::DependencyMissing { bundle, dependency, absent }
    }
}

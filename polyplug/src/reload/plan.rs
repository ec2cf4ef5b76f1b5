//! A plan: the bundles that change together, in dependency order, and how each changes.

use super::admission;
use super::dependencies::{self, Overlay};
use super::held::Held;
use super::opening::{Opening, Unopened};
use super::refused::Seen;
use crate::bundle::Bundle;
use crate::core::Core;
use crate::error::RuntimeError;
use crate::events::Cause;
use crate::loader::BundleLoader;
use crate::loader::manifest::{Dependency, ManifestData};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

/// Bundles that change in one transaction.
pub(crate) struct Plan {
    pub(crate) changes: Vec<Change>,
    /// When the watcher first heard of it.
    pub(crate) noticed: Option<Instant>,
    /// The folder as it was before its bundle was opened, if one folder changed.
    pub(crate) seen: Option<Seen>,
    /// The one bundle must not be loaded yet.
    pub(crate) is_load: bool,
}

/// One bundle's change.
pub(crate) struct Change {
    pub(crate) bundle: Arc<Bundle>,
    pub(crate) cause: Cause,
    pub(crate) action: Action,
}

/// What happens to a bundle.
pub(crate) enum Action {
    /// A new generation is opened: a load or a reload.
    Open(Box<Opening>),
    /// The bundle is unloaded. With where it lies.
    Close(PathBuf),
}

impl Plan {
    /// A plan of one bundle.
    pub(crate) fn of(change: Change) -> Self {
        Self { changes: vec![change], noticed: None, seen: None, is_load: false }
    }

    /// The load of one bundle that is not loaded.
    pub(crate) fn load_of(change: Change) -> Self {
        Self { is_load: true, ..Self::of(change) }
    }

    /// Adds the loaded bundles that want to be reloaded with one of the plan's.
    pub(crate) fn add_dependents(&mut self, core: &Core) -> Result<(), Unopened> {
        loop {
            let Some(bundle) = next_dependent(core, &self.changes) else { return Ok(()) };
            let change = reopen(core, bundle, Cause::Dependency)?;
            self.changes.push(change);
        }
    }

    /// Puts providers before those that need them.
    pub(crate) fn sort(&mut self) -> Result<(), RuntimeError> {
        let mut sorted: Vec<Change> = Vec::with_capacity(self.changes.len());
        let mut left = std::mem::take(&mut self.changes);
        while !left.is_empty() {
            let free = left.iter().position(|change| {
                !left
                    .iter()
                    .any(|other| !Arc::ptr_eq(&other.bundle, &change.bundle) && change.needs(other))
            });
            let Some(free) = free else {
                return Err(RuntimeError::DependencyCycle { bundles: cycle(&left) });
            };
            sorted.push(left.remove(free));
        }
        self.changes = sorted;
        Ok(())
    }

    /// Whether what the plan's bundles need is loaded.
    pub(crate) fn is_met(&self, core: &Core) -> bool {
        let published = Overlay::default();
        self.changes.iter().all(|change| {
            let needs = |manifest: &_| dependencies::check(core, &published, manifest).is_ok();
            change.with_manifest(needs).unwrap_or(true)
        })
    }

    /// The plan's bundles, in order.
    pub(crate) fn names(&self) -> Vec<String> {
        self.changes.iter().map(|change| change.bundle.name.to_string()).collect()
    }
}

impl Change {
    /// The manifest of the generation to be, if there is to be one.
    pub(crate) fn with_manifest<R>(&self, look: impl FnOnce(&ManifestData) -> R) -> Option<R> {
        match &self.action {
            Action::Open(opening) => Some(look(&opening.manifest.data)),
            Action::Close(_) => None,
        }
    }

    /// It waits for its turn, among what is `held`.
    pub(super) fn wait_in(&mut self, held: &mut Held) {
        if let Action::Open(opening) = &mut self.action {
            held.add(opening);
        }
    }

    /// Whether it has to be read again before it is staged.
    pub(super) fn is_set_down(&self) -> bool {
        matches!(&self.action, Action::Open(opening) if opening.is_set_down())
    }

    /// What the new generation needs.
    pub(crate) fn dependencies(&self) -> Vec<Dependency> {
        // A manifest is checked when it is read, so this cannot fail for one that is used.
        self.with_manifest(|manifest| dependencies::of(manifest).unwrap_or_default())
            .unwrap_or_default()
    }

    /// Whether this change must be staged after `other`.
    pub(crate) fn needs(&self, other: &Change) -> bool {
        let dependencies = self.dependencies();
        !dependencies.is_empty()
            && dependencies::any_on(&dependencies, other.bundle.id, &other.contracts())
    }

    /// Whether it is the same bundle in the same folder once more.
    pub(crate) fn repeats(&self, other: &Change) -> bool {
        Arc::ptr_eq(&self.bundle, &other.bundle) && self.path() == other.path()
    }

    /// Whether the two change together.
    pub(crate) fn connects(&self, other: &Change) -> bool {
        self.needs(other) || other.needs(self)
    }

    /// What the bundle provides: by its manifest, and by what it ever provided.
    pub(crate) fn contracts(&self) -> BTreeSet<u64> {
        let mut contracts: BTreeSet<u64> =
            self.bundle.slots().iter().map(|slot| slot.contract_id().as_u64()).collect();
        if let Some(Ok(promised)) = self.with_manifest(ManifestData::parsed_provides) {
            contracts.extend(promised.iter().map(|contract| contract.id().as_u64()));
        }
        contracts
    }
}

/// The circle among changes none of which can be first: the first name is repeated at the end.
pub(super) fn cycle(left: &[Change]) -> Vec<String> {
    let mut path = vec![0];
    loop {
        let last = path[path.len() - 1];
        let next = left
            .iter()
            .position(|other| {
                !Arc::ptr_eq(&other.bundle, &left[last].bundle) && left[last].needs(other)
            })
            .unwrap_or(last);
        let closed = path.iter().position(|seen| *seen == next);
        path.push(next);
        if let Some(start) = closed {
            let bundles = path[start..].iter().map(|at| left[*at].bundle.name.to_string());
            return bundles.collect();
        }
    }
}

/// A loaded bundle with `needs_reinit_on_dep_reload` that needs one of the changes and is not there.
fn next_dependent(core: &Core, changes: &[Change]) -> Option<Arc<Bundle>> {
    let writer = core.writer.lock();
    writer
        .reinit
        .iter()
        .filter_map(|id| writer.bundles.get(id))
        .filter(|bundle| !changes.iter().any(|change| Arc::ptr_eq(&change.bundle, bundle)))
        .find(|bundle| {
            let needs_one = bundle.with_generation(&writer, |generation| {
                let manifest = &generation.origin.manifest.data;
                changes.iter().any(|change| {
                    dependencies::needs(manifest, change.bundle.id, &change.contracts())
                })
            });
            needs_one == Some(true)
        })
        .cloned()
}

/// Opens a loaded bundle once more, from where it came from.
pub(crate) fn reopen(core: &Core, bundle: Arc<Bundle>, cause: Cause) -> Result<Change, Unopened> {
    let opening = Opening::again(core, &bundle, cause)?;
    // A dependent is refused where it is staged, together with what it was to be reloaded for.
    if cause != Cause::Dependency {
        admission::believe(core, &opening)?;
    }
    replaced_by(core, opening, bundle, cause)
}

/// The change of a loaded bundle to `opening`.
pub(crate) fn replaced_by(
    core: &Core,
    opening: Opening,
    bundle: Arc<Bundle>,
    cause: Cause,
) -> Result<Change, Unopened> {
    let opening = opening.with_loader(core)?;
    if opening.loader.as_ref().is_some_and(|loader| !loader.supports_hot_reload()) {
        let (bundle, loader) = (bundle.name.to_string(), opening.manifest.data.loader);
        return Err(RuntimeError::ReloadUnsupported { bundle, loader }.into());
    }
    Ok(opening.change(bundle, cause))
}

/// The loader that a manifest asks for.
pub(crate) fn loader(
    core: &Core,
    manifest: &ManifestData,
) -> Result<Arc<dyn BundleLoader>, RuntimeError> {
    let loaders = core.loaders.read();
    loaders.get(&manifest.loader).cloned().ok_or_else(|| RuntimeError::NoLoaderForName {
        bundle: manifest.name.clone(),
        loader: manifest.loader.clone(),
        known: loaders.keys().cloned().collect(),
    })
}

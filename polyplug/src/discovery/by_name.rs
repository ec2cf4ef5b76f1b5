//! Loading by name: the bundle of a name out of the host's folders, and before it what it needs.
//!
//! Of one name the first folder's is taken, and if that one is refused, the load is: going on to the next
//! would let whoever can break a bundle choose which of two runs.

use crate::core::Core;
use crate::error::RuntimeError;
use crate::loader::manifest::{Dependency, DependencyTarget, Manifest, nearest};
use crate::reload::dependencies::{self, Overlay};
use crate::reload::permission::{Allowed, allow};
use crate::reload::{operation, scan};
use std::path::PathBuf;

/// What the manifests in the host's folders say; the first of each name.
struct Shelf {
    manifests: Vec<Manifest>,
}

/// Loads the bundle called `name`, and says where it was.
pub(crate) fn load_by_name(core: &Core, name: &str) -> Result<PathBuf, RuntimeError> {
    allow(core, "load", Allowed::InsideCalls)?;
    let shelf = Shelf::of(&folders(core))?;
    let Some(wanted) = shelf.named(name) else {
        let known = shelf.manifests.iter().map(|manifest| manifest.data.name.as_str());
        return Err(RuntimeError::BundleNotFound {
            bundle: name.to_owned(),
            folders: core.options.folders.clone(),
            nearest: nearest(name, known).map(str::to_owned),
        });
    };
    shelf.load(core, wanted, &mut Vec::new())?;
    Ok(wanted.data.path.clone())
}

/// The host's folders, without those that are not there.
pub(crate) fn folders(core: &Core) -> Vec<PathBuf> {
    core.options.folders.iter().filter(|folder| folder.exists()).cloned().collect()
}

impl Shelf {
    fn of(folders: &[PathBuf]) -> Result<Self, RuntimeError> {
        let mut shelf = Self { manifests: Vec::new() };
        for folder in folders {
            for path in scan::bundle_folders(folder)? {
                // One that does not read has no name by which it could be asked for.
                let Ok(manifest) = Manifest::read(&path) else { continue };
                if manifest.options.enabled && shelf.named(&manifest.data.name).is_none() {
                    shelf.manifests.push(manifest);
                }
            }
        }
        Ok(shelf)
    }

    fn named(&self, name: &str) -> Option<&Manifest> {
        self.manifests.iter().find(|manifest| manifest.data.name == name)
    }

    /// Loads `wanted`, and first what it needs and nobody provides yet. `above` are those that wait for
    /// it: who needs one of them is part of a circle, and its load says so.
    fn load<'a>(
        &'a self,
        core: &Core,
        wanted: &'a Manifest,
        above: &mut Vec<&'a str>,
    ) -> Result<(), RuntimeError> {
        let data = &wanted.data;
        above.push(&data.name);
        for dependency in dependencies::of(data)? {
            let is_met = dependencies::is_met(core, &Overlay::default(), &dependency);
            let Some(provider) = self.provider(&dependency).filter(|_| !is_met) else { continue };
            if !above.contains(&provider.data.name.as_str()) {
                self.load(core, provider, above)?;
            }
        }
        above.pop();
        operation::load_named(core, &data.path, &data.name)
    }

    /// The first that is, or by its manifest provides, what is needed.
    fn provider(&self, needed: &Dependency) -> Option<&Manifest> {
        self.manifests.iter().find(|manifest| {
            let data = &manifest.data;
            let is = |bundle| polyplug_abi::BundleId::of(&data.name) == bundle;
            match &needed.target {
                DependencyTarget::Bundle(bundle) => is(bundle.id),
                DependencyTarget::Contract { contract, provider } => {
                    let provides = data.parsed_provides().unwrap_or_default();
                    provides.iter().any(|provided| provided.id() == contract.id)
                        && provider.as_ref().is_none_or(|wanted| is(wanted.id))
                }
            }
        })
    }
}

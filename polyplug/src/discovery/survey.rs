//! A survey: every bundle of some folders, and whether it would load. Reads files, runs nothing.

use super::offer::BundleOffer;
use crate::core::Core;
use crate::error::{AbsentProvider, LoaderError, RuntimeError, WhyAbsent};
use crate::loader::manifest::{ContractName, Dependency, DependencyTarget, ManifestData};
use crate::reload::absent::Absent;
use crate::reload::admission;
use crate::reload::dependencies::{self, Overlay, Provided};
use crate::reload::opening::Opening;
use crate::reload::reading::Reading;
use crate::reload::{known, permission, plan, scan};
use polyplug_abi::BundleId;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// A bundle that was found.
#[derive(Debug)]
#[non_exhaustive]
pub struct Discovered {
    /// What it is.
    pub offer: BundleOffer,
    /// What would become of it.
    pub prospect: Prospect,
}

/// What would become of a bundle if all that was found were loaded now.
#[derive(Debug)]
#[non_exhaustive]
pub enum Prospect {
    /// As far as can be known without running it, it would load.
    WouldLoad,
    /// A bundle of this name is loaded from this folder.
    Loaded,
    /// Its manifest says `enabled = false`.
    Disabled,
    /// Another folder, which comes before, has a bundle of this name that would load.
    Shadowed {
        /// Where the other lies.
        by: PathBuf,
    },
    /// It would be refused.
    WouldFail(RuntimeError),
}

/// A bundle that is judged.
struct Candidate {
    found: Discovered,
    /// What it needs; none if it is out already, or loaded.
    manifest: Option<ManifestData>,
}

/// Looks at every bundle of `folders`, in their order and sorted by folder in each.
pub(crate) fn survey(core: &Core, folders: &[PathBuf]) -> Result<Vec<Discovered>, RuntimeError> {
    permission::outside_callbacks(core, "discover")?;
    let mut candidates = Vec::new();
    for folder in folders {
        for path in scan::bundle_folders(folder)? {
            candidates.push(candidate(core, &path));
        }
    }
    shadow(&mut candidates);
    while refuse_what_lacks(core, &mut candidates) || refuse_circle(&mut candidates) {}
    Ok(candidates.into_iter().map(|candidate| candidate.found).collect())
}

fn candidate(core: &Core, path: &Path) -> Candidate {
    let reading = Reading::judgeable(core, path);
    let opening = match Opening::of_reading(core, path, reading) {
        Ok(opening) => opening,
        Err(unopened) => {
            let offer = BundleOffer::of_unread(path.to_owned(), &unopened.error);
            return out(offer, Prospect::WouldFail(unopened.error));
        }
    };
    let (offer, sound) = admission::offer(core, &opening);
    let name = &offer.name;
    if known::loaded_from(core, name, path).is_some() {
        return out(offer, Prospect::Loaded);
    }
    if let Err(unopened) = admission::believe(core, &opening) {
        return out(offer, Prospect::WouldFail(unopened.error));
    }
    if !opening.manifest.options.enabled {
        return out(offer, Prospect::Disabled);
    }
    let judged = admission::would_admit(core, &opening, &offer).map_err(|unopened| unopened.error);
    let judged = judged.and(sound).and_then(|()| {
        examine(core, &opening)?;
        known::refuse_if_loaded(core, name, path)?;
        match offer.missing() {
            missing if missing.is_empty() => Ok(()),
            missing => Err(RuntimeError::CapabilitiesDenied { bundle: name.clone(), missing }),
        }
    });
    match judged {
        Ok(()) => Candidate {
            found: Discovered { offer, prospect: Prospect::WouldLoad },
            manifest: Some(opening.manifest.data),
        },
        Err(error) => out(offer, Prospect::WouldFail(error)),
    }
}

/// What its loader would say of its files.
fn examine(core: &Core, opening: &Opening) -> Result<(), RuntimeError> {
    let Opening { manifest, source, contents, .. } = opening;
    let loader = plan::loader(core, &manifest.data)?;
    let read = |takes: &dyn Fn(&Path) -> bool| {
        let read = contents.read(source, &manifest.data.file, takes);
        read.map_err(|error| LoaderError::refused(&manifest.data.name, error))
    };
    Ok(loader.examine(manifest, &read)?)
}

fn out(offer: BundleOffer, prospect: Prospect) -> Candidate {
    Candidate { found: Discovered { offer, prospect }, manifest: None }
}

impl Candidate {
    fn would_load(&self) -> bool {
        matches!(self.found.prospect, Prospect::WouldLoad)
    }

    fn refuse(&mut self, error: RuntimeError) {
        self.found.prospect = Prospect::WouldFail(error);
        self.manifest = None;
    }

    /// Whether nobody can say before it runs what it provides. Of one that is loaded it is known, whatever
    /// its manifest says by now.
    fn is_silent(&self) -> bool {
        self.would_load() && self.found.offer.contracts.is_empty()
    }
}

/// Of one name the first that would load is taken.
fn shadow(candidates: &mut [Candidate]) {
    let mut first: HashMap<String, PathBuf> = HashMap::new();
    for candidate in candidates {
        let offer = &candidate.found.offer;
        if !matches!(candidate.found.prospect, Prospect::WouldLoad | Prospect::Loaded) {
            continue;
        }
        match first.get(&offer.name) {
            Some(by) => {
                candidate.found.prospect = Prospect::Shadowed { by: by.clone() };
                candidate.manifest = None;
            }
            None => _ = first.insert(offer.name.clone(), offer.path.clone()),
        }
    }
}

/// Refuses those that need what nobody has; whether there was one.
fn refuse_what_lacks(core: &Core, candidates: &mut [Candidate]) -> bool {
    let (overlay, absent) = (overlay(candidates), absent(candidates));
    let silent = candidates.iter().filter(|candidate| candidate.is_silent());
    let silent: Vec<_> = silent.map(|one| BundleId::of(&one.found.offer.name)).collect();
    let mut refused = false;
    for candidate in candidates.iter_mut().filter(|candidate| candidate.would_load()) {
        let Some(manifest) = &candidate.manifest else { continue };
        let is_known = |needed: &Dependency| !may_come(needed, &silent);
        if let Err(error) = dependencies::check_some(core, &overlay, manifest, is_known) {
            let error = absent.explain(error, manifest);
            candidate.refuse(error);
            refused = true;
        }
    }
    refused
}

/// Whether one of the `silent` bundles may turn out to provide what is needed.
fn may_come(needed: &Dependency, silent: &[BundleId]) -> bool {
    match &needed.target {
        DependencyTarget::Bundle(_) => false,
        DependencyTarget::Contract { provider: None, .. } => !silent.is_empty(),
        DependencyTarget::Contract { provider: Some(only), .. } => silent.contains(&only.id),
    }
}

/// What those that would load provide, by their own word.
fn overlay(candidates: &[Candidate]) -> Overlay {
    let mut overlay = Overlay::default();
    for candidate in candidates.iter().filter(|candidate| candidate.would_load()) {
        let offer = &candidate.found.offer;
        let bundle_id = BundleId::of(&offer.name);
        overlay.bundles.push((bundle_id, offer.name.clone(), offer.version));
        for contract in names(offer) {
            overlay.provided.push(Provided {
                contract: contract.id().as_u64(),
                version: contract.version(),
                bundle: offer.name.clone(),
                bundle_id,
                description: None,
            });
        }
    }
    overlay
}

/// Those that would not load, and why.
fn absent(candidates: &[Candidate]) -> Absent {
    let mut absent = Absent::default();
    for Candidate { found: Discovered { offer, prospect }, .. } in candidates {
        let why = match prospect {
            Prospect::WouldLoad | Prospect::Loaded => continue,
            Prospect::Disabled => WhyAbsent::Disabled,
            Prospect::Shadowed { by } => WhyAbsent::Shadowed { by: by.clone() },
            Prospect::WouldFail(_) => WhyAbsent::Failed,
        };
        let contracts = names(offer).map(|contract| contract.id().as_u64());
        absent.add(AbsentProvider::new(&offer.name, &offer.path, why), contracts);
    }
    absent
}

fn names(offer: &BundleOffer) -> impl Iterator<Item = ContractName> {
    offer.contracts.iter().filter_map(|contract| contract.parse().ok())
}

/// Refuses those of a circle, each of which needs the next; whether there was one.
fn refuse_circle(candidates: &mut [Candidate]) -> bool {
    let needs: Vec<Vec<usize>> = candidates.iter().map(|one| needed_of(one, candidates)).collect();
    let mut left: Vec<usize> =
        (0..candidates.len()).filter(|at| candidates[*at].would_load()).collect();
    while let Some(free) = left.iter().position(|at| needs[*at].iter().all(|of| !left.contains(of)))
    {
        left.remove(free);
    }
    let Some(mut at) = left.first().copied() else { return false };
    let mut path = vec![at];
    let start = loop {
        // Everybody who is left needs somebody who is left.
        let next = needs[at].iter().copied().find(|of| left.contains(of)).unwrap_or(at);
        if let Some(start) = path.iter().position(|seen| *seen == next) {
            break start;
        }
        path.push(next);
        at = next;
    };
    let circle = &path[start..];
    let closed = circle.iter().chain(circle.first());
    let bundles: Vec<String> = closed.map(|at| candidates[*at].found.offer.name.clone()).collect();
    for at in circle {
        candidates[*at].refuse(RuntimeError::DependencyCycle { bundles: bundles.clone() });
    }
    true
}

/// The others that would load and that `one` needs.
fn needed_of(one: &Candidate, candidates: &[Candidate]) -> Vec<usize> {
    let Some(manifest) = one.manifest.as_ref().filter(|_| one.would_load()) else {
        return Vec::new();
    };
    let needed = candidates.iter().enumerate().filter(|(_, other)| {
        let offer = &other.found.offer;
        let contracts = names(offer).map(|contract| contract.id().as_u64()).collect();
        other.would_load()
            && offer.name != one.found.offer.name
            && dependencies::needs(manifest, BundleId::of(&offer.name), &contracts)
    });
    needed.map(|(at, _)| at).collect()
}

//! Grouping: what has to change because files did, and which changes belong together.
//!
//! The content decides: a folder whose bytes are what runs needs no change.

use crate::bundle::Bundle;
use crate::core::Core;
use crate::error::RuntimeError;
use crate::events::{Cause, Step};
use crate::loader::manifest::Manifest;
use crate::loader::{BundleFiles, BundleSource};
use crate::reload::failure::{self, Failure};
use crate::reload::plan::{self, Action, Change, Opening, Plan};
use crate::reload::supersede::supersede_unchanged;
use crate::reload::{operation, place, scan};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What has to change because `folder` did: nothing if its bytes are what runs.
pub(super) fn changes_of(core: &Arc<Core>, folder: &Path) -> Result<Vec<Change>, Failure> {
    let loaded = bundle_at(core, folder);
    let close = |bundle| {
        let action = Action::Close(folder.to_owned());
        Change { bundle, cause: Cause::Watch, action }
    };
    if !folder.exists() {
        if let Some(now) = loaded.as_ref().and_then(|bundle| moved_to(core, bundle)) {
            return changes_of(core, &now);
        }
        let gone = loaded.map(close);
        core.writer.lock().failed.retain(|_, failed| failed.path != folder);
        return Ok(gone.into_iter().collect());
    }
    let label = folder.file_name().map(|name| name.to_string_lossy().into_owned());
    let label = loaded.as_ref().map(|bundle| bundle.name.to_string()).or(label).unwrap_or_default();
    let failed = |error| Failure {
        bundle: label.clone(),
        path: folder.to_owned(),
        step: Step::Stage,
        error,
    };
    if loaded.is_none() && !folder.join("manifest.toml").exists() {
        return Ok(Vec::new());
    }
    let manifest = Manifest::read(folder).map_err(failed)?;
    let loaded = loaded.or_else(|| operation::loaded_from(core, &manifest.data.name, folder));
    failure::warn_about(core, &manifest);
    if !manifest.options.enabled {
        return Ok(loaded.map(close).into_iter().collect());
    }
    let mut changes = Vec::new();
    if let Some(bundle) = loaded {
        if *bundle.name != *manifest.data.name {
            changes.push(close(bundle));
        } else if is_unchanged(core, &bundle, folder).map_err(failed)? {
            supersede_unchanged(core, &bundle);
            return Ok(Vec::new());
        }
    }
    let loader = plan::loader(core, &manifest.data).map_err(failed)?;
    let bundle = operation::record(core, &manifest.data.name).map_err(failed)?;
    operation::refuse_other_folder(core, &bundle, folder).map_err(failed)?;
    let source = BundleSource::Path(folder.to_owned());
    let opening = Opening { manifest, source, loader: Some(loader), files: None };
    let action = Action::Open(Box::new(opening));
    changes.push(Change { bundle, cause: Cause::Watch, action });
    Ok(changes)
}

/// Groups changes that dependencies connect.
pub(super) fn connected(changes: Vec<Change>) -> Vec<Plan> {
    let mut plans: Vec<Plan> = Vec::new();
    for change in changes {
        let touching = |plan: &mut Plan| plan.changes.iter().any(|other| other.connects(&change));
        let joined: Vec<Plan> = plans.extract_if(.., touching).collect();
        let mut plan = Plan::of(change);
        plan.changes.extend(joined.into_iter().flat_map(|joined| joined.changes));
        plans.push(plan);
    }
    plans
}

/// The loaded bundle that came from `folder`, which need not exist any more.
fn bundle_at(core: &Core, folder: &Path) -> Option<Arc<Bundle>> {
    let folder = place::spelled_out(folder);
    let writer = core.writer.lock();
    let found = writer.bundles.values().find(|bundle| {
        let here = bundle.with_generation(&writer, |generation| {
            place::spelled_out(&generation.origin.manifest.data.path) == folder
        });
        here == Some(true)
    });
    found.cloned()
}

/// Where a bundle lies whose folder is gone: one of the watched folders was renamed, or moved to another.
fn moved_to(core: &Core, bundle: &Bundle) -> Option<PathBuf> {
    let roots = core.watching.roots();
    let mut folders = roots.iter().filter_map(|root| scan::bundle_folders(root).ok()).flatten();
    folders.find(|folder| {
        Manifest::read(folder).is_ok_and(|manifest| *manifest.data.name == *bundle.name)
    })
}

/// Whether the bytes in the folder are the bytes that run.
fn is_unchanged(core: &Core, bundle: &Bundle, folder: &Path) -> Result<bool, RuntimeError> {
    let taken = {
        let writer = core.writer.lock();
        bundle.with_generation(&writer, |generation| generation.origin.files.clone()).flatten()
    };
    let Some(taken) = taken else { return Ok(false) };
    let now = BundleFiles::read(folder, &*taken.takes)?;
    Ok(now.digest() == taken.files.digest())
}

//! Grouping: what has to change because files did, and which changes belong together.
//!
//! The content decides: a folder whose bytes are what runs needs no change.

use crate::bundle::Bundle;
use crate::core::Core;
use crate::error::RuntimeError;
use crate::events::Cause;
use crate::loader::BundleFiles;
use crate::loader::manifest::{Manifest, has_manifest};
use crate::reload::admission;
use crate::reload::failure::{self, Failure};
use crate::reload::opening::Opening;
use crate::reload::plan::{Action, Change, Plan};
use crate::reload::reading::Reading;
use crate::reload::supersede::supersede_unchanged;
use crate::reload::{known, place, scan};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What has to change because `folder` did, which was read just now: nothing if its bytes are what
/// runs. `warned` are the folders of whose manifests was told what is odd.
pub(super) fn changes_of(
    core: &Arc<Core>,
    folder: &Path,
    reading: Reading,
    warned: &mut BTreeSet<PathBuf>,
) -> Result<Vec<Change>, Failure> {
    let loaded = bundle_at(core, folder);
    let close = |bundle| {
        let action = Action::Close(folder.to_owned());
        Change { bundle, cause: Cause::Watch, action }
    };
    if place::is_gone(folder) {
        if let Some(now) = loaded.as_ref().and_then(|bundle| moved_to(core, bundle)) {
            let reading = Reading::of(core, &now);
            return changes_of(core, &now, reading, warned);
        }
        let gone = loaded.map(close);
        core.writer.lock().failed.forget_folder(folder);
        return Ok(gone.into_iter().collect());
    }
    let label = folder.file_name().map(|name| name.to_string_lossy().into_owned());
    let label = loaded.as_ref().map(|bundle| bundle.name.to_string()).or(label).unwrap_or_default();
    let unopened = |unopened| Failure::unopened(&label, folder, unopened);
    if loaded.is_none() && !has_manifest(folder) {
        return Ok(Vec::new());
    }
    let opening = Opening::of_reading(core, folder, reading).map_err(unopened)?;
    let name = opening.manifest.data.name.clone();
    let loaded = loaded.or_else(|| known::loaded_from(core, &name, folder));
    if warned.insert(folder.to_owned()) {
        failure::warn_about(core, &opening.manifest);
    }
    let is_renamed = loaded.as_ref().is_some_and(|bundle| *bundle.name != *name);
    // What runs is not closed, and no other bundle's change given up, because of a manifest that nobody
    // has signed.
    admission::believe(core, &opening).map_err(unopened)?;
    // What runs here keeps its name; what does not has the one that its manifest is believed to say.
    let label = loaded.as_ref().map_or_else(|| name.clone(), |bundle| bundle.name.to_string());
    let failed = |error: RuntimeError| Failure::unopened(&label, folder, error.into());
    if !opening.manifest.options.enabled {
        return Ok(loaded.map(close).into_iter().collect());
    }
    let mut changes = Vec::new();
    if let Some(bundle) = loaded {
        if is_renamed {
            changes.push(close(bundle));
        } else if is_unchanged(core, &bundle, folder, &opening).map_err(failed)? {
            supersede_unchanged(core, &bundle);
            return Ok(Vec::new());
        }
    }
    let opening = opening.with_loader(core).map_err(failed)?;
    let bundle = known::record(core, &name).map_err(failed)?;
    known::refuse_other_folder(core, &bundle, folder).map_err(failed)?;
    changes.push(opening.change(bundle, Cause::Watch));
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
fn is_unchanged(
    core: &Core,
    bundle: &Bundle,
    folder: &Path,
    opening: &Opening,
) -> Result<bool, RuntimeError> {
    let taken = {
        let writer = core.writer.lock();
        bundle.with_generation(&writer, |generation| generation.origin.files.clone()).flatten()
    };
    let Some(taken) = taken else { return Ok(false) };
    let now = match opening.tree() {
        Some(tree) => BundleFiles::of_tree(tree, &*taken.takes),
        None => BundleFiles::read(folder, &*taken.takes)?,
    };
    Ok(now.digest() == taken.files.digest())
}

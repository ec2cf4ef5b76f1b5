//! Unloading: one bundle, a bundle with all that need it, everything at the end.

use super::commit::{self, Callbacks};
use super::dependencies;
use super::failure::tell_failure;
use super::known::loaded;
use super::operation::Quiescence;
use super::operation::run;
use super::permission::{Allowed, allow};
use super::plan::{self, Action, Change, Plan};
use super::transaction::{Member, Transaction};
use crate::bundle::Bundle;
use crate::core::Core;
use crate::error::RuntimeError;
use crate::events::{Cause, Delivery};
use crate::loader::manifest::ManifestData;
use crate::runtime::Runtime;
use polyplug_abi::{BundleId, LogLevel};
use std::sync::Arc;

/// Unloads a bundle that no loaded bundle needs.
pub(crate) fn unload(core: &Core, bundle: BundleId) -> Result<(), RuntimeError> {
    let core = &core.shared();
    allow(core, "unload", Allowed::Outside)?;
    let bundle = loaded(core, bundle)?;
    let dependents = dependencies::dependents(core, &bundle);
    if !dependents.is_empty() {
        return Err(RuntimeError::DependentsLoaded { bundle: bundle.name.to_string(), dependents });
    }
    close(core, vec![bundle], Callbacks::Told)
}

/// Unloads a bundle and every bundle that needs it; the names, dependents first.
pub(crate) fn unload_cascade(core: &Core, bundle: BundleId) -> Result<Vec<String>, RuntimeError> {
    let core = &core.shared();
    allow(core, "unload", Allowed::Outside)?;
    let mut going = vec![loaded(core, bundle)?];
    let mut next = 0;
    while let Some(bundle) = going.get(next) {
        for dependent in dependencies::dependents(core, bundle) {
            let dependent = loaded(core, BundleId::of(&dependent))?;
            if !going.iter().any(|known| Arc::ptr_eq(known, &dependent)) {
                going.push(dependent);
            }
        }
        next += 1;
    }
    let going = dependents_first(core, going);
    let names = going.iter().map(|bundle| bundle.name.to_string()).collect();
    close(core, going, Callbacks::Told)?;
    Ok(names)
}

/// Puts every bundle before those that it needs. Of a circle, which only an invalidated bundle that
/// came back can close, the bundle that was found last is first.
fn dependents_first(core: &Core, bundles: Vec<Arc<Bundle>>) -> Vec<Arc<Bundle>> {
    let needed_by = |bundle: Arc<Bundle>| (dependencies::dependents(core, &bundle), bundle);
    let mut left: Vec<(Vec<String>, Arc<Bundle>)> = bundles.into_iter().map(needed_by).collect();
    let mut sorted = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let is_left = |name: &String| left.iter().any(|(_, other)| *other.name == **name);
        let free = left.iter().rposition(|(dependents, _)| !dependents.iter().any(is_left));
        sorted.push(left.remove(free.unwrap_or(left.len() - 1)).1);
    }
    sorted
}

/// `Registry::invalidate_bundle`.
pub(crate) fn invalidate(core: &Core, bundle: BundleId) -> Result<usize, RuntimeError> {
    let core = &core.shared();
    allow(core, "unload", Allowed::Outside)?;
    let Ok(bundle) = loaded(core, bundle) else { return Ok(0) };
    let count = bundle.contracts(core).len();
    close(core, vec![bundle], Callbacks::Silent)?;
    Ok(count)
}

fn close(
    core: &Arc<Core>,
    bundles: Vec<Arc<Bundle>>,
    callbacks: Callbacks,
) -> Result<(), RuntimeError> {
    let manifests: Vec<_> = bundles.iter().filter_map(|bundle| bundle.manifest(core)).collect();
    let changes = bundles
        .into_iter()
        .map(|bundle| {
            let action = Action::Close(bundle.folder(core).unwrap_or_default());
            Change { bundle, cause: Cause::Request, action }
        })
        .collect();
    let plan = Plan { changes, noticed: None, seen: None, is_load: false };
    run(core, plan, callbacks, &mut |_, _| Ok(()))
        .map_err(|failure| tell_failure(core, failure, Delivery::Caller))?;
    for manifest in &manifests {
        tell_loader(core, manifest);
    }
    Ok(())
}

/// Unloads every bundle, at the end of the runtime. Fails only if a pin is held all the while.
pub(crate) fn unload_everything(core: &Arc<Core>) -> Result<(), RuntimeError> {
    let all: Vec<Arc<Bundle>> = {
        let writer = core.writer.lock();
        writer.bundles.values().filter(|bundle| bundle.is_loaded()).cloned().collect()
    };
    let members = all.into_iter().map(|bundle| Member::closing(core, bundle)).collect();
    let mut transaction = Transaction::of_members(members);
    let (delivery, callbacks) = (Delivery::Caller, Callbacks::Silent);
    commit::commit(core, &mut transaction, delivery, callbacks, Quiescence::Unknown)
        .map_err(|failure| failure.error)
}

/// Tells the loader that its bundle is gone. Closing needs no loader, so a missing one is no error.
fn tell_loader(core: &Arc<Core>, manifest: &ManifestData) {
    let Ok(loader) = plan::loader(core, manifest) else { return };
    let runtime = Runtime::borrowed(Arc::clone(core));
    if let Err(error) = loader.unload(manifest, &runtime) {
        core.log(LogLevel::Warn, "runtime", &error.to_string());
    }
}

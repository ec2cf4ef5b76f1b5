//! A newer change of a bundle, or its end, makes what is staged for it unwanted.

use super::plan::Plan;
use super::worker::Job;
use crate::bundle::Bundle;
use crate::core::Core;
use polyplug_abi::LogLevel;
use std::path::PathBuf;
use std::sync::Arc;

/// A file was changed and changed back: what was staged in between is not wanted any more, and what
/// was wrong with it is no longer so. Whoever read what was wrong is told.
pub(super) fn supersede_unchanged(core: &Core, bundle: &Arc<Bundle>) {
    let superseded = core.pending.lock().take_touching(&[bundle]);
    // Closes what was staged, which runs code of guests, with the lock given back.
    drop(superseded);
    let was_wrong = bundle.last_error.lock().take().is_some();
    if was_wrong {
        let message = format!("bundle `{}`: its files are again those that run", bundle.name);
        core.log(LogLevel::Info, "reload", &message);
    }
}

/// Drops staged transactions that the plan supersedes; their other bundles are looked at again. The
/// plan's bundles are claimed, so that nothing is staged for them meanwhile.
pub(super) fn supersede(core: &Core, plan: &Plan) {
    let bundles: Vec<&Arc<Bundle>> = plan.changes.iter().map(|change| &change.bundle).collect();
    let superseded = core.pending.lock().take_touching(&bundles);
    let others: Vec<PathBuf> = superseded
        .iter()
        .flat_map(|transaction| &transaction.members)
        .filter(|member| !bundles.iter().any(|bundle| Arc::ptr_eq(bundle, &member.bundle)))
        .filter_map(|member| Some(member.staged.as_ref()?.origin.manifest.data.path.clone()))
        .collect();
    if !others.is_empty() {
        core.worker.send(Job::LookAgain(others));
    }
}

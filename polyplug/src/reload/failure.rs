//! A failure of one change: kept for the listing, told as an event.

use super::failed::FailedBundle;
use super::known;
use super::opening::{Opening, Unopened};
use super::place;
use crate::bundle::Bundle;
use crate::core::Core;
use crate::error::RuntimeError;
use crate::events::{Delivery, Event, Step};
use crate::generation::Generation;
use crate::loader::BundleSource;
use crate::loader::manifest::{Manifest, ManifestProblem, bundle_folder};
use crate::trust::TrustRecord;
use polyplug_abi::{BundleId, LogLevel};
use std::path::Path;
use std::sync::Arc;

/// A failure, with the step and the bundle it belongs to.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) bundle: String,
    pub(crate) path: std::path::PathBuf,
    pub(crate) step: Step,
    pub(crate) error: RuntimeError,
    /// What was decided about the bundle's bytes, if they were read.
    pub(crate) trust: Option<Arc<TrustRecord>>,
}

impl Failure {
    /// The failure of a bundle that was not opened.
    pub(crate) fn unopened(bundle: &str, path: &Path, unopened: Unopened) -> Self {
        let Unopened { error, trust } = unopened;
        let (bundle, path) = (bundle.to_owned(), path.to_owned());
        Self { bundle, path, step: Step::Stage, error, trust }
    }

    /// The failure of a bundle that nobody has to believe: it is told under its folder's name, unless it
    /// lies in none.
    pub(crate) fn unbelieved(opening: &Opening, unopened: Unopened) -> Self {
        let data = &opening.manifest.data;
        let folder = match &opening.source {
            BundleSource::Path(folder) => folder.file_name().map(|label| label.to_string_lossy()),
            _ => None,
        };
        Self::unopened(folder.as_deref().unwrap_or(&data.name), &data.path, unopened)
    }

    /// Whether somebody was only in the way: the same change may succeed later.
    pub(crate) fn is_busy(&self) -> bool {
        matches!(self.error, RuntimeError::Busy { .. })
    }
}

/// Logs what is odd about a manifest but no error.
pub(crate) fn warn_about(core: &Core, manifest: &Manifest) {
    for warning in &manifest.warnings {
        core.log(LogLevel::Warn, "manifest", &warning.to_string());
    }
}

/// Keeps for the listing why the bundle at `path` was not read. A refusal is told as well.
pub(crate) fn remember_unread(core: &Core, path: &Path, unopened: Unopened) -> RuntimeError {
    let folder = bundle_folder(path);
    let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    if unopened.trust.is_some() {
        return tell_failure(core, Failure::unopened(&name, &folder, unopened), Delivery::Caller);
    }
    note_failure(core, &name, &folder, &unopened.error);
    unopened.error
}

/// Keeps a failure for the listing and tells it as an event.
pub(crate) fn tell_failure(core: &Core, failure: Failure, delivery: Delivery) -> RuntimeError {
    let Failure { bundle, path, step, error, trust } = failure;
    note_failure(core, &bundle, &path, &error);
    let told = Arc::new(error.clone());
    core.events.emit(core, Event::Failed { bundle, path, step, error: told, trust }, delivery);
    error
}

/// As [`tell_failure`], for a change that nobody waits for: without the log record, a host that does
/// not ask for events would never learn why its bundle stays as it is.
pub(crate) fn report_failure(core: &Core, failure: Failure, delivery: Delivery) {
    core.log(LogLevel::Error, "reload", &failure.error.to_string());
    tell_failure(core, failure, delivery);
}

/// Keeps a failure for the listing.
pub(super) fn note_failure(core: &Core, name: &str, path: &Path, error: &RuntimeError) {
    let id = BundleId::of(name).as_u64();
    let is_its_own = core.bundle(id).is_none_or(|bundle| concerns(core, &bundle, path, error));
    // Its folder may have been moved to where it failed now.
    let is_nothing = is_absence(error) && place::is_vacant(path);
    let mut gone = core.writer.lock().failed.others(name, path);
    gone.retain(|other| place::is_gone(other));
    let mut writer = core.writer.lock();
    let loaded = writer.bundles.get(&id).filter(|bundle| bundle.is_loaded()).cloned();
    if let Some(bundle) = loaded {
        match is_its_own {
            true => {
                *bundle.last_error.lock() = Some(error.to_string());
                bundle.with_generation(&writer, Generation::runs_on);
            }
            // What was wrong with the other folder before is no longer what is wrong with it.
            false => writer.failed.forget_folder(path),
        }
        return;
    }
    gone.iter().for_each(|folder| writer.failed.forget_folder(folder));
    if is_nothing {
        // No bundle has failed. If one comes, it is a new one.
        writer.failed.forget_folder(path);
        return;
    }
    writer.failed.note(FailedBundle {
        name: name.to_owned(),
        path: path.to_owned(),
        error: error.to_string(),
        waits_for_provider: matches!(error, RuntimeError::DependencyMissing { .. }),
    });
}

/// Whether it says that there is no manifest.
fn is_absence(error: &RuntimeError) -> bool {
    let RuntimeError::Manifest(error) = error else { return false };
    matches!(error.problem, ManifestProblem::Missing)
}

/// Whether a failure at `path` is one of the `bundle` that runs. Another folder that is called like it, or
/// whose manifest says so, says nothing about it.
fn concerns(core: &Core, bundle: &Bundle, path: &Path, error: &RuntimeError) -> bool {
    match error {
        RuntimeError::DuplicateBundle { .. } => false,
        // It is told with the folder of the bundle that failed.
        RuntimeError::DependentFailed { .. } => true,
        _ => path.as_os_str().is_empty() || known::refuse_other_folder(core, bundle, path).is_ok(),
    }
}

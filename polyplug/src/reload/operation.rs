//! What hosts and bundles ask for: load, reload, poll. Each checks where it is asked, makes a
//! plan, runs the transaction and tells how it ended.

use super::admission;
use super::commit::{self, Callbacks};
use super::drain;
use super::failure::{Failure, remember_unread, report_failure, tell_failure, warn_about};
use super::follow::KeptOut;
use super::known::{loaded, loaded_at, record, refuse_loaded};
use super::opening::{Opening, Unopened};
use super::permission::{Allowed, allow};
use super::plan::{self, Action, Change, Plan};
use super::quiescence::{for_adoption, quiescent_here};
use super::refused;
use super::supersede::supersede;
use super::transaction::{
    Claims, Open, OpenKind, Transaction, open_with_loader, refuse_when_closing,
};
use super::worker::Job;
use crate::bundle::Bundle;
use crate::core::Core;
use crate::error::{LoaderError, RuntimeError, shown};
use crate::events::{Cause, Delivery, Step};
use crate::loader::BundleSource;
use crate::loader::manifest::{ManifestData, bundle_folder};
use crate::registration::Stage;
use crate::trust::BundleTree;
use polyplug_abi::{BundleId, LogLevel};
use std::path::Path;
use std::sync::Arc;

/// Whether the host says that no thread is inside a raw native call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quiescence {
    /// It does not say.
    Unknown,
    /// It says so, for the whole process.
    Declared,
}

/// Loads the bundle at `path`: its folder, or its manifest.
pub(crate) fn load(core: &Core, path: &Path) -> Result<(), RuntimeError> {
    allow(core, "load", Allowed::InsideCalls)?;
    let core = &core.shared();
    let opening = Opening::read(core, path);
    let opening = opening.map_err(|unopened| remember_unread(core, path, unopened))?;
    warn_about(core, &opening.manifest);
    load_opening(core, opening)
}

/// Loads a bundle that was read before; where it was asked for was checked. `explain` adds to an error
/// what the caller knows.
pub(crate) fn load_read(
    core: &Core,
    opening: Opening,
    explain: impl FnOnce(RuntimeError) -> RuntimeError,
) -> Result<(), RuntimeError> {
    warn_about(core, &opening.manifest);
    load_explained(&core.shared(), opening, explain)
}

/// Loads a bundle whose manifest is made in memory.
pub(crate) fn load_from_source(
    core: &Core,
    manifest: ManifestData,
    source: BundleSource,
) -> Result<(), RuntimeError> {
    allow(core, "load", Allowed::InsideCalls)?;
    let path = manifest.path.clone();
    let opening = Opening::given(core, manifest, source);
    let opening = opening.map_err(|unopened| given_unread(core, &path, unopened))?;
    load_opening(&core.shared(), opening)
}

/// Loads a whole bundle that is in memory.
pub(crate) fn load_files(core: &Core, files: Arc<BundleTree>) -> Result<(), RuntimeError> {
    allow(core, "load", Allowed::InsideCalls)?;
    let opening = Opening::of_files(files).map_err(|unopened| unopened.error)?;
    warn_about(core, &opening.manifest);
    load_opening(&core.shared(), opening)
}

/// What is told of a bundle given in memory that was not read.
fn given_unread(core: &Core, path: &Path, unopened: Unopened) -> RuntimeError {
    match unopened.trust {
        Some(_) => remember_unread(core, path, unopened),
        None => unopened.error,
    }
}

fn load_opening(core: &Arc<Core>, opening: Opening) -> Result<(), RuntimeError> {
    load_explained(core, opening, |error| error)
}

fn load_explained(
    core: &Arc<Core>,
    opening: Opening,
    explain: impl FnOnce(RuntimeError) -> RuntimeError,
) -> Result<(), RuntimeError> {
    // Before the name is noted for good.
    admission::believe(core, &opening).map_err(|unopened| {
        tell_failure(core, Failure::unbelieved(&opening, unopened), Delivery::Caller)
    })?;
    let opening = opening.with_loader(core)?;
    let bundle = record(core, &opening.manifest.data.name)?;
    let change = opening.change(bundle, Cause::Request);
    run_load(core, change).map_err(|failure| {
        let error = explain(failure.error);
        tell_failure(core, Failure { error, ..failure }, Delivery::Caller)
    })
}

/// Runs the load of one bundle; where it was asked for was checked.
pub(crate) fn run_load(core: &Arc<Core>, change: Change) -> Result<(), Failure> {
    let refused = |error| Failure {
        bundle: change.bundle.name.to_string(),
        path: change.path(),
        step: Step::Check,
        error,
        trust: None,
    };
    refuse_loaded(core, &change).map_err(refused)?;
    let loader = &mut |opening: &Opening, _: &_| open_with_loader(core, opening, OpenKind::Load);
    run(core, Plan::load_of(change), Callbacks::Told, loader)
}

/// `Runtime::stage`: joins the transaction of this thread, or is one of its own.
pub(crate) fn stage(
    core: &Core,
    manifest: &ManifestData,
    source: &BundleSource,
    body: &mut dyn FnMut(&Stage<'_>) -> Result<(), LoaderError>,
) -> Result<(), LoaderError> {
    if let Some(open) = core.thread().open_transaction(core) {
        return open.stage(manifest, body);
    }
    let core = &core.shared();
    let refused = |error| LoaderError::refused(&manifest.name, error);
    allow(core, "load", Allowed::InsideCalls).map_err(refused)?;
    let opening = Opening::given(core, manifest.clone(), source.clone());
    let opening =
        opening.map_err(|unopened| refused(given_unread(core, &manifest.path, unopened)))?;
    let bundle = record(core, &manifest.name).map_err(refused)?;
    let change = opening.change(bundle, Cause::Request);
    refuse_loaded(core, &change).map_err(refused)?;
    let open: &mut Open<'_> =
        &mut |opening, transaction| transaction.stage(&opening.manifest.data, &mut *body);
    run(core, Plan::load_of(change), Callbacks::Told, open).map_err(|failure| {
        let bundle = failure.bundle.clone();
        match tell_failure(core, failure, Delivery::Caller) {
            RuntimeError::Loader(error) => error,
            reason => LoaderError::refused(&bundle, reason),
        }
    })
}

/// Reloads the bundle at `path`: its folder, its manifest, or a file in it.
pub(crate) fn reload(core: &Core, path: &Path) -> Result<(), RuntimeError> {
    core.watching.allow_reload()?;
    let core = &core.shared();
    let folder = bundle_folder(path);
    let bundle = loaded_at(core, &folder)
        .ok_or_else(|| RuntimeError::BundleNotLoaded { bundle: format!("from {}", shown(path)) })?;
    reload_bundle(core, bundle)
}

/// Reloads a loaded bundle from where it came from.
pub(crate) fn reload_by_id(core: &Core, bundle: BundleId) -> Result<(), RuntimeError> {
    core.watching.allow_reload()?;
    reload_bundle(&core.shared(), loaded(core, bundle)?)
}

fn reload_bundle(core: &Arc<Core>, bundle: Arc<Bundle>) -> Result<(), RuntimeError> {
    allow(core, "reload", Allowed::Outside)?;
    let change = plan::reopen(core, Arc::clone(&bundle), Cause::Request)
        .and_then(|change| refuse_renamed(core, &bundle, change));
    replace(core, &bundle, change)
}

/// Replaces a loaded bundle by another one in memory.
pub(crate) fn reload_files(core: &Core, files: Arc<BundleTree>) -> Result<(), RuntimeError> {
    core.watching.allow_reload()?;
    let core = &core.shared();
    let opening = Opening::of_files(files).map_err(|unopened| unopened.error)?;
    let bundle = loaded(core, BundleId::of(&opening.manifest.data.name))?;
    allow(core, "reload", Allowed::Outside)?;
    warn_about(core, &opening.manifest);
    let change = plan::replaced_by(core, opening, Arc::clone(&bundle), Cause::Request);
    replace(core, &bundle, change)
}

/// A bundle stays what it is called.
fn refuse_renamed(core: &Core, bundle: &Bundle, change: Change) -> Result<Change, Unopened> {
    if let Action::Open(opening) = &change.action
        && opening.manifest.data.name != *bundle.name
    {
        admission::believe(core, opening)?;
        let (name, renamed) = (&bundle.name, &opening.manifest.data.name);
        let problem = format!(
            "the manifest now says `{renamed}`; unload `{name}` and load `{renamed}` instead"
        );
        return Err(RuntimeError::InvalidArgument { what: "name", problem }.into());
    }
    Ok(change)
}

/// Runs the change of a loaded bundle, and of those that are reloaded with it.
fn replace(
    core: &Arc<Core>,
    bundle: &Bundle,
    change: Result<Change, Unopened>,
) -> Result<(), RuntimeError> {
    let plan = change.and_then(|change| {
        let mut plan = Plan::of(change);
        plan.add_dependents(core)?;
        plan.sort()?;
        Ok(plan)
    });
    let plan = plan.map_err(|unopened| {
        let path = bundle.folder(core).unwrap_or_default();
        tell_failure(core, Failure::unopened(&bundle.name, &path, unopened), Delivery::Caller)
    })?;
    let loader = &mut |opening: &Opening, _: &_| open_with_loader(core, opening, OpenKind::Reload);
    run(core, plan, Callbacks::Told, loader)
        .map_err(|failure| tell_failure(core, failure, Delivery::Caller))
}

/// Queues a reload for the worker, from anywhere, also from inside a call.
pub(crate) fn request_reload(core: &Core, bundle: BundleId) -> Result<(), RuntimeError> {
    core.watching.allow_reload()?;
    loaded(core, bundle)?;
    core.worker.send(Job::Reopen(bundle, Cause::Request));
    Ok(())
}

/// Commits what is staged, runs the callbacks that wait, closes what was left. Returns how many
/// transactions were committed.
pub(crate) fn poll(core: &Core, quiescence: Quiescence) -> Result<u32, RuntimeError> {
    let core = &core.shared();
    allow(core, "poll", Allowed::Outside)?;
    if quiescence == Quiescence::Declared {
        quiescent_here(core)?;
    }
    let quiescence = for_adoption(core, quiescence);
    let claimed = take_pending(core, quiescence);
    let mut committed = 0;
    for (mut transaction, claims) in claimed {
        match commit::commit(core, &mut transaction, Delivery::Caller, Callbacks::Told, quiescence)
        {
            Ok(()) => committed += 1,
            Err(failure) => {
                let is_news = refused::is_news_of_poll(core, &transaction, &failure);
                if failure.is_busy() {
                    core.pending.lock().push(transaction);
                } else if transaction.members.len() > 1 {
                    let kept_out = KeptOut::by(&failure, &transaction.watched_folders());
                    core.worker.send(Job::KeepOut(kept_out));
                }
                if is_news {
                    report_failure(core, failure, Delivery::Caller);
                }
            }
        }
        drop(claims);
    }
    core.worker.try_again();
    core.events.deliver_deferred(core);
    drain::close_drained(core, Delivery::Caller);
    Ok(committed)
}

/// What is staged and may be committed now, with its claims.
fn take_pending(core: &Core, quiescence: Quiescence) -> Vec<(Transaction, Claims<'_>)> {
    if core.pending.lock().is_empty() {
        return Vec::new();
    }
    // Told without the locks: whoever receives it may wait for a thread that wants one.
    let mut told = Vec::new();
    let commit = core.commit.lock();
    let taken = core.pending.lock().take_with(|transaction| {
        if quiescence == Quiescence::Unknown && transaction.waits_for_quiescence() {
            told.append(&mut transaction.why_it_waits());
            return None;
        }
        Claims::try_take(core, transaction)
    });
    drop(commit);
    told.iter().for_each(|why| core.log(LogLevel::Warn, "runtime", why));
    taken
}

/// Claims, stages, checks and commits a plan on the calling thread.
pub(super) fn run(
    core: &Arc<Core>,
    plan: Plan,
    callbacks: Callbacks,
    open: &mut Open<'_>,
) -> Result<(), Failure> {
    let first = plan.changes.first();
    let bundle = first.map(|change| change.bundle.name.to_string()).unwrap_or_default();
    let path = first.map(Change::path).unwrap_or_default();
    let refused = |error| Failure { bundle, path, step: Step::Stage, error, trust: None };
    let claims = Claims::take(core, &plan).and_then(|claims| {
        refuse_when_closing(core)?;
        // Another thread may have loaded the bundle while this one waited for the claim.
        if let (true, Some(change)) = (plan.is_load, plan.changes.first()) {
            refuse_loaded(core, change)?;
        }
        Ok(claims)
    });
    let claims = match claims {
        Ok(claims) => claims,
        Err(error) => return Err(refused(error)),
    };
    supersede(core, &plan);
    let mut transaction = Transaction::stage(core, plan, open)?;
    commit::commit(core, &mut transaction, Delivery::Caller, callbacks, Quiescence::Unknown)?;
    drop(claims);
    if drain::belongs_to_poll(core) && core.thread().inside().is_none() {
        drain::close_drained(core, Delivery::Caller);
    }
    Ok(())
}

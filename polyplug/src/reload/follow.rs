//! Following the files: from touched folders to transactions, on the worker.
//!
//! A folder whose bytes were refused is left alone. A failure is told only after the quiet time, if nothing
//! else changed the same folder meanwhile.

mod grouping;
mod kept_out;

use super::commit;
use super::failure::{self, Failure};
use super::held::Held;
use super::opening::{Opening, Unopened};
use super::operation::Quiescence;
use super::plan::{self, Change, Plan};
use super::reading::Reading;
use super::refused::{News, Seen, note, read_of};
use super::supersede::supersede;
use super::transaction::{Claims, OpenKind, Transaction, open_with_loader, refuse_when_closing};
use crate::bundle::Bundle;
use crate::core::Core;
use crate::error::RuntimeError;
use crate::events::{Cause, Delivery, Step};
use crate::generation::TakenFiles;
use crate::options::ReloadMode;
use crate::watcher::Batch;
use grouping::{changes_of, connected};
pub(crate) use kept_out::KeptOut;
use polyplug_abi::{BundleId, LogLevel};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

/// Failures that are not told yet.
#[derive(Default)]
pub(crate) struct Follower {
    held_back: Vec<HeldBack>,
    /// Changes that somebody was in the way of; they are tried again at the next event or poll.
    busy: Vec<Again>,
    kept_out: KeptOut,
    /// The folders of whose manifests was told what is odd, of those that are looked at now; one that is
    /// read again at its turn is not told again.
    warned: BTreeSet<PathBuf>,
}

/// What is tried again.
#[derive(Clone, PartialEq, Eq)]
enum Again {
    /// A folder that changed.
    Folder(PathBuf),
    /// A bundle that is to be reloaded, changed or not.
    Bundle(BundleId, Cause),
}

struct HeldBack {
    folder: PathBuf,
    due: Instant,
    /// The batch that led to it.
    batch: Option<Batch>,
    failure: Failure,
}

/// How a plan ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ran {
    Well,
    Badly,
    /// Badly, and may be tried again as it is.
    Busy,
}

impl Follower {
    /// Files in these folders changed.
    pub(crate) fn touched(&mut self, core: &Arc<Core>, batch: &Batch) {
        let mut folders = self.worth_trying(core, batch);
        let freed = self.kept_out.freed_by(&folders);
        folders.extend(freed);
        self.busy.retain(
            |again| !matches!(again, Again::Folder(folder) if batch.folders.contains(folder)),
        );
        let busy = std::mem::take(&mut self.busy);
        let plans = self.plans(core, &folders, Some(batch));
        for plan in plans {
            // Only the folders that changed once more are in the batch that follows.
            let folders: Vec<PathBuf> = plan.changes.iter().map(Change::path).collect();
            self.run(core, plan, Some(batch), &|| {
                let known = folders.iter().filter(|folder| batch.folders.contains(folder));
                known.into_iter().all(|folder| batch.is_folder_current(folder))
            });
        }
        self.try_all(core, busy);
    }

    /// The folders of a batch but those with bytes that were refused: that is still to be told, if
    /// it was not, when they have come to rest.
    fn worth_trying(&mut self, core: &Core, batch: &Batch) -> Vec<PathBuf> {
        let refused = |folder: &&PathBuf| core.refused.stands(core, folder);
        let (refused, folders): (Vec<&PathBuf>, Vec<&PathBuf>) =
            batch.folders.iter().partition(refused);
        self.held_back.retain(|held| !folders.contains(&&held.folder));
        for held in &mut self.held_back {
            if refused.contains(&&held.folder) {
                held.due = Instant::now() + core.options.quiet;
                held.batch = Some(batch.clone());
            }
        }
        folders.into_iter().cloned().collect()
    }

    /// A poll has refused changes because of others.
    pub(crate) fn keep_out(&mut self, kept_out: KeptOut) {
        self.kept_out.add(kept_out);
    }

    /// Tries the changes again that were busy.
    pub(crate) fn try_again(&mut self, core: &Arc<Core>) {
        let busy = std::mem::take(&mut self.busy);
        self.try_all(core, busy);
    }

    fn try_all(&mut self, core: &Arc<Core>, busy: Vec<Again>) {
        let mut folders = Vec::new();
        for again in busy {
            match again {
                Again::Folder(folder) => folders.push(folder),
                Again::Bundle(bundle, cause) => self.reopen(core, bundle, cause),
            }
        }
        self.look_again(core, folders);
    }

    /// Whether a change waits to be tried again.
    pub(crate) fn is_busy(&self) -> bool {
        !self.busy.is_empty()
    }

    /// Looks at folders again whose staged change was dropped.
    pub(crate) fn look_again(&mut self, core: &Arc<Core>, folders: Vec<PathBuf>) {
        for plan in self.plans(core, &folders, None) {
            self.run(core, plan, None, &|| true);
        }
    }

    /// Tries bundles of the watched folders again that failed because a provider was missing, and
    /// whose providers are all there now.
    pub(crate) fn retry_waiting(&mut self, core: &Arc<Core>) {
        let waiting = core.writer.lock().failed.waiting_for_provider(&core.watching.roots());
        for folder in waiting {
            for plan in self.plans(core, &[folder], None) {
                if plan.is_met(core) {
                    self.run(core, plan, None, &|| true);
                }
            }
        }
    }

    /// Opens a loaded bundle once more.
    pub(crate) fn reopen(&mut self, core: &Arc<Core>, id: BundleId, cause: Cause) {
        let Some(bundle) = core.bundle(id.as_u64()) else { return };
        self.reopen_if(core, &bundle, cause, || true);
    }

    /// Makes a generation anew that was stopped. What has replaced it already, or is staged to do so,
    /// is newer than its bytes and comes first.
    pub(crate) fn rebuild(&mut self, core: &Arc<Core>, bundle: BundleId, number: u32) {
        let Some(bundle) = core.bundle(bundle.as_u64()) else { return };
        if core.pending.lock().touches(&bundle) {
            return;
        }
        // Asked once more when the bundle is claimed and nobody else can replace it.
        let still_runs = || bundle.load_number(core) == Some(number);
        if still_runs() {
            self.reopen_if(core, &bundle, Cause::Rebuild, still_runs);
        }
    }

    fn reopen_if(
        &mut self,
        core: &Arc<Core>,
        bundle: &Arc<Bundle>,
        cause: Cause,
        is_current: impl Fn() -> bool,
    ) {
        let name = bundle.name.to_string();
        match plan::reopen(core, Arc::clone(bundle), cause) {
            Ok(change) => {
                if self.run_or_note(core, Plan::of(change), None, is_current) == Ran::Busy {
                    self.busy.push(Again::Bundle(bundle.id, cause));
                }
            }
            Err(Unopened { error: RuntimeError::BundleNotLoaded { .. }, .. }) => {}
            Err(unopened) => {
                let path = PathBuf::new();
                let failure = Failure::unopened(&name, &path, unopened);
                failure::report_failure(core, failure, Delivery::Worker);
            }
        }
    }

    /// When a failure is due to be told.
    pub(crate) fn next_deadline(&self) -> Option<Instant> {
        self.held_back.iter().map(|held| held.due).min()
    }

    /// Tells the failures that nothing has superseded.
    pub(crate) fn report_due(&mut self, core: &Core, now: Instant) {
        for held in &mut self.held_back {
            // What has changed since comes in a batch of its own, which decides what is told.
            let is_current = |batch: &Batch| batch.is_folder_current(&held.folder);
            if held.due <= now && !held.batch.as_ref().is_none_or(is_current) {
                held.due = now + core.options.quiet;
            }
        }
        for held in self.held_back.extract_if(.., |held| held.due <= now) {
            core.refused.told(&held.folder);
            failure::report_failure(core, held.failure, Delivery::Worker);
        }
    }

    /// The plans for changed folders: bundles that dependencies connect change together.
    fn plans(&mut self, core: &Arc<Core>, folders: &[PathBuf], batch: Option<&Batch>) -> Vec<Plan> {
        self.warned.clear();
        self.plans_in(core, folders, batch, Held::default())
    }

    fn plans_in(
        &mut self,
        core: &Arc<Core>,
        folders: &[PathBuf],
        batch: Option<&Batch>,
        mut held: Held,
    ) -> Vec<Plan> {
        let mut changes: Vec<Change> = Vec::new();
        let mut folders_seen = BTreeMap::new();
        for folder in folders {
            let revision = core.revision.load(Ordering::Acquire);
            let reading = Reading::of(core, folder);
            let seen = Seen::of(folder, &reading);
            match changes_of(core, folder, reading, &mut self.warned) {
                Ok(found) => {
                    // A folder that was renamed is found under both names.
                    let is_new = |change: &Change| !changes.iter().any(|one| change.repeats(one));
                    let mut found: Vec<Change> = found.into_iter().filter(is_new).collect();
                    found.iter_mut().for_each(|change| change.wait_in(&mut held));
                    changes.extend(found);
                    folders_seen.insert(folder.clone(), seen);
                }
                Err(failure) => {
                    let read = seen.unread(&failure);
                    if note(core, &failure, read, revision) == News::Fresh {
                        self.hold_back(core, folder, batch, failure);
                    }
                }
            }
        }
        let mut plans = connected(changes);
        for plan in &mut plans {
            if let [change] = &*plan.changes {
                plan.seen = folders_seen.remove(&change.path());
            }
            plan.noticed = batch.map(|batch| batch.first_event_at);
        }
        plans
    }

    /// Stages a plan, and commits it or leaves it for the poll. What is no longer the newest is
    /// dropped: the watcher sends it again when it has settled.
    fn run(
        &mut self,
        core: &Arc<Core>,
        plan: Plan,
        batch: Option<&Batch>,
        is_current: &dyn Fn() -> bool,
    ) {
        if plan.changes.iter().any(Change::is_set_down) {
            // All that one transaction changes has to be there at once.
            let folders: BTreeSet<PathBuf> = plan.changes.iter().map(Change::path).collect();
            let folders: Vec<PathBuf> = folders.into_iter().collect();
            drop(plan);
            for plan in self.plans_in(core, &folders, batch, Held::without_limit()) {
                self.run(core, plan, batch, is_current);
            }
            return;
        }
        let folders: Vec<Again> =
            plan.changes.iter().map(|change| Again::Folder(change.path())).collect();
        if self.run_or_note(core, plan, batch, is_current) == Ran::Busy {
            self.busy.retain(|again| !folders.contains(again));
            self.busy.extend(folders);
        }
    }

    fn run_or_note(
        &mut self,
        core: &Arc<Core>,
        plan: Plan,
        batch: Option<&Batch>,
        is_current: impl Fn() -> bool,
    ) -> Ran {
        if refuse_when_closing(core).is_err() {
            return Ran::Badly;
        }
        let folder = plan.changes.first().map(Change::path).unwrap_or_default();
        let watched = plan.changes.iter().filter(|change| change.cause == Cause::Watch);
        let watched: Vec<PathBuf> = watched.map(Change::path).collect();
        let is_rebuild = plan.changes.iter().any(|change| change.cause == Cause::Rebuild);
        let (revision, seen) = (core.revision.load(Ordering::Acquire), plan.seen.clone());
        let mut taken = None;
        match run_plan(core, plan, &mut taken, is_current) {
            Ok(()) => Ran::Well,
            // What was stopped is being replaced by something newer.
            Err(Failure { error: RuntimeError::ChangeInProgress { .. }, .. }) if is_rebuild => {
                Ran::Badly
            }
            Err(failure) => {
                let ran = if failure.is_busy() { Ran::Busy } else { Ran::Badly };
                if ran == Ran::Badly {
                    self.kept_out.add(KeptOut::by(&failure, &watched));
                }
                let read = seen.and_then(|seen| read_of(&failure, &folder, seen, taken));
                if note(core, &failure, read, revision) == News::Fresh {
                    self.hold_back(core, &folder, batch, failure);
                }
                ran
            }
        }
    }

    fn hold_back(&mut self, core: &Core, folder: &Path, batch: Option<&Batch>, failure: Failure) {
        self.held_back.retain(|held| held.folder != folder);
        let due = Instant::now() + core.options.quiet;
        let batch = batch.filter(|batch| batch.folders.iter().any(|one| one == folder)).cloned();
        self.held_back.push(HeldBack { folder: folder.to_owned(), due, batch, failure });
    }
}

fn run_plan(
    core: &Arc<Core>,
    mut plan: Plan,
    taken: &mut Option<TakenFiles>,
    is_current: impl Fn() -> bool,
) -> Result<(), Failure> {
    let first = plan.changes.first();
    let path = first.map(Change::path).unwrap_or_default();
    let bundle = plan.names().into_iter().next().unwrap_or_default();
    let failed = |step, Unopened { error, trust }: Unopened| Failure {
        bundle,
        path: path.clone(),
        step,
        error,
        trust,
    };
    if let Err(unopened) = plan.add_dependents(core).and_then(|()| Ok(plan.sort()?)) {
        return Err(failed(Step::Check, unopened));
    }
    let _claims = match Claims::take(core, &plan) {
        Ok(claims) => claims,
        Err(error) => return Err(failed(Step::Stage, error.into())),
    };
    supersede(core, &plan);
    let kind = |opening: &Opening| {
        let bundle = core.bundle(BundleId::of(&opening.manifest.data.name).as_u64());
        match bundle.is_some_and(|bundle| bundle.is_loaded()) {
            true => OpenKind::Reload,
            false => OpenKind::Load,
        }
    };
    let mut transaction = Transaction::stage(core, plan, &mut |opening, open| {
        let opened = open_with_loader(core, opening, kind(opening));
        if opening.manifest.data.path == path {
            *taken = open.taken();
        }
        opened
    })?;
    if !is_current() {
        return Ok(());
    }
    if core.options.mode == ReloadMode::OnPoll || waits_for_quiescence(core, &transaction) {
        core.pending.lock().push(transaction);
        return Ok(());
    }
    let (delivery, callbacks) = (Delivery::Worker, commit::Callbacks::Told);
    commit::commit(core, &mut transaction, delivery, callbacks, Quiescence::Unknown)
}

/// Whether only a poll that declares quiescence can commit the transaction; tells why.
fn waits_for_quiescence(core: &Core, transaction: &Transaction) -> bool {
    let commit = core.commit.lock();
    if !transaction.waits_for_quiescence() {
        return false;
    }
    let told = transaction.why_it_waits();
    // Whoever receives it may wait for a thread that wants the lock.
    drop(commit);
    told.iter().for_each(|why| core.log(LogLevel::Warn, "runtime", why));
    true
}

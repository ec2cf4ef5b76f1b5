//! One transaction: stage every bundle of a plan, check, and hold the result until the commit.
//!
//! Nothing that is staged can be seen; dropping a transaction drops it whole.

use super::dependencies::{self, Overlay};
use super::failure::Failure;
use super::open_transaction::OpenTransaction;
use super::opening::{Opening, Unopened};
use super::plan::{Action, Change, Plan};
use super::{admission, check, commit};
use crate::bundle::Bundle;
use crate::clock::Stopwatch;
use crate::core::Core;
use crate::error::{LoaderError, RuntimeError};
use crate::events::{Cause, Step};
use crate::generation::Generation;
use crate::registration::staging::Staging;
use crate::runtime::Runtime;
use crate::thread::Within;
use crate::trust::TrustRecord;
use std::cell::Cell;
use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// Staged and checked, ready to be committed.
pub(crate) struct Transaction {
    pub(crate) members: Vec<Member>,
    pub(crate) noticed: Option<Instant>,
    pub(crate) stage_time: Duration,
    /// Somebody was told that it waits for quiescence.
    warned_of_waiting: Cell<bool>,
}

/// One bundle of a transaction.
pub(crate) struct Member {
    pub(crate) bundle: Arc<Bundle>,
    pub(crate) cause: Cause,
    /// The load number that ran when this was staged; the commit holds only against that one.
    pub(crate) replaces: Option<u32>,
    /// The load number that is to run; none is an unload.
    pub(crate) opens: Option<u32>,
    /// The staged generation, until it is published.
    pub(crate) staged: Option<Box<Generation>>,
    /// What was decided about its bytes.
    pub(crate) trust: Option<Arc<TrustRecord>>,
    /// How long the bundle lets a commit wait: the new generation's word, else the running one's.
    drain_timeout: Duration,
}

/// How the bundles of a plan are opened.
pub(crate) type Open<'a> = dyn FnMut(&Opening, &OpenTransaction) -> Result<(), LoaderError> + 'a;

impl Transaction {
    /// Stages and checks a plan. The caller holds the claims of its bundles.
    pub(crate) fn stage(
        core: &Arc<Core>,
        plan: Plan,
        open: &mut Open<'_>,
    ) -> Result<Self, Failure> {
        let mut watch = Stopwatch::start();
        let transaction = OpenTransaction::new(plan.changes.iter().map(|c| c.bundle.id).collect());
        let mut overlay = Overlay {
            hidden: plan.changes.iter().map(|change| change.bundle.id.as_u64()).collect(),
            ..Overlay::default()
        };
        let first = plan.changes.first().map(|change| change.bundle.name.to_string());
        let mut members = Vec::with_capacity(plan.changes.len());
        for change in plan.changes {
            let running = Running::of(core, &change.bundle);
            let path = change.path();
            let bundle = Arc::clone(&change.bundle);
            let cause = change.cause;
            let staged = stage_one(core, change, &transaction, &overlay, open)
                .map_err(|stopped| blame(first.as_deref(), &bundle, path, cause, stopped))?;
            if let Some(generation) = &staged {
                overlay.add(&bundle, generation);
                transaction.remember(&bundle, generation);
            }
            members.push(Member::new(bundle, cause, running, staged));
        }
        let (noticed, stage_time) = (plan.noticed, watch.lap());
        let transaction = Self { noticed, stage_time, ..Self::of_members(members) };
        check::all(core, &transaction, &overlay)?;
        Ok(transaction)
    }

    /// A transaction that stages nothing.
    pub(crate) fn of_members(members: Vec<Member>) -> Self {
        let warned_of_waiting = Cell::new(false);
        Self { members, noticed: None, stage_time: Duration::ZERO, warned_of_waiting }
    }

    /// Whether only a poll that declares quiescence can commit it. Commit lock held.
    pub(crate) fn waits_for_quiescence(&self) -> bool {
        self.members.iter().any(commit::waits_for_quiescence)
    }

    /// What the host is told, once, of a transaction that waits for a poll that declares quiescence.
    pub(crate) fn why_it_waits(&self) -> Vec<String> {
        if self.warned_of_waiting.replace(true) {
            return Vec::new();
        }
        let waiting = self.members.iter().filter(|member| commit::waits_for_quiescence(member));
        let why = |member: &Member| {
            format!(
                "bundle `{}`: its new version waits: instances are alive and raw interfaces were \
                 handed out, so it takes them over in the next poll that declares quiescence \
                 (`POLYPLUG_POLL_QUIESCENT`)",
                member.bundle.name
            )
        };
        waiting.map(why).collect()
    }

    /// Where those of its bundles lie whose files changed.
    pub(crate) fn watched_folders(&self) -> Vec<PathBuf> {
        let watched = self.members.iter().filter(|member| member.cause == Cause::Watch);
        let staged = watched.filter_map(|member| member.staged.as_ref());
        staged.map(|staged| staged.origin.manifest.data.path.clone()).collect()
    }

    /// The longest that any of its bundles lets a commit wait.
    pub(crate) fn drain_timeout(&self) -> Duration {
        let timeouts = self.members.iter().map(|member| member.drain_timeout);
        timeouts.max().unwrap_or(commit::DEFAULT_DRAIN_TIMEOUT)
    }
}

impl Member {
    fn new(
        bundle: Arc<Bundle>,
        cause: Cause,
        running: Option<Running>,
        staged: Option<Box<Generation>>,
    ) -> Self {
        let opens = staged.as_ref().map(|generation| generation.number);
        let trust = staged.as_ref().map(|generation| Arc::clone(&generation.origin.trust));
        let timeouts = (staged.as_deref().map(drain_timeout), running.as_ref());
        let drain_timeout = match timeouts {
            (Some(timeout), _) => timeout,
            (None, Some(running)) => running.drain_timeout,
            (None, None) => commit::DEFAULT_DRAIN_TIMEOUT,
        };
        let replaces = running.map(|running| running.number);
        Self { bundle, cause, replaces, opens, staged, trust, drain_timeout }
    }

    /// The unload of a bundle.
    pub(crate) fn closing(core: &Core, bundle: Arc<Bundle>) -> Self {
        let running = Running::of(core, &bundle);
        Self::new(bundle, Cause::Request, running, None)
    }
}

/// What a transaction must know of the generation that runs.
struct Running {
    number: u32,
    drain_timeout: Duration,
}

impl Running {
    fn of(core: &Core, bundle: &Bundle) -> Option<Self> {
        let writer = core.writer.lock();
        bundle.with_generation(&writer, |generation| Self {
            number: generation.number,
            drain_timeout: drain_timeout(generation),
        })
    }
}

fn drain_timeout(generation: &Generation) -> Duration {
    generation.origin.manifest.options.reload.drain_timeout
}

impl Change {
    /// Where the bundle lies.
    pub(crate) fn path(&self) -> std::path::PathBuf {
        match &self.action {
            Action::Open(opening) => opening.manifest.data.path.clone(),
            Action::Close(folder) => folder.clone(),
        }
    }
}

/// Why a bundle was not staged.
struct Stopped {
    step: Step,
    error: RuntimeError,
    trust: Option<Arc<TrustRecord>>,
}

fn stage_one(
    core: &Arc<Core>,
    change: Change,
    transaction: &OpenTransaction,
    overlay: &Overlay,
    open: &mut Open<'_>,
) -> Result<Option<Box<Generation>>, Stopped> {
    let Action::Open(opening) = change.action else { return Ok(None) };
    let data = &opening.manifest.data;
    // Before any of its code runs, and before its manifest is believed.
    let trust = admission::admit(core, &change.bundle, &opening)
        .map_err(|Unopened { error, trust }| Stopped { step: Step::Stage, error, trust })?;
    let stopped = |step, error, trust| Stopped { step, error, trust: Some(Arc::new(trust)) };
    // A bundle whose providers are missing is not started.
    dependencies::check(core, overlay, data)
        .map_err(|error| stopped(Step::Check, error, trust.clone()))?;
    let path = data.path.to_string_lossy().into_owned();
    let mut manifest = opening.manifest.clone();
    manifest.options.limits.default_to(&core.options.default_limits);
    let (source, contents) = (opening.source.clone(), opening.contents.clone());
    let staging =
        Staging::new(core, change.bundle, manifest, source, contents, trust.clone(), &path);
    let generation = transaction
        .while_open(core.thread(), Within::Init, || {
            transaction.start(staging, || open(&opening, transaction))
        })
        .map_err(|error| {
            stopped(Step::Stage, error, trust.with_digest_of(transaction.taken().as_ref()))
        })?;
    Ok(Some(Box::new(generation)))
}

/// Whether a bundle is opened for the first time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OpenKind {
    Load,
    Reload,
}

/// Opens a bundle with its loader; a panic of the loader is a failure like any other.
pub(crate) fn open_with_loader(
    core: &Arc<Core>,
    opening: &Opening,
    kind: OpenKind,
) -> Result<(), LoaderError> {
    let runtime = Runtime::borrowed(Arc::clone(core));
    let manifest = &opening.manifest.data;
    let Some(loader) = &opening.loader else {
        let error = RuntimeError::Internal("a bundle without a loader is to be opened".to_owned());
        return Err(LoaderError::refused(&manifest.name, error));
    };
    let opened = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| match kind {
        OpenKind::Reload => loader.reload(manifest, &opening.source, &runtime),
        OpenKind::Load => loader.load(manifest, &opening.source, &runtime),
    }));
    opened.unwrap_or_else(|panic| {
        let text = crate::border::panic_text(panic.as_ref());
        Err(LoaderError::refused(
            &manifest.name,
            RuntimeError::Internal(format!("loader `{}` panicked: {text}", manifest.loader)),
        ))
    })
}

/// A dependent that failed is named together with the bundle that it was reloaded for.
fn blame(
    first: Option<&str>,
    bundle: &Bundle,
    path: std::path::PathBuf,
    cause: Cause,
    stopped: Stopped,
) -> Failure {
    let Stopped { step, error, trust } = stopped;
    let name = bundle.name.to_string();
    match first {
        Some(first) if cause == Cause::Dependency => Failure {
            bundle: first.to_owned(),
            path,
            step,
            error: RuntimeError::DependentFailed {
                bundle: first.to_owned(),
                dependent: name,
                reason: Box::new(error),
            },
            trust,
        },
        _ => Failure { bundle: name, path, step, error, trust },
    }
}

/// The right to change some bundles; dropping it gives it back.
pub(crate) struct Claims<'a> {
    core: &'a Core,
    bundles: Vec<u64>,
}

impl<'a> Claims<'a> {
    /// Waits until nobody else changes one of `bundles`. Inside a call it does not wait, since the
    /// other thread may be waiting for that call.
    pub(crate) fn take(core: &'a Core, plan: &Plan) -> Result<Self, RuntimeError> {
        let bundles: Vec<u64> =
            plan.changes.iter().map(|change| change.bundle.id.as_u64()).collect();
        let mut claimed = core.claims.lock();
        while bundles.iter().any(|bundle| claimed.contains(bundle)) {
            if core.thread().record.depth() > 0 {
                let bundle = plan.names().join("`, `");
                return Err(RuntimeError::ChangeInProgress { bundle });
            }
            core.claim_ended.wait(&mut claimed);
        }
        claimed.extend(&bundles);
        drop(claimed);
        Ok(Self { core, bundles })
    }

    /// As [`Claims::take`] for the bundles of a staged transaction, without waiting.
    pub(crate) fn try_take(core: &'a Core, transaction: &Transaction) -> Option<Self> {
        let bundles: Vec<u64> =
            transaction.members.iter().map(|member| member.bundle.id.as_u64()).collect();
        let mut claimed: parking_lot::MutexGuard<'_, HashSet<u64>> = core.claims.lock();
        if bundles.iter().any(|bundle| claimed.contains(bundle)) {
            return None;
        }
        claimed.extend(&bundles);
        drop(claimed);
        Some(Self { core, bundles })
    }
}

impl Drop for Claims<'_> {
    fn drop(&mut self) {
        let mut claimed = self.core.claims.lock();
        for bundle in &self.bundles {
            claimed.remove(bundle);
        }
        drop(claimed);
        self.core.claim_ended.notify_all();
    }
}

/// Whether the runtime still takes changes.
pub(crate) fn refuse_when_closing(core: &Core) -> Result<(), RuntimeError> {
    match core.closing.load(Ordering::Acquire) {
        false => Ok(()),
        true => Err(RuntimeError::InvalidArgument {
            what: "runtime",
            problem: "it is being destroyed".into(),
        }),
    }
}

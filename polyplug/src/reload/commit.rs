//! The commit: close the gate, take the locks, hand the state over, and then, without a step that
//! can fail, point everything at the new generations.
//!
//! Order: commit lock, gate closed and pins gone, VM locks of bundles with state (each by a timed
//! attempt), hand-over, native bundles with instances paused, writer lock, gate sealed, point of no
//! return. What could not be had in a
//! short slice is given back, the gate is opened, and all is tried again until the deadline.

mod adoption;
mod hand_over;
mod publication;
#[cfg(test)]
mod tests;

use super::admission;
use super::check;
use super::failure::Failure;
use super::operation::Quiescence;
use super::quiescence::for_adoption;
use super::transaction::{Member, Transaction};
use crate::clock::Stopwatch;
use crate::core::Core;
use crate::error::RuntimeError;
use crate::events::{Cause, Delivery, Event, StateOutcome, Step, Timings};
use crate::reload::drain;
use adoption::Adoptions;
pub(crate) use adoption::waits_for_quiescence;
use hand_over::Locked;
use parking_lot::MutexGuard;
use polyplug_abi::LogLevel;
use publication::Publication;
use std::ptr;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// How long a commit tries, and a drain waits before it reports, where no manifest says.
pub(crate) const DEFAULT_DRAIN_TIMEOUT: Duration = Duration::from_millis(2000);

/// How long one attempt may hold the gate closed while it waits for pins or locks.
const SLICE: Duration = Duration::from_millis(5);

/// The pause between attempts, in which waiting pins and calls go first.
const PAUSE: Duration = Duration::from_micros(200);

/// Whether callbacks hear of the change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Callbacks {
    Told,
    Silent,
}

/// Why an attempt did not commit.
enum Obstacle {
    /// Somebody is in the way; another attempt may succeed.
    Held { bundle: String, holder: String, thread: String, pin: bool },
    /// It will not succeed.
    Fatal(RuntimeError),
}

/// Commits a transaction: all of it or, with an error, none. After `Busy` it may be tried again.
pub(crate) fn commit(
    core: &Core,
    transaction: &mut Transaction,
    delivery: Delivery,
    callbacks: Callbacks,
    quiescence: Quiescence,
) -> Result<(), Failure> {
    still_accepted(core, transaction)?;
    if callbacks == Callbacks::Told {
        announce(core, transaction, delivery);
    }
    let new_shapes = check::new_shapes(core, &transaction.members);
    let mut watch = Stopwatch::start();
    let started = Instant::now();
    let deadline = started + transaction.drain_timeout();
    let outcomes = loop {
        let slice = deadline.min(Instant::now() + SLICE);
        match attempt(core, transaction, slice, quiescence) {
            Ok(outcomes) => break outcomes,
            Err(Obstacle::Fatal(error)) => return Err(failure(transaction, error)),
            Err(Obstacle::Held { bundle, holder, thread, pin }) => {
                if Instant::now() < deadline {
                    std::thread::park_timeout(PAUSE);
                    continue;
                }
                let since = started.elapsed();
                if pin {
                    let thread = thread.clone();
                    let event = Event::PinHeld { thread, waited: since };
                    core.events.emit(core, event, delivery);
                }
                let error = RuntimeError::Busy { bundle, holder, thread, since };
                return Err(failure(transaction, error));
            }
        }
    };
    let timings = Timings {
        stage: transaction.stage_time,
        commit: watch.lap(),
        since_change: transaction.noticed.map(|noticed| noticed.elapsed()),
    };
    raise_floors(core, transaction);
    report(core, transaction, &outcomes, timings, delivery, callbacks);
    new_shapes.iter().for_each(|told| core.log(LogLevel::Info, "reload", told));
    core.worker.wake_for_drain(core);
    if transaction.members.iter().any(|member| member.opens.is_some()) {
        core.worker.retry_waiting(core);
    }
    Ok(())
}

/// What is committed is still accepted. A rebuild is of bytes that run.
fn still_accepted(core: &Core, transaction: &Transaction) -> Result<(), Failure> {
    for member in transaction.members.iter().filter(|member| member.cause != Cause::Rebuild) {
        let Some(trust) = &member.trust else { continue };
        admission::still_accept(core, trust).map_err(|unopened| {
            let failure = Failure::unopened(&member.bundle.name, &trust.path, unopened);
            Failure { step: Step::Commit, ..failure }
        })?;
    }
    Ok(())
}

fn failure(transaction: &Transaction, error: RuntimeError) -> Failure {
    let first = transaction.members.first();
    Failure {
        bundle: first.map(|member| member.bundle.name.to_string()).unwrap_or_default(),
        path: first
            .and_then(|member| Some(member.staged.as_ref()?.origin.manifest.data.path.clone()))
            .unwrap_or_default(),
        step: Step::Commit,
        error,
        trust: first.and_then(|member| member.trust.clone()),
    }
}

fn attempt(
    core: &Core,
    transaction: &mut Transaction,
    slice: Instant,
    quiescence: Quiescence,
) -> Result<Vec<StateOutcome>, Obstacle> {
    let _commit = lock(core, slice, &transaction.members)?;
    still_valid(core, transaction)?;
    let _gate = ClosedGate::close(core);
    wait_for_pins(core, slice, &transaction.members)?;
    // A thread may have attached since the poll began; from here on none does, since it would pin.
    let quiescence = for_adoption(core, quiescence);
    let locked = Locked::take(core, &transaction.members, slice)?;
    let members = &transaction.members;
    let mut outcomes = hand_over::hand_over(core, members, &locked)?;
    let adoptions = Adoptions::prepare(core, members, slice, quiescence, &mut outcomes)?;

    let mut writer = core.writer.lock();
    // Once more, now that no caller can be bound any more until the commit is through.
    check::expectations(members).map_err(Obstacle::Fatal)?;
    let mut publication = Publication::prepare(core, &writer, members);
    seal(core, members, &locked, &adoptions)?;
    // The point of no return: nothing below allocates on behalf of the swap, waits or fails.
    let retired = publication.publish(core, &mut transaction.members, &adoptions);
    core.revision.fetch_add(1, Ordering::Release);
    core.gate.open();
    publication.note(&mut writer, &transaction.members);
    drop(writer);
    drop(locked);
    drain::retire(core, retired);
    Ok(outcomes)
}

/// The commit lock. A thread inside a call (it loads a bundle) does not wait for it without a limit:
/// whoever holds it may be handing state over, and call into the VM that this thread is inside of.
fn lock<'a>(
    core: &'a Core,
    slice: Instant,
    members: &[Member],
) -> Result<MutexGuard<'a, ()>, Obstacle> {
    if core.thread().record.depth() == 0 {
        return Ok(core.commit.lock());
    }
    core.commit.try_lock_until(slice).ok_or_else(|| {
        let holder = "another change is being committed".to_owned();
        Obstacle::Held { bundle: name_of(members), holder, thread: String::new(), pin: false }
    })
}

/// The transaction was staged against what is loaded now.
fn still_valid(core: &Core, transaction: &Transaction) -> Result<(), Obstacle> {
    let writer = core.writer.lock();
    for member in &transaction.members {
        let now = member.bundle.with_generation(&writer, |generation| generation.number);
        if now != member.replaces {
            let bundle = member.bundle.name.to_string();
            return Err(Obstacle::Fatal(RuntimeError::ChangeInProgress { bundle }));
        }
    }
    Ok(())
}

fn wait_for_pins(core: &Core, slice: Instant, members: &[Member]) -> Result<(), Obstacle> {
    loop {
        let pinned = core.threads.with_all(|threads| {
            threads.iter().find(|thread| thread.record.is_pinned()).map(|thread| thread.name())
        });
        match pinned {
            None => return Ok(()),
            Some(thread) if Instant::now() >= slice => return Err(pin_held(members, thread)),
            Some(_) => std::thread::park_timeout(Duration::from_micros(50)),
        }
    }
}

/// Seals the gate, if no thread took a pin from inside a call meanwhile, and if no bundle that had
/// nothing to hand over has something now.
fn seal(
    core: &Core,
    members: &[Member],
    locked: &Locked,
    adoptions: &Adoptions,
) -> Result<(), Obstacle> {
    // The list stays locked from the seal to the scan: a thread that is new to the runtime is either
    // scanned or finds the gate sealed.
    let pinned = core.threads.with_all(|threads| {
        let pinned = core.gate.seal(threads.iter().map(|thread| &thread.record)).err()?;
        threads.iter().find(|thread| ptr::eq(&thread.record, pinned)).map(|thread| thread.name())
    });
    if let Some(thread) = pinned {
        return Err(pin_held(members, thread));
    }
    // A constructor that finished before the seal is counted; one that finishes now sees the seal
    // and starts again in the new generation.
    match hand_over::state_that_appeared(members, locked, adoptions) {
        None => Ok(()),
        Some(bundle) => {
            let holder = "an instance was made meanwhile".to_owned();
            Err(Obstacle::Held { bundle, holder, thread: String::new(), pin: false })
        }
    }
}

fn pin_held(members: &[Member], thread: String) -> Obstacle {
    let holder = "a pin is held".to_owned();
    Obstacle::Held { bundle: name_of(members), holder, thread, pin: true }
}

fn name_of(members: &[Member]) -> String {
    members.first().map(|member| member.bundle.name.to_string()).unwrap_or_default()
}

/// Opens the gate however the attempt ends.
struct ClosedGate<'a>(&'a Core);

impl<'a> ClosedGate<'a> {
    fn close(core: &'a Core) -> Self {
        core.gate.close();
        Self(core)
    }
}

impl Drop for ClosedGate<'_> {
    fn drop(&mut self) {
        self.0.gate.open();
    }
}

/// The callbacks before the commit.
fn announce(core: &Core, transaction: &Transaction, delivery: Delivery) {
    for member in &transaction.members {
        let bundle = member.bundle.name.to_string();
        let event = match (&member.staged, member.replaces) {
            (Some(staged), Some(from)) => Event::Preparing { bundle, from, to: staged.number },
            (None, Some(_)) => Event::Unloading { bundle },
            _ => continue,
        };
        core.events.emit(core, event, delivery);
    }
}

/// What now runs says which versions of it are too old to run again. Only now: a version that never
/// ran must not keep an older one from running.
fn raise_floors(core: &Core, transaction: &Transaction) {
    for trust in transaction.members.iter().filter_map(|member| member.trust.as_deref()) {
        let Some(minimum) = trust.signer.and_then(|signer| signer.minimum) else { continue };
        if let Err(error) = core.options.trust.raise(&trust.name, minimum) {
            let name = &trust.name;
            let message = format!(
                "bundle `{name}`: that versions before {minimum} are refused could not be kept for the \
                 next start: {error}"
            );
            core.log(LogLevel::Error, "trust", &message);
        }
    }
}

/// The events after the commit.
fn report(
    core: &Core,
    transaction: &Transaction,
    outcomes: &[StateOutcome],
    timings: Timings,
    delivery: Delivery,
    callbacks: Callbacks,
) {
    if callbacks == Callbacks::Silent {
        return;
    }
    for (at, member) in transaction.members.iter().enumerate() {
        let bundle = member.bundle.name.to_string();
        let event = match (member.replaces, member.opens) {
            (Some(from), Some(to)) => Event::Reloaded {
                bundle,
                from,
                to,
                state: outcomes[at],
                cause: member.cause,
                timings,
                trust: member.trust.clone(),
            },
            (None, Some(generation)) => {
                Event::Loaded { bundle, generation, timings, trust: member.trust.clone() }
            }
            (Some(generation), None) => Event::Unloaded { bundle, generation },
            (None, None) => continue,
        };
        core.events.emit(core, event, delivery);
    }
}

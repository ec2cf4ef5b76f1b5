//! The drain: a replaced generation is closed when the last call has left it.
//!
//! A stuck call delays only its own generation. Native code whose raw interface was handed out also
//! waits until the host has declared that no raw call runs.

use crate::barrier;
use crate::bundle::Bundle;
use crate::core::Core;
use crate::events::{Delivery, Event, PinReason};
use crate::generation::Replaced;
use crate::native_code::Closed;
use crate::options::ReloadMode;
use crate::thread::Within;
use polyplug_abi::{LogLevel, SHUTDOWN_RUNTIME};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// More retired generations of one bundle than this, held by raw pointers, are worth an event.
const MANY_RETIRED: usize = 16;

/// A replaced generation on its way out.
pub(crate) struct Retired {
    pub(crate) bundle: Arc<Bundle>,
    pub(crate) generation: Replaced,
    since: Instant,
    /// One of the `SHUTDOWN_` reasons.
    reason: u32,
    /// The count that raw callers must have seen, if raw pointers were handed out.
    retired_at: Option<u64>,
    reported: bool,
}

impl Retired {
    pub(crate) fn new(bundle: Arc<Bundle>, generation: Replaced, reason: u32) -> Self {
        let since = Instant::now();
        Self { bundle, generation, since, reason, retired_at: None, reported: false }
    }

    /// Whether some caller may have read a function of the generation from a slot.
    fn was_handed_out(&self) -> bool {
        self.generation.has_native() && self.bundle.slots().iter().any(|slot| slot.was_handed_out())
    }

    fn raw_callers_left(&self, core: &Core) -> bool {
        self.retired_at.is_none_or(|count| core.raw_callers.have_left(count, &core.threads))
    }
}

/// Hands replaced generations to the drain.
pub(crate) fn retire(core: &Core, mut retired: Vec<Retired>) {
    if retired.iter().any(|retired| retired.generation.has_native()) {
        // Pairs with the light barrier in `Slot::hand_out`: either the mark is seen here, or the
        // functions that were read after it are the new ones.
        barrier::heavy();
    }
    let count = core.raw_callers.retire();
    for retired in &mut retired {
        retired.retired_at = retired.was_handed_out().then_some(count);
    }
    core.retired.lock().extend(retired);
}

/// Whether anything waits to be closed.
pub(crate) fn is_idle(core: &Core) -> bool {
    core.retired.lock().is_empty()
}

/// Whether closing is the polling thread's work.
pub(crate) fn belongs_to_poll(core: &Core) -> bool {
    core.options.mode == ReloadMode::OnPoll
}

/// Closes what no call is inside of, and reports what has waited too long. Returns how many were
/// closed. Must not be called inside a call, since closing runs guest code.
pub(crate) fn close_drained(core: &Core, delivery: Delivery) -> usize {
    let waiting = std::mem::take(&mut *core.retired.lock());
    if waiting.is_empty() {
        return 0;
    }
    // Pairs with the light barrier in `CallRecord::enter`: a call that entered a generation before
    // it was replaced is seen by the scan.
    barrier::heavy();
    let (busy, left): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|retired| {
        core.threads.name(&retired.generation) || !retired.raw_callers_left(core)
    });
    let closed = left.len();
    for retired in left {
        close(core, retired, delivery);
    }
    let mut busy = busy;
    report_overdue(core, &mut busy, delivery);
    core.retired.lock().extend(busy);
    closed
}

fn close(core: &Core, retired: Retired, delivery: Delivery) {
    let Retired { bundle, generation, since, reason, .. } = retired;
    let number = generation.number;
    let waited = since.elapsed();
    let reason = match core.closing.load(Ordering::Acquire) {
        true => SHUTDOWN_RUNTIME,
        false => reason,
    };
    let close = || core.thread().while_within(Within::Closing, || generation.close(reason));
    let closed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(close));
    let bundle = bundle.name.to_string();
    let closed = closed.unwrap_or_else(|panic| {
        let text = crate::border::panic_text(panic.as_ref());
        core.log(LogLevel::Error, "runtime", &format!("closing bundle `{bundle}`: {text}"));
        Closed::Gone
    });
    let event = match closed {
        Closed::Gone => Event::Drained { bundle, generation: number, waited },
        Closed::Kept { reason } => {
            let reason = PinReason::KeptBySystem(reason);
            Event::Pinned { bundle, generation: number, reason }
        }
    };
    core.events.emit(core, event, delivery);
}

fn report_overdue(core: &Core, busy: &mut [Retired], delivery: Delivery) {
    let mut overdue = Vec::new();
    for at in 0..busy.len() {
        let retired = &busy[at];
        let raw = !retired.raw_callers_left(core);
        let timeout = retired.generation.origin.manifest.options.reload.drain_timeout;
        let late = if raw {
            let same = busy.iter().filter(|other| Arc::ptr_eq(&other.bundle, &retired.bundle));
            same.count() > MANY_RETIRED
                && !busy
                    .iter()
                    .any(|other| other.reported && Arc::ptr_eq(&other.bundle, &retired.bundle))
        } else {
            !retired.reported && retired.since.elapsed() >= timeout
        };
        if late {
            busy[at].reported = true;
            let reason = if raw { PinReason::RawPointers } else { PinReason::CallRunning };
            overdue.push((busy[at].bundle.name.to_string(), busy[at].generation.number, reason));
        }
    }
    for (bundle, generation, reason) in overdue {
        core.events.emit(core, Event::Pinned { bundle, generation, reason }, delivery);
    }
}

/// At the end of the runtime: closes what can be closed before `deadline`, and leaks the rest, which
/// some thread is still inside of. Returns how many were leaked.
pub(crate) fn close_all_before(core: &Core, deadline: Instant) -> usize {
    // The host gives the runtime up, and with it every pointer that it got from it.
    core.raw_callers.end();
    let mut pause = Duration::from_micros(50);
    loop {
        close_drained(core, Delivery::Caller);
        if is_idle(core) {
            return 0;
        }
        if Instant::now() >= deadline {
            break;
        }
        std::thread::park_timeout(pause);
        pause = (pause * 2).min(Duration::from_millis(50));
    }
    let left = std::mem::take(&mut *core.retired.lock());
    let count = left.len();
    for retired in left {
        let message = format!(
            "bundle `{}`: a call is still inside its load {}; it is leaked, not freed",
            retired.bundle.name, retired.generation.number
        );
        core.log(LogLevel::Error, "runtime", &message);
        std::mem::forget(retired.generation);
    }
    count
}

//! Events: a queue that is asked, and a callback that is told.

use crate::border;
use crate::hosts;
use crate::trust;
use parking_lot::Mutex;
use polyplug::Receiver;
use polyplug::events::{Cause, Event, PinReason, StateOutcome, Step, Timings};
use polyplug::trust::TrustRecord;
use polyplug_abi::{self as abi, BundleId, HostApi, OnEvent, StringView};
use std::ffi::c_void;
use std::ptr;
use std::sync::Arc;
use std::time::Duration;

/// Takes the oldest event that was not taken yet. [thread-safe]
///
/// False if there is none, and `out` is then not written. The queue is bounded: when it is full
/// the oldest events are dropped, and one of the kind POLYPLUG_EVENT_EVENTS_LOST says how many.
/// The texts of the event belong to the runtime and live until this function is called for the
/// same runtime again, or it is destroyed; so one thread takes the events.
///
/// # Safety
/// - `out` is null or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn polyplug_next_event(host: *const HostApi, out: *mut abi::Event) -> bool {
    border::value(false, || {
        let host = hosts::find(host)?;
        let out = border::place("out", out)?;
        let Some(event) = host.events.next() else { return Ok(false) };
        // SAFETY: the caller's promise.
        unsafe { border::write(out, event) };
        Ok(true)
    })
}

/// The events of one runtime that wait to be taken, and the last one that was.
pub(crate) struct Queue {
    waiting: Receiver<Event>,
    taken: Mutex<Option<Told>>,
}

impl Queue {
    pub(crate) fn new(waiting: Receiver<Event>) -> Self {
        Self { waiting, taken: Mutex::default() }
    }

    fn next(&self) -> Option<abi::Event> {
        let mut taken = self.taken.lock();
        let event = self.waiting.try_recv().ok()?;
        // Where it stays: what the event shows must not move any more.
        Some(taken.insert(Told::new(&event)).event())
    }
}

/// A C program's callback.
pub(crate) struct Listener {
    pub(crate) on_event: OnEvent,
    pub(crate) user_data: *mut c_void,
}

// SAFETY: the pointer is only handed back to the program, which promises that its callback may be
// called with it on any thread.
unsafe impl Send for Listener {}
// SAFETY: as above.
unsafe impl Sync for Listener {}

/// A closure that tells the listener.
pub(crate) fn teller(listener: Listener) -> impl Fn(&Event) + Send + Sync + 'static {
    move |event| {
        // Whole, so that the closure holds what may cross threads and not the bare pointer.
        let listener = &listener;
        let told = Told::new(event);
        let event = told.event();
        // SAFETY: the program's promise for its callback; the texts live during the call.
        unsafe { (listener.on_event)(listener.user_data, &raw const event) };
    }
}

/// An event in the layout of C, and the texts that it shows.
struct Told {
    event: abi::Event,
    bundle: Option<String>,
    path: Option<String>,
    message: Option<String>,
    trust: Option<trust::Shown>,
}

// SAFETY: the views in `event` are null; `Told::event` sets them. Those in `trust` show what it owns.
unsafe impl Send for Told {}

impl Told {
    fn new(event: &Event) -> Self {
        let mut told = Self::of_kind(kind(event));
        told.bundle = event.bundle().map(str::to_owned);
        told.event.bundle_id = event.bundle_id().unwrap_or(BundleId::from_u64(0));
        match event {
            Event::Loaded { generation, timings, trust, .. } => {
                told.set_trust(trust.as_ref());
                told.event.to = *generation;
                told.set_timings(timings);
            }
            Event::Preparing { from, to, .. } => {
                (told.event.from, told.event.to) = (*from, *to);
            }
            Event::Reloaded { from, to, state, cause, timings, trust, .. } => {
                told.set_trust(trust.as_ref());
                (told.event.from, told.event.to) = (*from, *to);
                told.set_state(*state);
                told.event.cause = self::cause(*cause);
                told.set_timings(timings);
            }
            Event::Failed { path, step, error, trust, .. } => {
                told.set_trust(trust.as_ref());
                told.path = Some(path.to_string_lossy().into_owned());
                told.event.step = self::step(*step);
                told.event.code = error.code();
                told.message = Some(error.to_string());
            }
            Event::Drained { generation, waited, .. } => {
                told.event.from = *generation;
                told.event.waited_ns = nanoseconds(*waited);
            }
            Event::Unloaded { generation, .. } => told.event.from = *generation,
            Event::Pinned { generation, reason, .. } => {
                told.event.from = *generation;
                told.set_reason(reason);
            }
            Event::PinHeld { thread, waited } => {
                told.message = Some(thread.clone());
                told.event.waited_ns = nanoseconds(*waited);
            }
            Event::WatchLost { path, reason } => {
                told.path = Some(path.to_string_lossy().into_owned());
                told.message = Some(reason.clone());
            }
            Event::EventsLost { count } => told.event.count = *count,
            Event::Unloading { .. } => {}
            other => told.message = Some(format!("{other:?}")),
        }
        told
    }

    fn of_kind(kind: u32) -> Self {
        Self {
            event: abi::Event::of_kind(kind),
            bundle: None,
            path: None,
            message: None,
            trust: None,
        }
    }

    /// The event, whose texts live as long as this.
    fn event(&self) -> abi::Event {
        let view = |text: &Option<String>| {
            text.as_deref().map_or(StringView::null(), StringView::from_str)
        };
        abi::Event {
            bundle: view(&self.bundle),
            path: view(&self.path),
            message: view(&self.message),
            trust: self.trust.as_ref().map_or(ptr::null(), trust::Shown::layout),
            ..self.event
        }
    }

    fn set_trust(&mut self, record: Option<&Arc<TrustRecord>>) {
        self.trust = record.map(trust::Shown::new);
    }

    fn set_timings(&mut self, timings: &Timings) {
        self.event.stage_ns = nanoseconds(timings.stage);
        self.event.commit_ns = nanoseconds(timings.commit);
        self.event.since_change_ns = timings.since_change.map_or(0, nanoseconds);
    }

    fn set_state(&mut self, state: StateOutcome) {
        match state {
            StateOutcome::None => self.event.state = abi::STATE_NONE,
            StateOutcome::Reset => self.event.state = abi::STATE_RESET,
            StateOutcome::Kept { objects, reset } => {
                self.event.state = abi::STATE_KEPT;
                (self.event.state_kept, self.event.state_reset) = (objects, reset);
            }
        }
    }

    fn set_reason(&mut self, reason: &PinReason) {
        match reason {
            PinReason::CallRunning => self.event.reason = abi::PIN_CALL_RUNNING,
            PinReason::RawPointers => self.event.reason = abi::PIN_RAW_POINTERS,
            PinReason::KeptBySystem(why) => {
                self.event.reason = abi::PIN_KEPT_BY_SYSTEM;
                self.message = Some(why.clone());
            }
            other => self.message = Some(format!("{other:?}")),
        }
    }
}

fn kind(event: &Event) -> u32 {
    match event {
        Event::Loaded { .. } => abi::EVENT_LOADED,
        Event::Preparing { .. } => abi::EVENT_PREPARING,
        Event::Reloaded { .. } => abi::EVENT_RELOADED,
        Event::Failed { .. } => abi::EVENT_FAILED,
        Event::Drained { .. } => abi::EVENT_DRAINED,
        Event::Unloading { .. } => abi::EVENT_UNLOADING,
        Event::Unloaded { .. } => abi::EVENT_UNLOADED,
        Event::Pinned { .. } => abi::EVENT_PINNED,
        Event::PinHeld { .. } => abi::EVENT_PIN_HELD,
        Event::WatchLost { .. } => abi::EVENT_WATCH_LOST,
        Event::EventsLost { .. } => abi::EVENT_EVENTS_LOST,
        _ => abi::EVENT_OTHER,
    }
}

fn step(step: Step) -> u32 {
    match step {
        Step::Stage => abi::STEP_STAGE,
        Step::Check => abi::STEP_CHECK,
        Step::Commit => abi::STEP_COMMIT,
    }
}

fn cause(cause: Cause) -> u32 {
    match cause {
        Cause::Request => abi::CAUSE_REQUEST,
        Cause::Watch => abi::CAUSE_WATCH,
        Cause::Dependency => abi::CAUSE_DEPENDENCY,
        Cause::Rebuild => abi::CAUSE_REBUILD,
    }
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

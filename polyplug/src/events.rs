//! What a runtime tells: events, to channels, to callbacks and to a bounded queue.
//!
//! A channel gets its events from whatever thread they happen on. A callback runs on the thread that
//! asked for the change, or, under `OnPoll`, on the polling thread; never with a lock held.

mod hub;

pub(crate) use hub::{Delivery, EventHub};

use crate::error::RuntimeError;
use crate::trust::TrustRecord;
use polyplug_abi::BundleId;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Something that happened to a bundle or to the runtime.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Event {
    /// A bundle is loaded; its contracts can be found.
    Loaded {
        /// The bundle's name.
        bundle: String,
        /// Its load number.
        generation: u32,
        /// How long the steps took.
        timings: Timings,
        /// What was decided about its bytes, and who signed them.
        trust: Option<Arc<TrustRecord>>,
    },
    /// A new version is staged and checked; the commit follows.
    Preparing {
        /// The bundle's name.
        bundle: String,
        /// The load number that runs.
        from: u32,
        /// The load number that is about to run.
        to: u32,
    },
    /// A new version runs.
    Reloaded {
        /// The bundle's name.
        bundle: String,
        /// The load number that ran before.
        from: u32,
        /// The load number that runs now.
        to: u32,
        /// What became of its state.
        state: StateOutcome,
        /// Why it was reloaded.
        cause: Cause,
        /// How long the steps took.
        timings: Timings,
        /// What was decided about its bytes, and who signed them.
        trust: Option<Arc<TrustRecord>>,
    },
    /// A load, reload or unload failed; what ran before still runs.
    Failed {
        /// The bundle's name, or its folder's if the manifest cannot be read or believed.
        bundle: String,
        /// Where the bundle lies.
        path: PathBuf,
        /// Which step failed.
        step: Step,
        /// Why.
        error: Arc<RuntimeError>,
        /// What was decided about its bytes, if they were read or refused.
        trust: Option<Arc<TrustRecord>>,
    },
    /// The last call has left a replaced version, and it was closed.
    Drained {
        /// The bundle's name.
        bundle: String,
        /// The load number that was closed.
        generation: u32,
        /// How long that took from the commit on.
        waited: Duration,
    },
    /// A bundle is about to be unloaded.
    Unloading {
        /// The bundle's name.
        bundle: String,
    },
    /// A bundle was unloaded; its handles are stale.
    Unloaded {
        /// The bundle's name.
        bundle: String,
        /// The load number that ran last.
        generation: u32,
    },
    /// A replaced version cannot be closed yet.
    Pinned {
        /// The bundle's name.
        bundle: String,
        /// The load number that stays open.
        generation: u32,
        /// What keeps it.
        reason: PinReason,
    },
    /// A thread held a pin so long that a commit gave up.
    PinHeld {
        /// The thread's name.
        thread: String,
        /// How long the commit waited.
        waited: Duration,
    },
    /// The watcher lost a folder and no longer follows it.
    WatchLost {
        /// The folder.
        path: PathBuf,
        /// What the operating system said.
        reason: String,
    },
    /// A receiver was slower than the events, and its oldest were dropped.
    EventsLost {
        /// How many.
        count: u64,
    },
}

impl Event {
    /// The bundle that the event is about.
    pub fn bundle(&self) -> Option<&str> {
        match self {
            Self::Loaded { bundle, .. }
            | Self::Preparing { bundle, .. }
            | Self::Reloaded { bundle, .. }
            | Self::Failed { bundle, .. }
            | Self::Drained { bundle, .. }
            | Self::Unloading { bundle }
            | Self::Unloaded { bundle, .. }
            | Self::Pinned { bundle, .. } => Some(bundle),
            Self::PinHeld { .. } | Self::WatchLost { .. } | Self::EventsLost { .. } => None,
        }
    }

    /// The bundle's id.
    pub fn bundle_id(&self) -> Option<BundleId> {
        self.bundle().map(BundleId::of)
    }
}

/// How long the steps of a change took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timings {
    /// Reading, opening and starting.
    pub stage: Duration,
    /// Checking, waiting for pins and locks, handing over, publishing.
    pub commit: Duration,
    /// From the first notification of the change to the commit, if the watcher saw it.
    pub since_change: Option<Duration>,
}

/// What became of a bundle's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StateOutcome {
    /// There was none.
    None,
    /// Handed over.
    Kept {
        /// Objects that were given their state back.
        objects: u32,
        /// Objects that were made afresh, because their state could not be kept.
        reset: u32,
    },
    /// Dropped, as `state = "reset"` asks.
    Reset,
}

/// Why a bundle was reloaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Somebody asked for it.
    Request,
    /// Its files changed.
    Watch,
    /// A bundle that it depends on was reloaded.
    Dependency,
    /// It was stopped in the middle of a call and made anew from the same bytes.
    Rebuild,
}

/// The step that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Reading, opening or starting the bundle.
    Stage,
    /// Comparing what it registered with what was promised and what runs.
    Check,
    /// Getting in, or handing the state over.
    Commit,
}

/// What keeps a replaced version open.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PinReason {
    /// A call has been running in it for longer than the drain timeout.
    CallRunning,
    /// Raw interface pointers were handed out and the host has not declared quiescence.
    RawPointers,
    /// It was closed, and the operating system keeps its code; this is why, as far as can be known.
    KeptBySystem(String),
}

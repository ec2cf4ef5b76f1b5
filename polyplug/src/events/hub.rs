//! Who is told: receivers, each with a bounded channel of its own, and the callbacks.

use super::Event;
use crate::border;
use crate::core::Core;
use crate::options::{ReloadCallback, ReloadMode, RuntimeOptions};
use crate::thread::Within;
use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use parking_lot::Mutex;
use polyplug_abi::{BundleId, ReloadPhase, ReloadPhaseType, StringView};
use std::collections::VecDeque;

/// One runtime's events.
pub(crate) struct EventHub {
    capacity: usize,
    receivers: Mutex<Vec<Outlet>>,
    /// Events of the worker that wait for the polling thread to run the callbacks.
    deferred: Mutex<Deferred>,
}

/// Events that wait; bounded like a receiver's channel.
#[derive(Default)]
struct Deferred {
    events: VecDeque<Event>,
    lost: u64,
}

/// One receiver: the hub holds both ends, so that it can drop the oldest event of a full channel.
struct Outlet {
    sender: Sender<Event>,
    oldest: Receiver<Event>,
    lost: u64,
}

impl EventHub {
    pub(crate) fn new(options: &RuntimeOptions) -> Self {
        Self {
            capacity: options.event_capacity.max(2),
            receivers: Mutex::default(),
            deferred: Mutex::default(),
        }
    }

    /// A channel that gets every event from now on.
    pub(crate) fn subscribe(&self) -> Receiver<Event> {
        let (sender, receiver) = bounded(self.capacity);
        let oldest = receiver.clone();
        self.receivers.lock().push(Outlet { sender, oldest, lost: 0 });
        receiver
    }

    /// Tells channels now, and callbacks now or at the next poll.
    pub(crate) fn emit(&self, core: &Core, event: Event, on: Delivery) {
        self.send(&event);
        if core.options.callbacks.is_empty() {
            return;
        }
        match (on, core.options.mode) {
            (Delivery::Worker, ReloadMode::OnPoll) => {
                self.deferred.lock().push(event, self.capacity)
            }
            _ => run_callbacks(core, &event),
        }
    }

    /// Runs the callbacks that waited for this poll.
    pub(crate) fn deliver_deferred(&self, core: &Core) {
        let Deferred { events, lost } = std::mem::take(&mut *self.deferred.lock());
        if lost > 0 {
            run_callbacks(core, &Event::EventsLost { count: lost });
        }
        for event in &events {
            run_callbacks(core, event);
        }
    }

    fn send(&self, event: &Event) {
        // A receiver whose other clones are gone would only fill up: its channel has one receiver,
        // ours, and nobody will ever read it. crossbeam does not tell, so full ones rotate.
        for outlet in self.receivers.lock().iter_mut() {
            outlet.send(event);
        }
    }
}

impl Deferred {
    fn push(&mut self, event: Event, capacity: usize) {
        if self.events.len() >= capacity {
            self.events.pop_front();
            self.lost += 1;
        }
        self.events.push_back(event);
    }
}

/// Which thread an event happens on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// The thread that asked for the change, or the polling thread.
    Caller,
    /// The runtime's worker.
    Worker,
}

impl Outlet {
    fn send(&mut self, event: &Event) {
        if self.lost > 0 && self.sender.try_send(Event::EventsLost { count: self.lost }).is_ok() {
            self.lost = 0;
        }
        let mut event = event.clone();
        while let Err(TrySendError::Full(back)) = self.sender.try_send(event) {
            match self.oldest.try_recv() {
                Ok(Event::EventsLost { count }) => self.lost += count,
                Ok(_) => self.lost += 1,
                Err(_) => {}
            }
            event = back;
        }
    }
}

fn run_callbacks(core: &Core, event: &Event) {
    let thread = core.thread();
    thread.while_within(Within::Callback, || {
        for callback in &core.options.callbacks {
            match callback {
                ReloadCallback::Closure(closure) => border::catch((), || closure(event)),
                ReloadCallback::Foreign(function, user_data) => {
                    let Some((phase, reason)) = phase_of(event) else { continue };
                    let name = event.bundle().unwrap_or_default();
                    let phase = ReloadPhase {
                        phase_type: phase,
                        bundle_id: BundleId::of(name),
                        bundle_name: border::view(name),
                        reason: reason.as_deref().map_or(StringView::null(), border::view),
                    };
                    // SAFETY: the host's promise for its callback; the views live during the call.
                    unsafe { function(user_data.0, &raw const phase) };
                }
            }
        }
    });
}

/// The four phases of the ABI; other events reach a C host through its event queue.
fn phase_of(event: &Event) -> Option<(ReloadPhaseType, Option<String>)> {
    match event {
        Event::Preparing { .. } => Some((ReloadPhaseType::Preparing, None)),
        Event::Reloaded { .. } => Some((ReloadPhaseType::Reloaded, None)),
        Event::Failed { error, .. } => Some((ReloadPhaseType::Failed, Some(error.to_string()))),
        Event::Unloading { .. } => Some((ReloadPhaseType::Unloading, None)),
        _ => None,
    }
}

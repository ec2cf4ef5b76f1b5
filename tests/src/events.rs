//! The events of a runtime, kept in order.

use crate::patience::wait_for;
use parking_lot::Mutex;
use polyplug::Receiver;
use polyplug::events::Event;

/// Everything that a runtime told one receiver.
#[derive(Debug)]
pub struct EventLog {
    receiver: Receiver<Event>,
    seen: Mutex<Vec<Event>>,
}

impl EventLog {
    /// Keeps what comes out of `receiver`.
    pub fn new(receiver: Receiver<Event>) -> Self {
        Self { receiver, seen: Mutex::default() }
    }

    /// All events so far.
    pub fn all(&self) -> Vec<Event> {
        let mut seen = self.seen.lock();
        seen.extend(self.receiver.try_iter());
        seen.clone()
    }

    /// How many events so far `matches` accepts.
    pub fn count(&self, matches: impl Fn(&Event) -> bool) -> usize {
        self.all().iter().filter(|event| matches(event)).count()
    }

    /// The first event that `look` makes something of; waits for it.
    #[track_caller]
    pub fn wait_for<T>(&self, what: &str, look: impl Fn(&Event) -> Option<T>) -> T {
        wait_for(what, || self.all().iter().find_map(&look))
    }

    /// Forgets what has come so far.
    pub fn forget(&self) {
        self.all();
        *self.seen.lock() = Vec::new();
    }

    /// The events about one bundle, as words.
    pub fn story(&self, bundle: &str) -> Vec<&'static str> {
        let all = self.all();
        all.iter().filter(|event| event.bundle() == Some(bundle)).map(word).collect()
    }

    /// How often a bundle was loaded or reloaded.
    pub fn commits(&self, bundle: &str) -> usize {
        let story = self.story(bundle);
        story.iter().filter(|word| matches!(**word, "loaded" | "reloaded")).count()
    }
}

/// One word for an event.
pub fn word(event: &Event) -> &'static str {
    match event {
        Event::Loaded { .. } => "loaded",
        Event::Preparing { .. } => "preparing",
        Event::Reloaded { .. } => "reloaded",
        Event::Failed { .. } => "failed",
        Event::Drained { .. } => "drained",
        Event::Unloading { .. } => "unloading",
        Event::Unloaded { .. } => "unloaded",
        Event::Pinned { .. } => "pinned",
        Event::PinHeld { .. } => "pin held",
        Event::WatchLost { .. } => "watch lost",
        Event::EventsLost { .. } => "events lost",
        _ => "another",
    }
}

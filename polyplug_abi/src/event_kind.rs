//! What an event is about.

/// Something that this header has no number for; the message says what.
pub const EVENT_OTHER: u32 = 0;
/// A bundle is loaded; its contracts can be found.
pub const EVENT_LOADED: u32 = 1;
/// A new version is staged and checked; the commit follows.
pub const EVENT_PREPARING: u32 = 2;
/// A new version runs.
pub const EVENT_RELOADED: u32 = 3;
/// A load, reload or unload failed; what ran before still runs.
pub const EVENT_FAILED: u32 = 4;
/// The last call has left a replaced version, and it was closed.
pub const EVENT_DRAINED: u32 = 5;
/// A bundle is about to be unloaded.
pub const EVENT_UNLOADING: u32 = 6;
/// A bundle was unloaded; its handles are stale.
pub const EVENT_UNLOADED: u32 = 7;
/// A replaced version cannot be closed yet, or is not let go of by the system.
pub const EVENT_PINNED: u32 = 8;
/// A thread held a pin so long that a commit gave up.
pub const EVENT_PIN_HELD: u32 = 9;
/// A folder is no longer watched.
pub const EVENT_WATCH_LOST: u32 = 10;
/// The queue was full, and the oldest events were dropped.
pub const EVENT_EVENTS_LOST: u32 = 11;

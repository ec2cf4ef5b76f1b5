//! What keeps a replaced version open.

/// The event is about no pinned version.
pub const PIN_NONE: u32 = 0;
/// A call has been running in it for longer than the drain timeout.
pub const PIN_CALL_RUNNING: u32 = 1;
/// Raw interfaces were handed out and the host has not said that it is quiescent.
pub const PIN_RAW_POINTERS: u32 = 2;
/// It was closed, but the system keeps its library in the process; the message says why.
pub const PIN_KEPT_BY_SYSTEM: u32 = 3;

//! What became of a bundle's state in a reload.

/// There was none, or the event is no reload.
pub const STATE_NONE: u32 = 0;
/// It was handed over.
pub const STATE_KEPT: u32 = 1;
/// It was dropped, as the manifest asks.
pub const STATE_RESET: u32 = 2;

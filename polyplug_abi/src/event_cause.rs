//! Why a bundle was reloaded.

/// The event is no reload.
pub const CAUSE_NONE: u32 = 0;
/// Somebody asked for it.
pub const CAUSE_REQUEST: u32 = 1;
/// Its files changed.
pub const CAUSE_WATCH: u32 = 2;
/// A bundle that it depends on was reloaded.
pub const CAUSE_DEPENDENCY: u32 = 3;
/// It was stopped in the middle of a call and made anew from the same bytes.
pub const CAUSE_REBUILD: u32 = 4;

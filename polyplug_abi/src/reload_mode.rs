//! When changes that the watcher saw are committed. The numbers are for C alone; Rust has an enum of
//! the runtime's.

/// The runtime stages changes in the background and commits them in `polyplug_poll`.
pub const RELOAD_ON_POLL: u32 = 0;
/// The runtime commits changes by itself, as soon as they are staged.
pub const RELOAD_IMMEDIATE: u32 = 1;

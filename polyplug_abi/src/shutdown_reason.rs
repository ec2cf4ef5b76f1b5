//! Why a plugin's `polyplug_shutdown` is called.

/// The bundle was started and is not going to run: a check failed, or another bundle of the same
/// change did.
pub const SHUTDOWN_REFUSED: u32 = 0;
/// A newer version of the bundle runs.
pub const SHUTDOWN_REPLACED: u32 = 1;
/// The bundle was unloaded.
pub const SHUTDOWN_UNLOADED: u32 = 2;
/// The runtime is being destroyed.
pub const SHUTDOWN_RUNTIME: u32 = 3;

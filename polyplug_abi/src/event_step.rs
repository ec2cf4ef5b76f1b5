//! The step of a change that failed.

/// The event is no failure.
pub const STEP_NONE: u32 = 0;
/// Reading, opening or starting the bundle.
pub const STEP_STAGE: u32 = 1;
/// Comparing what it registered with what was promised and what runs.
pub const STEP_CHECK: u32 = 2;
/// Getting in, or handing the state over.
pub const STEP_COMMIT: u32 = 3;

//! Whether a bundle runs.

/// It runs.
pub const BUNDLE_LOADED: u32 = 1;
/// It was tried and does not run.
pub const BUNDLE_FAILED: u32 = 2;

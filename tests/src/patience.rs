//! Waiting for a condition, with an end.

use std::time::{Duration, Instant};

/// How long a condition may take: far more than it needs, also on a busy machine under a sanitizer.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Between two looks.
const PAUSE: Duration = Duration::from_micros(500);

/// Returns as soon as `condition` holds.
///
/// # Panics
/// If it does not within [`PATIENCE`], with `what`.
#[track_caller]
pub fn wait_until(what: &str, mut condition: impl FnMut() -> bool) {
    wait_for(what, || condition().then_some(()));
}

/// Returns what `look` finds as soon as it finds something.
///
/// # Panics
/// As for [`wait_until`].
#[track_caller]
pub fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < end, "waited in vain until {what}");
        std::thread::park_timeout(PAUSE);
    }
}

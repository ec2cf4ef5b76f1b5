//! Time, as the runtime sees it: the moments that events carry and how long steps took.

use std::time::{Duration, Instant};

/// Measures consecutive steps.
#[derive(Debug)]
pub(crate) struct Stopwatch {
    last: Instant,
}

impl Stopwatch {
    pub(crate) fn start() -> Self {
        Self { last: Instant::now() }
    }

    /// The time since the start or the last lap.
    pub(crate) fn lap(&mut self) -> Duration {
        let now = Instant::now();
        let lap = now - self.last;
        self.last = now;
        lap
    }
}

//! A latch: threads arrive and stay until it is released.

use crate::patience::{PATIENCE, wait_until};
use parking_lot::{Condvar, Mutex};

/// Holds every thread that comes by until it is released, once and for all.
#[derive(Debug, Default)]
pub struct Latch {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    arrived: usize,
    released: bool,
}

impl Latch {
    /// Arrives and stays until the latch is released. A latch that a failed test never releases
    /// gives up, so that the other tests can run.
    pub fn pass(&self) {
        let mut state = self.state.lock();
        state.arrived += 1;
        while !state.released {
            if self.changed.wait_for(&mut state, PATIENCE * 2).timed_out() {
                return;
            }
        }
    }

    /// Lets everybody go.
    pub fn release(&self) {
        self.state.lock().released = true;
        self.changed.notify_all();
    }

    /// How many have come by so far.
    pub fn arrived(&self) -> usize {
        self.state.lock().arrived
    }

    /// Waits until somebody has arrived.
    #[track_caller]
    pub fn wait_for_arrival(&self) {
        wait_until("a thread arrives at the latch", || self.arrived() > 0);
    }
}

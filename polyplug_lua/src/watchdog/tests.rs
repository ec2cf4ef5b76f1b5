use super::{Arrivals, Watchdog};
use parking_lot::{Condvar, Mutex};
use std::sync::Weak;

#[test]
fn a_vm_that_came_after_the_last_look_keeps_the_thread_awake() {
    let watchdog = Watchdog {
        arrivals: Mutex::new(Arrivals { leashes: Vec::new(), thread_runs: true }),
        awake: Mutex::new(false),
        woken: Condvar::new(),
    };
    assert!(!watchdog.is_needed(&[]));
    // Whether a call of it runs is not known: it has been looked at by nobody.
    watchdog.arrivals.lock().leashes.push(Weak::new());
    assert!(watchdog.is_needed(&[]));
}

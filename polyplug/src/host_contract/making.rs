//! Making singletons: once each, however many threads ask, and never by a thread that would wait for
//! itself.
//!
//! A constructor may ask for other contracts of the host. Who is asked for while it is made is waited
//! for, unless its maker waits, over however many others, for the thread that asks.

use parking_lot::{Condvar, Mutex};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::thread::{self, ThreadId};

/// The singletons of one runtime that are being made.
#[derive(Default)]
pub(super) struct Making {
    now: Mutex<Now>,
    changed: Condvar,
}

#[derive(Default)]
struct Now {
    /// By contract: the thread that is inside its constructor.
    makers: HashMap<u64, ThreadId>,
    /// The contract that each waiting thread waits for.
    waits: HashMap<ThreadId, u64>,
}

/// What the thread that asked for a singleton has to do.
pub(super) enum Turn<'a, T> {
    /// Make it; the others wait until this is dropped.
    Make(Maker<'a>),
    /// Take it: another thread has made it meanwhile.
    Made(T),
    /// Neither: its maker waits for this thread.
    Circle,
}

/// The right to make one singleton.
pub(super) struct Maker<'a> {
    making: &'a Making,
    contract: u64,
}

impl Making {
    /// Decides who makes a contract's singleton; `made` is what has been made. It is asked where nobody
    /// begins or ends.
    pub(super) fn turn<T>(&self, contract: u64, made: impl Fn() -> Option<T>) -> Turn<'_, T> {
        let this = thread::current().id();
        let mut now = self.now.lock();
        loop {
            if let Some(made) = made() {
                return Turn::Made(made);
            }
            if let Entry::Vacant(free) = now.makers.entry(contract) {
                free.insert(this);
                return Turn::Make(Maker { making: self, contract });
            }
            if now.leads_to(contract, this) {
                return Turn::Circle;
            }
            now.waits.insert(this, contract);
            self.changed.wait(&mut now);
            now.waits.remove(&this);
        }
    }
}

impl Now {
    /// Whether a contract is being made by `thread`, or by one that waits for it. It comes to an end:
    /// nobody began to wait who would have closed a circle.
    fn leads_to(&self, mut contract: u64, thread: ThreadId) -> bool {
        while let Some(maker) = self.makers.get(&contract) {
            if *maker == thread {
                return true;
            }
            let Some(next) = self.waits.get(maker) else { return false };
            contract = *next;
        }
        false
    }
}

impl Drop for Maker<'_> {
    fn drop(&mut self) {
        self.making.now.lock().makers.remove(&self.contract);
        self.making.changed.notify_all();
    }
}

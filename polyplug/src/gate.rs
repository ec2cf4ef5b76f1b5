//! The gate between pins and commits: while a thread holds a pin no commit happens, and while a
//! commit is being made a new outermost pin waits.
//!
//! A commit closes the gate, waits for the pins there are, hands state over, and then *seals* it for
//! the few stores of the point of no return. A thread that is inside a call never waits at a closed
//! gate, since the commit may be waiting for that very call; its pin is found when the gate is
//! sealed, and the commit is tried again.
//!
//! Invariant: between a successful `seal` and `open` no thread holds a pin.

use crate::barrier;
use crate::call_record::CallRecord;
use crate::sync::{AtomicU32, Ordering, spin_loop};

const OPEN: u32 = 0;
const CLOSED: u32 = 1;
const SEALED: u32 = 2;

/// One runtime's gate. At most one thread at a time closes, seals and opens it: the one that holds
/// the commit lock.
pub(crate) struct Gate {
    state: AtomicU32,
    #[cfg(not(loom))]
    waiting: parking_lot::Mutex<()>,
    #[cfg(not(loom))]
    opened: parking_lot::Condvar,
}

impl Gate {
    pub(crate) fn new() -> Self {
        Self {
            state: AtomicU32::new(OPEN),
            #[cfg(not(loom))]
            waiting: parking_lot::Mutex::new(()),
            #[cfg(not(loom))]
            opened: parking_lot::Condvar::new(),
        }
    }

    /// Takes a pin for the owner of `record`. Owner only.
    pub(crate) fn pin<G>(&self, record: &CallRecord<G>) {
        let inside = record.depth() > 0;
        let held = record.pins();
        if held > 0 {
            record.set_pins(held + 1);
            return;
        }
        loop {
            record.set_pins(1);
            barrier::light();
            // Acquire pairs with the release in `open`: the pinned thread sees the whole commit.
            match self.state.load(Ordering::Acquire) {
                OPEN => return,
                CLOSED if inside => return,
                _ => {
                    record.set_pins(0);
                    self.wait_while_shut(inside);
                }
            }
        }
    }

    /// Gives one pin back. Owner only. A thread that is ending may have lost its pins already.
    pub(crate) fn unpin<G>(&self, record: &CallRecord<G>) {
        record.set_pins(record.pins().saturating_sub(1));
    }

    /// Makes new outermost pins wait. Commit lock held.
    pub(crate) fn close(&self) {
        self.state.store(CLOSED, Ordering::Relaxed);
        barrier::heavy();
    }

    /// Makes every new pin wait, if no record of `records` is pinned. Commit lock held; on `Err`,
    /// with the first pinned record, the gate is closed as before.
    pub(crate) fn seal<'a, G: 'a>(
        &self,
        mut records: impl Iterator<Item = &'a CallRecord<G>>,
    ) -> Result<(), &'a CallRecord<G>> {
        self.state.store(SEALED, Ordering::Relaxed);
        barrier::heavy();
        match records.find(|record| record.is_pinned()) {
            None => Ok(()),
            Some(pinned) => {
                self.state.store(CLOSED, Ordering::Release);
                Err(pinned)
            }
        }
    }

    /// Lets pins in again. Commit lock held.
    pub(crate) fn open(&self) {
        self.state.store(OPEN, Ordering::Release);
        #[cfg(not(loom))]
        {
            drop(self.waiting.lock());
            self.opened.notify_all();
        }
    }

    /// Waits for the end of a sealed moment, if there is one.
    pub(crate) fn wait_for_seal(&self) {
        while self.state.load(Ordering::Acquire) == SEALED {
            spin_loop();
        }
    }

    /// Waits for `open`; a thread inside a call waits only for the end of the sealed moment, in
    /// which the committing thread takes no lock and runs no code of a guest.
    #[cfg(not(loom))]
    fn wait_while_shut(&self, inside_a_call: bool) {
        if inside_a_call {
            self.wait_for_seal();
            return;
        }
        let mut waiting = self.waiting.lock();
        while self.state.load(Ordering::Relaxed) != OPEN {
            self.opened.wait(&mut waiting);
        }
    }

    #[cfg(loom)]
    fn wait_while_shut(&self, _inside_a_call: bool) {
        loom::thread::yield_now();
        spin_loop();
    }
}

//! The gate between pins and commits: while a thread holds a pin no commit happens, and while a
//! commit is being made a new outermost pin waits.
//!
//! A commit closes the gate, waits for the pins there are, hands state over, and then *seals* it for
//! the few stores of the point of no return. A thread that is inside a call never waits at a closed
//! gate, since the commit may be waiting for that very call; its pin is found when the gate is
//! sealed, and the commit is tried again.
//!
//! Invariant: between a successful `seal` and `open` no thread holds a pin.

#[cfg(all(test, loom))]
#[expect(unsafe_code, reason = "shares the owner's parts between loom's threads")]
mod loom;

use crate::barrier;
use crate::call_record::CallRecord;
use crate::sync::{AtomicPtr, AtomicU32, Ordering, Sleepers, yield_now};
use std::ptr;

const OPEN: u32 = 0;
const CLOSED: u32 = 1;
const SEALED: u32 = 2;

/// One runtime's gate. At most one thread at a time closes, seals and opens it: the one that holds
/// the commit lock.
pub(crate) struct Gate {
    state: AtomicU32,
    waiting: Sleepers,
}

impl Gate {
    pub(crate) fn new() -> Self {
        Self { state: AtomicU32::new(OPEN), waiting: Sleepers::default() }
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
        self.waiting.wake();
    }

    /// Waits for the end of a sealed moment, if there is one. It yields, since the moment lasts long
    /// only if the committing thread has lost its core.
    fn wait_for_seal(&self) {
        while self.state.load(Ordering::Acquire) == SEALED {
            yield_now();
        }
    }

    /// Whether `generation` is still the one in `cell`, now that the caller has changed something in
    /// it that a commit must not miss: the next seal sees what happened before, or this sees the seal
    /// and what came of it.
    pub(crate) fn is_still_current<G>(&self, cell: &AtomicPtr<G>, generation: *const G) -> bool {
        barrier::light();
        self.wait_for_seal();
        ptr::eq(cell.load(Ordering::Acquire), generation)
    }

    /// Waits for `open`; a thread inside a call waits only for the end of the sealed moment, in
    /// which the committing thread takes no lock and runs no code of a guest.
    fn wait_while_shut(&self, inside_a_call: bool) {
        if inside_a_call {
            self.wait_for_seal();
            return;
        }
        self.waiting.sleep_until(|| self.state.load(Ordering::Relaxed) == OPEN);
    }
}

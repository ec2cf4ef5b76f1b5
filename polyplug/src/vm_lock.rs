//! The lock of one VM: reentrant, one compare-and-swap to take, one store to leave.
//!
//! The lock is unfair at first: a thread that calls in a loop keeps it, and the VM's memory stays in
//! its core's cache. A thread that waits looks politely for some microseconds, then declares itself
//! the *heir*, to whom the owner hands the lock when it leaves, and sleeps if that takes long. Before
//! it may wait without bound it registers in the runtime's [`WaitGraph`](wait_graph::WaitGraph); the
//! thread that would close a circle of waiting threads is told so instead.
//!
//! Invariant: `owner` names the one thread that is inside; only that thread reads or writes `depth`.

#[cfg(all(test, loom))]
mod loom;
#[cfg(all(test, not(loom)))]
mod tests;
pub(crate) mod wait_graph;

use crate::barrier;
use crate::sync::{AtomicU32, AtomicU64, Cell, Ordering, Sleepers, spin_loop, yield_now};
use std::time::Instant;
use wait_graph::{WaitGraph, WouldDeadlock};

/// A thread's number, unique in the process and never 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ThreadNumber(u64);

impl ThreadNumber {
    /// The number itself.
    pub(crate) fn as_u64(self) -> u64 {
        self.0
    }

    /// The next number of this process.
    pub(crate) fn next() -> Self {
        static NEXT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(1);
        Self(NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
    }
}

const NOBODY: u64 = 0;

/// Looks of a waiting thread before it becomes the heir, each after a pause. Pauses double up to
/// `LONGEST_PAUSE`, so that the looks cost the owner next to nothing; together some 30 us.
const LOOKS: u32 = if cfg!(loom) { 1 } else { 40 };

/// Looks of the heir before it sleeps; together some 30 us more.
const HEIR_LOOKS: u32 = if cfg!(loom) { 1 } else { 40 };

/// The longest pause between two looks, in `spin_loop` hints (about 1 us).
const LONGEST_PAUSE: u32 = 64;

/// The lock of one generation's VM.
pub(crate) struct VmLock {
    owner: AtomicU64,
    /// Nested entries of the owner. Owner only.
    depth: Cell<u32>,
    /// The thread that gets the lock next, if there is one.
    heir: AtomicU64,
    /// Threads that sleep or are about to.
    sleepers: AtomicU32,
    asleep: Sleepers,
}

// SAFETY: `depth` is the only field that is not `Sync`; it is touched only by the thread that
// `owner` names, and ownership passes from thread to thread through an acquire/release pair.
unsafe impl Sync for VmLock {}

/// How a thread came to be inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    /// The lock was free.
    First,
    /// The thread was inside already.
    Nested,
}

impl VmLock {
    pub(crate) fn new() -> Self {
        Self {
            owner: AtomicU64::new(NOBODY),
            depth: Cell::new(0),
            heir: AtomicU64::new(NOBODY),
            sleepers: AtomicU32::new(0),
            asleep: Sleepers::default(),
        }
    }

    /// Enters, waiting if another thread is inside.
    ///
    /// # Errors
    /// `WouldDeadlock` if the owner waits, directly or through others, for `me`.
    #[inline(always)]
    pub(crate) fn enter(
        &self,
        me: ThreadNumber,
        waits: &WaitGraph,
        bundle: &str,
    ) -> Result<Entry, WouldDeadlock> {
        if self.try_take(me) {
            return Ok(Entry::First);
        }
        if self.is_owned_by(me) {
            self.depth.set(self.depth.get() + 1);
            return Ok(Entry::Nested);
        }
        self.wait(me, waits, bundle)
    }

    /// Enters if the lock becomes free before `deadline`. Never registers as waiting, since it gives
    /// up by itself. Must not be called by the owner.
    pub(crate) fn enter_before(&self, me: ThreadNumber, deadline: Instant) -> bool {
        self.enter_unless(me, || Instant::now() >= deadline)
    }

    fn enter_unless(&self, me: ThreadNumber, give_up: impl Fn() -> bool) -> bool {
        self.try_take(me) || self.look(me, LOOKS) || self.sleep_until(me, give_up)
    }

    /// Ends the innermost entry of the owner.
    #[inline(always)]
    pub(crate) fn leave(&self) {
        let depth = self.depth.get();
        if depth > 0 {
            self.depth.set(depth - 1);
            return;
        }
        if self.heir.load(Ordering::Relaxed) != NOBODY {
            self.hand_over();
            return;
        }
        // Release pairs with the acquire in `try_take`.
        self.owner.store(NOBODY, Ordering::Release);
        // The light barrier pairs with the heavy one that a sleeper runs between announcing itself
        // and its last look: either this load sees the sleeper, or the sleeper sees the free lock.
        barrier::light();
        if self.sleepers.load(Ordering::Relaxed) > 0 {
            self.asleep.wake();
        }
    }

    /// Whether the thread is inside.
    #[inline]
    pub(crate) fn is_owned_by(&self, thread: ThreadNumber) -> bool {
        self.owner.load(Ordering::Relaxed) == thread.0
    }

    /// The thread that is inside, if any; it may have left meanwhile.
    pub(crate) fn owner(&self) -> Option<ThreadNumber> {
        match self.owner.load(Ordering::Relaxed) {
            NOBODY => None,
            number => Some(ThreadNumber(number)),
        }
    }

    #[inline(always)]
    fn try_take(&self, me: ThreadNumber) -> bool {
        self.owner.compare_exchange(NOBODY, me.0, Ordering::Acquire, Ordering::Relaxed).is_ok()
    }

    #[cold]
    fn wait(
        &self,
        me: ThreadNumber,
        waits: &WaitGraph,
        bundle: &str,
    ) -> Result<Entry, WouldDeadlock> {
        if !self.look(me, LOOKS) {
            let _registered = waits.register(me, self, bundle)?;
            self.sleep_until(me, || false);
        }
        Ok(Entry::First)
    }

    /// Looks some times whether the lock is free, and takes it then.
    fn look(&self, me: ThreadNumber, looks: u32) -> bool {
        let mut pause = 1;
        for _ in 0..looks {
            for _ in 0..pause {
                spin_loop();
            }
            pause = LONGEST_PAUSE.min(pause * 2);
            if self.is_owned_by(me) || self.is_free() && self.try_take(me) {
                return self.arrive(me);
            }
        }
        false
    }

    /// Becomes the heir, if there is none, looks, then sleeps until the lock is taken or `give_up`.
    fn sleep_until(&self, me: ThreadNumber, give_up: impl Fn() -> bool) -> bool {
        let mut heir = self.become_heir(me);
        if self.look(me, HEIR_LOOKS) {
            return true;
        }
        self.sleepers.fetch_add(1, Ordering::Relaxed);
        let mut taken = false;
        self.asleep.sleep_until(|| {
            barrier::heavy();
            if self.is_owned_by(me) || self.try_take(me) {
                taken = self.arrive(me);
                return true;
            }
            heir = heir || self.become_heir(me);
            if give_up() {
                taken = heir && !self.renounce(me);
                return true;
            }
            false
        });
        self.sleepers.fetch_sub(1, Ordering::Relaxed);
        taken
    }

    fn is_free(&self) -> bool {
        self.owner.load(Ordering::Relaxed) == NOBODY
    }

    fn become_heir(&self, me: ThreadNumber) -> bool {
        self.heir.compare_exchange(NOBODY, me.0, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }

    /// Inside at last, taken or handed over; an inheritance that is still open is not wanted any
    /// more, and nobody but the owner can grant it.
    fn arrive(&self, me: ThreadNumber) -> bool {
        // Acquire pairs with the release in `hand_over`.
        self.owner.load(Ordering::Acquire);
        let _ = self.heir.compare_exchange(me.0, NOBODY, Ordering::Relaxed, Ordering::Relaxed);
        true
    }

    /// Gives up the inheritance of `me`, the heir. `false`: it was granted, the caller is inside.
    fn renounce(&self, me: ThreadNumber) -> bool {
        if self.heir.compare_exchange(me.0, NOBODY, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
            return true;
        }
        // The owner has taken the name off and is about to write it into `owner`.
        while !self.is_owned_by(me) {
            yield_now();
        }
        !self.arrive(me)
    }

    #[cold]
    fn hand_over(&self) {
        // The inheritance may be renounced at any moment; whoever swaps the name out decides.
        let heir = self.heir.swap(NOBODY, Ordering::Relaxed);
        self.owner.store(heir, Ordering::Release);
        barrier::light();
        if self.sleepers.load(Ordering::Relaxed) > 0 {
            self.asleep.wake();
        }
    }
}

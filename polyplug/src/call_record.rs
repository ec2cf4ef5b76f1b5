//! A thread's call record: which generations it is inside of, and whether it holds a pin.
//!
//! The owning thread writes it at every guarded call; a commit or drain reads it from elsewhere. It
//! is a hazard-pointer list (M. Michael, "Hazard Pointers", IEEE TPDS 15(6), 2004) with an asymmetric
//! barrier: a generation that a record names is not closed.
//!
//! Invariant: a generation whose pointer `enter` returned was current after its name had become
//! visible to every `heavy` barrier that follows, so a drain that starts after the pointer was
//! replaced either sees the name or the caller saw the replacement.

#[cfg(all(test, loom))]
#[expect(unsafe_code, reason = "shares the owner's parts between loom's threads")]
mod loom;

use crate::barrier;
use crate::sync::{AtomicPtr, AtomicU32, AtomicU64, Cell, Ordering};
use polyplug_abi::CallArena;
use std::ptr;

/// How deep guarded calls may nest on one thread.
pub(crate) const DEPTH: usize = if cfg!(loom) { 2 } else { 64 };

/// One thread's record in one runtime: three lists of frames, so that the depth alone is the place in
/// each, and a call keeps no more than that and the record.
pub(crate) struct CallRecord<G> {
    /// Frames in use. Owner only.
    depth: Cell<usize>,
    generations: [AtomicPtr<G>; DEPTH],
    /// What is called, for reports: slot index in the high half, function in the low half.
    calls: [AtomicU64; DEPTH],
    /// Where the call's result is allocated. Owner only.
    arenas: [Cell<*mut CallArena>; DEPTH],
    /// Nested pins of the owner; other threads only compare it with 0.
    pins: AtomicU32,
}

/// Why a call could not be entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EnterError {
    /// The cell is empty: nothing is loaded.
    Empty,
    /// The thread is `DEPTH` calls deep already.
    TooDeep,
}

impl<G> CallRecord<G> {
    pub(crate) fn new() -> Self {
        Self {
            depth: Cell::new(0),
            generations: std::array::from_fn(|_| AtomicPtr::new(ptr::null_mut())),
            calls: std::array::from_fn(|_| AtomicU64::new(0)),
            arenas: std::array::from_fn(|_| Cell::new(ptr::null_mut())),
            pins: AtomicU32::new(0),
        }
    }

    /// Names the generation in `cell` and returns it, with the depth to give to the matching `leave`;
    /// it stays open until then. Owner only.
    #[inline(always)]
    pub(crate) fn enter(
        &self,
        cell: &AtomicPtr<G>,
        call: u64,
        arena: *mut CallArena,
    ) -> Result<(*mut G, usize), EnterError> {
        let depth = self.depth.get();
        if depth >= DEPTH {
            return Err(EnterError::TooDeep);
        }
        self.arenas[depth].set(arena);
        let mut generation = cell.load(Ordering::Relaxed);
        loop {
            if generation.is_null() {
                self.generations[depth].store(ptr::null_mut(), Ordering::Release);
                return Err(EnterError::Empty);
            }
            let current = self.name(depth, generation, cell);
            if current == generation {
                break;
            }
            generation = current;
        }
        self.push(depth, call);
        Ok((generation, depth))
    }

    /// As [`CallRecord::enter`], without trying twice and without saying why not. The arena is written
    /// before the barrier and `call` asked behind it: each register that a call keeps over something
    /// is saved and restored by all of them. Owner only.
    #[inline(always)]
    pub(crate) fn enter_at_once(
        &self,
        cell: &AtomicPtr<G>,
        call: impl FnOnce() -> u64,
        arena: *mut CallArena,
    ) -> Option<(*mut G, usize)> {
        let depth = self.depth.get();
        if depth >= DEPTH {
            return None;
        }
        let generation = cell.load(Ordering::Relaxed);
        if generation.is_null() {
            return None;
        }
        self.arenas[depth].set(arena);
        if self.name(depth, generation, cell) != generation {
            self.generations[depth].store(ptr::null_mut(), Ordering::Release);
            return None;
        }
        self.push(depth, call());
        Some((generation, depth))
    }

    /// Enters a function of the host, which no generation stands behind; its depth, or `None` if calls
    /// are nested too deep. Owner only.
    pub(crate) fn enter_host(&self, arena: *mut CallArena) -> Option<usize> {
        let depth = self.depth.get();
        if depth >= DEPTH {
            return None;
        }
        self.arenas[depth].set(arena);
        self.push(depth, 0);
        Some(depth)
    }

    #[inline(always)]
    fn push(&self, depth: usize, call: u64) {
        self.calls[depth].store(call, Ordering::Relaxed);
        self.depth.set(depth + 1);
    }

    /// Names `generation`, and returns what is in `cell` once the name is visible: if that is still
    /// the same, the generation stays open as long as the name stands.
    #[inline(always)]
    fn name(&self, depth: usize, generation: *mut G, cell: &AtomicPtr<G>) -> *mut G {
        // Release, because a drain that finds this name instead of the one of the call before closes
        // that one: the end of that call happened before.
        self.generations[depth].store(generation, Ordering::Release);
        barrier::light();
        // Acquire pairs with the release store of `commit`: the generation's contents are seen.
        cell.load(Ordering::Acquire)
    }

    /// Ends the innermost call, which was entered at `depth`: handed back, so that a loop of calls does
    /// not wait for its own store of the depth twice. Owner only.
    #[inline(always)]
    pub(crate) fn leave(&self, depth: usize) {
        debug_assert_eq!(self.depth.get(), depth + 1);
        self.depth.set(depth);
        // Release pairs with the acquire load in `names`: whatever the call did to the generation
        // happened before the drain closes it.
        self.generations[depth].store(ptr::null_mut(), Ordering::Release);
    }

    /// What is called at this depth. Owner only.
    pub(crate) fn call_at(&self, depth: usize) -> u64 {
        self.calls[depth].load(Ordering::Relaxed)
    }

    /// How many calls the owner is in. Owner only.
    #[inline]
    pub(crate) fn depth(&self) -> usize {
        self.depth.get()
    }

    /// The arena of the innermost call; null without one. Owner only.
    #[inline]
    pub(crate) fn arena(&self) -> *mut CallArena {
        match self.depth.get() {
            0 => ptr::null_mut(),
            depth => self.arenas[depth - 1].get(),
        }
    }

    /// Whether any frame names `generation`. Any thread, after `barrier::heavy`.
    pub(crate) fn names(&self, generation: *const G) -> bool {
        self.generations.iter().any(|named| ptr::eq(named.load(Ordering::Acquire), generation))
    }

    /// The call that names `generation`, for a report; it may have ended meanwhile. Any thread.
    pub(crate) fn call_into(&self, generation: *const G) -> Option<u64> {
        let frames = self.generations.iter().zip(&self.calls);
        let mut inner_first = frames.rev();
        inner_first
            .find(|(named, _)| ptr::eq(named.load(Ordering::Acquire), generation))
            .map(|(_, call)| call.load(Ordering::Relaxed))
    }

    /// The owner's count of nested pins. Owner only; others use `is_pinned`.
    #[inline]
    pub(crate) fn pins(&self) -> u32 {
        self.pins.load(Ordering::Relaxed)
    }

    /// Sets the owner's count of nested pins. Owner only. Release pairs with `is_pinned`: what was
    /// read under the pin was read before the commit.
    #[inline]
    pub(crate) fn set_pins(&self, pins: u32) {
        self.pins.store(pins, Ordering::Release);
    }

    /// Whether the owner holds a pin. Any thread, after `barrier::heavy`.
    pub(crate) fn is_pinned(&self) -> bool {
        self.pins.load(Ordering::Acquire) != 0
    }
}

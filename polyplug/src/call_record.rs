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

/// One thread's record in one runtime.
pub(crate) struct CallRecord<G> {
    /// Frames in use. Owner only.
    depth: Cell<usize>,
    frames: [Frame<G>; DEPTH],
    /// Nested pins of the owner; other threads only compare it with 0.
    pins: AtomicU32,
}

struct Frame<G> {
    generation: AtomicPtr<G>,
    /// What is called, for reports: slot index in the high half, function in the low half.
    call: AtomicU64,
    /// Where the call's result is allocated. Owner only.
    arena: Cell<*mut CallArena>,
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
            frames: std::array::from_fn(|_| Frame {
                generation: AtomicPtr::new(ptr::null_mut()),
                call: AtomicU64::new(0),
                arena: Cell::new(ptr::null_mut()),
            }),
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
        let Some(frame) = self.frames.get(depth) else {
            return Err(EnterError::TooDeep);
        };
        let mut generation = cell.load(Ordering::Relaxed);
        loop {
            if generation.is_null() {
                frame.generation.store(ptr::null_mut(), Ordering::Release);
                return Err(EnterError::Empty);
            }
            let current = frame.name(generation, cell);
            if current == generation {
                break;
            }
            generation = current;
        }
        self.push(frame, depth, call, arena);
        Ok((generation, depth))
    }

    /// As [`CallRecord::enter`], without trying twice and without saying why not. Owner only.
    #[inline(always)]
    pub(crate) fn enter_at_once(
        &self,
        cell: &AtomicPtr<G>,
        call: u64,
        arena: *mut CallArena,
    ) -> Option<(*mut G, usize)> {
        let depth = self.depth.get();
        let frame = self.frames.get(depth)?;
        let generation = cell.load(Ordering::Relaxed);
        if generation.is_null() {
            return None;
        }
        if frame.name(generation, cell) != generation {
            frame.generation.store(ptr::null_mut(), Ordering::Release);
            return None;
        }
        self.push(frame, depth, call, arena);
        Some((generation, depth))
    }

    /// Enters a function of the host, which no generation stands behind; its depth, or `None` if calls
    /// are nested too deep. Owner only.
    pub(crate) fn enter_host(&self, arena: *mut CallArena) -> Option<usize> {
        let depth = self.depth.get();
        let frame = self.frames.get(depth)?;
        self.push(frame, depth, 0, arena);
        Some(depth)
    }

    #[inline(always)]
    fn push(&self, frame: &Frame<G>, depth: usize, call: u64, arena: *mut CallArena) {
        frame.call.store(call, Ordering::Relaxed);
        frame.arena.set(arena);
        self.depth.set(depth + 1);
    }

    /// Ends the innermost call, which was entered at `depth`: handed back, so that a loop of calls does
    /// not wait for its own store of the depth twice. Owner only.
    #[inline(always)]
    pub(crate) fn leave(&self, depth: usize) {
        debug_assert_eq!(self.depth.get(), depth + 1);
        self.depth.set(depth);
        // Release pairs with the acquire load in `names`: whatever the call did to the generation
        // happened before the drain closes it.
        self.frames[depth].generation.store(ptr::null_mut(), Ordering::Release);
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
            depth => self.frames[depth - 1].arena.get(),
        }
    }

    /// Whether any frame names `generation`. Any thread, after `barrier::heavy`.
    pub(crate) fn names(&self, generation: *const G) -> bool {
        self.frames
            .iter()
            .any(|frame| ptr::eq(frame.generation.load(Ordering::Acquire), generation))
    }

    /// The call that names `generation`, for a report; it may have ended meanwhile. Any thread.
    pub(crate) fn call_into(&self, generation: *const G) -> Option<u64> {
        self.frames
            .iter()
            .rev()
            .find(|frame| ptr::eq(frame.generation.load(Ordering::Acquire), generation))
            .map(|frame| frame.call.load(Ordering::Relaxed))
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

impl<G> Frame<G> {
    /// Names `generation`, and returns what is in `cell` once the name is visible: if that is still
    /// the same, the generation stays open as long as the name stands.
    #[inline(always)]
    fn name(&self, generation: *mut G, cell: &AtomicPtr<G>) -> *mut G {
        // Release, because a drain that finds this name instead of the one of the call before closes
        // that one: the end of that call happened before.
        self.generation.store(generation, Ordering::Release);
        barrier::light();
        // Acquire pairs with the release store of `commit`: the generation's contents are seen.
        cell.load(Ordering::Acquire)
    }
}

//! Memory for calls out of the VM: one level for each call that is under way, so that a call inside of
//! another has its own. A level's memory is used again by the next call.
//!
//! An error of Lua may skip the end of a level; whoever let Lua in ([`Vm::leave`](crate::vm::Vm::leave))
//! ends it then.

use crate::kept::Kept;
use polyplug::embedding;
use polyplug::schema::Scratch;
use polyplug_abi::{CallArena, HostApi};
use std::cell::{Cell, UnsafeCell};

/// More calls than may be nested on one thread.
const MOST: usize = 128;

/// The levels of one VM.
pub(crate) struct Levels {
    host: *const HostApi,
    levels: Kept<UnsafeCell<Level>>,
    in_use: Cell<usize>,
}

/// The memory of one call.
pub(crate) struct Level {
    /// For its arguments, and the place of its result.
    pub(crate) scratch: Scratch,
    /// For what is variable in size in its result.
    pub(crate) results: CallArena,
}

impl Levels {
    /// `host` outlives the levels.
    pub(crate) fn new(host: *const HostApi) -> Self {
        Self { host, levels: Kept::new(), in_use: Cell::new(0) }
    }

    /// Begins a level, which nobody else uses until [`Levels::leave`]. `None` if there are too many.
    pub(crate) fn enter(&self) -> Option<*mut Level> {
        let index = self.in_use.get();
        if index == MOST {
            return None;
        }
        if index == self.levels.len() {
            let (scratch, results) = (Scratch::new(), CallArena::new(self.host));
            self.levels.add(UnsafeCell::new(Level { scratch, results }));
        }
        self.in_use.set(index + 1);
        self.levels.get(index).map(UnsafeCell::get)
    }

    /// Ends the innermost level.
    pub(crate) fn leave(&self) {
        self.restore(self.in_use.get() - 1);
    }

    pub(crate) fn in_use(&self) -> usize {
        self.in_use.get()
    }

    /// Ends all levels but the outermost `count`.
    #[inline]
    pub(crate) fn restore(&self, count: usize) {
        while self.in_use.get() > count {
            self.in_use.set(self.in_use.get() - 1);
            if let Some(level) = self.levels.get(self.in_use.get()) {
                // SAFETY: the level has ended, so nobody uses it.
                unsafe { &mut *level.get() }.reset();
            }
        }
    }
}

impl Level {
    fn reset(&mut self) {
        self.scratch.reset();
        // SAFETY: the arena is the level's own, and the call that used it has ended.
        unsafe { embedding::arena_reset(&raw mut self.results) };
    }
}

impl Drop for Level {
    fn drop(&mut self) {
        // SAFETY: as in `reset`.
        unsafe { embedding::arena_release(&raw mut self.results) };
    }
}

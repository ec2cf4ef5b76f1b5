//! Memory for calls that components make: one level for each that is under way. A level's memory is used
//! again by the next call.

use parking_lot::Mutex;
use polyplug::embedding;
use polyplug::schema::Scratch;
use polyplug_abi::{CallArena, HostApi};
use std::sync::Arc;

/// How many unused levels are kept.
const KEPT: usize = 8;

/// The unused levels of one generation.
pub(crate) struct Levels {
    host: *const HostApi,
    unused: Mutex<Vec<Memory>>,
}

// SAFETY: the host table may be used from any thread.
unsafe impl Send for Levels {}
// SAFETY: as above.
unsafe impl Sync for Levels {}

/// The memory of one call.
struct Memory {
    /// For its arguments, and the place of its result.
    scratch: Scratch,
    /// For what is variable in size in its result.
    results: CallArena,
}

// SAFETY: an arena may change threads between calls.
unsafe impl Send for Memory {}

/// The memory of a call that is under way.
pub(crate) struct Level {
    levels: Arc<Levels>,
    memory: Option<Memory>,
}

impl Levels {
    /// `host` outlives the levels.
    pub(crate) fn new(host: *const HostApi) -> Arc<Self> {
        Arc::new(Self { host, unused: Mutex::default() })
    }

    /// Begins a level.
    pub(crate) fn enter(self: &Arc<Self>) -> Level {
        let new = || Memory { scratch: Scratch::new(), results: CallArena::new(self.host) };
        let memory = self.unused.lock().pop().unwrap_or_else(new);
        Level { levels: Arc::clone(self), memory: Some(memory) }
    }
}

impl Level {
    /// For arguments, and for the place of the result.
    pub(crate) fn scratch(&mut self) -> &mut Scratch {
        &mut self.memory().scratch
    }

    /// For what is variable in size in the result.
    pub(crate) fn results(&mut self) -> *mut CallArena {
        &raw mut self.memory().results
    }

    fn memory(&mut self) -> &mut Memory {
        match &mut self.memory {
            Some(memory) => memory,
            None => unreachable!("only dropping the level takes its memory away"),
        }
    }
}

impl Drop for Level {
    fn drop(&mut self) {
        let Some(mut memory) = self.memory.take() else { return };
        memory.scratch.reset();
        // SAFETY: the arena is the level's own, and the call that used it has ended.
        unsafe { embedding::arena_reset(&raw mut memory.results) };
        let mut unused = self.levels.unused.lock();
        if unused.len() < KEPT {
            unused.push(memory);
        }
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        // SAFETY: as for a level that ends; the host outlives it.
        unsafe { embedding::arena_release(&raw mut self.results) };
    }
}

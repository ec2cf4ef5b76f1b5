//! Where what a result points at is allocated: in the call's arena, or by the host without one.

use crate::arena;
use polyplug_abi::{CallArena, HostApi};
use polyplug_schema::Allocator;

/// The memory for the results of one call.
#[derive(Clone, Copy, Debug)]
pub struct Results {
    host: *const HostApi,
    /// May be null.
    arena: *mut CallArena,
}

impl Results {
    /// Of the arena; of the host, if that is null.
    ///
    /// # Safety
    /// - `host` is the table of a runtime that outlives this.
    /// - `arena` is null, or an arena that lives as long as this and that no other thread uses.
    pub unsafe fn new(host: *const HostApi, arena: *mut CallArena) -> Self {
        Self { host, arena }
    }
}

// SAFETY: the arena's memory is valid until its owner resets it, the host's until `free`.
unsafe impl Allocator for Results {
    fn allocate(&mut self, size: usize, align: usize) -> *mut u8 {
        if !self.arena.is_null() {
            // SAFETY: `new` was promised an arena of this thread.
            return unsafe { arena::allocate(self.arena, size, align) };
        }
        // SAFETY: `new` was promised that the table is there.
        let allocate = unsafe { (*self.host).alloc };
        // SAFETY: the function takes any size, and every alignment of a type.
        unsafe { allocate(self.host, size, align) }
    }

    unsafe fn release(&mut self, address: *mut u8, size: usize, align: usize) {
        if self.arena.is_null() {
            // SAFETY: as above.
            let free = unsafe { (*self.host).free };
            // SAFETY: the caller's promise.
            unsafe { free(self.host, address, size, align) }
        }
    }
}

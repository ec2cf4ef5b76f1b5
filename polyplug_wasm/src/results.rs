//! Where what a result points at is allocated: in the call's arena, or by the host without one.

use polyplug::embedding;
use polyplug::schema::Allocator;
use polyplug_abi::{CallArena, HostApi};

/// The memory for the results of one call.
#[derive(Clone, Copy)]
pub(crate) struct Results {
    pub(crate) host: *const HostApi,
    /// May be null.
    pub(crate) arena: *mut CallArena,
}

// SAFETY: the arena's memory is valid until its owner resets it, the host's until `free`.
unsafe impl Allocator for Results {
    fn allocate(&mut self, size: usize, align: usize) -> *mut u8 {
        if !self.arena.is_null() {
            // SAFETY: the arena of a call that runs on this thread.
            return unsafe { embedding::arena_allocate(self.arena, size, align) };
        }
        // SAFETY: the bundle's host table lives longer than its guests.
        let allocate = unsafe { (*self.host).alloc };
        // SAFETY: the function takes any size, and every alignment of a type.
        unsafe { allocate(self.host, size, align) }
    }

    unsafe fn release(&mut self, address: *mut u8, size: usize, align: usize) {
        if self.arena.is_null() {
            // SAFETY: the bundle's host table lives longer than its guests.
            let free = unsafe { (*self.host).free };
            // SAFETY: the caller's promise.
            unsafe { free(self.host, address, size, align) }
        }
    }
}

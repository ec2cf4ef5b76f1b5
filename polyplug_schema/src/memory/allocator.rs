//! Who gives the memory that strings and lists need.

use crate::memory::Scratch;
use polyplug_abi::HostApi;
use std::alloc::{self, Layout};
use std::ptr;

/// Gives memory and takes it back.
///
/// # Safety
/// - What `allocate` gives is null, or valid for reads and writes of `size` bytes and a multiple of
///   `align`, until it is released or the allocator ends.
pub unsafe trait Allocator {
    /// `size` bytes at a multiple of `align`, or null. `size` is not 0, `align` a power of two.
    fn allocate(&mut self, size: usize, align: usize) -> *mut u8;

    /// Takes memory back. An allocator whose memory ends as a whole does nothing.
    ///
    /// # Safety
    /// - `address` came from `allocate` with the same size and alignment, of this allocator or of one
    ///   that shares its memory, and was not released before.
    unsafe fn release(&mut self, address: *mut u8, size: usize, align: usize);
}

/// The memory of the host: `host->alloc` and `host->free`.
#[derive(Clone, Copy, Debug)]
pub struct HostAllocator(*const HostApi);

impl HostAllocator {
    /// The allocator of `host`.
    ///
    /// # Safety
    /// - `host` points at a host table that outlives the allocator.
    pub unsafe fn new(host: *const HostApi) -> Self {
        Self(host)
    }
}

// SAFETY: `host->alloc` gives memory that is valid until `host->free`.
unsafe impl Allocator for HostAllocator {
    fn allocate(&mut self, size: usize, align: usize) -> *mut u8 {
        // SAFETY: `new` was promised a table that is alive.
        let allocate = unsafe { (*self.0).alloc };
        // SAFETY: the table passes itself first; every pointer in it is set.
        unsafe { allocate(self.0, size, align) }
    }

    unsafe fn release(&mut self, address: *mut u8, size: usize, align: usize) {
        // SAFETY: `new` was promised a table that is alive.
        let free = unsafe { (*self.0).free };
        // SAFETY: the caller promises that the memory came from `allocate`.
        unsafe { free(self.0, address, size, align) }
    }
}

/// The memory of Rust's global allocator.
#[derive(Clone, Copy, Debug, Default)]
pub struct GlobalAllocator;

// SAFETY: the global allocator gives memory that is valid until it is released.
unsafe impl Allocator for GlobalAllocator {
    fn allocate(&mut self, size: usize, align: usize) -> *mut u8 {
        let Ok(layout) = Layout::from_size_align(size, align) else { return ptr::null_mut() };
        if size == 0 {
            return ptr::null_mut();
        }
        // SAFETY: the size is not 0.
        unsafe { alloc::alloc(layout) }
    }

    unsafe fn release(&mut self, address: *mut u8, size: usize, align: usize) {
        let Ok(layout) = Layout::from_size_align(size, align) else { return };
        // SAFETY: the caller promises that the memory came from `allocate` with this layout.
        unsafe { alloc::dealloc(address, layout) }
    }
}

/// No memory at all, for lifting and for values without strings and lists.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoAllocator;

// SAFETY: it gives nothing.
unsafe impl Allocator for NoAllocator {
    fn allocate(&mut self, _: usize, _: usize) -> *mut u8 {
        ptr::null_mut()
    }

    unsafe fn release(&mut self, _: *mut u8, _: usize, _: usize) {}
}

// SAFETY: it is the allocator behind it.
unsafe impl<A: Allocator> Allocator for &mut A {
    fn allocate(&mut self, size: usize, align: usize) -> *mut u8 {
        (**self).allocate(size, align)
    }

    unsafe fn release(&mut self, address: *mut u8, size: usize, align: usize) {
        // SAFETY: the caller's promise.
        unsafe { (**self).release(address, size, align) }
    }
}

// SAFETY: a block stays where it is until the scratch memory is reset or dropped, and a piece of it is
// given out once; no type has an alignment above 8.
unsafe impl Allocator for Scratch {
    fn allocate(&mut self, size: usize, align: usize) -> *mut u8 {
        if align > BLOCK_ALIGN {
            return ptr::null_mut();
        }
        self.take(size).unwrap_or(ptr::null_mut())
    }

    unsafe fn release(&mut self, _: *mut u8, _: usize, _: usize) {}
}

/// A piece of the global allocator's memory that is given back when it is dropped.
#[derive(Debug)]
pub(super) struct Block {
    address: *mut u8,
    size: usize,
}

/// The alignment of a block; no type asks more.
const BLOCK_ALIGN: usize = 8;

// SAFETY: the block owns its memory, and nothing reads it through the block.
unsafe impl Send for Block {}
// SAFETY: as above.
unsafe impl Sync for Block {}

impl Block {
    /// A block of `size` bytes, if there are as many.
    pub(super) fn new(size: usize) -> Option<Self> {
        let address = GlobalAllocator.allocate(size, BLOCK_ALIGN);
        (!address.is_null()).then_some(Self { address, size })
    }

    pub(super) fn size(&self) -> usize {
        self.size
    }

    /// The address `offset` bytes into the block.
    pub(super) fn at(&self, offset: usize) -> *mut u8 {
        self.address.wrapping_add(offset)
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        // SAFETY: `new` allocated it with this size and alignment, and nobody else releases it.
        unsafe { GlobalAllocator.release(self.address, self.size, BLOCK_ALIGN) }
    }
}

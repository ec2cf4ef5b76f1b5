//! An owned run of bytes.

use core::mem::offset_of;
use core::ptr;

/// Owned bytes that can grow, from the allocator of the host.
///
/// The owner frees it with `host->free(ptr, cap, 1)`.
#[repr(C)]
#[derive(Debug)]
pub struct Buffer {
    /// The first byte; null if `cap` is 0.
    pub ptr: *mut u8,
    /// The number of bytes that are filled.
    pub len: usize,
    /// The number of bytes that were allocated.
    pub cap: usize,
}

const _: () = {
    assert!(size_of::<Buffer>() == 24 && align_of::<Buffer>() == 8);
    assert!(offset_of!(Buffer, ptr) == 0);
    assert!(offset_of!(Buffer, len) == 8);
    assert!(offset_of!(Buffer, cap) == 16);
};

impl Buffer {
    /// A buffer that owns nothing.
    pub const fn empty() -> Self {
        Self { ptr: ptr::null_mut(), len: 0, cap: 0 }
    }
}

impl Default for Buffer {
    fn default() -> Self {
        Self::empty()
    }
}

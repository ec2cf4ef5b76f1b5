//! Memory that belongs to one chain of calls.

use core::mem::offset_of;
use core::ptr;

use crate::HostApi;

/// The smallest block, in bytes, that an arena asks the host for: one page, so that a run of small
/// results costs one allocation.
pub const ARENA_SMALLEST_BLOCK: usize = 4096;

/// Memory for the results of one chain of calls on one thread.
///
/// Whoever made the arena owns it and alone resets and releases it; everything allocated from it
/// dies then. It fills the region that its creator brought along, if any, by moving `cur` up; what
/// does not fit goes to blocks from the host. A callee takes memory with `arena_alloc`.
#[repr(C)]
#[derive(Debug)]
pub struct CallArena {
    /// The first free byte of the region.
    pub cur: *mut u8,
    /// One past the last byte of the region.
    pub end: *mut u8,
    /// The first byte of the region; null, like `cur` and `end`, if there is none. The arena never
    /// frees it.
    pub base: *mut u8,
    /// The host that further blocks come from; never null.
    pub host: *const HostApi,
    /// The newest block that came from the host; null if there is none.
    pub first_overflow: *mut ArenaOverflowBlock,
}

const _: () = {
    assert!(size_of::<CallArena>() == 40 && align_of::<CallArena>() == 8);
    assert!(offset_of!(CallArena, cur) == 0);
    assert!(offset_of!(CallArena, end) == 8);
    assert!(offset_of!(CallArena, base) == 16);
    assert!(offset_of!(CallArena, host) == 24);
    assert!(offset_of!(CallArena, first_overflow) == 32);
};

impl CallArena {
    /// An arena without a region; the first allocation asks `host` for a block.
    pub const fn new(host: *const HostApi) -> Self {
        Self {
            cur: ptr::null_mut(),
            end: ptr::null_mut(),
            base: ptr::null_mut(),
            host,
            first_overflow: ptr::null_mut(),
        }
    }
}

/// The head of a block that an arena got from its host; the memory follows it.
#[repr(C)]
#[derive(Debug)]
pub struct ArenaOverflowBlock {
    /// The block that was the newest before; null at the end.
    pub next: *mut ArenaOverflowBlock,
    /// The size of the block in bytes, with this head.
    pub capacity: usize,
    /// The number of those bytes that are taken, with this head.
    pub used: usize,
}

const _: () = {
    assert!(size_of::<ArenaOverflowBlock>() == 24 && align_of::<ArenaOverflowBlock>() == 8);
    assert!(offset_of!(ArenaOverflowBlock, next) == 0);
    assert!(offset_of!(ArenaOverflowBlock, capacity) == 8);
    assert!(offset_of!(ArenaOverflowBlock, used) == 16);
};

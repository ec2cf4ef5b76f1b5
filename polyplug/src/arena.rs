//! The call arena: where the variable-sized parts of a result live until its creator resets it.
//!
//! Bump allocation in the creator's own region first, then in overflow blocks. Blocks are kept for
//! the next calls, up to `RETAINED` bytes: one huge return does not pin its memory for ever.
//!
//! Invariant: `base <= cur <= end`, and in every block `HEADER <= used <= capacity`.

use crate::border;
use polyplug_abi::{ARENA_SMALLEST_BLOCK, ArenaOverflowBlock, CallArena};
use std::ptr;

const HEADER: usize = size_of::<ArenaOverflowBlock>();

/// How many bytes of overflow blocks survive a reset: enough for the results of ordinary calls, and
/// little enough to keep one arena per thread.
const RETAINED: usize = 64 * 1024;

/// `size` bytes at `align`, or null if the system has no memory or `align` is no power of two.
///
/// # Safety
/// - `arena` is an initialised arena that no other thread uses.
pub(crate) unsafe fn allocate(arena: *mut CallArena, size: usize, align: usize) -> *mut u8 {
    if !align.is_power_of_two() {
        return ptr::null_mut();
    }
    // SAFETY: the caller's promise.
    let arena = unsafe { &mut *arena };
    if let Some(place) = bump(arena.cur as usize, arena.end as usize, size, align) {
        let found = arena.cur.with_addr(place);
        arena.cur = found.wrapping_add(size);
        return found;
    }
    let mut block = arena.first_overflow;
    while !block.is_null() {
        // SAFETY: blocks of an arena are live and used by nobody else.
        if let Some(found) = unsafe { allocate_in(block, size, align) } {
            return found;
        }
        // SAFETY: as above.
        block = unsafe { (*block).next };
    }
    let Some(capacity) = size.checked_add(align).and_then(|need| need.checked_add(HEADER)) else {
        return ptr::null_mut();
    };
    let capacity = capacity.max(ARENA_SMALLEST_BLOCK);
    let block = border::allocate(capacity, align_of::<ArenaOverflowBlock>());
    if block.is_null() {
        return block;
    }
    let block = block.cast::<ArenaOverflowBlock>();
    let header = ArenaOverflowBlock { next: arena.first_overflow, capacity, used: HEADER };
    // SAFETY: `block` has room for `capacity >= HEADER` bytes at the header's alignment.
    unsafe { block.write(header) };
    arena.first_overflow = block;
    // SAFETY: written just above.
    unsafe { allocate_in(block, size, align) }.unwrap_or(ptr::null_mut())
}

/// Makes all memory of the arena free for the next call.
///
/// # Safety
/// - As for [`allocate`]; nothing allocated from the arena is used afterwards.
pub(crate) unsafe fn reset(arena: *mut CallArena) {
    // SAFETY: the caller's promise.
    unsafe { reset_keeping(arena, RETAINED) };
}

/// Frees every overflow block.
///
/// # Safety
/// - As for [`reset`].
pub(crate) unsafe fn release(arena: *mut CallArena) {
    // SAFETY: the caller's promise.
    unsafe { reset_keeping(arena, 0) };
}

/// # Safety
/// As for [`reset`].
unsafe fn reset_keeping(arena: *mut CallArena, retained: usize) {
    // SAFETY: the caller's promise.
    let arena = unsafe { &mut *arena };
    arena.cur = arena.base;
    let mut kept: *mut ArenaOverflowBlock = ptr::null_mut();
    let mut total = 0;
    let mut block = arena.first_overflow;
    while !block.is_null() {
        // SAFETY: blocks of an arena are live and used by nobody else.
        let this = unsafe { &mut *block };
        let next = this.next;
        if total + this.capacity <= retained {
            total += this.capacity;
            this.used = HEADER;
            this.next = kept;
            kept = block;
        } else {
            let layout = (this.capacity, align_of::<ArenaOverflowBlock>());
            // SAFETY: allocated by `allocate` with this size and alignment, and unlinked here.
            unsafe { border::free(block.cast(), layout.0, layout.1) };
        }
        block = next;
    }
    arena.first_overflow = kept;
}

/// What it returns is derived from `block` itself: a reference to the header would not cover the
/// bytes behind it.
///
/// # Safety
/// - `block` is a live block that nobody else uses.
unsafe fn allocate_in(
    block: *mut ArenaOverflowBlock,
    size: usize,
    align: usize,
) -> Option<*mut u8> {
    let start: *mut u8 = block.cast();
    // SAFETY: the caller's promise; the reference ends before anything else is done with the block.
    let header = unsafe { &mut *block };
    let base = start.addr();
    let place = bump(base + header.used, base + header.capacity, size, align)?;
    header.used = place + size - base;
    Some(start.with_addr(place))
}

/// Where `size` bytes fit between `cur` and `end`.
fn bump(cur: usize, end: usize, size: usize, align: usize) -> Option<usize> {
    if cur == 0 {
        return None;
    }
    let place = cur.checked_next_multiple_of(align)?;
    (place.checked_add(size)? <= end).then_some(place)
}

#[cfg(test)]
mod tests {
    #![expect(unsafe_code, reason = "the arena's own functions are unsafe")]

    use super::*;

    fn blocks(arena: &CallArena) -> (usize, usize) {
        let (mut count, mut bytes, mut block) = (0, 0, arena.first_overflow);
        while !block.is_null() {
            // SAFETY: blocks of an arena are live.
            let this = unsafe { &*block };
            (count, bytes, block) = (count + 1, bytes + this.capacity, this.next);
        }
        (count, bytes)
    }

    #[test]
    fn allocations_are_aligned_disjoint_and_writable() {
        let mut arena = CallArena::new(ptr::null());
        let mut taken: Vec<(usize, usize)> = Vec::new();
        for round in 0..200_usize {
            let (size, align) = (round * 7 % 300 + 1, 1 << (round % 7));
            // SAFETY: the arena is this thread's own.
            let place = unsafe { allocate(&raw mut arena, size, align) };
            assert!(!place.is_null() && (place as usize).is_multiple_of(align));
            // SAFETY: `size` bytes were allocated there.
            unsafe { ptr::write_bytes(place, 0xA5, size) };
            let range = (place as usize, place as usize + size);
            assert!(taken.iter().all(|other| range.1 <= other.0 || other.1 <= range.0));
            taken.push(range);
        }
        // SAFETY: nothing of it is used afterwards.
        unsafe { release(&raw mut arena) };
        assert_eq!(blocks(&arena), (0, 0));
    }

    #[test]
    fn blocks_are_reused_after_a_reset() {
        let mut arena = CallArena::new(ptr::null());
        for _ in 0..50 {
            for _ in 0..20 {
                // SAFETY: the arena is this thread's own.
                assert!(!unsafe { allocate(&raw mut arena, 1000, 8) }.is_null());
            }
            // SAFETY: nothing of it is used afterwards.
            unsafe { reset(&raw mut arena) };
        }
        assert!(blocks(&arena).1 <= RETAINED);
        assert!(blocks(&arena).0 > 0);
        // SAFETY: nothing of it is used afterwards.
        unsafe { release(&raw mut arena) };
    }

    #[test]
    fn one_huge_return_does_not_pin_its_memory() {
        let mut arena = CallArena::new(ptr::null());
        // SAFETY: the arena is this thread's own.
        assert!(!unsafe { allocate(&raw mut arena, 64 << 20, 16) }.is_null());
        assert!(blocks(&arena).1 >= 64 << 20);
        // SAFETY: nothing of it is used afterwards.
        unsafe { reset(&raw mut arena) };
        assert_eq!(blocks(&arena), (0, 0));
    }

    #[test]
    fn the_creators_region_is_used_first() {
        let mut region = [0_u64; 8];
        let mut arena = CallArena::new(ptr::null());
        arena.base = region.as_mut_ptr().cast();
        arena.cur = arena.base;
        arena.end = arena.base.wrapping_add(size_of_val(&region));
        // SAFETY: the arena is this thread's own, its region outlives it.
        let inside = unsafe { allocate(&raw mut arena, 64, 8) };
        assert_eq!(inside, arena.base);
        assert!(arena.first_overflow.is_null());
        // SAFETY: as above.
        let outside = unsafe { allocate(&raw mut arena, 1, 1) };
        assert!(!outside.is_null() && !arena.first_overflow.is_null());
        // SAFETY: nothing of it is used afterwards.
        unsafe { release(&raw mut arena) };
    }

    #[test]
    fn impossible_requests_answer_null() {
        let mut arena = CallArena::new(ptr::null());
        for (size, align) in [(1, 3), (1, 0), (usize::MAX, 8), (usize::MAX - 64, 64)] {
            // SAFETY: the arena is this thread's own.
            assert!(unsafe { allocate(&raw mut arena, size, align) }.is_null());
        }
        assert!(arena.first_overflow.is_null());
    }
}

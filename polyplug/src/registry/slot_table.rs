//! The append-only table of slots: an index finds its slot without a lock, and a slot never moves.
//!
//! Chunks of 64, 128, 256, .. slots. Invariant: slots below `len` are written and stay so.

use super::slot::{Slot, SlotParts};
use std::alloc::{self, Layout};
use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicU32, Ordering};

const FIRST_CHUNK: u32 = 64;
const CHUNKS: usize = 26;

/// All slots of one runtime.
pub(crate) struct SlotTable {
    chunks: [AtomicPtr<Slot>; CHUNKS],
    len: AtomicU32,
}

impl SlotTable {
    pub(crate) fn new() -> Self {
        Self { chunks: [const { AtomicPtr::new(ptr::null_mut()) }; CHUNKS], len: AtomicU32::new(0) }
    }

    /// The slot at `index`, if there is one.
    #[inline(always)]
    pub(crate) fn get(&self, index: u32) -> Option<&Slot> {
        // Acquire pairs with the release in `push`.
        if index >= self.len.load(Ordering::Acquire) {
            return None;
        }
        let (chunk, offset) = place_of(index);
        // The chunk's pointer was stored before `len`, with which this load is ordered.
        let chunk = self.chunks[chunk].load(Ordering::Relaxed);
        // SAFETY: slots below `len` are written, and are dropped only with the table.
        Some(unsafe { &*chunk.wrapping_add(offset) })
    }

    pub(crate) fn len(&self) -> u32 {
        self.len.load(Ordering::Acquire)
    }

    /// Adds a slot. One thread at a time: the writer lock is held.
    pub(crate) fn push(&self, parts: &SlotParts<'_>) -> &Slot {
        let index = self.len.load(Ordering::Relaxed);
        debug_assert_eq!(index, parts.index);
        let (chunk, offset) = place_of(index);
        if self.chunks[chunk].load(Ordering::Relaxed).is_null() {
            self.chunks[chunk].store(allocate(chunk), Ordering::Relaxed);
        }
        let place = self.chunks[chunk].load(Ordering::Relaxed).wrapping_add(offset);
        // SAFETY: the place is inside its chunk and not yet written, since it is at `len`.
        unsafe { Slot::write(place, parts) };
        self.len.store(index + 1, Ordering::Release);
        // SAFETY: written just above.
        unsafe { &*place }
    }
}

impl Drop for SlotTable {
    fn drop(&mut self) {
        for index in 0..*self.len.get_mut() {
            let (chunk, offset) = place_of(index);
            let slot = self.chunks[chunk].get_mut().wrapping_add(offset);
            // SAFETY: slots below `len` are written, and nobody else has the table any more.
            unsafe { ptr::drop_in_place(slot) };
        }
        for (number, chunk) in self.chunks.iter_mut().enumerate() {
            let chunk = *chunk.get_mut();
            if !chunk.is_null() {
                // SAFETY: allocated by `allocate` with the same layout.
                unsafe { alloc::dealloc(chunk.cast(), layout(number)) };
            }
        }
    }
}

/// Chunk and offset of `index`.
#[inline(always)]
fn place_of(index: u32) -> (usize, usize) {
    let shifted = index + FIRST_CHUNK;
    let bit = shifted.ilog2();
    ((bit - FIRST_CHUNK.ilog2()) as usize, (shifted - (1 << bit)) as usize)
}

fn layout(chunk: usize) -> Layout {
    let slots = (FIRST_CHUNK as usize) << chunk;
    Layout::array::<Slot>(slots).expect("a chunk is far smaller than the address space")
}

fn allocate(chunk: usize) -> *mut Slot {
    let layout = layout(chunk);
    // SAFETY: the layout is not of size zero.
    let place = unsafe { alloc::alloc(layout) };
    if place.is_null() {
        alloc::handle_alloc_error(layout);
    }
    place.cast()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_index_has_a_place_of_its_own() {
        let mut expected = (0, 0);
        for index in 0..100_000 {
            assert_eq!(place_of(index), expected);
            expected.1 += 1;
            if expected.1 == (FIRST_CHUNK as usize) << expected.0 {
                expected = (expected.0 + 1, 0);
            }
        }
        assert!(place_of(u32::MAX - FIRST_CHUNK).0 < CHUNKS);
    }
}

//! Where the text and the lists of a value go.

use std::alloc::{self, Layout};
use thiserror::Error;

/// There is no memory for a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("there is no memory for {0} bytes")]
pub struct NoMemory(pub usize);

/// Memory for text and lists.
pub trait Place {
    /// Whether what a value holds by itself outlives the reader, and so is not copied.
    const BORROWS: bool;

    /// New memory of this layout, whose size is not 0. Who reads the value frees it, or the place.
    ///
    /// # Errors
    /// There is none.
    fn allocate(&mut self, layout: Layout) -> Result<*mut u8, NoMemory>;
}

/// Memory for the arguments of one call: text and lists of numbers are borrowed.
#[derive(Debug, Default)]
pub struct Scratch {
    pieces: Vec<(*mut u8, Layout)>,
}

impl Place for Scratch {
    const BORROWS: bool = true;

    fn allocate(&mut self, layout: Layout) -> Result<*mut u8, NoMemory> {
        self.pieces.try_reserve(1).map_err(|_| NoMemory(layout.size()))?;
        // SAFETY: the trait says that the size is not 0.
        let piece = unsafe { alloc::alloc(layout) };
        if piece.is_null() {
            return Err(NoMemory(layout.size()));
        }
        self.pieces.push((piece, layout));
        Ok(piece)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        for &(piece, layout) in &self.pieces {
            // SAFETY: allocated above with this layout, and the call that used it is over.
            unsafe { alloc::dealloc(piece, layout) };
        }
    }
}

//! Memory for the arguments of one call, used again for the next.

use crate::memory::allocator::Block;

/// Memory that is given out piece by piece and taken back as a whole.
///
/// Once it has grown to what a call needs, further calls allocate nothing, unless they need very much:
/// one large call is not paid for by the memory of all that follow.
#[derive(Debug, Default)]
pub struct Scratch {
    blocks: Vec<Block>,
    /// How many bytes of the last block are taken; a multiple of 8.
    taken: usize,
}

/// The first block, in bytes: one page.
const FIRST_BLOCK: usize = 4096;
/// Every piece begins at a multiple of it, which no type's alignment exceeds.
const ALIGN: usize = 8;
/// The largest block that is kept for the next call, in bytes.
const MOST_KEPT: usize = 1 << 20;

impl Scratch {
    /// Scratch memory that holds nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes everything back. What was given out may not be used any more.
    pub fn reset(&mut self) {
        let last = self.blocks.pop().filter(|block| block.size() <= MOST_KEPT);
        self.blocks.clear();
        self.blocks.extend(last);
        self.taken = 0;
    }

    /// `size` bytes at a multiple of 8.
    pub(super) fn take(&mut self, size: usize) -> Option<*mut u8> {
        let size = size.checked_next_multiple_of(ALIGN)?;
        let room = self.blocks.last().map_or(0, |block| block.size() - self.taken);
        if size > room {
            let grown = self.blocks.last().map_or(FIRST_BLOCK, |block| block.size() * 2);
            self.blocks.push(Block::new(grown.max(size))?);
            self.taken = 0;
        }
        let place = self.blocks.last()?.at(self.taken);
        self.taken += size;
        Some(place)
    }
}

#[cfg(test)]
mod tests {
    use super::{ALIGN, FIRST_BLOCK, MOST_KEPT, Scratch};

    #[test]
    fn memory_is_used_again() {
        let mut scratch = Scratch::new();
        let first = scratch.take(3).unwrap();
        let second = scratch.take(16).unwrap();
        assert_eq!(second.addr() - first.addr(), ALIGN);
        scratch.reset();
        assert_eq!(scratch.take(8).unwrap(), first);
    }

    #[test]
    fn a_block_that_grew_is_kept() {
        let mut scratch = Scratch::new();
        let _ = scratch.take(1);
        let place = scratch.take(FIRST_BLOCK * 3).unwrap();
        scratch.reset();
        assert_eq!(scratch.take(FIRST_BLOCK * 3).unwrap(), place);
        assert_eq!(scratch.blocks.len(), 1);
    }

    #[test]
    fn a_block_that_grew_very_much_is_not_kept() {
        let mut scratch = Scratch::new();
        let _ = scratch.take(MOST_KEPT);
        scratch.reset();
        assert_eq!(scratch.blocks.len(), 1);
        let _ = scratch.take(MOST_KEPT + 1);
        scratch.reset();
        assert!(scratch.blocks.is_empty());
        assert!(!scratch.take(8).unwrap().is_null());
    }

    #[test]
    fn more_than_there_is_is_refused() {
        assert!(Scratch::new().take(usize::MAX).is_none());
        assert!(Scratch::new().take(isize::MAX as usize - 7).is_none());
    }
}

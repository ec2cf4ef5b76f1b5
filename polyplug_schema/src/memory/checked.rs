//! Memory for tests that knows every piece it gave out, and ends the test at an access that nobody may
//! make: out of bounds, not aligned, never written, given back twice.

use super::{Memory, MemoryMut, Problem};
use std::collections::BTreeMap;

/// Memory at addresses that are none of this process.
#[derive(Debug, Default)]
pub(crate) struct Checked {
    pieces: BTreeMap<usize, Piece>,
    next: usize,
    /// How many further allocations succeed; `None` if all do.
    pub(crate) allocations_left: Option<usize>,
}

#[derive(Debug)]
struct Piece {
    bytes: Vec<u8>,
    written: Vec<bool>,
    align: usize,
}

impl Checked {
    /// A piece of memory whose bytes were never written.
    pub(crate) fn place(&mut self, size: usize, align: usize) -> usize {
        // A gap behind each piece, so that none is reached from another.
        self.next = (self.next + 64).next_multiple_of(align.max(1)) + align;
        let address = self.next;
        self.next += size;
        let piece = Piece { bytes: vec![0xaa; size], written: vec![false; size], align };
        self.pieces.insert(address, piece);
        address
    }

    /// How many pieces there are that were not given back.
    pub(crate) fn pieces(&self) -> usize {
        self.pieces.len()
    }

    /// The bytes of the piece at `address`.
    pub(crate) fn piece(&self, address: usize) -> &[u8] {
        &self.pieces[&address].bytes
    }

    fn find(&self, address: usize, len: usize) -> (usize, usize) {
        let (start, piece) = self
            .pieces
            .range(..=address)
            .next_back()
            .unwrap_or_else(|| panic!("{len} bytes at {address:#x} are in no piece"));
        let offset = address - start;
        assert!(offset + len <= piece.bytes.len(), "{len} bytes at {address:#x} leave the piece");
        (*start, offset)
    }

    fn written(&self, address: usize, len: usize) -> &[u8] {
        let (start, offset) = self.find(address, len);
        let piece = &self.pieces[&start];
        let range = offset..offset + len;
        let all = piece.written[range.clone()].iter().all(|written| *written);
        assert!(all, "{len} bytes at {address:#x} are read and were never written");
        &piece.bytes[range]
    }

    fn put(&mut self, address: usize, len: usize, fill: impl FnOnce(&mut [u8])) {
        let (start, offset) = self.find(address, len);
        let piece = self.pieces.get_mut(&start).unwrap_or_else(|| panic!("{start:#x} is gone"));
        fill(&mut piece.bytes[offset..offset + len]);
        piece.written[offset..offset + len].fill(true);
    }
}

impl Memory for Checked {
    fn read<const N: usize>(&self, address: usize) -> Result<[u8; N], Problem> {
        assert!(address.is_multiple_of(N), "{N} bytes are read at {address:#x}");
        let bytes = self.written(address, N);
        Ok(bytes.try_into().unwrap_or([0; N]))
    }

    fn bytes(&self, address: usize, len: usize) -> Result<&[u8], Problem> {
        assert_ne!(len, 0, "nothing is asked for");
        Ok(self.written(address, len))
    }
}

impl MemoryMut for Checked {
    fn allocate(&mut self, size: usize, align: usize) -> Result<usize, Problem> {
        assert_ne!(size, 0, "nothing is asked for");
        if let Some(left) = &mut self.allocations_left {
            *left = left.checked_sub(1).ok_or(Problem::OutOfMemory(size))?;
        }
        Ok(self.place(size, align))
    }

    fn release(&mut self, address: usize, size: usize, align: usize) {
        let piece = self.pieces.remove(&address);
        let piece = piece.unwrap_or_else(|| panic!("{address:#x} is given back and is no piece"));
        assert_eq!((piece.bytes.len(), piece.align), (size, align), "{address:#x} is given back");
    }

    fn write<const N: usize>(&mut self, address: usize, bytes: [u8; N]) -> Result<(), Problem> {
        assert!(address.is_multiple_of(N), "{N} bytes are written at {address:#x}");
        self.put(address, N, |place| place.copy_from_slice(&bytes));
        Ok(())
    }

    fn write_all(&mut self, address: usize, bytes: &[u8]) -> Result<(), Problem> {
        self.put(address, bytes.len(), |place| place.copy_from_slice(bytes));
        Ok(())
    }

    fn zero(&mut self, address: usize, len: usize) -> Result<(), Problem> {
        self.put(address, len, |place| place.fill(0));
        Ok(())
    }
}

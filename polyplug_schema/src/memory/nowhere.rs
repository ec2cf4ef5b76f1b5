//! Memory that forgets everything: lowering into it checks a value and does nothing else.

use crate::memory::{Memory, MemoryMut};
use crate::value_error::Problem;

/// Takes every write, and reads as zero.
pub(crate) struct Nowhere;

impl Memory for Nowhere {
    fn read<const N: usize>(&self, _: usize) -> Result<[u8; N], Problem> {
        Ok([0; N])
    }

    fn bytes(&self, address: usize, size: usize) -> Result<&[u8], Problem> {
        Err(Problem::OutOfBounds { address, size })
    }
}

impl MemoryMut for Nowhere {
    fn allocate(&mut self, _: usize, align: usize) -> Result<usize, Problem> {
        Ok(align)
    }

    fn release(&mut self, _: usize, _: usize, _: usize) {}

    fn write<const N: usize>(&mut self, _: usize, _: [u8; N]) -> Result<(), Problem> {
        Ok(())
    }

    fn write_all(&mut self, _: usize, _: &[u8]) -> Result<(), Problem> {
        Ok(())
    }

    fn zero(&mut self, _: usize, _: usize) -> Result<(), Problem> {
        Ok(())
    }
}

//! Where values in the C layout stand.
//!
//! `lower`, `lift` and `release` know layouts and trust nothing; whether an address may be touched is
//! the memory's affair. `NativeMemory` is the memory of this process; tests bring one that checks
//! every access.

#[expect(unsafe_code, reason = "memory is allocated by others")]
mod allocator;
#[cfg(test)]
pub(crate) mod checked;
#[expect(unsafe_code, reason = "follows addresses that came from outside")]
mod native;
mod nowhere;
mod scratch;

pub use allocator::{Allocator, GlobalAllocator, HostAllocator, NoAllocator};
pub(crate) use nowhere::Nowhere;

pub use native::NativeMemory;
pub use scratch::Scratch;

use crate::value_error::Problem;

/// Memory that values can be lifted from.
pub trait Memory {
    /// The `N` bytes at `address`.
    ///
    /// # Errors
    /// They are not there.
    fn read<const N: usize>(&self, address: usize) -> Result<[u8; N], Problem>;

    /// The `len` bytes at `address`, all of them initialised: text or scalars. `len` is not 0.
    ///
    /// # Errors
    /// They are not there.
    fn bytes(&self, address: usize, len: usize) -> Result<&[u8], Problem>;
}

/// Memory that values can be lowered into, and released from.
pub trait MemoryMut: Memory {
    /// The address of `size` new bytes, at a multiple of `align`. `size` is not 0.
    ///
    /// # Errors
    /// There is no more memory.
    fn allocate(&mut self, size: usize, align: usize) -> Result<usize, Problem>;

    /// Gives back what `allocate` gave for the same size and alignment.
    fn release(&mut self, address: usize, size: usize, align: usize);

    /// Writes `bytes` at `address`.
    ///
    /// # Errors
    /// There is no room.
    fn write<const N: usize>(&mut self, address: usize, bytes: [u8; N]) -> Result<(), Problem>;

    /// Writes all `bytes` at `address`.
    ///
    /// # Errors
    /// There is no room.
    fn write_all(&mut self, address: usize, bytes: &[u8]) -> Result<(), Problem>;

    /// Makes the `len` bytes at `address` zero.
    ///
    /// # Errors
    /// There is no room.
    fn zero(&mut self, address: usize, len: usize) -> Result<(), Problem>;
}

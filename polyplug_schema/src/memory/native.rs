//! The memory of this process.

use crate::memory::{Allocator, Memory, MemoryMut};
use crate::value_error::Problem;
use std::{ptr, slice};

/// The memory of this process, with an allocator for what strings and lists need.
///
/// It follows every address it is given: that is what its maker promises for all of them, those that
/// stand in the memory itself included.
#[derive(Debug)]
pub struct NativeMemory<A> {
    allocator: A,
}

impl<A: Allocator> NativeMemory<A> {
    /// The memory of this process; strings and lists come from `allocator`.
    ///
    /// # Safety
    /// For as long as the memory lives:
    /// - Every address handed to [`crate::lift`] is valid for reads of a value of the type handed over
    ///   with it, the pointers in that value included, as far as each is not null and the lengths
    ///   beside them say; nobody writes there meanwhile.
    /// - Every address handed to [`crate::lower`] is valid for writes of a value of its type.
    /// - Every value handed to [`crate::release`] owns its strings and lists, and they came from this
    ///   allocator or one that shares its memory, each with the size and alignment of its type.
    pub unsafe fn new(allocator: A) -> Self {
        Self { allocator }
    }
}

impl<A> Memory for NativeMemory<A> {
    #[inline]
    fn read<const N: usize>(&self, address: usize) -> Result<[u8; N], Problem> {
        let place: *const [u8; N] = ptr::with_exposed_provenance(address);
        // SAFETY: the maker promised that what is read is there.
        Ok(unsafe { place.read() })
    }

    #[inline]
    fn bytes(&self, address: usize, len: usize) -> Result<&[u8], Problem> {
        // SAFETY: the maker promised that what is read is there and does not change; a length that no
        // slice may have is refused before it comes here.
        Ok(unsafe { slice::from_raw_parts(ptr::with_exposed_provenance(address), len) })
    }
}

impl<A: Allocator> MemoryMut for NativeMemory<A> {
    #[inline]
    fn allocate(&mut self, size: usize, align: usize) -> Result<usize, Problem> {
        let address = self.allocator.allocate(size, align);
        if address.is_null() {
            return Err(Problem::OutOfMemory(size));
        }
        Ok(address.expose_provenance())
    }

    fn release(&mut self, address: usize, size: usize, align: usize) {
        // SAFETY: the maker promised that what is released came from the allocator.
        unsafe {
            self.allocator.release(ptr::with_exposed_provenance_mut(address), size, align);
        }
    }

    #[inline]
    fn write<const N: usize>(&mut self, address: usize, bytes: [u8; N]) -> Result<(), Problem> {
        let place: *mut [u8; N] = ptr::with_exposed_provenance_mut(address);
        // SAFETY: the maker promised that there is room, or it is memory of the allocator.
        unsafe { place.write(bytes) };
        Ok(())
    }

    #[inline]
    fn write_all(&mut self, address: usize, bytes: &[u8]) -> Result<(), Problem> {
        let place: *mut u8 = ptr::with_exposed_provenance_mut(address);
        // SAFETY: as for `write`; the bytes are a Rust slice, which nobody else may write to.
        unsafe { ptr::copy_nonoverlapping(bytes.as_ptr(), place, bytes.len()) };
        Ok(())
    }

    #[inline]
    fn zero(&mut self, address: usize, len: usize) -> Result<(), Problem> {
        let place: *mut u8 = ptr::with_exposed_provenance_mut(address);
        // SAFETY: as for `write`.
        unsafe { ptr::write_bytes(place, 0, len) };
        Ok(())
    }
}

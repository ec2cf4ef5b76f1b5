//! An arena of a caller, and a function that answers with memory.

use super::Table;
use crate::call::Raw;
use polyplug_abi::{AbiError, ArenaOverflowBlock, CallArena, GuestContractInstance};
use std::ptr;

/// An arena without a region of its own, so that everything is in overflow blocks.
#[derive(Debug)]
pub struct Arena {
    table: Table,
    arena: CallArena,
}

/// The result of a call.
#[derive(Debug)]
pub struct Memory {
    place: *mut u8,
    size: usize,
}

impl Arena {
    /// An empty arena.
    pub fn new(table: Table) -> Self {
        Self { table, arena: CallArena::new(table.0) }
    }

    /// What function 0 of `raw`, the native `fn result`, answers in a guarded call: `size` bytes.
    pub fn call_for_result(&mut self, raw: Raw, size: usize) -> Memory {
        call(self.table, raw, size, &raw mut self.arena)
    }

    /// Whether the arena has these bytes in one of its blocks.
    pub fn owns(&self, memory: &Memory) -> bool {
        let Memory { place, size } = *memory;
        let mut block = self.arena.first_overflow;
        while !block.is_null() {
            // SAFETY: the blocks of an arena are its own.
            let ArenaOverflowBlock { next, capacity, .. } = *unsafe { &*block };
            let (start, end) = (block.addr(), block.addr() + capacity);
            if start <= place.addr() && place.addr() + size <= end {
                return true;
            }
            block = next;
        }
        false
    }

    /// Forgets everything.
    pub fn reset(&mut self) {
        let reset = self.table.extensions().arena_reset;
        // SAFETY: the arena is ours, and what was in it is not used any more.
        unsafe { reset(self.table.0, &raw mut self.arena) };
    }
}

impl Drop for Arena {
    fn drop(&mut self) {
        let release = self.table.extensions().arena_release;
        // SAFETY: as in `reset`.
        unsafe { release(self.table.0, &raw mut self.arena) };
        assert!(self.arena.first_overflow.is_null(), "everything was given back");
    }
}

impl Table {
    /// As [`Arena::call_for_result`], without an arena.
    pub fn call_for_result(&self, raw: Raw, size: usize) -> Memory {
        call(*self, raw, size, ptr::null_mut())
    }

    /// Gives memory back that no arena owns.
    pub fn free(&self, memory: Memory) {
        // SAFETY: it came from this runtime with this size.
        unsafe { (self.api().free)(self.0, memory.place, memory.size, 8) };
    }
}

fn call(table: Table, raw: Raw, size: usize, arena: *mut CallArena) -> Memory {
    let (args, mut place) = ((table.0, size), ptr::null_mut::<u8>());
    let (none, mut error) = (GuestContractInstance::null(), AbiError::ok());
    let (args, out) = ((&raw const args).cast(), (&raw mut place).cast());
    let call = table.extensions().call;
    // SAFETY: the function takes a table and a size and writes a pointer.
    unsafe { call(table.0, raw.0, none, 0, args, out, arena, &raw mut error) };
    assert!(error.is_ok(), "the function ran");
    // SAFETY: the memory is as long as was asked.
    unsafe { place.write_bytes(0xAB, size) };
    Memory { place, size }
}

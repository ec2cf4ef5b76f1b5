//! From the binary form of values to memory in the C layout.
//!
//! The binary form is what `docs/binary.md` says: the parts of a value in order, without padding and
//! without pointers. Nothing in it is believed: every length is compared with the bytes that are left
//! before anything is allocated for it.
//!
//! Invariant: the one of `lower`. The place is made zero first, and a pointer is written the moment its
//! memory is allocated, so that a conversion that fails half-way leaks nothing.

use crate::lower::{clear, empty_address, write_slice, write_tag};
use crate::memory::MemoryMut;
use crate::path::Root;
use crate::release::release;
use crate::value_error::{Problem, ValueError};
use crate::value_type::{FlagsType, TagSize};
use crate::walk::Walk;
use crate::{Function, Type};
use std::str;
use std::sync::Arc;

/// Writes the value that `bytes` are at `address`, in the layout of `ty`; strings and lists are
/// allocated from `memory`, at most `limit` bytes for all of them.
///
/// # Errors
/// The bytes are not one value of the type: they end inside of it or go on behind it, a bool is neither
/// 0 nor 1, a char is none, a case does not exist, a bit stands for no flag, or text is not UTF-8; or
/// it is too large. Nothing stays allocated.
pub fn unpack<M: MemoryMut>(
    bytes: &[u8],
    ty: &Type,
    address: usize,
    memory: &mut M,
    limit: usize,
) -> Result<(), ValueError> {
    clear(ty, address, memory)?;
    let mut unpack = Unpack { memory, rest: bytes, limit, left: limit };
    let unpacked = unpack.value(ty, address).and_then(|()| unpack.end());
    unpacked.inspect_err(|_| release(ty, address, memory))
}

struct Unpack<'a, M> {
    memory: &'a mut M,
    /// The bytes that were not read yet.
    rest: &'a [u8],
    limit: usize,
    /// How many bytes may still be allocated.
    left: usize,
}

impl<'a, M: MemoryMut> Unpack<'a, M> {
    /// Nothing may stand behind the last value.
    fn end(&self) -> Result<(), ValueError> {
        match self.rest.len() {
            0 => Ok(()),
            surplus => Err(Problem::Surplus(surplus).into()),
        }
    }

    fn take(&mut self, len: usize) -> Result<&'a [u8], Problem> {
        let left = self.rest.len();
        let (taken, rest) =
            self.rest.split_at_checked(len).ok_or(Problem::Truncated { needed: len, left })?;
        self.rest = rest;
        Ok(taken)
    }

    fn fixed<const N: usize>(&mut self) -> Result<[u8; N], Problem> {
        let left = self.rest.len();
        let (taken, rest) =
            self.rest.split_first_chunk().ok_or(Problem::Truncated { needed: N, left })?;
        self.rest = rest;
        Ok(*taken)
    }

    /// The length of a string or a list, whose elements have `shortest` bytes at least.
    fn len(&mut self, shortest: usize) -> Result<usize, Problem> {
        let len = u32::from_le_bytes(self.fixed()?) as usize;
        let (needed, left) = (len.saturating_mul(shortest), self.rest.len());
        if needed > left {
            return Err(Problem::Truncated { needed, left });
        }
        Ok(len)
    }

    /// New memory for a string or a list, with the pointer to it at `at`.
    fn room(
        &mut self,
        len: usize,
        size: usize,
        align: usize,
        at: usize,
    ) -> Result<usize, ValueError> {
        self.left = self.left.checked_sub(size).ok_or(Problem::LimitReached(self.limit))?;
        let address = self.memory.allocate(size, align)?;
        write_slice(address, len, at, self.memory)?;
        Ok(address)
    }
}

/// Writes at places that are zero.
impl<M: MemoryMut> Walk for Unpack<'_, M> {
    fn number<const N: usize>(&mut self, at: usize) -> Result<(), Problem> {
        let bytes = self.fixed::<N>()?;
        self.memory.write(at, bytes)
    }

    fn copy(&mut self, len: usize, at: usize) -> Result<(), Problem> {
        let bytes = self.take(len)?;
        self.memory.write_all(at, bytes)
    }

    fn boolean(&mut self, at: usize) -> Result<(), Problem> {
        match self.fixed()? {
            [byte @ (0 | 1)] => self.memory.write(at, [byte]),
            [other] => Err(Problem::NotBool(other)),
        }
    }

    fn character(&mut self, at: usize) -> Result<(), Problem> {
        let number = u32::from_le_bytes(self.fixed()?);
        let char = char::from_u32(number).ok_or(Problem::NotChar(number))?;
        self.memory.write(at, u32::from(char).to_ne_bytes())
    }

    fn string(&mut self, at: usize) -> Result<(), ValueError> {
        let len = self.len(1)?;
        let bytes = self.take(len)?;
        str::from_utf8(bytes).map_err(|error| Problem::NotUtf8(error.valid_up_to()))?;
        if len == 0 {
            return write_slice(empty_address(), 0, at, self.memory);
        }
        let address = self.room(len, len, 1, at)?;
        Ok(self.memory.write_all(address, bytes)?)
    }

    fn list(&mut self, element: &Type, at: usize) -> Result<(), ValueError> {
        let len = self.len(element.shortest_binary())?;
        if len == 0 {
            return write_slice(empty_address(), 0, at, self.memory);
        }
        let layout = element.layout();
        let size = len.checked_mul(layout.size).ok_or(Problem::TooLong(len))?;
        if element.is_plain() {
            let bytes = self.take(size)?;
            let address = self.room(len, size, layout.align, at)?;
            return Ok(self.memory.write_all(address, bytes)?);
        }
        self.left = self.left.checked_sub(size).ok_or(Problem::LimitReached(self.limit))?;
        let address = self.memory.allocate(size, layout.align)?;
        let zeroed = self.memory.zero(address, size);
        zeroed.inspect_err(|_| self.memory.release(address, size, layout.align))?;
        write_slice(address, len, at, self.memory)?;
        self.elements(element, len, address)
    }

    fn flags(&mut self, flags: &FlagsType, at: usize) -> Result<(), ValueError> {
        let size = flags.bytes();
        let bytes = self.take(size)?;
        let mut word = [0; size_of::<u32>()];
        word[..size].copy_from_slice(bytes);
        flags.check(u32::from_le_bytes(word))?;
        Ok(self.memory.write_all(at, bytes)?)
    }

    fn tag(&mut self, size: TagSize, cases: usize, at: usize) -> Result<usize, Problem> {
        let tag = match size {
            TagSize::One => u8::from_le_bytes(self.fixed()?).into(),
            TagSize::Two => u16::from_le_bytes(self.fixed()?).into(),
            TagSize::Four => u32::from_le_bytes(self.fixed()?),
        };
        let index = tag as usize;
        if index >= cases {
            return Err(Problem::NotCase { tag, cases });
        }
        write_tag(index, size, at, self.memory)?;
        Ok(index)
    }
}

impl Function {
    /// Writes the arguments that `bytes` are, one behind the other, at `address`, in the layout of
    /// [`Function::arguments_layout`]. The address is not used if there is no parameter. Strings and
    /// lists take at most `limit` bytes.
    ///
    /// # Errors
    /// As for [`unpack`]; the error names the parameter.
    pub fn unpack_arguments<M: MemoryMut>(
        &self,
        bytes: &[u8],
        address: usize,
        memory: &mut M,
        limit: usize,
    ) -> Result<(), ValueError> {
        match self.parameters() {
            [] => {}
            [only] => clear(&only.ty, address, memory)?,
            _ => memory.zero(address, self.arguments_layout().size)?,
        }
        let mut unpack = Unpack { memory, rest: bytes, limit, left: limit };
        let unpacked = unpack.arguments(self, address);
        unpacked.inspect_err(|_| self.release_arguments(address, memory))
    }

    /// Writes the result that `bytes` are at `address`; without a result there are no bytes, and the
    /// address is not used. Strings and lists take at most `limit` bytes.
    ///
    /// # Errors
    /// As for [`unpack`].
    pub fn unpack_result<M: MemoryMut>(
        &self,
        bytes: &[u8],
        address: usize,
        memory: &mut M,
        limit: usize,
    ) -> Result<(), ValueError> {
        let unpacked = match self.result() {
            Some(ty) => unpack(bytes, ty, address, memory, limit),
            None => Unpack { memory, rest: bytes, limit, left: limit }.end(),
        };
        unpacked.map_err(|error| error.under(Root::Result))
    }
}

impl<M: MemoryMut> Unpack<'_, M> {
    fn arguments(&mut self, function: &Function, address: usize) -> Result<(), ValueError> {
        for parameter in function.parameters() {
            let value = self.value(&parameter.ty, address + parameter.offset);
            value.map_err(|error| error.under(Root::Parameter(Arc::clone(&parameter.name))))?;
        }
        self.end().map_err(|error| error.under(Root::Arguments))
    }
}

#[cfg(test)]
mod tests;

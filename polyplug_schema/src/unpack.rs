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
use crate::path::{Root, Step};
use crate::release::release;
use crate::value_error::{Problem, ValueError};
use crate::value_type::{FlagsType, TagSize};
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
    /// Writes a value at a place that is zero.
    fn value(&mut self, ty: &Type, at: usize) -> Result<(), ValueError> {
        match ty {
            Type::S8 | Type::U8 => self.number::<1>(at)?,
            Type::S16 | Type::U16 => self.number::<2>(at)?,
            Type::S32 | Type::U32 | Type::F32 => self.number::<4>(at)?,
            Type::S64 | Type::U64 | Type::F64 => self.number::<8>(at)?,
            _ if ty.is_plain() => self.copy(ty.layout().size, at)?,
            Type::Bool => match self.fixed()? {
                [byte @ (0 | 1)] => self.memory.write(at, [byte])?,
                [other] => return Err(Problem::NotBool(other).into()),
            },
            Type::Char => {
                let number = u32::from_le_bytes(self.fixed()?);
                let char = char::from_u32(number).ok_or(Problem::NotChar(number))?;
                self.memory.write(at, u32::from(char).to_ne_bytes())?;
            }
            Type::String => self.string(at)?,
            Type::List(list) => self.list(list.element(), at)?,
            Type::FixedList(list) => self.elements(list.element(), list.len(), at)?,
            Type::Option(option) => {
                if self.tag(TagSize::One, 2, at)? == 1 {
                    let (some, payload) = (option.some(), at + option.payload_offset());
                    self.payload(Some(some), payload, || "some".into())?;
                }
            }
            Type::Result(result) => {
                let payload = at + result.payload_offset();
                match self.tag(TagSize::One, 2, at)? {
                    0 => self.payload(result.ok(), payload, || "ok".into())?,
                    _ => self.payload(result.err(), payload, || "err".into())?,
                }
            }
            Type::Tuple(tuple) => {
                for (index, element) in tuple.elements().iter().enumerate() {
                    let value = self.value(&element.ty, at + element.offset);
                    value.map_err(|error| error.at(index))?;
                }
            }
            Type::Record(record) => {
                for field in record.fields() {
                    let value = self.value(&field.ty, at + field.offset);
                    value.map_err(|error| error.at(&field.name))?;
                }
            }
            Type::Variant(variant) => {
                let cases = variant.cases();
                let case = &cases[self.tag(variant.tag(), cases.len(), at)?];
                let payload = at + variant.payload_offset();
                self.payload(case.ty.as_ref(), payload, || (&case.name).into())?;
            }
            Type::Enum(enumeration) => {
                self.tag(enumeration.tag(), enumeration.cases().len(), at)?;
            }
            Type::Flags(flags) => self.flags(flags, at)?,
        }
        Ok(())
    }

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

    /// A number, whose bytes are those in memory: both are little-endian.
    fn number<const N: usize>(&mut self, at: usize) -> Result<(), Problem> {
        let bytes = self.fixed::<N>()?;
        self.memory.write(at, bytes)
    }

    /// Bytes that are the same in memory.
    fn copy(&mut self, len: usize, at: usize) -> Result<(), Problem> {
        let bytes = self.take(len)?;
        self.memory.write_all(at, bytes)
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

    fn elements(&mut self, element: &Type, len: usize, at: usize) -> Result<(), ValueError> {
        let size = element.layout().size;
        for index in 0..len {
            let value = self.value(element, at + index * size);
            value.map_err(|error| error.at(index))?;
        }
        Ok(())
    }

    fn payload(
        &mut self,
        ty: Option<&Type>,
        at: usize,
        step: impl Fn() -> Step,
    ) -> Result<(), ValueError> {
        let Some(ty) = ty else { return Ok(()) };
        self.value(ty, at).map_err(|error| error.at(step()))
    }

    fn tag(&mut self, size: TagSize, cases: usize, at: usize) -> Result<usize, ValueError> {
        let tag = match size {
            TagSize::One => u8::from_le_bytes(self.fixed()?).into(),
            TagSize::Two => u16::from_le_bytes(self.fixed()?).into(),
            TagSize::Four => u32::from_le_bytes(self.fixed()?),
        };
        let index = tag as usize;
        if index >= cases {
            return Err(Problem::NotCase { tag, cases }.into());
        }
        write_tag(index, size, at, self.memory)?;
        Ok(index)
    }

    fn flags(&mut self, flags: &FlagsType, at: usize) -> Result<(), ValueError> {
        let size = flags.bytes();
        let bytes = self.take(size)?;
        let mut word = [0; size_of::<u32>()];
        word[..size].copy_from_slice(bytes);
        flags.check(u32::from_le_bytes(word))?;
        Ok(self.memory.write_all(at, bytes)?)
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

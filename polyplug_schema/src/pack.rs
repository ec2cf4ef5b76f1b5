//! From memory in the C layout to the binary form of values. Nothing that stands in memory is believed,
//! as in `lift`.

use crate::lift::stored;
use crate::memory::Memory;
use crate::path::{Root, Step};
use crate::value_error::{Problem, ValueError};
use crate::value_type::TagSize;
use crate::{Function, Type};
use std::str;
use std::sync::Arc;

/// Appends the binary form of the value at `address`, which is in the layout of `ty`, to `out`: at most
/// `limit` bytes.
///
/// # Errors
/// What stands there is not a value of the type, as for [`lift`](crate::lift), or it is too large.
/// `out` is as it was.
pub fn pack<M: Memory>(
    ty: &Type,
    address: usize,
    memory: &M,
    limit: usize,
    out: &mut Vec<u8>,
) -> Result<(), ValueError> {
    Pack { memory, before: out.len(), out, limit }.whole(|pack| pack.value(ty, address))
}

struct Pack<'a, M> {
    memory: &'a M,
    out: &'a mut Vec<u8>,
    /// How many bytes were there before.
    before: usize,
    limit: usize,
}

impl<M: Memory> Pack<'_, M> {
    /// Runs `body`; what it wrote is taken back if it fails.
    fn whole(
        mut self,
        body: impl FnOnce(&mut Self) -> Result<(), ValueError>,
    ) -> Result<(), ValueError> {
        body(&mut self).inspect_err(|_| self.out.truncate(self.before))
    }

    fn value(&mut self, ty: &Type, at: usize) -> Result<(), ValueError> {
        match ty {
            Type::S8 | Type::U8 => self.number::<1>(at)?,
            Type::S16 | Type::U16 => self.number::<2>(at)?,
            Type::S32 | Type::U32 | Type::F32 => self.number::<4>(at)?,
            Type::S64 | Type::U64 | Type::F64 => self.number::<8>(at)?,
            _ if ty.is_plain() => self.copy(ty.layout().size, at)?,
            Type::Bool => self.put(&[stored::boolean(self.memory, at)?.into()])?,
            Type::Char => {
                let char = stored::character(self.memory, at)?;
                self.put(&u32::from(char).to_le_bytes())?;
            }
            Type::String => {
                let (address, len) = stored::slice(self.memory, 1, 1, at)?;
                self.len(len)?;
                if len != 0 {
                    let bytes = self.memory.bytes(address, len)?;
                    str::from_utf8(bytes).map_err(|error| Problem::NotUtf8(error.valid_up_to()))?;
                    self.put(bytes)?;
                }
            }
            Type::List(list) => {
                let layout = list.element().layout();
                let (address, len) = stored::slice(self.memory, layout.size, layout.align, at)?;
                self.len(len)?;
                self.elements(list.element(), len, address)?;
            }
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
            Type::Flags(flags) => {
                let bits = stored::bits(self.memory, flags, at)?;
                self.put(&bits.to_le_bytes()[..flags.bytes()])?;
            }
        }
        Ok(())
    }

    /// Appends bytes, if they are within the limit.
    fn put(&mut self, bytes: &[u8]) -> Result<(), Problem> {
        let written = self.out.len() - self.before;
        if bytes.len() > self.limit - written {
            return Err(Problem::LimitReached(self.limit));
        }
        self.out.try_reserve(bytes.len()).map_err(|_| Problem::OutOfMemory(bytes.len()))?;
        self.out.extend_from_slice(bytes);
        Ok(())
    }

    /// A number, whose bytes are those in memory: both are little-endian.
    fn number<const N: usize>(&mut self, at: usize) -> Result<(), Problem> {
        self.put(&self.memory.read::<N>(at)?)
    }

    /// Bytes that are the same in memory, all of them numbers.
    fn copy(&mut self, len: usize, at: usize) -> Result<(), Problem> {
        self.put(self.memory.bytes(at, len)?)
    }

    fn len(&mut self, len: usize) -> Result<(), Problem> {
        self.put(&u32::try_from(len).map_err(|_| Problem::TooLong(len))?.to_le_bytes())
    }

    fn elements(&mut self, element: &Type, len: usize, at: usize) -> Result<(), ValueError> {
        let size = element.layout().size;
        if element.is_plain() {
            // No overflow: the size of a list was checked, and a fixed one is that of its type.
            return if len == 0 { Ok(()) } else { Ok(self.copy(len * size, at)?) };
        }
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

    fn tag(&mut self, size: TagSize, cases: usize, at: usize) -> Result<usize, Problem> {
        let index = stored::tag(self.memory, size, cases, at)?;
        // No truncation: the size of the tag was chosen by the number of cases.
        self.put(&(index as u32).to_le_bytes()[..size.bytes()])?;
        Ok(index)
    }
}

impl Function {
    /// Appends the binary form of the arguments at `address`, one behind the other, to `out`: at most
    /// `limit` bytes. The address is not used if there is no parameter.
    ///
    /// # Errors
    /// As for [`pack`]; the error names the parameter.
    pub fn pack_arguments<M: Memory>(
        &self,
        address: usize,
        memory: &M,
        limit: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), ValueError> {
        Pack { memory, before: out.len(), out, limit }.whole(|pack| {
            for parameter in self.parameters() {
                let value = pack.value(&parameter.ty, address + parameter.offset);
                value.map_err(|error| error.under(Root::Parameter(Arc::clone(&parameter.name))))?;
            }
            Ok(())
        })
    }

    /// Appends the binary form of the result at `address` to `out`, at most `limit` bytes; nothing if
    /// the function has none, and the address is not used then.
    ///
    /// # Errors
    /// As for [`pack`].
    pub fn pack_result<M: Memory>(
        &self,
        address: usize,
        memory: &M,
        limit: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), ValueError> {
        let Some(ty) = self.result() else { return Ok(()) };
        pack(ty, address, memory, limit, out).map_err(|error| error.under(Root::Result))
    }
}

#[cfg(test)]
mod tests;

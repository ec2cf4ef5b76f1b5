//! Giving back what a value in memory owns: its strings and lists.

use crate::memory::{Memory, MemoryMut};
use crate::value_type::TagSize;
use crate::{Function, Type};

/// Gives back all strings and lists of the value at `address`, not the place itself. What is empty
/// owns nothing.
///
/// It is total: what is not a value of the type, such as the number of a case that does not exist, is
/// passed over.
pub fn release<M: MemoryMut>(ty: &Type, address: usize, memory: &mut M) {
    if ty.owns_memory() {
        let _ = walk(ty, address, memory);
    }
}

/// The outcome of a walk: `None` ends it, as there is nothing more that can be known.
type Walk = Option<()>;

fn walk<M: MemoryMut>(ty: &Type, at: usize, memory: &mut M) -> Walk {
    if !ty.owns_memory() {
        return Some(());
    }
    match ty {
        Type::String => {
            let (address, len) = read_slice(at, memory)?;
            if address != 0 && len != 0 {
                memory.release(address, len, 1);
            }
        }
        Type::List(list) => {
            let (address, len) = read_slice(at, memory)?;
            let layout = list.element().layout();
            let size = len.checked_mul(layout.size)?;
            if address != 0 && len != 0 {
                elements(list.element(), len, address, memory);
                memory.release(address, size, layout.align);
            }
        }
        Type::FixedList(list) => elements(list.element(), list.len(), at, memory),
        Type::Option(option) if read_tag(TagSize::One, at, memory)? == 1 => {
            release(option.some(), at + option.payload_offset(), memory);
        }
        Type::Result(result) => {
            let payload = match read_tag(TagSize::One, at, memory)? {
                0 => result.ok(),
                1 => result.err(),
                _ => None,
            };
            release(payload?, at + result.payload_offset(), memory);
        }
        Type::Tuple(tuple) => {
            for element in tuple.elements() {
                release(&element.ty, at + element.offset, memory);
            }
        }
        Type::Record(record) => {
            for field in record.fields() {
                release(&field.ty, at + field.offset, memory);
            }
        }
        Type::Variant(variant) => {
            let tag = read_tag(variant.tag(), at, memory)?;
            let case = variant.cases().get(tag as usize)?;
            release(case.ty.as_ref()?, at + variant.payload_offset(), memory);
        }
        _ => {}
    }
    Some(())
}

fn elements<M: MemoryMut>(element: &Type, len: usize, at: usize, memory: &mut M) {
    if element.owns_memory() {
        let size = element.layout().size;
        for index in 0..len {
            release(element, at + index * size, memory);
        }
    }
}

fn read_slice<M: Memory>(at: usize, memory: &M) -> Option<(usize, usize)> {
    let address = usize::from_ne_bytes(memory.read(at).ok()?);
    let len = usize::from_ne_bytes(memory.read(at + size_of::<usize>()).ok()?);
    Some((address, len))
}

fn read_tag<M: Memory>(size: TagSize, at: usize, memory: &M) -> Option<u32> {
    Some(match size {
        TagSize::One => u8::from_ne_bytes(memory.read(at).ok()?).into(),
        TagSize::Two => u16::from_ne_bytes(memory.read(at).ok()?).into(),
        TagSize::Four => u32::from_ne_bytes(memory.read(at).ok()?),
    })
}

impl Function {
    /// Gives back all strings and lists of the arguments at `address`.
    pub fn release_arguments<M: MemoryMut>(&self, address: usize, memory: &mut M) {
        if self.arguments_own_memory() {
            for parameter in self.parameters() {
                release(&parameter.ty, address + parameter.offset, memory);
            }
        }
    }

    /// Gives back all strings and lists of the result at `address`.
    pub fn release_result<M: MemoryMut>(&self, address: usize, memory: &mut M) {
        if let Some(ty) = self.result() {
            release(ty, address, memory);
        }
    }
}

#[cfg(test)]
mod tests;

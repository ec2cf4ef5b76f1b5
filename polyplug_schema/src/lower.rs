//! From values to memory in the C layout.
//!
//! Invariant: the place is made zero first, and a pointer is written the moment its memory is
//! allocated. Zeroes are a value of every type that owns nothing, so at any moment the place holds a
//! tree that `release` can walk, and a conversion that fails half-way leaks nothing. It also means
//! that no padding carries old memory across the border.

mod call;

use crate::memory::MemoryMut;
use crate::number::{double, float, integer};
use crate::release::release;
use crate::value_error::{Problem, ValueError};
use crate::value_type::{Field, ListType, TagSize, TupleElement, VariantType};
use crate::{Type, Value};
use std::sync::Arc;

/// Writes `value` at `address`, in the layout of `ty`; strings and lists are allocated from `memory`.
///
/// Integers convert to any integer type that holds them, numbers to floating point as long as only
/// digits are lost; everything else is of the type itself. A record's fields may stand in any order,
/// and an option that is none may be left out.
///
/// # Errors
/// The value is not of the type, or there is no memory. Nothing stays allocated.
pub fn lower<M: MemoryMut>(
    value: &Value,
    ty: &Type,
    address: usize,
    memory: &mut M,
) -> Result<(), ValueError> {
    clear(ty, address, memory)?;
    write(value, ty, address, memory).inspect_err(|_| release(ty, address, memory))
}

/// Makes the place for a value zero, if not every byte of it is written anyway.
pub(crate) fn clear<M: MemoryMut>(
    ty: &Type,
    address: usize,
    memory: &mut M,
) -> Result<(), ValueError> {
    if ty.is_scalar() {
        return Ok(());
    }
    Ok(memory.zero(address, ty.layout().size)?)
}

/// Writes a value at a place that is zero.
fn write<M: MemoryMut>(
    value: &Value,
    ty: &Type,
    at: usize,
    memory: &mut M,
) -> Result<(), ValueError> {
    match ty {
        Type::S8 => memory.write(at, integer::<i8>(value)?.to_ne_bytes())?,
        Type::U8 => memory.write(at, integer::<u8>(value)?.to_ne_bytes())?,
        Type::S16 => memory.write(at, integer::<i16>(value)?.to_ne_bytes())?,
        Type::U16 => memory.write(at, integer::<u16>(value)?.to_ne_bytes())?,
        Type::S32 => memory.write(at, integer::<i32>(value)?.to_ne_bytes())?,
        Type::U32 => memory.write(at, integer::<u32>(value)?.to_ne_bytes())?,
        Type::S64 => memory.write(at, integer::<i64>(value)?.to_ne_bytes())?,
        Type::U64 => memory.write(at, integer::<u64>(value)?.to_ne_bytes())?,
        Type::F32 => memory.write(at, float(value)?.to_ne_bytes())?,
        Type::F64 => memory.write(at, double(value)?.to_ne_bytes())?,
        _ => return write_other(value, ty, at, memory),
    }
    Ok(())
}

fn write_other<M: MemoryMut>(
    value: &Value,
    ty: &Type,
    at: usize,
    memory: &mut M,
) -> Result<(), ValueError> {
    match (ty, value) {
        (Type::Bool, Value::Bool(value)) => memory.write(at, [u8::from(*value)])?,
        (Type::Char, Value::Char(value)) => memory.write(at, u32::from(*value).to_ne_bytes())?,
        (Type::String, Value::String(text)) => write_bytes(text.as_bytes(), at, memory)?,
        (Type::List(list), Value::List(elements)) => write_list(elements, list, at, memory)?,
        (Type::List(list), Value::Bytes(bytes)) if *list.element() == Type::U8 => {
            write_bytes(bytes, at, memory)?;
        }
        (Type::FixedList(list), Value::List(elements)) => {
            count("elements", list.len(), elements.len())?;
            write_elements(elements, list.element(), at, memory)?;
        }
        (Type::FixedList(list), Value::Bytes(bytes)) if *list.element() == Type::U8 => {
            count("elements", list.len(), bytes.len())?;
            memory.write_all(at, bytes)?;
        }
        (Type::Option(option), Value::Option(some)) => {
            if let Some(some) = some {
                memory.write(at, [1])?;
                let payload = at + option.payload_offset();
                write(some, option.some(), payload, memory).map_err(|error| error.at("some"))?;
            }
        }
        (Type::Result(result), Value::Result(value)) => {
            let (tag, case, ty, payload) = match value {
                Ok(payload) => (0, "ok", result.ok(), payload),
                Err(payload) => (1, "err", result.err(), payload),
            };
            memory.write(at, [tag])?;
            write_payload(payload.as_deref(), ty, case, at + result.payload_offset(), memory)?;
        }
        (Type::Tuple(tuple), Value::Tuple(elements)) => {
            write_tuple(elements, tuple.elements(), at, memory)?;
        }
        (Type::Record(record), Value::Record(values)) => {
            write_record(values, record.fields(), at, memory)?;
        }
        (Type::Variant(variant), Value::Variant(case, payload)) => {
            write_variant(case, payload.as_deref(), variant, at, memory)?;
        }
        (Type::Enum(enumeration), Value::Enum(case)) => {
            let cases = enumeration.cases();
            let tag = position(case, cases.iter())
                .ok_or_else(|| Problem::unknown("case", case, cases.iter().map(|case| &**case)))?;
            write_tag(tag, enumeration.tag(), at, memory)?;
        }
        (Type::Flags(flags), Value::Flags(names)) => {
            write_flags(names, flags.flags(), at, memory)?;
        }
        _ => return Err(Problem::kind(ty, value.kind())),
    }
    Ok(())
}

/// A pointer to copied bytes, and their number. No bytes are a pointer to something that is there, as
/// an empty text is not an absent one.
fn write_bytes<M: MemoryMut>(bytes: &[u8], at: usize, memory: &mut M) -> Result<(), ValueError> {
    if bytes.is_empty() {
        return write_slice(empty_address(), 0, at, memory);
    }
    let address = memory.allocate(bytes.len(), 1)?;
    write_slice(address, bytes.len(), at, memory)?;
    Ok(memory.write_all(address, bytes)?)
}

fn write_list<M: MemoryMut>(
    elements: &[Value],
    list: &ListType,
    at: usize,
    memory: &mut M,
) -> Result<(), ValueError> {
    if elements.is_empty() {
        return write_slice(empty_address(), 0, at, memory);
    }
    let element = list.element();
    let layout = element.layout();
    let size =
        elements.len().checked_mul(layout.size).filter(|size| isize::try_from(*size).is_ok());
    let size = size.ok_or(Problem::TooLong(elements.len()))?;
    let address = memory.allocate(size, layout.align)?;
    if !element.is_scalar() {
        let zeroed = memory.zero(address, size);
        zeroed.inspect_err(|_| memory.release(address, size, layout.align))?;
    }
    write_slice(address, elements.len(), at, memory)?;
    write_elements(elements, element, address, memory)
}

fn write_elements<M: MemoryMut>(
    elements: &[Value],
    element: &Type,
    at: usize,
    memory: &mut M,
) -> Result<(), ValueError> {
    let size = element.layout().size;
    for (index, value) in elements.iter().enumerate() {
        write(value, element, at + index * size, memory).map_err(|error| error.at(index))?;
    }
    Ok(())
}

fn write_tuple<M: MemoryMut>(
    values: &[Value],
    elements: &[TupleElement],
    at: usize,
    memory: &mut M,
) -> Result<(), ValueError> {
    count("elements", elements.len(), values.len())?;
    for (index, (value, element)) in values.iter().zip(elements).enumerate() {
        write(value, &element.ty, at + element.offset, memory).map_err(|error| error.at(index))?;
    }
    Ok(())
}

fn write_record<M: MemoryMut>(
    values: &[(Arc<str>, Value)],
    fields: &[Field],
    at: usize,
    memory: &mut M,
) -> Result<(), ValueError> {
    let mut found = 0;
    for (index, field) in fields.iter().enumerate() {
        // Mostly the fields stand in the type's order.
        let same_place = values.get(index).filter(|(name, _)| *name == field.name);
        let place = same_place.or_else(|| values.iter().find(|(name, _)| *name == field.name));
        match place {
            Some((name, value)) => {
                found += 1;
                write(value, &field.ty, at + field.offset, memory)
                    .map_err(|error| error.at(name))?;
            }
            None if matches!(field.ty, Type::Option(_)) => {}
            None => return Err(Problem::MissingField(field.name.to_string()).into()),
        }
    }
    if found == values.len() { Ok(()) } else { Err(surplus_field(values, fields)) }
}

/// Why there are more values than fields.
#[cold]
fn surplus_field(values: &[(Arc<str>, Value)], fields: &[Field]) -> ValueError {
    let names = || fields.iter().map(|field| &*field.name);
    match values.iter().find(|(name, _)| !names().any(|field| field == &**name)) {
        Some((name, _)) => Problem::unknown("field", name, names()),
        None => {
            let is_second = |(at, (name, _)): &(usize, &(Arc<str>, Value))| {
                values[..*at].iter().any(|(other, _)| other == name)
            };
            let twice = values.iter().enumerate().find(is_second);
            let name = twice.map(|(_, (name, _))| name.to_string()).unwrap_or_default();
            Problem::Duplicate(name).into()
        }
    }
}

fn write_variant<M: MemoryMut>(
    name: &Arc<str>,
    payload: Option<&Value>,
    variant: &VariantType,
    at: usize,
    memory: &mut M,
) -> Result<(), ValueError> {
    let cases = variant.cases();
    let tag = position(name, cases.iter().map(|case| &case.name))
        .ok_or_else(|| Problem::unknown("case", name, cases.iter().map(|case| &*case.name)))?;
    write_tag(tag, variant.tag(), at, memory)?;
    let payload_at = at + variant.payload_offset();
    write_payload(payload, cases[tag].ty.as_ref(), name, payload_at, memory)
}

fn write_payload<M: MemoryMut>(
    payload: Option<&Value>,
    ty: Option<&Type>,
    case: &str,
    at: usize,
    memory: &mut M,
) -> Result<(), ValueError> {
    match (payload, ty) {
        (None, None) => Ok(()),
        (Some(value), Some(ty)) => write(value, ty, at, memory).map_err(|error| error.at(case)),
        (None, Some(_)) => Err(Problem::MissingPayload(case.to_owned()).into()),
        (Some(_), None) => Err(Problem::UnexpectedPayload(case.to_owned()).into()),
    }
}

pub(crate) fn write_tag<M: MemoryMut>(
    tag: usize,
    size: TagSize,
    at: usize,
    memory: &mut M,
) -> Result<(), Problem> {
    // No truncation: the size of the tag was chosen by the number of cases.
    match size {
        TagSize::One => memory.write(at, [tag as u8]),
        TagSize::Two => memory.write(at, (tag as u16).to_ne_bytes()),
        TagSize::Four => memory.write(at, (tag as u32).to_ne_bytes()),
    }
}

/// One bit for each name.
fn write_flags<M: MemoryMut>(
    names: &[Arc<str>],
    flags: &[Arc<str>],
    at: usize,
    memory: &mut M,
) -> Result<(), ValueError> {
    for name in names {
        let bit = position(name, flags.iter())
            .ok_or_else(|| Problem::unknown("flag", name, flags.iter().map(|flag| &**flag)))?;
        // On a little-endian machine bit n of a word of any size is bit n % 8 of its byte n / 8.
        let [byte] = memory.read(at + bit / 8)?;
        memory.write(at + bit / 8, [byte | 1 << (bit % 8)])?;
    }
    Ok(())
}

pub(crate) fn write_slice<M: MemoryMut>(
    address: usize,
    len: usize,
    at: usize,
    memory: &mut M,
) -> Result<(), ValueError> {
    memory.write(at, address.to_ne_bytes())?;
    Ok(memory.write(at + size_of::<usize>(), len.to_ne_bytes())?)
}

/// Where empty texts and lists point at: aligned for every type, and there for ever.
pub(crate) fn empty_address() -> usize {
    static EMPTY: u64 = 0;
    (&raw const EMPTY).expose_provenance()
}

fn count(what: &'static str, expected: usize, got: usize) -> Result<(), ValueError> {
    if expected == got { Ok(()) } else { Err(Problem::Count { what, expected, got }.into()) }
}

/// Where `name` stands among `names`; the value of a lift or of a parse shares the type's own name.
fn position<'a>(name: &Arc<str>, mut names: impl Iterator<Item = &'a Arc<str>>) -> Option<usize> {
    names.position(|other| Arc::ptr_eq(name, other) || **name == **other)
}

#[cfg(test)]
mod tests;

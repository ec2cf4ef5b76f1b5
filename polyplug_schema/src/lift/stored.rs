//! What stands in the place of a value, checked: truth values, characters, numbers of cases, bits of
//! flags, and pointers with their lengths.

use crate::memory::Memory;
use crate::value_error::Problem;
use crate::value_type::{FlagsType, TagSize};

/// A byte that is 0 or 1.
pub(crate) fn boolean<M: Memory>(memory: &M, at: usize) -> Result<bool, Problem> {
    match memory.read(at)? {
        [0] => Ok(false),
        [1] => Ok(true),
        [other] => Err(Problem::NotBool(other)),
    }
}

/// A Unicode scalar value.
pub(crate) fn character<M: Memory>(memory: &M, at: usize) -> Result<char, Problem> {
    let number = u32::from_ne_bytes(memory.read(at)?);
    char::from_u32(number).ok_or(Problem::NotChar(number))
}

/// The number of a case, of which there are `cases`.
pub(crate) fn tag<M: Memory>(
    memory: &M,
    size: TagSize,
    cases: usize,
    at: usize,
) -> Result<usize, Problem> {
    let tag = match size {
        TagSize::One => u8::from_ne_bytes(memory.read(at)?).into(),
        TagSize::Two => u16::from_ne_bytes(memory.read(at)?).into(),
        TagSize::Four => u32::from_ne_bytes(memory.read(at)?),
    };
    let index = tag as usize;
    if index < cases { Ok(index) } else { Err(Problem::NotCase { tag, cases }) }
}

/// The bits of flags, none of them without a flag.
pub(crate) fn bits<M: Memory>(memory: &M, flags: &FlagsType, at: usize) -> Result<u32, Problem> {
    let bits = match flags.bytes() {
        1 => u8::from_ne_bytes(memory.read(at)?).into(),
        2 => u16::from_ne_bytes(memory.read(at)?).into(),
        _ => u32::from_ne_bytes(memory.read(at)?),
    };
    flags.check(bits)?;
    Ok(bits)
}

/// A pointer and a length, as far as they can be checked without following the pointer: that many values
/// of `size` bytes end within the memory that there can be.
///
/// # Errors
/// There cannot be so many there.
pub fn slice_at<M: Memory>(
    memory: &M,
    size: usize,
    align: usize,
    at: usize,
) -> Result<(usize, usize), Problem> {
    let address = usize::from_ne_bytes(memory.read(at)?);
    let len = usize::from_ne_bytes(memory.read(at + size_of::<usize>())?);
    if len == 0 {
        return Ok((address, 0));
    }
    if address == 0 {
        return Err(Problem::NullPointer(len));
    }
    if !address.is_multiple_of(align) {
        return Err(Problem::Misaligned { address, align });
    }
    let bytes = len.checked_mul(size).filter(|bytes| isize::try_from(*bytes).is_ok());
    match bytes.and_then(|bytes| address.checked_add(bytes)) {
        Some(_) => Ok((address, len)),
        None => Err(Problem::TooLong(len)),
    }
}

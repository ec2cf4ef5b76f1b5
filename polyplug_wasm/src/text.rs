//! Text in the encodings that components may choose. UTF-8 is copied as it is.

use crate::room::{Encoding, Room};
use polyplug::schema::Problem;
use std::borrow::Cow;

/// In `latin1+utf16` the bit of a length that says that it counts words of UTF-16.
const IS_UTF16: u32 = 1 << 31;
/// The longest text, in bytes, that a guest is given.
const LONGEST: usize = (1 << 31) - 1;

/// Copies UTF-8 into a guest: pointer and length as the guest counts it.
///
/// # Errors
/// The text is too long, or the guest gives no room.
pub(crate) fn encode(text: &[u8], room: &mut dyn Room) -> wasmtime::Result<(u32, u32)> {
    match room.encoding() {
        Encoding::Utf8 => {
            let place = copy(text, 1, room)?;
            Ok((place, text.len() as u32))
        }
        Encoding::Utf16 => encode_utf16(text, room),
        Encoding::CompactUtf16 => {
            let characters = || String::from_utf8_lossy(text);
            if characters().chars().any(|character| u32::from(character) > 0xFF) {
                let (place, length) = encode_utf16(text, room)?;
                return Ok((place, length | IS_UTF16));
            }
            let bytes: Vec<u8> =
                characters().chars().map(|character| u32::from(character) as u8).collect();
            let place = copy(&bytes, 2, room)?;
            Ok((place, bytes.len() as u32))
        }
    }
}

fn encode_utf16(text: &[u8], room: &mut dyn Room) -> wasmtime::Result<(u32, u32)> {
    let text = String::from_utf8_lossy(text);
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let place = copy(&bytes, 2, room)?;
    Ok((place, (bytes.len() / 2) as u32))
}

fn copy(bytes: &[u8], align: usize, room: &mut dyn Room) -> wasmtime::Result<u32> {
    if bytes.len() > LONGEST {
        wasmtime::bail!("a text of {} bytes is too long for a guest", bytes.len());
    }
    let place = room.allocate(bytes.len(), align)?;
    room.memory()[place..][..bytes.len()].copy_from_slice(bytes);
    Ok(u32::try_from(place)?)
}

/// The text of a guest as UTF-8. `length` is as the guest counts it.
///
/// # Errors
/// The text is not there, or is none.
pub(crate) fn decode(
    memory: &[u8],
    encoding: Encoding,
    place: u32,
    length: u32,
) -> Result<Cow<'_, [u8]>, Problem> {
    match encoding {
        Encoding::Utf8 => {
            let bytes = bytes_at(memory, place, length, 1)?;
            match std::str::from_utf8(bytes) {
                Ok(_) => Ok(Cow::Borrowed(bytes)),
                Err(error) => Err(Problem::NotUtf8(error.valid_up_to())),
            }
        }
        Encoding::Utf16 => decode_utf16(bytes_at(memory, place, length, 2)?),
        Encoding::CompactUtf16 if length & IS_UTF16 != 0 => {
            decode_utf16(bytes_at(memory, place, length & !IS_UTF16, 2)?)
        }
        Encoding::CompactUtf16 => {
            if !place.is_multiple_of(2) {
                return Err(Problem::Misaligned { address: place as usize, align: 2 });
            }
            let text: String =
                bytes_at(memory, place, length, 1)?.iter().copied().map(char::from).collect();
            Ok(Cow::Owned(text.into_bytes()))
        }
    }
}

fn decode_utf16(bytes: &[u8]) -> Result<Cow<'static, [u8]>, Problem> {
    let words = bytes.as_chunks::<2>().0.iter().map(|word| u16::from_le_bytes(*word));
    let text: Result<String, _> = char::decode_utf16(words).collect();
    match text {
        Ok(text) => Ok(Cow::Owned(text.into_bytes())),
        Err(error) => {
            let word = error.unpaired_surrogate();
            Err(Problem::Other(format!("the text is not UTF-16: {word:#x} stands alone")))
        }
    }
}

/// `count` pieces of `size` bytes at `place`, which is a multiple of their size.
fn bytes_at(memory: &[u8], place: u32, count: u32, size: u32) -> Result<&[u8], Problem> {
    if !place.is_multiple_of(size) {
        return Err(Problem::Misaligned { address: place as usize, align: size as usize });
    }
    slice_of(memory, place as usize, count as usize * size as usize)
}

/// `size` bytes of a guest's memory.
///
/// # Errors
/// They are not there.
pub(crate) fn slice_of(memory: &[u8], place: usize, size: usize) -> Result<&[u8], Problem> {
    let rest = memory.get(place..).unwrap_or_default();
    rest.get(..size).ok_or(Problem::OutOfBounds { address: place, size })
}

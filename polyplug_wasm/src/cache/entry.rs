//! One entry: the code as the engine writes it, and behind it what it is the code of.
//!
//! The code comes first, since the engine maps the file as it is. It would believe every byte of it, so
//! the last thing in the file is a hash of all the rest.

use crate::cache::key::{FORMAT, Key};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

const MAGIC: [u8; 8] = *b"polyplug";

/// Longer than the name of any bundle that a person would write.
const LONGEST_LABEL: usize = 128;

const HASH: usize = 32;

/// Lengths of label and code, format, key, magic; the hash follows.
const TAIL: usize = 4 + 8 + 4 + 32 + MAGIC.len();

/// What a file turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// The code that was asked for, each bit as it was written.
    Code,
    /// Anything else.
    Damaged,
}

/// Writes an entry.
pub(crate) fn write(out: &mut impl Write, key: &Key, label: &str, code: &[u8]) -> io::Result<()> {
    let label = &label[..label.floor_char_boundary(LONGEST_LABEL)];
    let mut rest = Vec::with_capacity(label.len() + TAIL + HASH);
    rest.extend(label.as_bytes());
    rest.extend(u32::try_from(label.len()).unwrap_or(0).to_le_bytes());
    rest.extend((code.len() as u64).to_le_bytes());
    rest.extend(FORMAT.to_le_bytes());
    rest.extend(key.0);
    rest.extend(MAGIC);
    let hash = blake3::Hasher::new().update(code).update(&rest).finalize();
    rest.extend(hash.as_bytes());
    out.write_all(code)?;
    out.write_all(&rest)
}

/// Reads all of an entry and says whether it is that of `key`.
pub(crate) fn read(file: &mut File, key: &Key) -> io::Result<Found> {
    let length = file.metadata()?.len();
    let Some(tail) = Tail::read(file, length)? else { return Ok(Found::Damaged) };
    if tail.key != *key {
        return Ok(Found::Damaged);
    }
    file.rewind()?;
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(file.take(length - HASH as u64))?;
    let same = hasher.finalize() == tail.hash;
    Ok(if same { Found::Code } else { Found::Damaged })
}

/// What an entry is, for people; nothing if it is none. Its code is not looked at.
pub(crate) fn label(file: &mut File) -> io::Result<Option<String>> {
    let length = file.metadata()?.len();
    let Some(tail) = Tail::read(file, length)? else { return Ok(None) };
    file.seek(SeekFrom::Start(tail.code))?;
    let mut label = vec![0; tail.label];
    file.read_exact(&mut label)?;
    Ok(String::from_utf8(label).ok())
}

/// The end of an entry, where all that it says about itself fits its length.
struct Tail {
    code: u64,
    label: usize,
    key: Key,
    hash: [u8; HASH],
}

impl Tail {
    fn read(file: &mut File, length: u64) -> io::Result<Option<Self>> {
        let Some(start) = length.checked_sub((TAIL + HASH) as u64) else { return Ok(None) };
        file.seek(SeekFrom::Start(start))?;
        let mut bytes = [0; TAIL + HASH];
        file.read_exact(&mut bytes)?;
        let mut rest = &bytes[..];
        let label = u32::from_le_bytes(take(&mut rest)) as usize;
        let code = u64::from_le_bytes(take(&mut rest));
        let format = u32::from_le_bytes(take(&mut rest));
        let key = Key(take(&mut rest));
        let magic: [u8; MAGIC.len()] = take(&mut rest);
        let hash = take(&mut rest);
        let fits = label <= LONGEST_LABEL && code.checked_add(label as u64) == Some(start);
        let is_ours = magic == MAGIC && format == FORMAT && fits;
        Ok(is_ours.then_some(Self { code, label, key, hash }))
    }
}

/// The next bytes of a tail, which is as long as its parts.
fn take<const N: usize>(rest: &mut &[u8]) -> [u8; N] {
    let (first, others) = rest.split_first_chunk().expect("a tail is as long as its parts");
    *rest = others;
    *first
}

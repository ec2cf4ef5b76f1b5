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

/// Entries up to this size are read at once and run from a copy of what was read and checked: the system is
/// asked half as often as for mapping them. Larger ones are mapped, so that they are not copied and processes
/// share them.
const READ_AT_ONCE: u64 = 64 << 10;

/// What a file turned out to be.
#[derive(Debug)]
pub(crate) enum Found {
    /// The code that was asked for, each bit as it was written.
    Code(Vec<u8>),
    /// The same, in the file.
    InFile,
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

/// Reads all of an entry, of `length` bytes, and says whether it is that of `key`.
pub(crate) fn read(file: &mut File, length: u64, key: &Key) -> io::Result<Found> {
    if length > READ_AT_ONCE {
        return check(file, length, key);
    }
    let mut bytes = vec![0; length as usize];
    file.read_exact(&mut bytes)?;
    let Some(tail) = Tail::of(&bytes, length).filter(|tail| tail.key == *key) else {
        return Ok(Found::Damaged);
    };
    if blake3::hash(&bytes[..bytes.len() - HASH]) != tail.hash {
        return Ok(Found::Damaged);
    }
    bytes.truncate(tail.code as usize);
    Ok(Found::Code(bytes))
}

fn check(file: &mut File, length: u64, key: &Key) -> io::Result<Found> {
    let tail = Tail::read(file, length)?;
    let Some(tail) = tail.filter(|tail| tail.key == *key) else { return Ok(Found::Damaged) };
    file.rewind()?;
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(file.take(length - HASH as u64))?;
    let same = hasher.finalize() == tail.hash;
    Ok(if same { Found::InFile } else { Found::Damaged })
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
        Ok(Self::of(&bytes, length))
    }

    /// The end of an entry of `length` bytes, of which these are the last.
    fn of(bytes: &[u8], length: u64) -> Option<Self> {
        let mut rest = bytes.last_chunk::<{ TAIL + HASH }>()?.as_slice();
        let label = u32::from_le_bytes(take(&mut rest)) as usize;
        let code = u64::from_le_bytes(take(&mut rest));
        let format = u32::from_le_bytes(take(&mut rest));
        let key = Key(take(&mut rest));
        let magic: [u8; MAGIC.len()] = take(&mut rest);
        let hash = take(&mut rest);
        let start = length - (TAIL + HASH) as u64;
        let fits = label <= LONGEST_LABEL && code.checked_add(label as u64) == Some(start);
        let is_ours = magic == MAGIC && format == FORMAT && fits;
        is_ours.then_some(Self { code, label, key, hash })
    }
}

/// The next bytes of a tail, which is as long as its parts.
fn take<const N: usize>(rest: &mut &[u8]) -> [u8; N] {
    let (first, others) = rest.split_first_chunk().expect("a tail is as long as its parts");
    *rest = others;
    *first
}

#[cfg(test)]
mod tests {
    use super::{Found, READ_AT_ONCE, read, write};
    use crate::cache::key::Key;
    use std::fs::File;
    use std::io::{Seek, Write};

    const KEY: Key = Key([7; 32]);

    /// What is found in an entry of code of this size, of which the byte `damaged` was changed.
    fn found(size: usize, damaged: Option<usize>) -> Found {
        let mut bytes = Vec::new();
        write(&mut bytes, &KEY, "label", &vec![1; size]).unwrap();
        if let Some(damaged) = damaged {
            bytes[damaged] ^= 1;
        }
        let mut file: File = tempfile::tempfile().unwrap();
        file.write_all(&bytes).unwrap();
        file.rewind().unwrap();
        read(&mut file, bytes.len() as u64, &KEY).unwrap()
    }

    #[test]
    fn a_small_entry_is_read_and_a_large_one_is_left_in_its_file() {
        assert!(matches!(found(1000, None), Found::Code(code) if code == [1; 1000]));
        assert!(matches!(found(READ_AT_ONCE as usize, None), Found::InFile));
    }

    #[test]
    fn no_byte_of_either_may_be_another() {
        for size in [1000, READ_AT_ONCE as usize] {
            for damaged in [0, size - 1, size, size + 20, size + 60] {
                assert!(matches!(found(size, Some(damaged)), Found::Damaged), "{size} {damaged}");
            }
        }
    }
}

//! Odd paths, and what is known of them without the crate that is tried.

use crate::signature::on_one_line;
use arbitrary::Arbitrary;
use polyplug_trust::TreeError;
use std::collections::BTreeSet;

/// A part of a path, or more of it.
#[derive(Arbitrary, Clone, Debug)]
pub(super) enum Name {
    /// One of a few, so that two meet.
    Common(u8),
    /// Anything.
    Bytes(Vec<u8>),
    /// So many bytes.
    Long(u8),
}

const COMMON: [&[u8]; 34] = [
    b"a",
    b"b",
    b"c",
    b"manifest.toml",
    b"bundle.sig",
    b"Bundle.sig",
    b"A",
    b"ab",
    b"a-b",
    b".a",
    b"a~",
    b"a b",
    "ä".as_bytes(),
    "Ä".as_bytes(),
    "a\u{308}".as_bytes(),
    "ß".as_bytes(),
    "ẞ".as_bytes(),
    b"SS",
    "σ".as_bytes(),
    "ς".as_bytes(),
    "Σ".as_bytes(),
    "ı".as_bytes(),
    "İ".as_bytes(),
    b"I",
    b"d/d/d/d/d/d/d",
    b"a\\b",
    b"a\nb",
    "a\u{202e}b".as_bytes(),
    b"a\xff",
    b".",
    b"..",
    b"",
    b"/",
    "\u{1f600}".as_bytes(),
];

/// The path, with `/` between the names.
pub(super) fn bytes(names: &[Name]) -> Vec<u8> {
    let names = names.iter().take(5).map(|name| match name {
        Name::Common(number) => COMMON[usize::from(*number) % COMMON.len()].to_vec(),
        Name::Bytes(bytes) => bytes.clone(),
        Name::Long(length) => vec![b'l'; usize::from(*length)],
    });
    names.collect::<Vec<_>>().join(&b'/')
}

/// The path, if it is text.
pub(super) fn utf8(names: &[Name]) -> Option<String> {
    String::from_utf8(bytes(names)).ok()
}

/// Whether a tree of these files and further folders was rightly refused or not.
pub(super) fn judged(files: &[&[u8]], folders: &[&[u8]], error: Option<&TreeError>) {
    match error {
        None => assert!(!is_wrong(files, folders), "{files:?} {folders:?}"),
        Some(error) => {
            on_one_line(&error.to_string());
            let is_plain = files.iter().chain(folders).all(|path| is_plain(path));
            assert!(!is_plain || is_wrong(files, folders), "{error}: {files:?} {folders:?}");
        }
    }
}

/// Nobody can have anything against it by itself.
fn is_plain(path: &[u8]) -> bool {
    path.iter().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-' | b'/' | b' '))
}

/// What must be refused for certain; there may be more.
fn is_wrong(files: &[&[u8]], folders: &[&[u8]]) -> bool {
    let mut known = BTreeSet::new();
    let mut above = BTreeSet::new();
    for (path, is_file) in
        files.iter().map(|path| (path, true)).chain(folders.iter().map(|path| (path, false)))
    {
        let Ok(path) = str::from_utf8(path) else { return true };
        let parts: Vec<_> = path.split('/').collect();
        let is_odd = |part: &&str| part.is_empty() || *part == "." || *part == "..";
        if parts.iter().any(is_odd) || parts.len() > 16 || path.len() > 512 {
            return true;
        }
        if path.contains(|character: char| character.is_control() || character == '\\') {
            return true;
        }
        if is_file && !known.insert(path.to_owned()) {
            return true;
        }
        let last = if is_file { parts.len() } else { parts.len() + 1 };
        above.extend((1..last).map(|count| parts[..count].join("/")));
    }
    if known.iter().any(|path| above.contains(path)) {
        return true;
    }
    let all = known.len() + above.len();
    let lower: BTreeSet<_> = known.iter().chain(&above).map(|path| path.to_lowercase()).collect();
    lower.len() < all
}

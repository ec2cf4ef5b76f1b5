//! Line ends that a tool has converted, as git does where it is not told to leave files alone.

use crate::bundle_tree::BundleTree;
use crate::difference::Difference;
use crate::file_hashes::{FileHash, FileHashes};

/// Tells the changed files whose text is the signed one but for its line ends from the others.
pub(crate) fn tell(differences: &mut [Difference], signed: &FileHashes, found: &BundleTree) {
    for difference in differences {
        let Difference::Changed(path) = difference else { continue };
        let (Some(signed), Some(content)) = (signed.get(path), found.get(path)) else { continue };
        if is_converted(signed, content) {
            *difference = Difference::LineEnds(std::mem::take(path));
        }
    }
}

/// Whether `content` is what was signed with each line end made longer, or shorter.
fn is_converted(signed: &FileHash, content: &[u8]) -> bool {
    let with = content.windows(2).filter(|pair| pair == b"\r\n").count() as u64;
    let all = content.iter().filter(|byte| **byte == b'\n').count() as u64;
    let len = content.len() as u64;
    let without = all - with;
    // Only what has the right length is worth a copy.
    let is = |converted: Vec<u8>| FileHash::of(&converted) == *signed;
    (with > 0 && signed.len == len - with && is(without_returns(content)))
        || (without > 0 && signed.len == len + without && is(with_returns(content)))
}

/// Every `\r\n` as `\n`.
pub(crate) fn without_returns(text: &[u8]) -> Vec<u8> {
    let mut converted = Vec::with_capacity(text.len());
    for (at, byte) in text.iter().enumerate() {
        if *byte != b'\r' || text.get(at + 1) != Some(&b'\n') {
            converted.push(*byte);
        }
    }
    converted
}

/// Every `\n` as `\r\n`, where it is not one already.
fn with_returns(text: &[u8]) -> Vec<u8> {
    let mut converted = Vec::with_capacity(text.len() * 2);
    let mut last = 0;
    for byte in text {
        if *byte == b'\n' && last != b'\r' {
            converted.push(b'\r');
        }
        converted.push(*byte);
        last = *byte;
    }
    converted
}

#[cfg(test)]
mod tests {
    use super::{is_converted, with_returns, without_returns};
    use crate::file_hashes::FileHash;

    #[test]
    fn both_ways_of_conversion_are_known() {
        let cases: [(&[u8], &[u8], bool); 10] = [
            (b"a\nb\n", b"a\r\nb\r\n", true),
            (b"a\r\nb\r\n", b"a\nb\n", true),
            (b"a\nb\n", b"a\r\nb\n", true),
            (b"a\r\nb\r\n", b"a\r\nb\n", true),
            // Which of them was converted is not known any more.
            (b"a\nb\r\n", b"a\r\nb\r\n", false),
            (b"a\nb\n", b"a\r\nB\r\n", false),
            (b"a\nb\n", b"a\nb\r", false),
            (b"a\rb\n", b"a\rb\r\n", true),
            (b"ab", b"a\nb", false),
            (b"", b"\r\n", false),
        ];
        for (signed, found, expected) in cases {
            assert_eq!(is_converted(&FileHash::of(signed), found), expected, "{found:?}");
        }
        assert_eq!(without_returns(b"\r\r\n\n\r"), b"\r\n\n\r");
        assert_eq!(with_returns(b"\r\r\n\n\r"), b"\r\r\n\r\n\r");
    }
}

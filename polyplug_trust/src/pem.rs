//! The one block of a PEM text, as it is written by the book: files that were copied about have other line
//! ends, blanks at the ends of lines and text around the block.

use zeroize::Zeroizing;

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";

/// How many blocks begin in a text.
pub(crate) fn blocks(text: &str) -> usize {
    text.matches(BEGIN).count()
}

/// Whether there is a block of this kind: a label, such as `PUBLIC KEY`.
pub(crate) fn has(text: &str, label: &str) -> bool {
    text.split(BEGIN)
        .skip(1)
        .any(|block| block.starts_with(label) && block[label.len()..].starts_with("-----"))
}

/// The block, if there is one and no other. It may be a secret, so it is wiped.
pub(crate) fn only_block(text: &str) -> Option<Zeroizing<String>> {
    if blocks(text) != 1 {
        return None;
    }
    // Room for all of it: what is moved would not be wiped.
    let mut block = Zeroizing::new(String::with_capacity(text.len() + 1));
    for line in text.lines().map(str::trim).skip_while(|line| !line.contains(BEGIN)) {
        block.push_str(line.trim_start_matches('\u{feff}'));
        block.push('\n');
        if line.starts_with(END) {
            return Some(block);
        }
    }
    None
}

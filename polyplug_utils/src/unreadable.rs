//! Characters that make a text look like another one, and how they are shown in messages. File names and
//! the names of bundles come from strangers, and end up in terminals and logs.

use std::fmt::{self, Write};
use std::path::Path;

/// Whether a character ends a line, cannot be seen, or turns the direction of what is around it. No path
/// and no name of a bundle that is signed has one. What joins letters and emoji is none: some scripts need
/// it.
pub fn is_unreadable(character: char) -> bool {
    character.is_control()
        || match character {
            // A soft hyphen, marks of direction, a vowel separator, a space without width.
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' => true,
            // Ends of lines and paragraphs, embeddings and overrides.
            '\u{2028}'..='\u{202e}' => true,
            // Joiners without width, operators that are not seen, isolates.
            '\u{2060}'..='\u{206f}' => true,
            // A byte order mark, and what annotates.
            '\u{feff}' | '\u{fff9}'..='\u{fffb}' => true,
            // Letters that are not seen at all.
            '\u{e0000}'..='\u{e007f}' => true,
            _ => false,
        }
}

/// A text in a message, all of which can be seen: what cannot is written as `\u{200b}`. Between quotes it
/// may end these.
pub fn printable(text: &str) -> String {
    let mut printable = String::with_capacity(text.len());
    text.chars()
        .for_each(|character| show(character, &mut printable).expect("a String takes any text"));
    printable
}

/// As [`printable`], a path. Whoever names a folder must not write a line of a log with it.
pub fn shown(path: &Path) -> String {
    printable(&path.to_string_lossy())
}

/// Writes a character as [`printable`] does.
pub fn show(character: char, out: &mut impl Write) -> fmt::Result {
    match character {
        _ if character.is_control() => write!(out, "{}", character.escape_debug()),
        _ if is_unreadable(character) => write!(out, "{}", character.escape_unicode()),
        _ => out.write_char(character),
    }
}

#[cfg(test)]
mod tests {
    use super::{is_unreadable, printable, shown};
    use std::path::Path;

    #[test]
    fn what_is_not_seen_is_shown() {
        let text = "a\n\u{ad}\u{202e}\u{feff}\u{3042}`\\'é";
        let seen = r"a\n\u{ad}\u{202e}\u{feff}あ`\'é";
        assert_eq!((printable(text), shown(Path::new(text))), (seen.to_owned(), seen.to_owned()));
    }

    #[test]
    fn what_scripts_and_emoji_need_is_readable() {
        let readable = ['a', ' ', '\u{301}', '\u{200c}', '\u{200d}', '\u{fe0f}', '\u{1f600}'];
        assert!(!readable.into_iter().any(is_unreadable));
        // As are all that have a shape of their own.
        assert!(
            !('\0'..=char::MAX)
                .any(|character| { character.is_alphanumeric() && is_unreadable(character) })
        );
    }
}

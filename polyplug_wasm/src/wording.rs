//! Texts of a component in messages, which go to terminals and logs.

/// How many bytes of a text are shown. A component chooses its names and its errors, of any length.
const LONGEST: usize = 4096;

/// The text with its control characters spelled out, but for those that every log has: a trap's
/// backtrace has lines, and that of a provider in another language may have tabs. Of a text that is too
/// long, the beginning.
pub(crate) fn printable(text: impl Into<String>) -> String {
    let text = short(text.into());
    let is_hidden = |character: char| character.is_control() && !matches!(character, '\n' | '\t');
    if !text.contains(is_hidden) {
        return text;
    }
    let mut printable = String::with_capacity(text.len());
    for character in text.chars() {
        match is_hidden(character) {
            true => printable.extend(character.escape_debug()),
            false => printable.push(character),
        }
    }
    printable
}

fn short(mut text: String) -> String {
    let all = text.len();
    if all > LONGEST {
        text.truncate(text.floor_char_boundary(LONGEST));
        text.push_str(&format!(" .. (the first {LONGEST} of {all} bytes)"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, printable};

    #[test]
    fn a_text_that_is_too_long_says_what_was_cut() {
        let longest = "a".repeat(LONGEST);
        assert_eq!(printable(&*longest), longest);
        let cut = printable("ä".repeat(LONGEST));
        assert_eq!(cut.matches('ä').count(), LONGEST / 2);
        assert!(cut.ends_with(" .. (the first 4096 of 8192 bytes)"), "{cut}");
        assert!(printable(format!("{longest}ä")).starts_with(&format!("{longest} .. (")));
    }

    #[test]
    fn control_characters_are_spelled_out() {
        assert_eq!(printable("a\u{1b}[31m\tb\nc\r"), "a\\u{1b}[31m\tb\nc\\r");
    }
}

//! Foreign texts between quotes in messages, on top of how any foreign text is shown.

pub use polyplug_utils::{is_unreadable, printable, shown};

use polyplug_utils::show;
use std::fmt::{self, Write};

/// A text that stands between back quotes in a message, and does not end them.
pub(crate) struct Escaped<'a>(pub(crate) &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|character| {
            if matches!(character, '`' | '\\') {
                f.write_char('\\')?;
            }
            show(character, f)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Escaped;

    #[test]
    fn a_quoted_text_does_not_end_its_quotes() {
        let text = "a\n\u{ad}\u{202e}\u{feff}\u{3042}`\\'é";
        assert_eq!(Escaped(text).to_string(), r"a\n\u{ad}\u{202e}\u{feff}あ\`\\'é");
    }
}

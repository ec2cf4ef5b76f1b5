//! The few styles that all output uses.

use anstyle::{AnsiColor, Style};
use polyplug_trust::{is_unreadable, printable};
use std::path::Path;

pub(crate) const NAME: Style = AnsiColor::Cyan.on_default().bold();
pub(crate) const GOOD: Style = AnsiColor::Green.on_default().bold();
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
pub(crate) const WARN: Style = AnsiColor::Yellow.on_default().bold();
pub(crate) const STRONG: Style = Style::new().bold();
pub(crate) const DIM: Style = Style::new().dimmed();

/// `text`, which may be anybody's, in a style and on one line.
pub(crate) fn paint(style: Style, text: impl std::fmt::Display) -> String {
    format!("{style}{}{style:#}", one_line(text))
}

/// As [`foreign`], for a name or a path, which would begin a line of its own: as if it were ours.
pub(crate) fn one_line(text: impl std::fmt::Display) -> String {
    printable(&text.to_string())
}

/// A path in a message, on one line.
pub(crate) fn shown(path: impl AsRef<Path>) -> String {
    one_line(path.as_ref().display())
}

/// Text of others, such as a line of their source or an error with a traceback, for a terminal: what would
/// move its cursor, set its colours or turn the direction of its text is written out. Lines stay lines.
pub(crate) fn foreign(text: impl std::fmt::Display) -> String {
    let text = text.to_string();
    let is_hidden = |c: char| is_unreadable(c) && c != '\n' && c != '\t';
    if !text.contains(is_hidden) {
        return text;
    }
    let show = |c: char| match is_hidden(c) {
        true => c.escape_unicode().to_string(),
        false => c.to_string(),
    };
    text.chars().map(show).collect()
}

#[cfg(test)]
mod tests {
    use super::{foreign, one_line};

    #[test]
    fn what_a_terminal_would_obey_is_written_out() {
        let name = "x\u{1b}[1;32mgood:\u{1b}[0m\u{7}\u{9b}\u{202e}\u{2028}\u{61c}";
        let shown = r"x\u{1b}[1;32mgood:\u{1b}[0m\u{7}\u{9b}\u{202e}\u{2028}\u{61c}";
        assert_eq!(foreign(name), shown);
        assert_eq!(foreign("two\nlines\tüber\u{1F600}"), "two\nlines\tüber\u{1F600}");
        assert_eq!(one_line("x\nerror: "), "x\\nerror: ");
    }
}

//! A place in a text, shown as its line with carets below.

use std::fmt;
use std::ops::Range;

/// How many characters of a line are shown at most.
const SHOWN: usize = 100;

/// A line of a text and the part of it that is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Excerpt {
    pub(crate) line: usize,
    pub(crate) column: usize,
    text: String,
    /// Where the carets begin and how many there are, in characters of `text`.
    carets: (usize, usize),
}

impl Excerpt {
    /// The line around `range`, which is in bytes of `source`.
    pub(crate) fn new(source: &str, range: Range<usize>) -> Self {
        let start = floor_char_boundary(source, range.start);
        let before = &source[..start];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let rest = &source[line_start..];
        let whole = rest.split('\n').next().unwrap_or_default().trim_end_matches('\r');
        let column = source[line_start..start].chars().count();
        let end = floor_char_boundary(source, range.end).max(start);
        let marked = source[start..end].split('\n').next().unwrap_or_default().chars().count();

        let first = column.saturating_sub(SHOWN / 2);
        let text: String = whole.chars().skip(first).take(SHOWN).map(printable).collect();
        let room = text.chars().count().saturating_sub(column - first).max(1);
        Self {
            line: before.matches('\n').count() + 1,
            column: column + 1,
            text,
            carets: (column - first, marked.clamp(1, room)),
        }
    }
}

/// A character that takes one column and does nothing to a terminal.
fn printable(c: char) -> char {
    match c {
        '\t' => ' ',
        c if c.is_control() => char::REPLACEMENT_CHARACTER,
        c => c,
    }
}

fn floor_char_boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

impl fmt::Display for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (from, count) = self.carets;
        let number = self.line.to_string();
        let margin = number.len();
        writeln!(f, "  {number} | {}", self.text)?;
        write!(f, "  {:margin$} | {:from$}{:^<count$}", "", "", "")
    }
}

#[cfg(test)]
mod tests {
    use super::Excerpt;

    #[test]
    fn the_line_is_shown_with_carets() {
        let excerpt = Excerpt::new("a;\n\tgrüße: func;\nb", 4..11);
        assert_eq!((excerpt.line, excerpt.column), (2, 2));
        assert_eq!(excerpt.to_string(), "  2 |  grüße: func;\n    |  ^^^^^");
    }

    #[test]
    fn the_end_of_a_file_can_be_shown() {
        let excerpt = Excerpt::new("ab\n", 3..3);
        assert_eq!((excerpt.line, excerpt.column), (2, 1));
        assert_eq!(excerpt.to_string(), "  2 | \n    | ^");
        assert_eq!(Excerpt::new("", 0..7).to_string(), "  1 | \n    | ^");
    }

    #[test]
    fn a_long_line_is_cut_and_the_carets_stay_inside() {
        let source = "x".repeat(1000);
        let shown = Excerpt::new(&source, 500..900).to_string();
        assert!(shown.lines().all(|line| line.chars().count() < 120), "{shown}");
        assert!(shown.ends_with('^'));
    }

    #[test]
    fn nothing_in_a_line_reaches_the_terminal() {
        assert!(!Excerpt::new("a\u{1b}[2Jb", 0..1).to_string().contains('\u{1b}'));
    }
}

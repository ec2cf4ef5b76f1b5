//! A line of a source with a marker under what is wrong, as compilers show it.

use super::style::{BAD, DIM, foreign, one_line, paint};
use std::io::{self, Write};
use std::ops::Range;
use std::path::PathBuf;

/// A tab is shown this wide.
const TAB: &str = "    ";

/// No more of a line is shown, in characters: of one that a program wrote, the rest helps nobody.
const WIDEST: usize = 240;

/// One line of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Excerpt {
    /// The file, as a person would open it.
    pub(crate) path: PathBuf,
    /// From 1.
    pub(crate) line: u32,
    /// The line's text, without tabs.
    pub(crate) text: String,
    /// What is marked, in characters of `text`.
    pub(crate) mark: Range<usize>,
}

impl Excerpt {
    /// The line `text`; what to mark is guessed from `column` (from 1) or from what `message` quotes.
    pub(crate) fn new(
        path: PathBuf,
        line: u32,
        text: &str,
        column: Option<u32>,
        message: &str,
    ) -> Self {
        let shown = foreign(text.trim_end().replace('\t', TAB));
        let mark = match column {
            Some(column) => word_at(&shown, shown_column(text, column)),
            None => mark_for(&shown, message),
        };
        match shown.char_indices().nth(WIDEST) {
            Some((end, _)) => {
                let mark = mark.start.min(WIDEST)..mark.end.min(WIDEST + 1);
                Self { path, line, text: format!("{}…", &shown[..end]), mark }
            }
            None => Self { path, line, text: shown, mark },
        }
    }

    /// The two rows under the place: number and text, then the marker.
    pub(crate) fn rows(&self) -> [String; 2] {
        let number = self.line.to_string();
        let blank = " ".repeat(number.len());
        let before = " ".repeat(self.mark.start);
        let carets = "^".repeat(self.mark.len().max(1));
        [format!("{number} | {}", self.text), format!("{blank} | {before}{carets}")]
    }

    /// Writes the place and the line.
    pub(crate) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let number = self.line.to_string();
        let gutter = " ".repeat(number.len());
        let before = " ".repeat(self.mark.start);
        let carets = "^".repeat(self.mark.len().max(1));
        let bar = paint(DIM, "|");
        let (arrow, path) = (paint(DIM, "-->"), one_line(self.path.display()));
        writeln!(out, "{gutter}{arrow} {path}:{number}")?;
        writeln!(out, "{gutter} {bar}")?;
        writeln!(out, "{} {bar} {}", paint(DIM, number), self.text)?;
        writeln!(out, "{gutter} {bar} {before}{}", paint(BAD, carets))
    }
}

/// The column of a character, from 0, after tabs have been widened.
fn shown_column(text: &str, column: u32) -> usize {
    let before = text.chars().take(column.saturating_sub(1) as usize);
    before.map(|c| if c == '\t' { TAB.len() } else { 1 }).sum()
}

/// The word that starts at or covers `column`, or that one character.
fn word_at(text: &str, column: usize) -> Range<usize> {
    let is_word = |c: &char| c.is_alphanumeric() || matches!(c, '_' | '-');
    let length = text.chars().skip(column).take_while(is_word).count();
    column..column + length.max(1)
}

/// What a message without a column is about: what it quotes, if the line has it, else the line.
fn mark_for(text: &str, message: &str) -> Range<usize> {
    let first_line = message.lines().next().unwrap_or_default();
    if first_line.contains("near '<eof>'") || first_line.contains("unfinished") {
        let end = text.chars().count();
        return end..end + 1;
    }
    quoted(first_line).into_iter().rev().find_map(|word| find(text, word)).unwrap_or_else(|| {
        let indent = text.chars().take_while(|c| c.is_whitespace()).count();
        indent..text.chars().count().max(indent + 1)
    })
}

/// What stands between single quotes or back quotes.
fn quoted(message: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for quote in ['\'', '`'] {
        let pieces: Vec<&str> = message.split(quote).collect();
        // Every second piece is inside of quotes, if they come in pairs.
        if pieces.len() % 2 == 1 {
            found.extend(pieces.into_iter().skip(1).step_by(2).filter(|word| !word.is_empty()));
        } else if let [.., _, last] = pieces.as_slice()
            && quote == '\''
        {
            // near ''' quotes a quote.
            found.extend(Some("'").filter(|_| last.is_empty()));
        }
    }
    found
}

/// Where `word` stands in `text`, in characters; a whole word before a part of one.
fn find(text: &str, word: &str) -> Option<Range<usize>> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let is_whole = |(at, _): &(usize, &str)| {
        let before = text[..*at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !word.starts_with(is_word) || !(before.is_some_and(is_word) || after.is_some_and(is_word))
    };
    // Of signs, the last is the one too many: `x = = 3`.
    let (at, _) = match word.starts_with(is_word) {
        true => text.match_indices(word).find(is_whole)?,
        false => text.rmatch_indices(word).find(is_whole)?,
    };
    let start = text[..at].chars().count();
    Some(start..start + word.chars().count())
}

#[cfg(test)]
mod tests {
    use super::Excerpt;
    use std::path::PathBuf;

    fn rows(text: &str, column: Option<u32>, message: &str) -> [String; 2] {
        Excerpt::new(PathBuf::from("a.lua"), 14, text, column, message).rows()
    }

    #[test]
    fn the_marker_stands_under_what_the_message_quotes() {
        for (text, message, marker) in [
            ("local speed == 12", "unexpected symbol near '=='", "            ^^"),
            ("local x = = 12", "unexpected symbol near '='", "          ^"),
            ("  nope.x = 1", "attempt to index global 'nope' (a nil value)", "  ^^^^"),
            ("local s = sss + ss + 1", "attempt to index local 'ss'", "                ^^"),
            ("local ö = über(", "unexpected symbol near '<eof>'", "               ^"),
            ("    error('no')", "no", "    ^^^^^^^^^^^"),
            ("", "what", "^"),
        ] {
            let [_, marked] = rows(text, None, message);
            assert_eq!(marked, format!("   | {marker}"), "{text}: {message}");
        }
    }

    #[test]
    fn a_column_marks_the_word_that_starts_there() {
        let [line, marked] = rows("nmae = \"x\"", Some(1), "unknown key");
        assert_eq!(line, "14 | nmae = \"x\"");
        assert_eq!(marked, "   | ^^^^");
    }

    #[test]
    fn of_a_very_long_line_the_start_is_shown() {
        let long = format!("x = {} ?", "1".repeat(100_000));
        let [line, marked] = rows(&long, None, "near '?'");
        assert_eq!(line.chars().count(), "14 | ".len() + 240 + 1);
        assert!(line.ends_with("1…"), "{line}");
        assert_eq!(marked, format!("   | {}^", " ".repeat(240)));
    }

    #[test]
    fn tabs_do_not_move_the_marker() {
        let [line, marked] = rows("\tx = 1", Some(2), "");
        assert_eq!(line, "14 |     x = 1");
        assert_eq!(marked, "   |     ^");
    }

    #[test]
    fn the_place_and_the_line_are_written_like_a_compiler_does() {
        let excerpt = Excerpt::new(PathBuf::from("m/a.lua"), 3, "x ==", None, "near '=='");
        let mut out = anstream::StripStream::new(Vec::new());
        excerpt.write(&mut out).unwrap();
        let text = String::from_utf8(out.into_inner()).unwrap();
        assert_eq!(text, " --> m/a.lua:3\n  |\n3 | x ==\n  |   ^^\n");
    }
}

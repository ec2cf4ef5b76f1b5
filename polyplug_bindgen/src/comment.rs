//! Comments of WIT as comments of other languages.

use std::fmt::Write;

/// Writes `docs` line by line, each behind `prefix`; nothing without documentation.
pub(crate) fn write(text: &mut String, prefix: &str, docs: Option<&str>) {
    for line in docs.unwrap_or_default().trim_end().lines() {
        push(text, prefix, line);
    }
}

/// As [`write()`], in one comment of C, which nothing in the documentation can end.
pub(crate) fn write_block(text: &mut String, indent: &str, docs: Option<&str>) {
    let docs = docs.unwrap_or_default().trim().replace("*/", "* /").replace("/*", "/ *");
    let mut lines = docs.lines();
    let Some(first) = lines.next() else { return };
    let _ = write!(text, "{indent}/* {}", first.trim_end());
    for line in lines {
        text.push('\n');
        let line = format!("{indent} * {line}");
        text.push_str(line.trim_end());
    }
    text.push_str(" */\n");
}

/// A line without spaces at its end. A backslash there would go on in the next line of C.
fn push(text: &mut String, prefix: &str, line: &str) {
    let line = format!("{prefix}{line}");
    text.push_str(line.trim_end().trim_end_matches([' ', '\\']));
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::{write, write_block};

    #[test]
    fn documentation_ends_no_comment() {
        let mut text = String::new();
        write_block(&mut text, "", Some("one */ int x; /*\n\n  two \n"));
        assert_eq!(text, "/* one * / int x; / *\n *\n *   two */\n");
    }

    #[test]
    fn a_line_stays_a_line() {
        let mut text = String::new();
        write(&mut text, "// ", Some("one \\\n\ntwo\n"));
        assert_eq!(text, "// one\n//\n// two\n");
    }

    #[test]
    fn nothing_is_said_about_nothing() {
        let mut text = String::new();
        write(&mut text, "// ", None);
        write_block(&mut text, "", None);
        assert_eq!(text, "");
    }
}

//! How deep a manifest nests, found before it is parsed: the parser builds a tree of whatever depth
//! the text asks for, and to drop a tree of thousands of levels takes more stack than a thread has.
//!
//! The parser bounds values in values and the parts of one key, but not their product: keys of many
//! parts, each inside the value of the one before.

use toml_parser::Source;
use toml_parser::lexer::TokenKind;

/// A header, and what follows it, nest at most this deep each: ten times what a large manifest does.
pub(super) const LIMIT: usize = 32;

/// Where `text` nests deeper than [`LIMIT`]. What is no TOML counts as deep as any parser that
/// recovers from errors could take it.
pub(super) fn too_deep(text: &str) -> Option<usize> {
    // The brackets around the present place: which one closes it, and how deep it is.
    let mut open: Vec<(TokenKind, usize)> = Vec::new();
    let mut depth = 0;
    for token in Source::new(text).lex() {
        match token.kind() {
            TokenKind::Dot => depth += 1,
            TokenKind::Comma | TokenKind::Newline => {
                depth = open.last().map_or(0, |(_, depth)| *depth);
            }
            TokenKind::LeftSquareBracket => {
                depth += 1;
                open.push((TokenKind::RightSquareBracket, depth));
            }
            TokenKind::LeftCurlyBracket => {
                depth += 1;
                open.push((TokenKind::RightCurlyBracket, depth));
            }
            closing if open.pop_if(|(expected, _)| *expected == closing).is_some() => {
                depth = open.last().map_or(0, |(_, depth)| *depth);
            }
            _ => {}
        }
        if depth > LIMIT {
            return Some(token.span().start());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{LIMIT, too_deep};
    use crate::loader::manifest::Manifest;
    use std::path::Path;

    #[test]
    fn what_nests_too_deep_is_found_where_it_does() {
        let dotted = "a.".repeat(LIMIT + 1);
        for (text, at) in [
            (format!("{dotted}a = 1"), 2 * LIMIT + 1),
            (format!("x = 1\n[{dotted}a]"), 6 + 2 * LIMIT),
            (format!("x = {}", "[".repeat(LIMIT + 1)), 4 + LIMIT),
            (format!("x = {}", "{ ] a = ".repeat(LIMIT + 1)), 4 + 8 * LIMIT),
            (format!("x = {}", "[\n".repeat(LIMIT + 1)), 4 + 2 * LIMIT),
        ] {
            assert_eq!(too_deep(&text), Some(at), "{text}");
        }
    }

    #[test]
    fn what_stands_side_by_side_is_not_deep() {
        let many = LIMIT * 4;
        for text in [
            format!("x = [{}]", "1.5, [2.5], { a.b = 1 },\n".repeat(many)),
            format!("x = \"{}\" # {}", ".".repeat(many), "[".repeat(many)),
            "[[dependency]]\ncontract = 'a.b@1'\n".repeat(many),
            "[a.b.c]\nx.y = 1.5\n".repeat(many),
        ] {
            assert_eq!(too_deep(&text), None, "{text}");
        }
    }

    #[test]
    fn a_manifest_that_nests_without_end_is_refused() {
        let key = "a.".repeat(70);
        let text = format!("{}1{}", format!("{key}a = {{ ").repeat(78), "}".repeat(78));

        let error = Manifest::parse(&text, Path::new("manifest.toml")).unwrap_err();

        assert!(error.to_string().starts_with("manifest.toml:1:66: "), "{error}");
    }
}

//! Comments that the parser does not survive: it takes `/**/` in front of an item for documentation, and
//! expects an end behind the beginning of it. To the parser they are blanks.

use std::borrow::Cow;

/// A block comment with nothing in it.
const EMPTY: &str = "/**/";

/// The text without empty block comments; every other character stays where it is.
pub(super) fn without_empty(text: &str) -> Cow<'_, str> {
    if !text.contains(EMPTY) {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(['/', '"']) {
        clean.push_str(&rest[..start]);
        rest = &rest[start..];
        let (part, behind) = rest.split_at(length(rest));
        match part {
            EMPTY => clean.extend(EMPTY.chars().map(|_| ' ')),
            part => clean.push_str(part),
        }
        rest = behind;
    }
    clean.push_str(rest);
    Cow::Owned(clean)
}

/// How long the comment, the text in quotes or the single character is with which `rest` begins.
fn length(rest: &str) -> usize {
    let end = if rest.starts_with("//") {
        rest.find('\n')
    } else if rest.starts_with("/*") {
        block(rest)
    } else if let Some(quoted) = rest.strip_prefix('"') {
        quoted.find('"').map(|end| end + 2)
    } else {
        Some(1)
    };
    end.unwrap_or(rest.len())
}

/// How long the block comment is with which `rest` begins; they nest. `None` if it has no end.
fn block(rest: &str) -> Option<usize> {
    let (mut depth, mut at) = (0, 0);
    loop {
        let behind = &rest[at..];
        let mark = ["/*", "*/"].into_iter().filter_map(|mark| behind.find(mark)).min()?;
        depth += if behind[mark..].starts_with('/') { 1 } else { -1 };
        at += mark + 2;
        if depth == 0 {
            return Some(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::without_empty;

    #[test]
    fn only_empty_comments_go() {
        for (text, clean) in [
            ("a /**/ b", "a      b"),
            ("/**//**/", "        "),
            ("/***/ /** a */ /* */", "/***/ /** a */ /* */"),
            ("// /**/ a\n/**/b", "// /**/ a\n    b"),
            ("/// /**/", "/// /**/"),
            ("/* /**/ */ /**/", "/* /**/ */     "),
            ("\"/**/\" /**/ \"", "\"/**/\"      \""),
            ("a/b /**/ /* /**/", "a/b      /* /**/"),
            ("ä/**/ö", "ä    ö"),
        ] {
            assert_eq!(without_empty(text), clean);
        }
    }
}

//! The names of fields, cases, flags, parameters and functions: words of letters and digits, each in
//! one case, joined by single dashes. The canonical text of a shape relies on it.

use crate::value_type::TypeError;
use std::collections::HashSet;

/// # Errors
/// It is not a name of WIT.
pub(crate) fn check_label(label: &str) -> Result<(), TypeError> {
    let is_word = |word: &str| {
        let is = |kind: fn(&u8) -> bool| word.bytes().all(|b| b.is_ascii_digit() || kind(&b));
        !word.is_empty() && (is(u8::is_ascii_lowercase) || is(u8::is_ascii_uppercase))
    };
    let starts_well = label.starts_with(|first: char| first.is_ascii_alphabetic());
    if starts_well && label.split('-').all(is_word) {
        return Ok(());
    }
    Err(TypeError::BadName(label.to_owned()))
}

/// Checks the names of a type's members, called `what`.
///
/// # Errors
/// There is none, one is not a name, or two are the same.
pub(super) fn check_labels<'a>(
    what: &'static str,
    labels: impl ExactSizeIterator<Item = &'a str>,
) -> Result<(), TypeError> {
    if labels.len() == 0 {
        return Err(TypeError::Empty(what));
    }
    check_distinct(labels)
}

/// # Errors
/// One is not a name, or two are the same.
pub(crate) fn check_distinct<'a>(
    labels: impl ExactSizeIterator<Item = &'a str>,
) -> Result<(), TypeError> {
    let mut seen = HashSet::with_capacity(labels.len());
    for label in labels {
        check_label(label)?;
        if !seen.insert(label) {
            return Err(TypeError::Duplicate(label.to_owned()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{check_label, check_labels};
    use crate::TypeError;

    #[test]
    fn a_name_is_words_joined_by_dashes() {
        for name in ["a", "max-speed", "HTTP-code", "vec3", "a-1"] {
            assert_eq!(check_label(name), Ok(()), "{name}");
        }
        for name in ["", "-a", "a-", "a--b", "3d", "a_b", "a b", "aB", "Ab-c", "ä", "a:u32"] {
            assert!(check_label(name).is_err(), "{name}");
        }
    }

    #[test]
    fn a_name_stands_once() {
        let twice = check_labels("fields", ["a", "b", "a"].into_iter());
        assert_eq!(twice, Err(TypeError::Duplicate("a".to_owned())));
    }
}

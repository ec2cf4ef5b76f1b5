//! Why a value is refused, before anybody knows whether it has a place in a file.
//!
//! The same rules hold for a manifest that was read and for one written as a literal in Rust: the
//! reader adds the line to a refusal, [`ManifestData`](super::ManifestData) its name.

use super::document::shown;
use super::error::ManifestProblem;

/// A value that is not allowed.
#[derive(Debug)]
pub(super) struct Refusal {
    /// The key in the table at hand; empty for an element of an array.
    pub(super) key: &'static str,
    pub(super) found: String,
    pub(super) expected: String,
}

impl Refusal {
    /// The refusal of a string.
    pub(super) fn of_text(key: &'static str, text: &str, expected: impl Into<String>) -> Self {
        let found = if text.is_empty() { "empty".to_owned() } else { shown(text) };
        Self { key, found, expected: expected.into() }
    }

    /// The refusal of an id that is not the hash of the name beside it.
    pub(super) fn of_id(key: &'static str, stated: u64, of: &str, computed: u64) -> Self {
        let expected = format!("{computed:#018X}, the id of {}; correct or remove it", shown(of));
        Self { key, found: format!("{stated:#018X}"), expected }
    }
}

impl From<Refusal> for ManifestProblem {
    fn from(Refusal { found, expected, .. }: Refusal) -> Self {
        Self::InvalidValue { expected, found }
    }
}

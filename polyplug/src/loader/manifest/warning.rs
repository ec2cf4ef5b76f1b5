//! A key that nothing reads: most often a slip, so the nearest known key is named.

use crate::error::{printable, shown};
use std::fmt;
use std::path::PathBuf;

/// How alike two words must be (Jaro-Winkler) for one to be offered in place of the other: `nmae`
/// and `name` have 0.92, `description` and `dependency` 0.77.
const ALIKE: f64 = 0.83;

/// An unknown key in a manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestWarning {
    /// The manifest.
    pub path: PathBuf,
    /// The line of the key, from 1; 0 if the manifest was not read from text.
    pub line: u32,
    /// The key with its tables, such as `reload.stat`.
    pub key: String,
    /// The known key of that table that comes nearest.
    pub did_you_mean: Option<String>,
}

impl fmt::Display for ManifestWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", shown(&self.path))?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        write!(f, ": unknown key `{}`", printable(&self.key))?;
        match &self.did_you_mean {
            Some(known) => write!(f, "; did you mean `{known}`?"),
            None => f.write_str("; nothing reads it"),
        }
    }
}

/// The one of `known` that is most like `word`, if any is like it at all.
pub(crate) fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    known
        .map(|candidate| (strsim::jaro_winkler(&word, &candidate.to_lowercase()), candidate))
        .filter(|(alike, _)| *alike >= ALIKE)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    const KNOWN: [&str; 6] =
        ["name", "file", "dependency", "provides", "memory", "drain_timeout_ms"];

    #[test]
    fn a_slip_finds_the_key_that_was_meant() {
        for (slip, meant) in [
            ("nmae", "name"),
            ("Name", "name"),
            ("files", "file"),
            ("dependencies", "dependency"),
            ("provide", "provides"),
            ("mem", "memory"),
            ("drain_timeout", "drain_timeout_ms"),
        ] {
            assert_eq!(nearest(slip, KNOWN.into_iter()), Some(meant), "{slip}");
        }
    }

    #[test]
    fn another_word_finds_nothing() {
        for word in ["description", "author", "x", "", "license"] {
            assert_eq!(nearest(word, KNOWN.into_iter()), None, "{word}");
        }
    }
}

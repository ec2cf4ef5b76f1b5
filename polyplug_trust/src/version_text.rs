//! Numbers and versions in a text, in the one form that they are written in.

use crate::unreadable::Escaped;
use polyplug_abi::Version;
use std::str::FromStr;

/// A number without sign and leading zeros.
pub(crate) fn number<N: FromStr>(text: &str) -> Option<N> {
    match text.as_bytes() {
        [b'0'] | [b'1'..=b'9', ..] => text.parse().ok(),
        _ => None,
    }
}

/// A version like 1.4.0.
pub(crate) fn version(text: &str) -> Option<Version> {
    let mut parts = text.split('.').map(number);
    let version = Version::new(parts.next()??, parts.next()??, parts.next()??);
    parts.next().is_none().then_some(version)
}

/// A line that was not understood, for a person: in quotes, its beginning only, with all of it seen.
pub(crate) fn quoted(line: &str) -> String {
    /// More would hide what is said about it.
    const SHOWN: usize = 60;
    let shown: String = line.chars().take(SHOWN).collect();
    let more = if line.chars().nth(SHOWN).is_some() { "…" } else { "" };
    format!("`{}{more}`", Escaped(&shown))
}

#[cfg(test)]
mod tests {
    use super::{number, quoted, version};
    use polyplug_abi::Version;

    #[test]
    fn a_version_has_one_form() {
        assert_eq!(version("1.20.4294967295"), Some(Version::new(1, 20, u32::MAX)));
        for other in
            ["", "1", "1.2", "1.2.3.4", "1.2.", "01.2.3", "1.+2.3", "1. 2.3", "1.2.4294967296"]
        {
            assert_eq!(version(other), None, "{other:?}");
        }
        assert_eq!((number::<u64>("0"), number::<u64>("00")), (Some(0), None));
    }

    #[test]
    fn a_line_is_shown_on_one_line() {
        assert_eq!(quoted("a\u{1b}\r`b"), "`a\\u{1b}\\r\\`b`");
        assert_eq!(quoted(&"x".repeat(60)), format!("`{}`", "x".repeat(60)));
        assert_eq!(quoted(&"x".repeat(61)), format!("`{}…`", "x".repeat(60)));
    }
}

//! One line of the file: what a person wrote, and what it says.

use super::{RevokedKey, TrustedKey};
use crate::key::KeyId;
use crate::store_error::StoreProblem;
use crate::version_text::quoted;

/// What a line of the file is to be.
const EXPECTED: &str =
    "`trust ed25519:KEY NAME`, `revoke ID REASON` or a comment that begins with `#`";

/// A line stays as it was written until what it says changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// With its end.
    pub(super) text: String,
    pub(super) entry: Entry,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    Trust(TrustedKey),
    Revoke(RevokedKey),
    /// A comment or an empty line.
    Nothing,
}

impl Line {
    pub(super) fn trust(key: TrustedKey) -> Self {
        let text = format!("trust {} {}\n", key.key, key.name);
        Self { text, entry: Entry::Trust(key) }
    }

    pub(super) fn revoke(key: RevokedKey) -> Self {
        let text = match key.reason.as_str() {
            "" => format!("revoke {}\n", key.id),
            reason => format!("revoke {} {reason}\n", key.id),
        };
        Self { text, entry: Entry::Revoke(key) }
    }

    /// A line of a file, with its end.
    pub(super) fn parse(text: &str, number: u32) -> Result<Self, StoreProblem> {
        let Some(line) = text.strip_suffix('\n') else {
            return Err(StoreProblem::CutOff { line: number });
        };
        let line = line.strip_suffix('\r').unwrap_or(line);
        // Where an editor ends a line and this does not, a person would see a revocation that is none.
        if let Some(character) = line.chars().find(|character| is_hiding(*character)) {
            return Err(StoreProblem::Hidden { line: number, character });
        }
        Ok(Self { text: text.to_owned(), entry: parse(line, number)? })
    }

    pub(super) fn trusts(&self, id: KeyId) -> bool {
        matches!(&self.entry, Entry::Trust(trusted) if trusted.key.id() == id)
    }

    pub(super) fn revokes(&self, id: KeyId) -> bool {
        matches!(&self.entry, Entry::Revoke(revoked) if revoked.id == id)
    }
}

/// Ends a line for some program, or lets it show something else.
fn is_hiding(character: char) -> bool {
    character != '\t' && (character.is_control() || matches!(character, '\u{2028}' | '\u{2029}'))
}

fn parse(line: &str, number: u32) -> Result<Entry, StoreProblem> {
    let trimmed = line.trim();
    if trimmed.is_empty() || trimmed.starts_with('#') {
        return Ok(Entry::Nothing);
    }
    let (word, rest) = trimmed.split_once(char::is_whitespace).unwrap_or((trimmed, ""));
    let rest = rest.trim_start();
    let (key, text) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let text = text.trim_start().to_owned();
    let is_key = |error| StoreProblem::Key { line: number, error };
    match word {
        "trust" if !text.is_empty() => {
            let key = key.parse().map_err(is_key)?;
            Ok(Entry::Trust(TrustedKey { key, name: text }))
        }
        "revoke" => {
            let id = key.parse().map_err(is_key)?;
            Ok(Entry::Revoke(RevokedKey { id, reason: text }))
        }
        _ => Err(StoreProblem::Line { line: number, expected: EXPECTED, found: quoted(line) }),
    }
}

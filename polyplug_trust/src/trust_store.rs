//! The keys that an operator goes by, in a text file that is meant to be read and edited by people:
//!
//! ```text
//! # Ada's, from her web page
//! trust ed25519:5866666666666666666666666666666666666666666666666666666666666666 Ada
//! revoke 0123456789abcdef the laptop was stolen
//! ```
//!
//! A line that is not understood makes the whole file unusable: it may be the one that revokes a key.

use crate::key::{KeyId, PublicKey};
use crate::private_file;
use crate::store_error::{StoreError, StoreProblem};
use crate::verdict::Keyring;
use crate::version_text::quoted;
use std::fmt;
use std::path::{Path, PathBuf};

mod place;

/// What a line of the file is to be.
const EXPECTED: &str =
    "`trust ed25519:KEY NAME`, `revoke ID REASON` or a comment that begins with `#`";

/// A file of trusted and revoked keys. Comments and the order of lines stay as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustStore {
    path: PathBuf,
    lines: Vec<Line>,
}

/// A key whose signatures are accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedKey {
    /// The key.
    pub key: PublicKey,
    /// Whose it is, for people.
    pub name: String,
}

/// A key whose signatures are no longer accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevokedKey {
    /// The key.
    pub id: KeyId,
    /// Why, for people; may be empty.
    pub reason: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Line {
    Trust(TrustedKey),
    Revoke(RevokedKey),
    /// A comment or an empty line.
    Other(String),
}

impl TrustStore {
    /// Where the user's file is: what the variable `POLYPLUG_TRUST_STORE` names, and none if that is empty;
    /// without the variable `polyplug/trust` in the user's folder for settings: `$XDG_CONFIG_HOME`, or
    /// `~/.config`.
    pub fn default_path() -> Option<PathBuf> {
        place::path(|name| std::env::var_os(name))
    }

    /// Reads the file. One that is not there is empty, as the user's own is before the first key; one that
    /// somebody named is better read with [`TrustStore::read_existing`].
    ///
    /// # Errors
    /// It cannot be read, a line is not understood, or another user could have written it.
    pub fn read(path: impl Into<PathBuf>) -> Result<Self, StoreError> {
        let path = path.into();
        let text = private_file::read(&path)?.unwrap_or_default();
        Self::of_text(path, &text)
    }

    /// Reads a file that is to be there: with a typing error in its path, nobody would see what it revokes.
    ///
    /// # Errors
    /// As for [`TrustStore::read`], or it is not there.
    pub fn read_existing(path: impl Into<PathBuf>) -> Result<Self, StoreError> {
        let path = path.into();
        let Some(text) = private_file::read(&path)? else {
            let is_named = path.file_name().is_some();
            let problem = if is_named { StoreProblem::Missing } else { StoreProblem::NoName };
            return Err(StoreError { path, problem });
        };
        Self::of_text(path, &text)
    }

    fn of_text(path: PathBuf, text: &str) -> Result<Self, StoreError> {
        let lines = text.lines().zip(1..).map(|(line, number)| parse(line, number));
        let lines = lines.collect::<Result<_, _>>();
        match lines {
            Ok(lines) => Ok(Self { path, lines }),
            Err(problem) => Err(StoreError { path, problem }),
        }
    }

    /// Reads the file, changes it and writes it, while no other process does.
    ///
    /// # Errors
    /// The file cannot be read or written, or `change` failed; the file is then as it was.
    pub fn update<T, E: From<StoreError>>(
        path: impl Into<PathBuf>,
        change: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        let path = path.into();
        let _locked = private_file::lock(&path)?;
        let mut store = Self::read(path)?;
        let before = store.clone();
        let result = change(&mut store)?;
        if store != before {
            store.write()?;
        }
        Ok(result)
    }

    /// Puts the file in the place of the one that is there, as a whole. It is this user's alone.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn write(&self) -> Result<(), StoreError> {
        private_file::write(&self.path, &self.to_string())
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The trusted keys, in the order of the file. Some of them may be revoked.
    pub fn trusted(&self) -> impl Iterator<Item = &TrustedKey> {
        self.lines.iter().filter_map(|line| match line {
            Line::Trust(key) => Some(key),
            _ => None,
        })
    }

    /// The revoked keys, in the order of the file.
    pub fn revoked(&self) -> impl Iterator<Item = &RevokedKey> {
        self.lines.iter().filter_map(|line| match line {
            Line::Revoke(key) => Some(key),
            _ => None,
        })
    }

    /// Trusts a key; if it is trusted already, it gets this name. A revoked key stays revoked.
    ///
    /// # Errors
    /// The name is empty or not one line.
    pub fn add(&mut self, key: PublicKey, name: &str) -> Result<(), StoreError> {
        let name = name.trim();
        if name.is_empty() || name.contains(char::is_control) {
            return Err(self.text("the key's name", name));
        }
        self.remove(key.id());
        self.lines.push(Line::Trust(TrustedKey { key, name: name.to_owned() }));
        Ok(())
    }

    /// Trusts a key no longer; whether it was trusted. It does not revoke it.
    pub fn remove(&mut self, id: KeyId) -> bool {
        let before = self.lines.len();
        self.lines.retain(|line| !matches!(line, Line::Trust(trusted) if trusted.key.id() == id));
        self.lines.len() != before
    }

    /// Revokes a key for good: also when it is trusted, here or by a host.
    ///
    /// # Errors
    /// The reason is not one line.
    pub fn revoke(&mut self, id: KeyId, reason: &str) -> Result<(), StoreError> {
        let reason = reason.trim();
        if reason.contains(char::is_control) {
            return Err(self.text("the reason", reason));
        }
        self.lines.retain(|line| !matches!(line, Line::Revoke(revoked) if revoked.id == id));
        self.lines.push(Line::Revoke(RevokedKey { id, reason: reason.to_owned() }));
        Ok(())
    }

    /// What bundles are judged by.
    pub fn keyring(&self) -> Keyring {
        Keyring {
            trusted: self.trusted().map(|trusted| trusted.key).collect(),
            revoked: self.revoked().map(|revoked| revoked.id).collect(),
        }
    }

    fn text(&self, what: &'static str, text: &str) -> StoreError {
        StoreError::new(&self.path, StoreProblem::Text { what, text: text.to_owned() })
    }
}

/// The file's text.
impl fmt::Display for TrustStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in &self.lines {
            match line {
                Line::Trust(TrustedKey { key, name }) => writeln!(f, "trust {key} {name}")?,
                Line::Revoke(RevokedKey { id, reason }) if reason.is_empty() => {
                    writeln!(f, "revoke {id}")?;
                }
                Line::Revoke(RevokedKey { id, reason }) => writeln!(f, "revoke {id} {reason}")?,
                Line::Other(line) => writeln!(f, "{line}")?,
            }
        }
        Ok(())
    }
}

fn parse(line: &str, number: u32) -> Result<Line, StoreProblem> {
    let trimmed = line.trim();
    if trimmed.is_empty() || trimmed.starts_with('#') {
        return Ok(Line::Other(line.to_owned()));
    }
    let (word, rest) = trimmed.split_once(char::is_whitespace).unwrap_or((trimmed, ""));
    let rest = rest.trim_start();
    let (key, text) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let text = text.trim_start().to_owned();
    let is_key = |error| StoreProblem::Key { line: number, error };
    match word {
        "trust" if !text.is_empty() => {
            let key = key.parse().map_err(is_key)?;
            Ok(Line::Trust(TrustedKey { key, name: text }))
        }
        "revoke" => {
            let id = key.parse().map_err(is_key)?;
            Ok(Line::Revoke(RevokedKey { id, reason: text }))
        }
        _ => Err(StoreProblem::Line { line: number, expected: EXPECTED, found: quoted(line) }),
    }
}

#[cfg(test)]
mod tests;

//! The keys that an operator goes by, in a text file that is meant to be read and edited by people:
//!
//! ```text
//! # Ada's, from her web page
//! trust ed25519:5866666666666666666666666666666666666666666666666666666666666666 Ada
//! revoke 0123456789abcdef the laptop was stolen
//! ```
//!
//! A line that is not understood makes the whole file unusable: it may be the one that revokes a key. So
//! does a last line without an end, and an empty file: what was cut off may have revoked one. A file that
//! was cut off between two lines is not told from a shorter one, since people may add and remove lines. Nor
//! may a line hold a character that ends it in an editor, but not here.

use crate::key::{KeyId, PublicKey};
use crate::private_file;
use crate::store_error::{StoreError, StoreProblem};
use crate::unreadable::is_unreadable;
use crate::verdict::Keyring;
use line::{Entry, Line};
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

mod line;
mod place;
mod stored_key;

pub use stored_key::{KeyState, StoredKey};

/// What a file without keys says, so that it is not an empty one.
const NO_KEYS: &str = "# no keys\n";

/// How long a person waits for another to change the file.
const PATIENCE: Duration = Duration::from_secs(10);

/// Between the reasons of a key that was revoked more than once.
const AND: &str = "; ";

/// A file of trusted and revoked keys. Lines stay where and as they are until what they say changes.
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
        match private_file::read(&path)? {
            Some(text) => Self::of_text(path, &text),
            None => Ok(Self { path, lines: Vec::new() }),
        }
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
        if text.is_empty() {
            return Err(StoreError { path, problem: StoreProblem::Empty });
        }
        let lines = text.split_inclusive('\n').zip(1..);
        match lines.map(|(line, number)| Line::parse(line, number)).collect() {
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
        let _locked = private_file::lock(&path, PATIENCE)?;
        let mut store = Self::read(path)?;
        let before = store.clone();
        let result = change(&mut store)?;
        if store != before {
            store.write()?;
        }
        Ok(result)
    }

    /// Puts the file in the place of the one that is there, as a whole. Who can read that one can read this;
    /// a new one is this user's alone.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn write(&self) -> Result<(), StoreError> {
        let text = if self.lines.is_empty() { NO_KEYS.to_owned() } else { self.to_string() };
        private_file::write(&self.path, &text)
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The trusted keys, in the order of the file. Some of them may be revoked.
    pub fn trusted(&self) -> impl Iterator<Item = &TrustedKey> {
        self.lines.iter().filter_map(|line| match &line.entry {
            Entry::Trust(key) => Some(key),
            _ => None,
        })
    }

    /// The revoked keys, in the order of the file.
    pub fn revoked(&self) -> impl Iterator<Item = &RevokedKey> {
        self.lines.iter().filter_map(|line| match &line.entry {
            Entry::Revoke(key) => Some(key),
            _ => None,
        })
    }

    /// Each key once: first those that were trusted, in the order of the file, then those that are known
    /// by their id only.
    pub fn keys(&self) -> Vec<StoredKey> {
        let mut revoked: BTreeMap<KeyId, String> = BTreeMap::new();
        for RevokedKey { id, reason } in self.revoked() {
            add_reason(revoked.entry(*id).or_default(), reason);
        }
        let state = |id| match revoked.get(&id) {
            Some(reason) => KeyState::Revoked { reason: reason.clone() },
            None => KeyState::Trusted,
        };
        let mut keys: Vec<StoredKey> = Vec::new();
        for trusted in self.trusted() {
            let is_it = |known: &TrustedKey| known.key == trusted.key;
            if !keys.iter().any(|other| other.known.as_ref().is_some_and(is_it)) {
                let id = trusted.key.id();
                keys.push(StoredKey { id, known: Some(trusted.clone()), state: state(id) });
            }
        }
        for RevokedKey { id, .. } in self.revoked() {
            if !keys.iter().any(|other| other.id == *id) {
                keys.push(StoredKey { id: *id, known: None, state: state(*id) });
            }
        }
        keys
    }

    /// Trusts a key; if it is trusted already, it gets this name. A revoked key stays revoked.
    ///
    /// # Errors
    /// The name is empty or not one line.
    pub fn add(&mut self, key: PublicKey, name: &str) -> Result<(), StoreError> {
        let name = name.trim();
        if name.is_empty() || name.contains(is_unreadable) {
            return Err(self.text("the key's name", name));
        }
        let line = Line::trust(TrustedKey { key, name: name.to_owned() });
        self.put(line, |line| line.trusts(key.id()));
        Ok(())
    }

    /// Trusts a key no longer; whether it was trusted. It does not revoke it.
    pub fn remove(&mut self, id: KeyId) -> bool {
        let before = self.lines.len();
        self.lines.retain(|line| !line.trusts(id));
        self.lines.len() != before
    }

    /// Revokes a key for good: also when it is trusted, here or by a host. If it was revoked before, the
    /// reason is added to those that are there. Whether it was revoked only now.
    ///
    /// # Errors
    /// The reason is not one line.
    pub fn revoke(&mut self, id: KeyId, reason: &str) -> Result<bool, StoreError> {
        let reason = reason.trim();
        if reason.contains(is_unreadable) {
            return Err(self.text("the reason", reason));
        }
        let mut reasons = String::new();
        let mut before = self.revoked().filter(|revoked| revoked.id == id).peekable();
        let is_new = before.peek().is_none();
        before.for_each(|revoked| add_reason(&mut reasons, &revoked.reason));
        add_reason(&mut reasons, reason);
        self.put(Line::revoke(RevokedKey { id, reason: reasons }), |line| line.revokes(id));
        Ok(is_new)
    }

    /// Puts a line in the place of the first of those, and removes the others; at the end if there is none.
    /// One that says the same stays as it was written.
    fn put(&mut self, line: Line, is_replaced: impl Fn(&Line) -> bool) {
        let Some(at) = self.lines.iter().position(&is_replaced) else {
            self.lines.push(line);
            return;
        };
        if self.lines[at].entry != line.entry {
            self.lines[at] = line;
        }
        let mut number = 0..;
        self.lines.retain(|line| number.next() <= Some(at) || !is_replaced(line));
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
        self.lines.iter().try_for_each(|line| f.write_str(&line.text))
    }
}

/// Each reason once.
fn add_reason(reasons: &mut String, reason: &str) {
    if reason.is_empty() || reasons.split(AND).any(|known| known == reason) || reasons == reason {
        return;
    }
    if !reasons.is_empty() {
        reasons.push_str(AND);
    }
    reasons.push_str(reason);
}

#[cfg(test)]
mod tests;

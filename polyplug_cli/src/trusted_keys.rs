//! The keys whose bundles are run, and what people call them.

use crate::key_file;
use crate::show::style::{one_line, shown};
use polyplug_trust::{KeyId, Keyring, TrustStore};
use std::collections::HashMap;
use std::env;
use std::path::{Path, PathBuf};

/// Keys that are trusted or revoked.
#[derive(Clone, Debug, Default)]
pub(crate) struct TrustedKeys {
    pub(crate) keyring: Keyring,
    names: HashMap<KeyId, String>,
}

impl TrustedKeys {
    /// Those of the trust store: the file that was named, which must be there, or the user's own.
    pub(crate) fn of_store(named: Option<&Path>) -> Result<Self, String> {
        let Some(path) = store(named)? else { return Ok(Self::default()) };
        let store = TrustStore::read(path).map_err(|error| error.to_string())?;
        let names = store.trusted().map(|trusted| (trusted.key.id(), trusted.name.clone()));
        Ok(Self { keyring: store.keyring(), names: names.collect() })
    }

    /// With these keys in the place of those of the store; the revoked ones stay revoked.
    pub(crate) fn only(mut self, keys: &[PathBuf]) -> Result<Self, String> {
        self.keyring.trusted.clear();
        self.and(keys)
    }

    /// With these keys too.
    pub(crate) fn and(mut self, keys: &[PathBuf]) -> Result<Self, String> {
        for path in keys {
            let key = key_file::public(path)?;
            self.keyring.trusted.push(key);
            if let Some(name) = key_file::name(path) {
                self.names.entry(key.id()).or_insert(name);
            }
        }
        Ok(self)
    }

    /// What a key is called in the store, or by its file.
    pub(crate) fn name(&self, id: KeyId) -> Option<&str> {
        self.names.get(&id).map(String::as_str)
    }

    /// `5d1f0c0e8a7b9c34 (studio)`, for a terminal.
    pub(crate) fn shown(&self, id: KeyId) -> String {
        match self.name(id) {
            Some(name) => format!("{id} ({})", one_line(name)),
            None => id.to_string(),
        }
    }
}

/// The trust store's file: the one that was named, be it by the variable, which must be there, or the
/// user's own, if any.
fn store(named: Option<&Path>) -> Result<Option<PathBuf>, String> {
    let (path, by) = match (named, TrustStore::default_path()) {
        (Some(path), _) => (path.to_owned(), ""),
        (None, Some(path)) if is_named_by_variable() => {
            (path, "; the variable POLYPLUG_TRUST_STORE names it")
        }
        (None, own) => return Ok(own),
    };
    // A name with a fault in it would forget what was revoked.
    match path.exists() {
        true => Ok(Some(path)),
        false => Err(format!("{}: there is no such trust store{by}", shown(&path))),
    }
}

fn is_named_by_variable() -> bool {
    env::var_os("POLYPLUG_TRUST_STORE").is_some_and(|named| !named.is_empty())
}

//! What a host says of trust, gathered by the builder and read when the runtime is built.

use super::TrustRules;
use crate::error::RuntimeError;
use polyplug_abi::{Ed25519PublicKey, SignaturePolicy, Version};
use polyplug_trust::{KeyId, Keyring, PublicKey, StoreError, TrustStore, VersionFloors};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// What a host said, in any order.
#[derive(Debug, Default)]
pub(crate) struct TrustSettings {
    pub(crate) keys: Vec<Ed25519PublicKey>,
    pub(crate) revoked: BTreeSet<KeyId>,
    /// The operator's file of keys.
    pub(crate) store: Option<PathBuf>,
    /// The oldest version that is taken of each bundle.
    pub(crate) minimum: BTreeMap<String, Version>,
    /// The file that keeps what signatures said over restarts.
    pub(crate) floors: Option<FloorsFile>,
}

/// A file of version floors.
#[derive(Debug)]
pub(crate) enum FloorsFile {
    /// It is obeyed, and what signatures say is kept in it.
    Kept(PathBuf),
    /// It is obeyed, and stays as it is.
    ReadOnly(PathBuf),
}

impl FloorsFile {
    fn open(self) -> Result<VersionFloors, StoreError> {
        match self {
            Self::Kept(path) => VersionFloors::open(path),
            Self::ReadOnly(path) => VersionFloors::open_read_only(path),
        }
    }
}

impl TrustSettings {
    /// The rules of a runtime. Files are read whatever the policy is: discovery and the host's callback
    /// tell who signed a bundle also where nobody has to.
    ///
    /// # Errors
    /// A key is none, or a file does not read.
    pub(crate) fn settle(self, policy: SignaturePolicy) -> Result<TrustRules, RuntimeError> {
        let keys = self.keys.into_iter().map(PublicKey::try_from);
        let trusted =
            keys.collect::<Result<Vec<_>, _>>().map_err(|error| wrong("trusted_keys", &error))?;
        let mut keyring = Keyring { trusted, revoked: self.revoked };
        let mut floors = VersionFloors::default();
        if let Some(path) = &self.store {
            let store =
                TrustStore::read_existing(path).map_err(|error| wrong("trust_store", &error))?;
            let operators = store.keyring();
            keyring.trusted.extend(operators.trusted);
            keyring.revoked.extend(operators.revoked);
        }
        if let Some(file) = self.floors {
            floors = file.open().map_err(|error| wrong("version_floors", &error))?;
        }
        for (bundle, version) in &self.minimum {
            floors.require(bundle, *version);
        }
        Ok(TrustRules::new(policy, keyring, floors))
    }
}

fn wrong(what: &'static str, error: &dyn std::error::Error) -> RuntimeError {
    RuntimeError::InvalidArgument { what, problem: error.to_string() }
}

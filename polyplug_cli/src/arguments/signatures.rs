//! `--signatures`: whose bundles are run.

use crate::show::problem::Problem;
use crate::trusted_keys::TrustedKeys;
use clap::{Args, ValueEnum};
use polyplug::runtime::RuntimeBuilder;
use polyplug_abi::{Ed25519PublicKey, LogLevel, SignaturePolicy};
use polyplug_trust::{Keyring, TrustStore};
use std::io::Write;
use std::path::PathBuf;
use std::process::Command;
use std::sync::mpsc::{self, Receiver};

/// What the person wants of signatures.
#[derive(Args, Clone, Debug)]
pub(crate) struct Signatures {
    /// What becomes of bundles that are not, as they are now, signed with a key that is trusted
    ///
    /// Trusted are the keys of --trust-key and those in the trust store (see `polyplug trust`), without those
    /// that are revoked there. With off, which is the default, signatures are not looked at.
    #[arg(long = "signatures", value_name = "POLICY")]
    policy: Option<Policy>,

    /// A public key that is trusted: a file, or ed25519:HEX; may be given more than once
    #[arg(long = "trust-key", value_name = "FILE", requires = "policy")]
    keys: Vec<PathBuf>,

    /// The file of trusted and revoked keys, if not that of `polyplug trust`
    #[arg(long, value_name = "FILE", requires = "policy")]
    trust_store: Option<PathBuf>,

    /// The file of versions that signatures have called too old; without it that is forgotten
    ///
    /// All commands go by it; `run` and `call` write to it what they learn, and make it if it is not there.
    #[arg(long, value_name = "FILE", requires = "policy")]
    version_floors: Option<PathBuf>,
}

/// A policy as a person writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Policy {
    /// They are loaded; signatures are not looked at
    Off,
    /// They are loaded, with a warning that says what is wrong
    Warn,
    /// They are refused
    Required,
}

impl Signatures {
    /// The keys that count. Without a policy the store is not read.
    pub(crate) fn keys(&self) -> Result<TrustedKeys, String> {
        match self.policy() {
            SignaturePolicy::Off => Ok(TrustedKeys::default()),
            _ => self.all_keys(),
        }
    }

    /// The keys that signatures are shown by, whatever the policy. A store that cannot be read stops nothing
    /// that does not go by it.
    pub(crate) fn keys_to_show(&self, errors: &mut dyn Write) -> Result<TrustedKeys, String> {
        self.all_keys().or_else(|problem| {
            let none = self.keys()?;
            let _ = Problem::plain(problem).write_warning(errors);
            Ok(none)
        })
    }

    fn all_keys(&self) -> Result<TrustedKeys, String> {
        TrustedKeys::of_store(self.trust_store.as_deref())?.and(&self.keys)
    }

    /// `builder` with what was asked for, for a command whose bundles do their work.
    pub(crate) fn apply(&self, builder: RuntimeBuilder, keys: &TrustedKeys) -> RuntimeBuilder {
        let builder = match &self.version_floors {
            Some(file) => builder.version_floors(file),
            None => builder,
        };
        self.apply_keys(builder, keys)
    }

    /// The same for a command that looks at bundles only: it leaves the file of version floors as it is.
    pub(crate) fn apply_to_look(
        &self,
        builder: RuntimeBuilder,
        keys: &TrustedKeys,
    ) -> RuntimeBuilder {
        let builder = match &self.version_floors {
            Some(file) => builder.version_floors_read_only(file),
            None => builder,
        };
        self.apply_keys(builder, keys)
    }

    fn apply_keys(&self, builder: RuntimeBuilder, keys: &TrustedKeys) -> RuntimeBuilder {
        let Keyring { trusted, revoked } = &keys.keyring;
        builder
            .signature_policy(self.policy())
            .trusted_keys(trusted.iter().map(|key| Ed25519PublicKey::from(*key)))
            .revoked_keys(revoked.iter().copied())
    }

    /// The files that it names, and the trust store, with what each is.
    pub(crate) fn files(&self) -> Vec<(&'static str, PathBuf)> {
        let keys = self.keys.iter().map(|key| ("a trusted key", key.clone()));
        let store = self.trust_store.clone().or_else(TrustStore::default_path);
        let store = store.map(|store| ("the trust store", store));
        let floors = self.version_floors.clone().map(|file| ("the file of version floors", file));
        keys.chain(store).chain(floors).collect()
    }

    /// The same on another command line.
    pub(crate) fn add_to(&self, command: &mut Command) {
        if let Some(policy) = self.policy.and_then(|policy| policy.to_possible_value()) {
            command.arg("--signatures").arg(policy.get_name());
        }
        for key in &self.keys {
            command.arg("--trust-key").arg(key);
        }
        if let Some(store) = &self.trust_store {
            command.arg("--trust-store").arg(store);
        }
        if let Some(floors) = &self.version_floors {
            command.arg("--version-floors").arg(floors);
        }
    }

    /// What was asked for; nothing is [`SignaturePolicy::Off`].
    pub(crate) fn policy(&self) -> SignaturePolicy {
        match self.policy {
            None | Some(Policy::Off) => SignaturePolicy::Off,
            Some(Policy::Warn) => SignaturePolicy::WarnOnly,
            Some(Policy::Required) => SignaturePolicy::Required,
        }
    }
}

/// A builder whose runtime tells of its log only what it says of signatures, which was asked for; and where
/// that arrives.
pub(crate) fn hear(builder: RuntimeBuilder) -> (RuntimeBuilder, Receiver<String>) {
    let (send, heard) = mpsc::channel();
    let logger = move |level: LogLevel, scope: &str, message: &str| {
        if level <= LogLevel::Warn && scope == "trust" {
            let _ = send.send(message.to_owned());
        }
    };
    (builder.logger(logger), heard)
}

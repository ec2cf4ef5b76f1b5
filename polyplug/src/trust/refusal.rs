//! Why a bundle's signature does not count, for people and for programs.

use polyplug_trust::{BundleSignature, BundleTree, KeyId, SignatureRefusal, StoreError, TreeError};
use std::fmt;

const FLOORS_UNREADABLE: &str = "floors-unreadable";

/// Why a bundle's signature does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refusal {
    /// The rule, in a word that stays the same: what [`SignatureRefusal::code`] says, or
    /// - `floors-unreadable`: which versions are too old cannot be known,
    /// - `given-manifest`: its manifest was given in memory and is not its own,
    /// - `given-in-pieces`: it was given as code or bytes in memory, which have no signature,
    /// - `unreadable-manifest`: nothing is known of it.
    pub code: &'static str,
    /// The rule, the file and what to do, on one line.
    pub text: String,
    /// The key that its `bundle.sig` names, if that can be read. Nobody need have it: only a signature
    /// that counts tells who signed.
    pub named_key: Option<KeyId>,
}

impl Refusal {
    pub(crate) fn new(code: &'static str, text: impl Into<String>) -> Self {
        Self { code, text: text.into(), named_key: None }
    }

    /// The files in `tree` are not what a trusted key has signed.
    pub(crate) fn of_signature(refusal: &SignatureRefusal, tree: &BundleTree) -> Self {
        let signature = tree.signature_bytes().and_then(|text| BundleSignature::parse(text).ok());
        let named_key = signature.map(|signature| signature.key);
        Self { named_key, ..Self::of_rule(refusal) }
    }

    /// The files cannot be read as strictly as signatures need.
    pub(crate) fn of_tree(error: TreeError) -> Self {
        Self::of_rule(&SignatureRefusal::Tree(error))
    }

    /// A rule is broken, whatever the files are.
    pub(crate) fn of_rule(refusal: &SignatureRefusal) -> Self {
        Self::new(refusal.code(), refusal.to_string())
    }

    /// The oldest version that is taken is not known.
    pub(crate) fn of_floors(error: &StoreError) -> Self {
        let text = format!("which versions of it are too old cannot be known: {error}");
        Self::new(FLOORS_UNREADABLE, text)
    }

    /// Whether it says nothing about the bundle, but that something else was not there to judge it by.
    pub(crate) fn is_undecided(&self) -> bool {
        self.code == FLOORS_UNREADABLE
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

//! Whose bundles may run. What signatures are and how they are checked is in `polyplug_trust`; here is
//! what a runtime makes of them: the rules that it was built with, and the record of each decision.
//!
//! Under [`SignaturePolicy::WarnOnly`] and [`SignaturePolicy::Required`] a bundle's folder is read
//! once, as a [`BundleTree`]: the manifest, the signature and all that its loader takes come out of
//! it, so that what was checked is what runs.

mod record;
mod refusal;
mod rules;
mod settings;

pub use polyplug_abi::{Ed25519PublicKey, SignaturePolicy};
pub use polyplug_trust::{
    BundleSignature, BundleTree, Difference, DifferentFiles, Floor, FloorSource, ForeignKey,
    KeyError, KeyId, KeyState, PublicKey, SIGNATURE_FILE, SecretKey, SignatureRefusal, Signer,
    StoredKey, TreeError, TrustStore,
};
pub use record::{TrustDecision, TrustRecord};
pub use refusal::Refusal;

pub(crate) use rules::TrustRules;
pub(crate) use settings::{FloorsFile, TrustSettings};

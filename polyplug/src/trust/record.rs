//! What was decided about one generation of a bundle, for audits.

use super::Refusal;
use crate::generation::TakenFiles;
use polyplug_abi::{SignaturePolicy, Version};
use polyplug_trust::Signer;
use std::path::{Path, PathBuf};

/// What was decided about the bytes of one load or reload, and who signed them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TrustRecord {
    /// The bundle's name; its folder's where no manifest was read.
    pub name: String,
    /// Where it lies; a label where it is in memory.
    pub path: PathBuf,
    /// What its manifest says; 0.0.0 where none was read.
    pub version: Version,
    /// The loader that its manifest asks for; empty where none was read.
    pub loader: String,
    /// The digest of all its files but `bundle.sig`; where signatures do not count, of the files that
    /// its loader took. None if they were not read, as those of a bundle without a signature that is required.
    pub digest: Option<[u8; 32]>,
    /// Who signed it, if that was checked and holds.
    pub signer: Option<Signer>,
    /// The policy that was in force.
    pub policy: SignaturePolicy,
    /// What was decided.
    pub decision: TrustDecision,
}

impl TrustRecord {
    /// The refusal of a bundle of which nothing was read.
    pub(crate) fn of_unread(
        name: &str,
        path: &Path,
        policy: SignaturePolicy,
        refusal: Refusal,
    ) -> Self {
        Self {
            name: name.to_owned(),
            path: path.to_owned(),
            version: Version::default(),
            loader: String::new(),
            digest: None,
            signer: None,
            policy,
            decision: TrustDecision::Refused(refusal),
        }
    }

    /// With the digest of what its loader took, if it has no other.
    pub(crate) fn with_digest_of(mut self, taken: Option<&TakenFiles>) -> Self {
        self.digest = self.digest.or_else(|| taken.map(|taken| taken.files.digest()));
        self
    }
}

/// Whether a bundle may run.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TrustDecision {
    /// Its signature holds.
    Accepted,
    /// Its signature does not hold, which only makes a warning: this one.
    AcceptedWithWarning(Refusal),
    /// Signatures do not count.
    NotChecked,
    /// It was refused for this reason, and nothing of it ran.
    Refused(Refusal),
    /// The host's callback did not let it in, for this reason, and nothing of it ran.
    Denied(String),
}

//! Whether a bundle is what somebody has signed whom the host trusts.

use crate::bundle_tree::BundleTree;
use crate::difference::Difference;
use crate::file_hashes::FileHashes;
use crate::floor::Floor;
use crate::key::{KeyId, PublicKey};
use crate::line_ends;
use crate::refusal::{DifferentFiles, SignatureRefusal};
use crate::signature::BundleSignature;
use polyplug_abi::Version;
use std::collections::BTreeSet;

/// The keys that a host goes by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keyring {
    /// Whose signatures are accepted.
    pub trusted: Vec<PublicKey>,
    /// Whose are not, even if they are trusted too.
    pub revoked: BTreeSet<KeyId>,
}

/// Who signed a bundle that was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signer {
    /// The key.
    pub key: PublicKey,
    /// Its id.
    pub id: KeyId,
    /// No older version of the bundle is to be accepted from now on.
    pub minimum: Option<Version>,
}

impl Keyring {
    /// Judges a bundle by the `bundle.sig` and the files in `tree`. `bundle` and `version` are what its
    /// manifest says; a version below `floor` is refused.
    ///
    /// # Errors
    /// Why it is not what a trusted key has signed.
    pub fn judge(
        &self,
        tree: &BundleTree,
        bundle: &str,
        version: Version,
        floor: Option<&Floor>,
    ) -> Result<Signer, SignatureRefusal> {
        let text = tree.signature_bytes().ok_or_else(|| tree.unsigned())?;
        let signature = BundleSignature::parse(text).map_err(SignatureRefusal::Unreadable)?;
        self.judge_files(&signature, tree.hashes(), bundle, version, floor, |differences| {
            line_ends::tell(differences, &signature.files, tree);
        })
    }

    /// As [`Keyring::judge`] of a signature that was read, and files that were hashed.
    ///
    /// # Errors
    /// As for [`Keyring::judge`].
    pub fn judge_hashes(
        &self,
        signature: &BundleSignature,
        files: &FileHashes,
        bundle: &str,
        version: Version,
        floor: Option<&Floor>,
    ) -> Result<Signer, SignatureRefusal> {
        self.judge_files(signature, files, bundle, version, floor, |_| {})
    }

    /// `explain` may say more of the differences.
    fn judge_files(
        &self,
        signature: &BundleSignature,
        files: &FileHashes,
        bundle: &str,
        version: Version,
        floor: Option<&Floor>,
        explain: impl FnOnce(&mut [Difference]),
    ) -> Result<Signer, SignatureRefusal> {
        let key = self.signer(signature)?;
        // From here on the signature is authentic, so what it says can be told.
        if signature.bundle != bundle {
            let (signed, found) = (signature.bundle.clone(), bundle.to_owned());
            return Err(SignatureRefusal::OtherBundle { signed, found });
        }
        if signature.files != *files {
            let mut differences = signature.files.differences(files);
            explain(&mut differences);
            return Err(DifferentFiles::refusal(differences));
        }
        if signature.version != version {
            let signed = signature.version;
            return Err(SignatureRefusal::OtherVersion { signed, found: version });
        }
        if let Some(floor) = floor.filter(|floor| version < floor.version) {
            return Err(SignatureRefusal::TooOld { version, floor: floor.clone() });
        }
        Ok(Signer { key, id: key.id(), minimum: signature.minimum })
    }

    /// The trusted key that made the signature.
    fn signer(&self, signature: &BundleSignature) -> Result<PublicKey, SignatureRefusal> {
        let id = signature.key;
        if self.revoked.contains(&id) {
            return Err(SignatureRefusal::RevokedKey { id });
        }
        let mut named = self.trusted.iter().filter(|key| key.id() == id).peekable();
        if named.peek().is_none() {
            return Err(SignatureRefusal::UnknownKey { id });
        }
        named
            .find(|key| signature.verify(key))
            .copied()
            .ok_or(SignatureRefusal::WrongSignature { id })
    }
}

#[cfg(test)]
mod tests;

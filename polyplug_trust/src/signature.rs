//! What an author says of a bundle: these files are that version of that bundle.

use crate::file_hashes::FileHashes;
use crate::key::{KeyId, PublicKey};
use crate::secret_key::SecretKey;
use crate::signature_error::SignError;
use crate::unreadable::is_unreadable;
use polyplug_abi::Version;

/// Keeps these signatures apart from every other use of a key, and one form of them from the next.
const MESSAGE_DOMAIN: &[u8] = b"polyplug bundle signature 1\0";

/// Longer than any name, and short enough for the text.
pub(crate) const MAX_NAME: usize = 512;

/// What `bundle.sig` holds.
///
/// Its list of files is not needed to check a bundle, but lets a refusal name the file. It is as authentic
/// as the rest: what is signed is the list's digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BundleSignature {
    /// Names the key that signed.
    pub key: KeyId,
    /// The bundle's name.
    pub bundle: String,
    /// The bundle's version.
    pub version: Version,
    /// Whoever has accepted this signature is to accept no older version of the bundle from then on.
    pub minimum: Option<Version>,
    /// All files but `bundle.sig`.
    pub files: FileHashes,
    /// Over all of the above.
    pub signature: [u8; 64],
}

impl BundleSignature {
    /// Signs the files of a bundle.
    ///
    /// # Errors
    /// A bundle has no such name, or the version is less than the minimum, so nobody would accept it.
    pub fn sign(
        key: &SecretKey,
        bundle: &str,
        version: Version,
        minimum: Option<Version>,
        files: FileHashes,
    ) -> Result<Self, SignError> {
        if !is_bundle_name(bundle) {
            return Err(SignError::Name { name: bundle.to_owned() });
        }
        if let Some(minimum) = minimum.filter(|minimum| *minimum > version) {
            return Err(SignError::Minimum { version, minimum });
        }
        let bundle = bundle.to_owned();
        let key_id = key.public().id();
        let mut signed = Self { key: key_id, bundle, version, minimum, files, signature: [0; 64] };
        signed.signature = key.sign(&signed.message());
        Ok(signed)
    }

    /// Whether this key signed exactly this. It says nothing of the files that are there.
    pub fn verify(&self, key: &PublicKey) -> bool {
        self.key == key.id() && key.verify(&self.message(), &self.signature)
    }

    /// The bytes that are signed, for who checks it with other tools: the domain, the key's id, the name
    /// with its length, the version, a byte that is 1 if there is a minimum, the minimum or zeros, the
    /// digest of the files. Numbers are little-endian.
    pub fn message(&self) -> Vec<u8> {
        let mut message = MESSAGE_DOMAIN.to_vec();
        message.extend(self.key.as_bytes());
        message.extend((self.bundle.len() as u64).to_le_bytes());
        message.extend(self.bundle.as_bytes());
        message.extend(bytes_of(self.version));
        message.push(self.minimum.is_some().into());
        message.extend(bytes_of(self.minimum.unwrap_or_default()));
        message.extend(self.files.digest());
        message
    }
}

fn bytes_of(version: Version) -> impl Iterator<Item = u8> {
    [version.major, version.minor, version.patch].into_iter().flat_map(u32::to_le_bytes)
}

/// What a manifest takes for a name, of a length that fits, and which is what it looks like.
pub(crate) fn is_bundle_name(name: &str) -> bool {
    !name.is_empty() && name.len() <= MAX_NAME && !name.contains(is_unreadable)
}

#[cfg(test)]
mod tests;

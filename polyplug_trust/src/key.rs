//! Who signs: a public key, and the short id that names it.

use crate::foreign_key::ForeignKey;
use crate::hex;
use crate::key_error::KeyError;
use crate::pem;
use ed25519_dalek::VerifyingKey;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePublicKey, EncodePublicKey};
use polyplug_abi::Ed25519PublicKey;
use std::fmt;
use std::str::FromStr;
use zeroize::Zeroizing;

/// Keeps ids apart from every other use of the hash.
const ID_DOMAIN: &[u8] = b"polyplug key id 1\0";

/// What the text of a key begins with.
pub(crate) const PREFIX: &str = "ed25519:";

/// A key that signatures can be checked with. As text `ed25519:` and 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// The key in `text`: PEM as OpenSSL writes it (`openssl pkey -pubout`), with any line ends and text
    /// around it, or `ed25519:` and its digits.
    ///
    /// # Errors
    /// It is something else, or a weak key.
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        if text.trim_start().starts_with(PREFIX) {
            return text.trim().parse();
        }
        if pem::has(text, "PRIVATE KEY") || pem::has(text, "ENCRYPTED PRIVATE KEY") {
            return Err(KeyError::Secret);
        }
        let read = |block: Zeroizing<String>| VerifyingKey::from_public_key_pem(&block).ok();
        let Some(key) = pem::only_block(text).and_then(read) else {
            return Err(ForeignKey::of(text).map_or(KeyError::NotPublicPem, KeyError::Foreign));
        };
        Self::try_from(Ed25519PublicKey { bytes: key.to_bytes() })
    }

    /// As OpenSSL writes it.
    pub fn to_pem(&self) -> String {
        self.0.to_public_key_pem(LineEnding::LF).expect("a key of 32 bytes has a PEM form")
    }

    /// What names the key in a signature.
    pub fn id(&self) -> KeyId {
        let mut hasher = blake3::Hasher::new();
        hasher.update(ID_DOMAIN).update(self.0.as_bytes());
        let mut id = KeyId([0; 8]);
        hasher.finalize_xof().fill(&mut id.0);
        id
    }

    /// The encoded point.
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// Strictly: a signature of this key over this message has one form, and nobody else can make it.
    pub(crate) fn verify(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        self.0.verify_strict(message, &ed25519_dalek::Signature::from_bytes(signature)).is_ok()
    }

    pub(crate) fn of_secret(key: VerifyingKey) -> Self {
        Self(key)
    }
}

impl TryFrom<Ed25519PublicKey> for PublicKey {
    type Error = KeyError;

    fn try_from(key: Ed25519PublicKey) -> Result<Self, KeyError> {
        let point = VerifyingKey::from_bytes(&key.bytes).map_err(|_| KeyError::NotAPoint)?;
        if point.is_weak() {
            return Err(KeyError::Weak);
        }
        // The same point in another form would be another key with the same signatures.
        if point.to_edwards().compress().to_bytes() != key.bytes {
            return Err(KeyError::NotAPoint);
        }
        Ok(Self(point))
    }
}

impl From<PublicKey> for Ed25519PublicKey {
    fn from(key: PublicKey) -> Self {
        Self { bytes: key.0.to_bytes() }
    }
}

impl FromStr for PublicKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let Some(digits) = text.strip_prefix(PREFIX) else {
            return Err(match ForeignKey::of(text) {
                _ if text.parse::<KeyId>().is_ok() => KeyError::OnlyId,
                None | Some(ForeignKey::Empty) => KeyError::NotPublicText,
                Some(foreign) => KeyError::Foreign(foreign),
            });
        };
        let bytes = hex::decode(digits).ok_or(KeyError::NotPublicText)?;
        Self::try_from(Ed25519PublicKey { bytes })
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}", hex::encode(self.as_bytes()))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({self})")
    }
}

/// Names a key: enough to find it, not to believe it. As text 16 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId([u8; 8]);

impl KeyId {
    /// The bytes of the id.
    pub fn as_bytes(&self) -> &[u8; 8] {
        &self.0
    }
}

impl From<[u8; 8]> for KeyId {
    fn from(bytes: [u8; 8]) -> Self {
        Self(bytes)
    }
}

impl FromStr for KeyId {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        hex::decode(text).map(Self).ok_or(KeyError::NotId)
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(&self.0))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

#[cfg(test)]
mod tests;

//! What an author signs with. It is wiped from memory when it goes, and never printed.

use crate::foreign_key::ForeignKey;
use crate::key::{PREFIX, PublicKey};
use crate::key_error::KeyError;
use crate::pem;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePrivateKey, EncodePrivateKey, KeypairBytes};
use ed25519_dalek::{Signer, SigningKey};
use std::fmt;
use zeroize::{Zeroize, Zeroizing};

/// A key that bundles are signed with.
pub struct SecretKey(SigningKey);

impl SecretKey {
    /// A new key.
    ///
    /// # Errors
    /// The system gives no random numbers.
    pub fn generate() -> Result<Self, KeyError> {
        let mut seed = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *seed).map_err(KeyError::NoRandom)?;
        Ok(Self(SigningKey::from_bytes(&seed)))
    }

    /// The key in `pem`: PKCS#8, as OpenSSL writes it (`openssl genpkey -algorithm ed25519`), with any line
    /// ends and text around it.
    ///
    /// # Errors
    /// It is something else, or encrypted.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        if pem::has(pem, "ENCRYPTED PRIVATE KEY") {
            return Err(KeyError::Encrypted);
        }
        let block = pem::only_block(pem);
        let read = |block: &Zeroizing<String>| KeypairBytes::from_pkcs8_pem(block).ok();
        let Some(mut pair) = block.as_ref().and_then(read) else { return Err(what_it_is(pem)) };
        let key = SigningKey::try_from(&pair).map_err(|_| KeyError::NotAPair);
        pair.secret_key.zeroize();
        key.map(Self)
    }

    /// As OpenSSL writes it, and reads it in all its versions: without the public half.
    pub fn to_pem(&self) -> Zeroizing<String> {
        let mut pair = KeypairBytes { secret_key: self.0.to_bytes(), public_key: None };
        let pem = pair.to_pkcs8_pem(LineEnding::LF);
        pair.secret_key.zeroize();
        pem.expect("a key of 32 bytes has a PEM form")
    }

    /// The half that others may know.
    pub fn public(&self) -> PublicKey {
        PublicKey::of_secret(self.0.verifying_key())
    }

    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

fn what_it_is(text: &str) -> KeyError {
    if pem::has(text, "PUBLIC KEY") || text.trim_start().starts_with(PREFIX) {
        return KeyError::Public;
    }
    ForeignKey::of(text).map_or(KeyError::NotSecretPem, KeyError::Foreign)
}

/// The id only.
impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey({})", self.public().id())
    }
}

#[cfg(test)]
mod tests;

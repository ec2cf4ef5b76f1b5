//! Text that is a key for something else, or none, which people give for one.

use crate::pem;
use ed25519_dalek::pkcs8::spki::SubjectPublicKeyInfoRef;
use ed25519_dalek::pkcs8::{Document, ObjectIdentifier, PrivateKeyInfoRef, SecretDocument};

/// What a text is instead. As text: that, and what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ForeignKey {
    /// Nothing but blanks.
    #[error("it is empty, and no key; make one with `polyplug keygen`")]
    Empty,
    /// Of which one is meant is not known.
    #[error("it holds more than one key or certificate; put each into a file of its own")]
    Several,
    /// A PEM block without an end.
    #[error("the key's last line, `-----END …-----`, is missing; copy it again as a whole")]
    CutOff,
    /// Ed25519 perhaps, in a form that only SSH reads.
    #[error(
        "this is a secret key of SSH, which has another form; make one for bundles with `polyplug \
         keygen`, and give this one to nobody"
    )]
    SshSecret,
    /// As in `id_ed25519.pub`.
    #[error(
        "this is a public key of SSH, which has another form; ask its owner for the one that `polyplug \
         keygen` or `openssl pkey -pubout` writes"
    )]
    SshPublic,
    /// It signs in another way.
    #[error(
        "this is a key of minisign or signify, which has another form; make one with `polyplug keygen`"
    )]
    Minisign,
    /// OpenPGP.
    #[error("this is a key of PGP, which has another form; make one with `polyplug keygen`")]
    Pgp,
    /// X.509; there is a public key in it.
    #[error(
        "this is a certificate, and a key is meant; its public key comes out with `openssl x509 -pubkey \
         -noout`"
    )]
    Certificate,
    /// PKCS#10; there is a public key in it.
    #[error(
        "this is the request for a certificate, and a key is meant; its public key comes out with \
         `openssl req -pubkey -noout`"
    )]
    CertificateRequest,
    /// The right form, and another algorithm.
    #[error(
        "this is a key for {algorithm}, and bundles are signed with Ed25519; make one with `polyplug \
         keygen` or `openssl genpkey -algorithm ed25519`"
    )]
    Algorithm {
        /// What people call it.
        algorithm: &'static str,
    },
}

/// What texts contain, and what that makes them.
const MARKS: [(&str, ForeignKey); 12] = [
    ("-----BEGIN OPENSSH PRIVATE KEY-----", ForeignKey::SshSecret),
    ("---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----", ForeignKey::SshSecret),
    ("---- BEGIN SSH2 PUBLIC KEY ----", ForeignKey::SshPublic),
    ("PuTTY-User-Key-File-", ForeignKey::SshSecret),
    ("-----BEGIN PGP ", ForeignKey::Pgp),
    ("-----BEGIN CERTIFICATE REQUEST-----", ForeignKey::CertificateRequest),
    ("-----BEGIN CERTIFICATE-----", ForeignKey::Certificate),
    ("-----BEGIN RSA P", ForeignKey::Algorithm { algorithm: "RSA" }),
    ("-----BEGIN DSA P", ForeignKey::Algorithm { algorithm: "DSA" }),
    ("-----BEGIN EC P", ForeignKey::Algorithm { algorithm: ECDSA }),
    ("untrusted comment: ", ForeignKey::Minisign),
    ("minisign", ForeignKey::Minisign),
];

const ECDSA: &str = "ECDSA";

/// What a line of SSH's `authorized_keys` begins with.
const SSH_TYPES: [&str; 4] = ["ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-"];

const ALGORITHMS: [(ObjectIdentifier, &str); 6] = [
    (ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1"), "RSA"),
    (ObjectIdentifier::new_unwrap("1.2.840.10040.4.1"), "DSA"),
    (ObjectIdentifier::new_unwrap("1.2.840.10045.2.1"), ECDSA),
    (ObjectIdentifier::new_unwrap("1.3.101.110"), "X25519"),
    (ObjectIdentifier::new_unwrap("1.3.101.111"), "X448"),
    (ObjectIdentifier::new_unwrap("1.3.101.113"), "Ed448"),
];

impl ForeignKey {
    /// What `text` is, if it is one of these.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let text = text.trim_start_matches('\u{feff}').trim();
        if text.is_empty() {
            return Some(Self::Empty);
        }
        if SSH_TYPES.iter().any(|kind| text.starts_with(kind)) {
            return Some(Self::SshPublic);
        }
        if pem::blocks(text) > 1 {
            return Some(Self::Several);
        }
        if let Some((_, kind)) = MARKS.iter().find(|(mark, _)| text.contains(mark)) {
            return Some(*kind);
        }
        if is_minisign(text) {
            return Some(Self::Minisign);
        }
        if pem::blocks(text) == 1 && pem::only_block(text).is_none() {
            return Some(Self::CutOff);
        }
        Some(Self::Algorithm { algorithm: other_algorithm(text)? })
    }
}

/// A public key of minisign without its comment: 42 bytes, of which the first two are `Ed`.
fn is_minisign(text: &str) -> bool {
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    text.len() == 56 && text.starts_with("RW") && text.bytes().all(is_base64)
}

/// What the key in a PEM block is for, if it is not Ed25519.
fn other_algorithm(text: &str) -> Option<&'static str> {
    let block = pem::only_block(text)?;
    let id = match pem::has(&block, "PUBLIC KEY") {
        true => {
            let (_, document) = Document::from_pem(&block).ok()?;
            document.decode_msg::<SubjectPublicKeyInfoRef<'_>>().ok()?.algorithm.oid
        }
        false => {
            let (_, document) = SecretDocument::from_pem(&block).ok()?;
            document.decode_msg::<PrivateKeyInfoRef<'_>>().ok()?.algorithm.oid
        }
    };
    ALGORITHMS.iter().find(|(known, _)| *known == id).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests;

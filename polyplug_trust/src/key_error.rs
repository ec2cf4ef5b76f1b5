//! Text that is no key.

use crate::foreign_key::ForeignKey;

/// Why something is not taken for a key. The text of a secret key is never part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// It has another form.
    #[error(
        "a public key is `ed25519:` and 64 lower hexadecimal digits, as `polyplug keygen` prints it"
    )]
    NotPublicText,
    /// The id is too little to check a signature with.
    #[error(
        "this is the id of a key, and the key itself is meant: `ed25519:` and 64 digits, as `polyplug \
         keygen` prints it"
    )]
    OnlyId,
    /// It has another form.
    #[error("the id of a key is 16 lower hexadecimal digits")]
    NotId,
    /// It is no point of the curve, or not in the form that a point has.
    #[error("these 32 bytes are no Ed25519 public key; copy the key again from where it was made")]
    NotAPoint,
    /// Signatures of such a key prove nothing.
    #[error("this Ed25519 key is weak: anybody can sign with it; make one with `polyplug keygen`")]
    Weak,
    /// It is not what OpenSSL writes for a public key.
    #[error(
        "this is no Ed25519 public key in PEM (`-----BEGIN PUBLIC KEY-----`), as \
         `openssl pkey -pubout` writes it"
    )]
    NotPublicPem,
    /// It is a secret key where a public one is meant.
    #[error(
        "this is a secret key, and a public one is meant, in the file that ends with .pub; give it to \
         nobody"
    )]
    Secret,
    /// It is a public key where a secret one is meant.
    #[error(
        "this is a public key, and bundles are signed with the secret one, in the file that ends with \
         .key"
    )]
    Public,
    /// It is a key for something else, or none.
    #[error("{0}")]
    Foreign(ForeignKey),
    /// It is not what OpenSSL writes for a secret key.
    #[error(
        "this is no Ed25519 secret key in PEM (`-----BEGIN PRIVATE KEY-----`), as `polyplug \
         keygen` and `openssl genpkey -algorithm ed25519` write it"
    )]
    NotSecretPem,
    /// A password is needed.
    #[error(
        "this secret key is encrypted, and passwords are not asked for here; `openssl pkey` decrypts \
         it, and what that writes can be piped on, as `--key -`"
    )]
    Encrypted,
    /// Somebody put two keys together.
    #[error(
        "this secret key names a public one that is not its own; get it again from where it was made"
    )]
    NotAPair,
    /// The system gives no random numbers.
    #[error("the system gives no random numbers, so no key can be made: {0}")]
    NoRandom(getrandom::Error),
}

//! Who signed a bundle, and whether it is still what was signed. Nothing here runs code of a bundle, and
//! nothing here decides what becomes of it: the runtime asks, and acts on the answer.
//!
//! | step | module |
//! |---|---|
//! | a folder becomes files in memory, or is refused | [`BundleTree`] |
//! | files become hashes and one digest | [`FileHashes`] |
//! | a key signs name, version and digest | [`BundleSignature`] |
//! | which is text in `bundle.sig` | `signature_text` |
//! | a host's keys judge it | [`Keyring`] |
//! | which an operator keeps in a file | [`TrustStore`] |
//! | as is kept which versions are too old | [`VersionFloors`] |
//!
//! What is judged are the bytes that a [`BundleTree`] holds, so whoever runs those same bytes runs what was
//! checked, whatever happens to the folder meanwhile.

mod bundle_tree;
mod first_bytes;
mod folder_reading;
mod open_folder;
mod spread;
mod tree_error;
mod tree_paths;
mod tree_rule;
mod unreadable;

mod difference;
mod file_hashes;
mod line_ends;

mod foreign_key;
mod hex;
mod key;
mod key_error;
mod pem;
mod secret_key;

mod signature;
mod signature_error;
mod signature_text;
mod version_text;

mod floor;
mod refusal;
mod signature_place;
mod verdict;

mod file_lock;
mod file_rights;
mod private_file;
mod store_error;
mod trust_store;
mod version_floors;

pub use bundle_tree::{BundleTree, SIGNATURE_FILE};
pub use first_bytes::first_bytes;
pub use tree_error::TreeError;
pub use tree_rule::TreeRule;
pub use unreadable::{is_unreadable, printable, shown};

pub use difference::Difference;
pub use file_hashes::{FileHash, FileHashes};

pub use foreign_key::ForeignKey;
pub use key::{KeyId, PublicKey};
pub use key_error::KeyError;
pub use secret_key::SecretKey;

pub use signature::BundleSignature;
pub use signature_error::{SignError, SignatureProblem, SignatureTextError};

pub use floor::{Floor, FloorSource};
pub use refusal::{DifferentFiles, SignatureRefusal};
pub use signature_place::certainly_unsigned;
pub use verdict::{Keyring, Signer};

pub use store_error::{StoreError, StoreProblem};
pub use trust_store::{KeyState, RevokedKey, StoredKey, TrustStore, TrustedKey};
pub use version_floors::VersionFloors;

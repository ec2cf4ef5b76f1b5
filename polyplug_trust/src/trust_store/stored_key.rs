//! One key of the file, and what the file says of it.

use super::TrustedKey;
use crate::key::KeyId;

/// A key, however many lines of the file name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredKey {
    /// Names it.
    pub id: KeyId,
    /// The key itself, and whose it is; none if it is revoked and was not trusted.
    pub known: Option<TrustedKey>,
    /// Whether its signatures count.
    pub state: KeyState,
}

/// Whether a key's signatures count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// They do.
    Trusted,
    /// They do not, whoever trusts it.
    Revoked {
        /// Why, for people; may be empty.
        reason: String,
    },
}

//! The oldest version of a bundle that is accepted, and who says so.

use crate::unreadable::shown;
use polyplug_abi::Version;
use std::fmt;
use std::path::PathBuf;

/// The oldest version of a bundle that is accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Floor {
    /// Nothing older is.
    pub version: Version,
    /// Who says so.
    pub source: FloorSource,
}

/// Who says which version is too old.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FloorSource {
    /// The host does by itself.
    Host,
    /// A signature did that this process has accepted.
    Signature,
    /// A signature did that was accepted before, as this file keeps.
    File(PathBuf),
}

/// What follows after `this host takes 1.2.0 or newer of it, `.
impl fmt::Display for FloorSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Host => f.write_str("which the host itself demands"),
            Self::Signature => {
                f.write_str("which the signature of a version that ran here demands")
            }
            Self::File(path) => {
                write!(f, "which an earlier signature demanded, kept in {}", shown(path))
            }
        }
    }
}

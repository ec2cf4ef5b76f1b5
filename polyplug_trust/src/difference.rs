//! One file that is not as it was signed.

use crate::unreadable::Escaped;
use std::fmt;

/// What happened to a file after it was signed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Difference {
    /// It is there, and was not signed.
    Added(String),
    /// It was signed, and is not there.
    Removed(String),
    /// It has another content.
    Changed(String),
    /// It has other line ends, and otherwise the same content.
    LineEnds(String),
    /// Its content is at another path.
    Renamed {
        /// Where it was signed.
        from: String,
        /// Where it is.
        to: String,
    },
}

impl Difference {
    /// What happened to it, in a word or two.
    pub fn what(&self) -> &'static str {
        match self {
            Self::Added(_) => "added",
            Self::Removed(_) => "missing",
            Self::Changed(_) => "changed",
            Self::LineEnds(_) => "other line ends",
            Self::Renamed { .. } => "renamed",
        }
    }
}

/// The path, and for a renamed file both.
impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Added(path)
            | Self::Removed(path)
            | Self::Changed(path)
            | Self::LineEnds(path) => write!(f, "`{}`", Escaped(path)),
            Self::Renamed { from, to } => write!(f, "`{}` (now `{}`)", Escaped(from), Escaped(to)),
        }
    }
}

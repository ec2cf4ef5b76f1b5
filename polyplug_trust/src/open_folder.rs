//! An open folder, from which the files and folders in it are opened by their names alone. What was opened
//! stays what it is, whatever becomes of the path that led there; and no name is followed if it is a link.

use crate::tree_rule::TreeRule;
use std::ffi::OsString;

#[cfg(unix)]
mod unix;
#[cfg(unix)]
pub(crate) use unix::OpenFolder;

/// What a link leads to is read here, and is no more trusted than the link.
#[cfg(not(unix))]
mod other;
#[cfg(not(unix))]
pub(crate) use other::OpenFolder;

/// Something in a folder.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) name: OsString,
    pub(crate) kind: Kind,
}

/// What something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    File,
    Folder,
    Link,
    /// Such as `a pipe`.
    Special(&'static str),
}

impl Kind {
    /// The rule that it breaks where a file is to be.
    pub(crate) fn check_file(self) -> Result<(), TreeRule> {
        match self {
            Self::File => Ok(()),
            Self::Link => Err(TreeRule::SymbolicLink),
            Self::Folder => Err(TreeRule::SpecialFile { kind: "a folder" }),
            Self::Special(kind) => Err(TreeRule::SpecialFile { kind }),
        }
    }
}

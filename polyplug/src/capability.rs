//! Capabilities: what a bundle may reach besides its own memory and the contracts that it was given.
//!
//! A manifest asks for them by their text, the host grants them by the same text, and a bundle gets
//! what is in both. Only loaders that shut their bundles in can keep them from the rest; the WASM
//! loader does.
//!
//! | file | what |
//! |---|---|
//! | `text` | from `fs:ro:data` to a [`Capability`], and what is said of `fs` alone |
//! | `grants` | what the host grants, by the names of bundles |
//! | `request` | what a manifest asks for, held against what was granted |

mod grants;
mod request;
mod text;

pub use request::{Given, MANIFEST_KEYS, Request};
pub use text::CapabilityError;

pub(crate) use grants::Grants;

use std::collections::BTreeSet;
use std::fmt;

/// Something outside of a bundle that it may reach.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Capability {
    /// `args`: the arguments of the process.
    Args,
    /// `clocks`: the time, and waiting. Granted to everybody.
    Clocks,
    /// `env:NAME`: one variable of the environment.
    Environment(String),
    /// `fs:ro:PATH`, `fs:rw:PATH`: one folder with what is in it.
    Folder {
        /// Whether it may be changed.
        access: FolderAccess,
        /// Where it is: absolute, or seen from the bundle's folder, which is `.` itself. With `/`
        /// between the parts, and neither `.` nor `..` among them.
        path: String,
    },
    /// `http`: requests to servers that the host's policy lets pass.
    Http,
    /// `network`: sockets to public addresses.
    Network,
    /// `random`: random numbers. Granted to everybody.
    Random,
    /// `stderr`: the standard error of the process.
    Stderr,
    /// `stdin`: the standard input of the process.
    Stdin,
    /// `stdout`: the standard output of the process.
    Stdout,
}

/// What may be done with a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FolderAccess {
    /// `ro`: its files are read.
    ReadOnly,
    /// `rw`: they are made, changed and deleted too.
    ReadWrite,
}

impl Capability {
    /// What every bundle has without asking: none of it tells anything about the host.
    pub fn everybodys() -> BTreeSet<Self> {
        BTreeSet::from([Self::Clocks, Self::Random])
    }

    /// Whether who was granted this may have `asked`: the very same, or a folder of it only to read.
    pub(crate) fn covers(&self, asked: &Self) -> bool {
        let reading = match asked {
            Self::Folder { access: FolderAccess::ReadOnly, path } => {
                Some(Self::Folder { access: FolderAccess::ReadWrite, path: path.clone() })
            }
            _ => None,
        };
        self == asked || reading.as_ref() == Some(self)
    }
}

/// As manifests and hosts write it.
impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Args => f.write_str("args"),
            Self::Clocks => f.write_str("clocks"),
            Self::Environment(name) => write!(f, "env:{name}"),
            Self::Folder { access, path } => write!(f, "fs:{access}:{path}"),
            Self::Http => f.write_str("http"),
            Self::Network => f.write_str("network"),
            Self::Random => f.write_str("random"),
            Self::Stderr => f.write_str("stderr"),
            Self::Stdin => f.write_str("stdin"),
            Self::Stdout => f.write_str("stdout"),
        }
    }
}

impl fmt::Display for FolderAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ReadOnly => "ro",
            Self::ReadWrite => "rw",
        })
    }
}

#[cfg(test)]
mod tests;

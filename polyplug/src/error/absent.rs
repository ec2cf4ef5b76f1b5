//! A bundle that would provide what another one lacks, and why it does not.

use super::RuntimeError;
use super::wording::{lying_in, printable, shown};
use std::fmt;
use std::path::PathBuf;

/// A bundle that says it provides what is missing. Nobody need have signed its word: it is told to help,
/// and nothing is decided by it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AbsentProvider {
    /// Its name; its folder's where its manifest does not read.
    pub bundle: String,
    /// Where it lies.
    pub path: PathBuf,
    /// Why it does not count.
    pub why: WhyAbsent,
}

/// Why a bundle that lies there provides nothing.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum WhyAbsent {
    /// It does not load, which is told beside this.
    Failed,
    /// It does not load, for this reason.
    Refused(Box<RuntimeError>),
    /// It needs who misses it, itself or through others.
    Circle,
    /// Its manifest says `enabled = false`.
    Disabled,
    /// Another folder, which comes before, has a bundle of this name.
    Shadowed {
        /// Where the other lies.
        by: PathBuf,
    },
}

impl AbsentProvider {
    pub(crate) fn new(bundle: impl Into<String>, path: impl Into<PathBuf>, why: WhyAbsent) -> Self {
        Self { bundle: bundle.into(), path: path.into(), why }
    }
}

/// What somebody who misses it is told.
impl fmt::Display for AbsentProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}`{} says that it would, but ",
            printable(&self.bundle),
            lying_in(&self.path)
        )?;
        match &self.why {
            WhyAbsent::Failed => f.write_str("it does not load; see its own error"),
            WhyAbsent::Refused(reason) => write!(f, "it does not load: {reason}"),
            WhyAbsent::Circle => f.write_str(
                "it waits for this one to be loaded first; remove one of the dependencies of this circle",
            ),
            WhyAbsent::Disabled => {
                f.write_str("it is turned off; remove `enabled = false` from its manifest")
            }
            WhyAbsent::Shadowed { by } => {
                write!(f, "{}, which has its name, comes before it", shown(by))
            }
        }
    }
}

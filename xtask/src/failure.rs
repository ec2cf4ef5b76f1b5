//! What went wrong, in a form that says what to change.

use std::io;
use std::path::{Path, PathBuf};

/// A step of a task that failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("{action} {path} failed: {source}", path = path.display())]
    Files { action: &'static str, path: PathBuf, source: io::Error },

    #[error(
        "nothing can be installed into {path}: {source}; name a folder of yours with --prefix, or \
         one to make a package from with --destdir",
        path = path.display()
    )]
    Prefix { path: PathBuf, source: io::Error },

    #[error("`{program}` cannot be started ({source}); {advice}")]
    Missing { program: String, source: io::Error, advice: &'static str },

    #[error("`{command}` failed:\n{output}\n{advice}")]
    Tool { command: String, output: String, advice: &'static str },

    #[error("cargo did not build polyplug_capi; its messages are above")]
    Build,

    #[error("cargo built polyplug_capi without {what}, which is needed to install it")]
    Artifact { what: &'static str },

    #[error("--libdir must be a folder inside the prefix, like lib or lib64, but it is {0}")]
    LibraryFolder(String),

    #[error("installing for the target {0} is not known; what a platform needs is in platform.rs")]
    Target(String),
}

impl Failure {
    /// For `map_err` after an operation on the file or folder `path`.
    pub(crate) fn files(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Files { action, path: path.to_owned(), source }
    }
}

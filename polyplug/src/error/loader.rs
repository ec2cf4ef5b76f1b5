//! What can go wrong in a loader.

use super::{RuntimeError, printable, shown};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use thiserror::Error;

/// What can go wrong in a loader.
#[derive(Clone, Debug, Error)]
#[non_exhaustive]
pub enum LoaderError {
    /// The bundle's code could not be started.
    #[error("bundle `{bundle}` did not start: {error}")]
    InitFailed {
        /// The bundle's name.
        bundle: String,
        /// What the code, its compiler or the file system said.
        error: String,
        /// Where in the bundle's source, if that is known.
        place: Option<SourcePlace>,
    },

    /// An in-memory source is not in the encoding that the loader reads.
    #[error(
        "bundle `{bundle}`: the {source_kind} given to loader `{loader}` are not UTF-8; give it source text"
    )]
    InvalidSourceEncoding {
        /// The loader's name.
        loader: &'static str,
        /// "bytes".
        source_kind: &'static str,
        /// The bundle's name.
        bundle: String,
    },

    /// The loader does not open this kind of source.
    #[error("bundle `{bundle}`: loader `{loader}` cannot open a bundle from {source_kind}")]
    UnsupportedSource {
        /// The loader's name.
        loader: &'static str,
        /// "path", "code" or "bytes".
        source_kind: &'static str,
        /// The bundle's name.
        bundle: String,
    },

    /// The bundle's file is no code that this machine can open.
    #[error("bundle `{bundle}`: `{file}` cannot be opened: {reason}", file = printable(file))]
    CodeUnusable {
        /// The bundle's name.
        bundle: String,
        /// The file, relative to the bundle's folder.
        file: String,
        /// What is wrong with it, and what would be right.
        reason: String,
    },

    /// The bundle's code was built for another version of the ABI.
    #[error(
        "bundle `{bundle}`: `{file}` was built for version {found} of the ABI, and this runtime supports \
         version {supported}; build it against this runtime's polyplug.h",
        file = printable(file)
    )]
    AbiMismatch {
        /// The bundle's name.
        bundle: String,
        /// The file, relative to the bundle's folder.
        file: String,
        /// The version that the code says.
        found: u32,
        /// The version of this runtime.
        supported: u32,
    },

    /// The bundle's code lacks a function that it has to export.
    #[error(
        "bundle `{bundle}`: `{file}` does not export `{symbol}`; define it with POLYPLUG_EXPORT",
        file = printable(file), symbol = printable(symbol)
    )]
    SymbolMissing {
        /// The bundle's name.
        bundle: String,
        /// The file, relative to the bundle's folder.
        file: String,
        /// The function.
        symbol: String,
    },

    /// The bundle's code could not be copied to where it is opened.
    #[error(
        "bundle `{bundle}`: its libraries could not be copied to {folder}: {source}; make room there, \
         or give the loader another folder for private copies",
        folder = shown(folder)
    )]
    CopyFailed {
        /// The bundle's name.
        bundle: String,
        /// The folder in which the loader's private folder is, or was to be.
        folder: PathBuf,
        /// What the system said.
        source: Arc<io::Error>,
    },

    /// The runtime refused what the loader staged.
    #[error("bundle `{bundle}` was refused: {reason}")]
    Refused {
        /// The bundle's name.
        bundle: String,
        /// Why.
        #[source]
        reason: Box<RuntimeError>,
    },
}

impl LoaderError {
    /// `reason` as the refusal of `bundle`.
    pub fn refused(bundle: &str, reason: RuntimeError) -> Self {
        Self::Refused { bundle: bundle.to_owned(), reason: Box::new(reason) }
    }
}

/// A refusal is the runtime's own error again; the rest stays the loader's.
impl From<LoaderError> for RuntimeError {
    fn from(error: LoaderError) -> Self {
        match error {
            LoaderError::Refused { reason, .. } => *reason,
            other => Self::Loader(other),
        }
    }
}

/// A line of a bundle's source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourcePlace {
    /// The file, relative to the bundle's folder.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The text of that line, if the source is at hand.
    pub text: Option<String>,
}

//! Why a description could not be read.

use crate::excerpt::Excerpt;
use polyplug_utils::{printable, shown};
use std::fmt;
use std::ops::Range;
use std::path::PathBuf;
use std::{error, io};

/// Why a description could not be read.
///
/// It prints as a line `file:line:column: message`, then the line of the file with carets below.
#[derive(Debug)]
#[non_exhaustive]
pub enum WitError {
    /// A file or folder cannot be read.
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// There is no WIT in it, or too much.
    Sources {
        /// The file or folder, or what the text was called.
        path: String,
        /// What is wrong.
        message: String,
    },
    /// The WIT at a place is wrong, or says something that polyplug cannot carry.
    Text(WitTextError),
}

/// What is wrong at a place of a WIT file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WitTextError {
    file: String,
    message: String,
    excerpt: Excerpt,
}

impl WitError {
    /// The error at `range` of `source`, in bytes.
    pub(super) fn at(file: &str, source: &str, range: Range<usize>, message: String) -> Self {
        let excerpt = Excerpt::new(source, range);
        Self::Text(WitTextError { file: file.to_owned(), message, excerpt })
    }

    pub(super) fn sources(path: &str, message: impl Into<String>) -> Self {
        Self::Sources { path: path.to_owned(), message: message.into() }
    }

    /// File, line and column, both from 1, if the error is at a place.
    pub fn location(&self) -> Option<(&str, usize, usize)> {
        match self {
            Self::Text(text) => Some((&text.file, text.excerpt.line, text.excerpt.column)),
            _ => None,
        }
    }

    /// The message alone.
    pub fn message(&self) -> String {
        match self {
            Self::Unreadable { source, .. } => source.to_string(),
            Self::Sources { message, .. } => message.clone(),
            Self::Text(text) => text.message.clone(),
        }
    }
}

impl fmt::Display for WitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { path, source } => write!(f, "{}: {source}", shown(path)),
            Self::Sources { path, message } => write!(f, "{}: {message}", printable(path)),
            Self::Text(WitTextError { file, message, excerpt }) => {
                let (file, Excerpt { line, column, .. }) = (printable(file), excerpt);
                write!(f, "{file}:{line}:{column}: {message}\n{excerpt}")
            }
        }
    }
}

impl error::Error for WitError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Unreadable { source, .. } => Some(source),
            _ => None,
        }
    }
}

//! A file of the operator that cannot be used.

use crate::key_error::KeyError;
use crate::unreadable::Escaped;
use crate::unreadable::shown;
use std::error::Error;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Which file, and why. As text: both, and what to do about it.
#[derive(Clone, Debug)]
pub struct StoreError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub problem: StoreProblem,
}

/// Why a file of the operator cannot be used.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreProblem {
    /// The system says so.
    #[error("{action} it failed: {error}")]
    Io {
        /// `reading`, `writing`, `locking`.
        action: &'static str,
        /// What the system says.
        error: Arc<io::Error>,
    },
    /// It was named, so it is to be there.
    #[error("it is not there; create it with `polyplug trust add`, or correct the path")]
    Missing,
    /// It is a folder's path, or none.
    #[error("an empty path, or one of a folder, names no file; name one, or leave it out")]
    NoName,
    /// It could not be made there.
    #[error("there is no folder {}; make it, or correct the path", shown(folder))]
    NoFolder {
        /// Where the file would be.
        folder: PathBuf,
    },
    /// It is being changed, and that does not end.
    #[error(
        "another process keeps it locked, by {}{}; end that process, or try again when it is done",
        shown(lock),
        for_how_long(*patience)
    )]
    Locked {
        /// The file that is locked in its stead.
        lock: PathBuf,
        /// How long it was waited for.
        patience: Duration,
    },
    /// Somebody else could have written it.
    #[error("{0}")]
    Rights(String),
    /// There is nothing in it, and what is lost may have revoked a key.
    #[error(
        "it is empty, so it may have been cut off: put it back, or write a comment (`# no keys`) into it \
         if it is to have none"
    )]
    Empty,
    /// Its last line has no end, and what is lost may have revoked a key.
    #[error(
        "line {line} is the last and has no line end, so the file may have been cut off: see whether \
         something is missing, and end it with a newline"
    )]
    CutOff {
        /// From 1.
        line: u32,
    },
    /// A line may look like several, so what seems to revoke a key may be part of another line.
    #[error(
        "line {line} has the character U+{:04X} in it, behind which something may be hidden: see what is \
         there, and remove it or put a newline in its place",
        u32::from(*character)
    )]
    Hidden {
        /// From 1.
        line: u32,
        /// Which does not belong there.
        character: char,
    },
    /// A line says something else.
    #[error("line {line}: expected {expected}, found {found}")]
    Line {
        /// From 1.
        line: u32,
        /// What is to stand there.
        expected: &'static str,
        /// What stands there, in quotes.
        found: String,
    },
    /// A line has no key where one is to be.
    #[error("line {line}: {error}")]
    Key {
        /// From 1.
        line: u32,
        /// Why it is none.
        error: KeyError,
    },
    /// It would not be read again as it was written.
    #[error(
        "{what} `{}` cannot be kept: it is one line, without control characters or such as are not seen",
        Escaped(text)
    )]
    Text {
        /// What it was meant to be.
        what: &'static str,
        /// What was given.
        text: String,
    },
}

fn for_how_long(patience: Duration) -> String {
    if patience.is_zero() {
        return String::new();
    }
    format!(", for more than {} s", patience.as_secs_f32())
}

impl StoreError {
    pub(crate) fn new(path: &Path, problem: StoreProblem) -> Self {
        Self { path: path.to_owned(), problem }
    }

    pub(crate) fn io(path: &Path, action: &'static str, error: io::Error) -> Self {
        Self::new(path, StoreProblem::Io { action, error: Arc::new(error) })
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.as_os_str().is_empty() {
            return self.problem.fmt(f);
        }
        write!(f, "{}: {}", shown(&self.path), self.problem)
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.problem {
            StoreProblem::Io { error, .. } => Some(&**error),
            _ => None,
        }
    }
}

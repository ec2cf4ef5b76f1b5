//! What can be wrong with a manifest, with the place in the file.
//!
//! Every error says where (file, line, column), which key, what was found and what would be right,
//! on one line; [`ManifestError::excerpt`] adds the line itself.

use crate::error::{SourcePlace, printable, shown};
use std::fmt;
use std::path::{Path, PathBuf};

/// A manifest that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestError {
    /// The `manifest.toml`; for a manifest written as a literal, its `path`, or its name.
    pub path: PathBuf,
    /// The line, where there is one.
    pub place: Option<Box<ManifestPlace>>,
    /// The key with its tables, such as `reload.state` or `dependency[0].contract`.
    pub key: Option<String>,
    /// What is wrong.
    pub problem: ManifestProblem,
}

/// A place in a manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestPlace {
    /// The line, from 1.
    pub line: u32,
    /// The character in the line, from 1.
    pub column: u32,
    /// The text of the line, cut where it is very long.
    pub text: String,
}

/// What is wrong with a manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ManifestProblem {
    /// The folder has no `manifest.toml`.
    Missing,
    /// There is something else in its place.
    NoFile {
        /// What it is, such as `a folder`.
        kind: &'static str,
    },
    /// It, or the bundle's folder, is a link to what is not there.
    LeadsNowhere,
    /// The system does not give it.
    Unreadable {
        /// What the system said.
        reason: String,
    },
    /// The file holds nothing but blanks.
    Empty,
    /// The file is larger than [`MAX_MANIFEST_BYTES`](super::MAX_MANIFEST_BYTES).
    TooLarge {
        /// The most that is read, in bytes.
        limit: u64,
    },
    /// The file is not UTF-8.
    NotUtf8 {
        /// The first byte that is not, from 0.
        offset: usize,
    },
    /// Keys, tables and arrays are nested too deep.
    TooDeep {
        /// How deep they may be nested.
        limit: usize,
    },
    /// The file is not TOML.
    Syntax {
        /// What the TOML parser said.
        message: String,
    },
    /// A key that every manifest (or every such table) has is not there.
    MissingKey {
        /// A line that would do.
        example: String,
        /// A key that is there and may be a slip for the missing one.
        similar: Option<String>,
    },
    /// A value of the wrong type.
    WrongType {
        /// What would be right.
        expected: String,
        /// What is there.
        found: String,
    },
    /// A value of the right type that is not allowed.
    InvalidValue {
        /// What would be right.
        expected: String,
        /// What is there.
        found: String,
    },
}

impl ManifestError {
    /// The line that is wrong, for a message that shows it.
    pub fn excerpt(&self) -> Option<SourcePlace> {
        let place = self.place.as_deref()?;
        let file = self.path.file_name().unwrap_or(self.path.as_os_str());
        Some(SourcePlace {
            file: file.to_string_lossy().into_owned(),
            line: place.line,
            text: Some(place.text.clone()),
        })
    }

    /// The line, from 1.
    pub fn line(&self) -> Option<u32> {
        self.place.as_deref().map(|place| place.line)
    }

    pub(super) fn of_file(path: &Path, problem: ManifestProblem) -> Self {
        Self { path: path.to_owned(), place: None, key: None, problem }
    }
}

impl std::error::Error for ManifestError {}

impl fmt::Display for ManifestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", shown(&self.path))?;
        if let Some(place) = &self.place {
            write!(f, ":{}:{}", place.line, place.column)?;
        }
        f.write_str(": ")?;
        let key = printable(self.key.as_deref().unwrap_or("the manifest"));
        match &self.problem {
            ManifestProblem::Missing => {
                let folder = self.path.parent().unwrap_or(&self.path);
                write!(
                    f,
                    "there is no manifest.toml in {}; every bundle folder needs one",
                    shown(folder)
                )
            }
            ManifestProblem::NoFile { kind } => {
                write!(f, "it is {kind} and no file; put the manifest in its place")
            }
            ManifestProblem::LeadsNowhere => {
                f.write_str("it is a link that leads nowhere; correct or remove it")
            }
            ManifestProblem::Unreadable { reason } => {
                write!(f, "it cannot be read: {reason}; make it readable for this user")
            }
            ManifestProblem::Empty => {
                f.write_str("the manifest is empty; it needs at least `name`, `loader` and `file`")
            }
            ManifestProblem::TooLarge { limit } => {
                write!(f, "the manifest is too large; it may have at most {limit} bytes")
            }
            ManifestProblem::NotUtf8 { offset } => {
                write!(f, "byte {offset} is not UTF-8; save the manifest as UTF-8 text")
            }
            ManifestProblem::TooDeep { limit } => {
                write!(f, "keys, tables and arrays are nested more than {limit} deep; flatten them")
            }
            ManifestProblem::Syntax { message } => {
                write!(f, "this is not TOML: {}", printable(message))
            }
            ManifestProblem::MissingKey { example, similar: None } => {
                write!(f, "`{key}` is missing; add `{example}`")
            }
            ManifestProblem::MissingKey { similar: Some(similar), .. } => {
                write!(f, "`{key}` is missing; is `{similar}` a slip for it?")
            }
            ManifestProblem::WrongType { expected, found }
            | ManifestProblem::InvalidValue { expected, found } => {
                write!(f, "`{key}` is {found}; it must be {expected}")
            }
        }
    }
}

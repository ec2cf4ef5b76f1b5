//! What a bundle's folder may not have in it, so that its files are the same on every system.

use crate::unreadable::Escaped;
use std::io;
use std::sync::Arc;

/// More than a large bundle has; a bound for a folder that is no bundle.
pub(crate) const MAX_FILES: usize = 4096;

/// More than a bundle with debug information has, and still what a machine can hold.
pub(crate) const MAX_BYTES: u64 = 512 * 1024 * 1024;

/// Deeper than any source tree: the parts of a path.
pub(crate) const MAX_PARTS: usize = 16;

/// Of one path. With it every tree has a signature of less than [`crate::signature_text::MAX_TEXT`].
pub(crate) const MAX_PATH: usize = 512;

/// Why a file cannot be part of a bundle that is checked. As text: what is wrong, and what to do.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TreeRule {
    /// It leads elsewhere.
    #[error("is a symbolic link, which may lead anywhere; put the file itself in its place")]
    SymbolicLink,
    /// It is no file.
    #[error("is {kind} and no file; remove it from the bundle")]
    SpecialFile {
        /// What it is, such as `a pipe`.
        kind: &'static str,
    },
    /// It cannot be written in a signature.
    #[error("has a name that is not UTF-8; rename it")]
    NotUtf8,
    /// On some systems both are one file.
    #[error(
        "differs from `{}` by case only, and some systems take both for one; rename one",
        Escaped(other)
    )]
    CaseCollision {
        /// The file or folder that it is mistaken for.
        other: String,
    },
    /// It would not read as it is.
    #[error(
        "has a control character in its name, or one that is not seen or turns the direction of \
         text; rename it"
    )]
    ControlCharacter,
    /// It is one name here, and several elsewhere.
    #[error("has a backslash in its name, which separates folders on some systems; rename it")]
    Backslash,
    /// It is empty or absolute, or has a part that is empty, `.` or `..`.
    #[error("is no path below the bundle's folder; name its parts with one `/` between them")]
    NotBelow,
    /// Two files have one path, or a file has the path of a folder.
    #[error("is named twice; keep one of the two")]
    Twice,
    /// More than 4096 files, or as many folders.
    #[error(
        "is one too many: a bundle has at most {MAX_FILES} files; is this the bundle's folder?"
    )]
    TooManyFiles,
    /// More than 16 parts.
    #[error("lies too deep: a path has at most {MAX_PARTS} parts; is this the bundle's folder?")]
    TooDeep,
    /// More than 512 bytes.
    #[error("has too long a path: at most {MAX_PATH} bytes; shorten the names in it")]
    PathTooLong,
    /// All files together have more than 512 MiB.
    #[error(
        "is too large: a bundle has at most {} MiB; is this the bundle's folder?",
        MAX_BYTES >> 20
    )]
    TooLarge,
    /// It did not have the length that it was said to have.
    #[error("changed while it was read; try again when it is written")]
    Changing,
    /// The system does not give it.
    #[error("cannot be read: {0}; make it readable for this user, or remove it from the bundle")]
    Unreadable(Arc<io::Error>),
}

impl From<io::Error> for TreeRule {
    fn from(error: io::Error) -> Self {
        Self::Unreadable(Arc::new(error))
    }
}

//! What cannot be signed, and text that is no signature.

use crate::signature::MAX_NAME;
use crate::signature_text::{FORMAT, MAX_TEXT};
use crate::tree_rule::TreeRule;
use crate::unreadable::Escaped;
use polyplug_abi::Version;

/// Why a bundle is not signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignError {
    /// A bundle has no such name.
    #[error(
        "the bundle's name `{}` cannot be signed: a name is not empty, has no control characters \
         or such as are not seen, and at most {MAX_NAME} bytes",
        Escaped(name)
    )]
    Name {
        /// The name.
        name: String,
    },
    /// Whoever accepts the signature would then refuse the bundle.
    #[error(
        "version {version} cannot demand at least {minimum}: give it that version, or demand less"
    )]
    Minimum {
        /// That of the bundle.
        version: Version,
        /// What is demanded.
        minimum: Version,
    },
}

/// Why a text is not taken for a signature, and where.
#[derive(Clone, Debug, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct SignatureTextError {
    /// From 1.
    pub line: u32,
    /// What is wrong there.
    pub problem: SignatureProblem,
}

/// What is wrong with the text of a signature.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SignatureProblem {
    /// It is no text of ours.
    #[error("the file has more than {} MiB, which no signature has", MAX_TEXT >> 20)]
    TooLarge,
    /// It is no text.
    #[error("the text is not UTF-8")]
    NotUtf8,
    /// Somebody else knows how to read it.
    #[error(
        "the signature has format {format}, made by a newer polyplug, and this one knows format \
         {FORMAT}; update polyplug"
    )]
    Newer {
        /// The number in the first line.
        format: u32,
    },
    /// It is a signature but for them.
    #[error(
        "it has Windows line ends: git may have converted it; keep git from that with `* -text` in \
         .gitattributes"
    )]
    WindowsLineEnds,
    /// Something else is to stand there.
    #[error("expected {expected}, found {found}")]
    Expected {
        /// What.
        expected: &'static str,
        /// The line, or its beginning, in quotes.
        found: String,
    },
    /// Files are sorted, and each is there once.
    #[error(
        "expected the files sorted by path, found `{}` after `{}`",
        Escaped(path),
        Escaped(after)
    )]
    Unsorted {
        /// The file in this line.
        path: String,
        /// The file in the line before.
        after: String,
    },
    /// No file of a bundle has such a path.
    #[error("the file `{}` {rule}", Escaped(path))]
    Path {
        /// The path.
        path: String,
        /// Why not.
        rule: TreeRule,
    },
    /// Nobody would accept it.
    #[error("expected a minimum version of at most {version}, found {minimum}")]
    Minimum {
        /// That of the bundle.
        version: Version,
        /// What is demanded.
        minimum: Version,
    },
}

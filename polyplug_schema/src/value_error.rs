//! Why a value does not fit its type, or memory does not hold one, with the place of it.

use crate::path::{Path, Root, Step};
use std::fmt;
use thiserror::Error;

/// A value, or a piece of memory, that is not what its type says.
///
/// It prints as one line, ``parameter `points`[3].x: expected f32, got string``.
#[derive(Clone, PartialEq)]
pub struct ValueError(Box<Inner>);

#[derive(Clone, PartialEq)]
struct Inner {
    path: Path,
    problem: Problem,
}

/// What is wrong at a place.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum Problem {
    /// Another kind of value.
    #[error("expected {expected}, got {got}")]
    Kind {
        /// The type, as its WIT file spells it.
        expected: String,
        /// The kind of value, or what it was.
        got: String,
    },
    /// A number that the type cannot hold.
    #[error("{value} is out of range for {expected}")]
    OutOfRange {
        /// The number.
        value: String,
        /// The type.
        expected: &'static str,
    },
    /// A record without one of its fields.
    #[error("field `{0}` is missing")]
    MissingField(String),
    /// A field, case or flag that the type lacks.
    #[error("{what} `{name}` is unknown{}", did_you_mean(.suggestion))]
    Unknown {
        /// "field", "case" or "flag".
        what: &'static str,
        /// The name that was given.
        name: String,
        /// The most similar name of the type.
        suggestion: Option<String>,
    },
    /// A field that stands there twice.
    #[error("field `{0}` stands there twice")]
    Duplicate(String),
    /// A case that has a value and came without.
    #[error("case `{0}` needs a value")]
    MissingPayload(String),
    /// A case that has no value and came with one.
    #[error("case `{0}` has no value")]
    UnexpectedPayload(String),
    /// A tuple, a fixed-length list or a list of arguments of the wrong length.
    #[error("expected {expected} {what}, got {got}")]
    Count {
        /// "elements" or "arguments".
        what: &'static str,
        /// How many the type has.
        expected: usize,
        /// How many there are.
        got: usize,
    },
    /// A value inside of more values than any type nests.
    #[error("values nest too deep")]
    TooDeep,
    /// A byte that is neither 0 nor 1.
    #[error("{0} is not a bool: 0 or 1")]
    NotBool(u8),
    /// A number that is not a Unicode scalar value.
    #[error("{0:#x} is not a char: a Unicode scalar value")]
    NotChar(u32),
    /// The number of a case that does not exist.
    #[error("{tag} is not a case: there are {cases}")]
    NotCase {
        /// The number.
        tag: u32,
        /// How many cases there are.
        cases: usize,
    },
    /// A bit that stands for no flag.
    #[error("bit {bit} is set: there are {flags} flags")]
    NotFlag {
        /// The lowest such bit.
        bit: usize,
        /// How many flags there are.
        flags: usize,
    },
    /// Bytes that are not UTF-8.
    #[error("the text is not UTF-8 from byte {0} on")]
    NotUtf8(usize),
    /// No pointer, but a length.
    #[error("the pointer is null and the length {0}")]
    NullPointer(usize),
    /// A pointer that the elements cannot stand at.
    #[error("the pointer {address:#x} is not a multiple of {align}")]
    Misaligned {
        /// The pointer.
        address: usize,
        /// The alignment of an element.
        align: usize,
    },
    /// More bytes than an address space has.
    #[error("a length of {0} is larger than memory")]
    TooLong(usize),
    /// The whole value needs more memory than is allowed for one.
    #[error("the whole value is larger than the limit of {0} bytes")]
    LimitReached(usize),
    /// No memory for a string or a list.
    #[error("no memory for {0} bytes")]
    OutOfMemory(usize),
    /// Bytes of the binary form that end inside of a value.
    #[error("the bytes end: {needed} or more are needed, and {left} are left")]
    Truncated {
        /// How many bytes the next part has at least.
        needed: usize,
        /// How many there are.
        left: usize,
    },
    /// Bytes behind the last value of the binary form.
    #[error("{0} bytes are left behind the end")]
    Surplus(usize),
    /// Memory that is not there.
    #[error("{size} bytes at {address:#x} are out of bounds")]
    OutOfBounds {
        /// The first byte.
        address: usize,
        /// The number of bytes.
        size: usize,
    },
    /// What another side said about it.
    #[error("{0}")]
    Other(String),
}

impl ValueError {
    /// Where the problem is.
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    /// What the problem is.
    pub fn problem(&self) -> &Problem {
        &self.0.problem
    }

    /// The same error, seen from one step further out.
    #[cold]
    pub fn at(mut self, step: impl Into<Step>) -> Self {
        self.0.path.step(step.into());
        self
    }

    /// The same error in an argument or a result.
    #[cold]
    pub fn under(mut self, root: Root) -> Self {
        self.0.path.set_root(root);
        self
    }
}

impl From<Problem> for ValueError {
    #[cold]
    fn from(problem: Problem) -> Self {
        Self(Box::new(Inner { path: Path::default(), problem }))
    }
}

impl Problem {
    /// Another kind of value was expected.
    #[cold]
    pub fn kind(expected: impl fmt::Display, got: impl fmt::Display) -> ValueError {
        Self::Kind { expected: expected.to_string(), got: got.to_string() }.into()
    }

    /// A `what` of this name is not among those that are known, of which the most similar is named.
    #[cold]
    pub fn unknown<'a>(
        what: &'static str,
        name: &str,
        known: impl Iterator<Item = &'a str>,
    ) -> ValueError {
        let suggestion = most_similar(name, known).map(str::to_owned);
        Self::Unknown { what, name: name.to_owned(), suggestion }.into()
    }
}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.path, self.0.problem)
    }
}

impl fmt::Debug for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ValueError")
            .field("path", &self.0.path.to_string())
            .field("problem", &self.0.problem)
            .finish()
    }
}

impl std::error::Error for ValueError {}

/// The known name that `name` was probably meant to be.
pub(crate) fn most_similar<'a>(
    name: &str,
    known: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    const SIMILAR: f64 = 0.75;
    known
        .map(|candidate| (strsim::jaro_winkler(name, candidate), candidate))
        .filter(|(similarity, _)| *similarity > SIMILAR)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, candidate)| candidate)
}

/// The end of a message about an unknown name.
pub(crate) fn did_you_mean(suggestion: &Option<String>) -> String {
    suggestion.as_ref().map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Problem, Root};

    #[test]
    fn an_error_names_the_place() {
        let error =
            Problem::kind("f32", "string").at("x").at(3).under(Root::Parameter("points".into()));
        assert_eq!(error.to_string(), "parameter `points`[3].x: expected f32, got string");
    }

    #[test]
    fn an_unknown_name_gets_the_most_similar_one() {
        let error = Problem::unknown("case", "grean", ["red", "green", "blue"].into_iter());
        assert_eq!(error.to_string(), "value: case `grean` is unknown; did you mean `green`?");
    }
}

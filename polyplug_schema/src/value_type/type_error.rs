//! Why there is no such type.

use crate::value_type::{MAX_TYPE_DEPTH, MAX_TYPE_SIZE, MAX_TYPE_TEXT};
use thiserror::Error;

/// Why a type cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TypeError {
    /// A record without fields, and the like.
    #[error("it has no {0}; C has no type without members, so give it one")]
    Empty(&'static str),
    /// A name that WIT would not take.
    #[error(
        "`{0}` is not a name: write words of letters and digits, each in one case, with `-` between"
    )]
    BadName(String),
    /// Two fields, cases or flags of one name.
    #[error("`{0}` stands there twice")]
    Duplicate(String),
    /// More flags than an integer has bits.
    #[error("it has {0} flags, more than 32; use several flags types")]
    TooManyFlags(usize),
    /// More types inside of each other than [`MAX_TYPE_DEPTH`].
    #[error("its types nest deeper than {MAX_TYPE_DEPTH}")]
    TooDeep,
    /// Longer than [`MAX_TYPE_TEXT`].
    #[error("it has more than {MAX_TYPE_TEXT} characters when every type in it is written out")]
    TooLong,
    /// More than [`MAX_TYPE_SIZE`] bytes in place.
    #[error("a value takes {size} bytes in place, more than {MAX_TYPE_SIZE}; use `list<T>`")]
    TooLarge {
        /// The size in bytes.
        size: usize,
    },
}

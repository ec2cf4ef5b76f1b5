//! What can be wrong with a value that the other side wrote.

use thiserror::Error;

/// What stands in memory is not a value of its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Problem {
    /// A byte that is neither 0 nor 1.
    #[error("{0} is not a bool: 0 or 1")]
    NotBool(u8),
    /// A number that is not a Unicode scalar value.
    #[error("{0:#x} is not a char: a Unicode scalar value")]
    NotChar(u32),
    /// The number of a case that does not exist.
    #[error("{of} has no case {case}")]
    NoCase {
        /// The type, as Rust calls it.
        of: &'static str,
        /// The number.
        case: u32,
    },
    /// A bit that stands for no flag.
    #[error("{of} has no flag for a bit of {bits:#x}")]
    NoFlag {
        /// The type, as Rust calls it.
        of: &'static str,
        /// All bits.
        bits: u32,
    },
    /// Bytes that are not text.
    #[error("the text is not UTF-8 from byte {0} on")]
    NotUtf8(usize),
    /// A null pointer with a length.
    #[error("a null pointer stands for {0} elements")]
    Null(usize),
    /// A pointer that no element can have.
    #[error("the address {address:#x} of a list is not a multiple of {align}")]
    NotAligned {
        /// The address.
        address: usize,
        /// The alignment of an element.
        align: usize,
    },
    /// More elements than memory has room for.
    #[error("a list cannot have {0} elements")]
    NoSuchLength(usize),
    /// A value that takes more than any should.
    #[error("the value takes more than 256 MiB")]
    TooLarge,
}

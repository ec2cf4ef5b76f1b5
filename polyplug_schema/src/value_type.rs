//! The types of values: those of WIT, each with its layout worked out once, when the type is made.
//!
//! A type is a tree whose parts are shared, cheap to clone, and never changes. Two types are equal
//! when their shapes are: names of fields, cases and flags count, names of types do not.

mod enumeration;
mod flags;
mod label;
mod list;
mod measure;
mod option;
mod record;
mod result;
mod tag;
mod tuple;
mod type_error;
mod variant;

pub use enumeration::EnumType;
pub use flags::FlagsType;
pub use list::{FixedListType, ListType};
pub use option::OptionType;
pub use record::{Field, RecordType};
pub use result::ResultType;
pub use tag::TagSize;
pub use tuple::{TupleElement, TupleType};
pub use type_error::TypeError;
pub use variant::{Case, VariantType};

pub(crate) use label::{check_distinct, check_label};
pub(crate) use measure::{BINARY_LENGTH, Measure};

use crate::Layout;
use std::fmt;
use std::sync::Arc;

/// How deep types may nest; more than any interface written for people needs, and little enough to
/// walk a value by recursion on any thread.
pub const MAX_TYPE_DEPTH: u32 = 64;

/// How large a value may be in place, in bytes, without what its strings and lists point at.
pub const MAX_TYPE_SIZE: usize = 1 << 24;

/// How many characters a type may have when every type in it is written out. Without a limit a few
/// lines of WIT, each naming the previous type twice, describe more than there is memory.
pub const MAX_TYPE_TEXT: u32 = 1 << 20;

/// The type of a value.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the scalars are named as in WIT")]
pub enum Type {
    Bool,
    S8,
    U8,
    S16,
    U16,
    S32,
    U32,
    S64,
    U64,
    F32,
    F64,
    /// A Unicode scalar value.
    Char,
    /// UTF-8 text.
    String,
    /// Any number of elements, elsewhere in memory.
    List(Arc<ListType>),
    /// A fixed number of elements, in place.
    FixedList(Arc<FixedListType>),
    /// A value or none.
    Option(Arc<OptionType>),
    /// A success or an error, each with or without a value.
    Result(Arc<ResultType>),
    /// Values by position.
    Tuple(Arc<TupleType>),
    /// Values by name.
    Record(Arc<RecordType>),
    /// One of several named cases, each with or without a value.
    Variant(Arc<VariantType>),
    /// One of several names.
    Enum(Arc<EnumType>),
    /// Any of several names.
    Flags(Arc<FlagsType>),
}

impl Type {
    /// Size and alignment of a value in place.
    pub fn layout(&self) -> Layout {
        match self {
            Self::Bool | Self::S8 | Self::U8 => const { Layout::scalar(1) },
            Self::S16 | Self::U16 => const { Layout::scalar(2) },
            Self::S32 | Self::U32 | Self::F32 | Self::Char => const { Layout::scalar(4) },
            Self::S64 | Self::U64 | Self::F64 => const { Layout::scalar(8) },
            Self::String | Self::List(_) => Layout::SLICE,
            _ => self.measure().layout,
        }
    }

    /// Whether a value can own memory outside of its place: whether there is a string or a list in it.
    pub fn owns_memory(&self) -> bool {
        self.measure().owns_memory
    }

    /// How many bytes the shortest value has in the binary form; at least 1.
    pub(crate) fn shortest_binary(&self) -> usize {
        self.measure().shortest
    }

    /// Whether the binary form of every value is its memory, and all bits are a value: numbers, and
    /// sequences of them without padding.
    pub(crate) fn is_plain(&self) -> bool {
        self.measure().plain
    }

    /// Whether the value is one number, truth value or character.
    pub fn is_scalar(&self) -> bool {
        self.is_number() || matches!(self, Self::Bool | Self::Char)
    }

    fn is_number(&self) -> bool {
        matches!(
            self,
            Self::S8 | Self::U8 | Self::S16 | Self::U16 | Self::S32 | Self::U32 | Self::S64
        ) || matches!(self, Self::U64 | Self::F32 | Self::F64)
    }

    /// The name that the type has in its WIT file; none for the types that WIT itself names.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Record(record) => record.name(),
            Self::Variant(variant) => variant.name(),
            Self::Enum(enumeration) => enumeration.name(),
            Self::Flags(flags) => flags.name(),
            _ => None,
        }
    }

    /// What kind of type it is, in WIT's word for it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::S8 => "s8",
            Self::U8 => "u8",
            Self::S16 => "s16",
            Self::U16 => "u16",
            Self::S32 => "s32",
            Self::U32 => "u32",
            Self::S64 => "s64",
            Self::U64 => "u64",
            Self::F32 => "f32",
            Self::F64 => "f64",
            Self::Char => "char",
            Self::String => "string",
            Self::List(_) | Self::FixedList(_) => "list",
            Self::Option(_) => "option",
            Self::Result(_) => "result",
            Self::Tuple(_) => "tuple",
            Self::Record(_) => "record",
            Self::Variant(_) => "variant",
            Self::Enum(_) => "enum",
            Self::Flags(_) => "flags",
        }
    }

    /// Where the type stands in memory, if it has parts. Clones of one type share it.
    pub(crate) fn address(&self) -> Option<usize> {
        Some(match self {
            Self::List(list) => Arc::as_ptr(list).addr(),
            Self::FixedList(list) => Arc::as_ptr(list).addr(),
            Self::Option(option) => Arc::as_ptr(option).addr(),
            Self::Result(result) => Arc::as_ptr(result).addr(),
            Self::Tuple(tuple) => Arc::as_ptr(tuple).addr(),
            Self::Record(record) => Arc::as_ptr(record).addr(),
            Self::Variant(variant) => Arc::as_ptr(variant).addr(),
            Self::Enum(enumeration) => Arc::as_ptr(enumeration).addr(),
            Self::Flags(flags) => Arc::as_ptr(flags).addr(),
            _ => return None,
        })
    }

    pub(crate) fn measure(&self) -> Measure {
        match self {
            Self::String => Measure::string(),
            Self::List(list) => list.measure,
            Self::FixedList(list) => list.measure,
            Self::Option(option) => option.measure,
            Self::Result(result) => result.measure,
            Self::Tuple(tuple) => tuple.measure,
            Self::Record(record) => record.measure,
            Self::Variant(variant) => variant.measure,
            Self::Enum(enumeration) => enumeration.measure,
            Self::Flags(flags) => flags.measure,
            number if number.is_number() => Measure::number(number.layout()),
            scalar => Measure::leaf(scalar.layout()),
        }
    }
}

impl PartialEq for Type {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::List(a), Self::List(b)) => Arc::ptr_eq(a, b) || a == b,
            (Self::FixedList(a), Self::FixedList(b)) => Arc::ptr_eq(a, b) || a == b,
            (Self::Option(a), Self::Option(b)) => Arc::ptr_eq(a, b) || a == b,
            (Self::Result(a), Self::Result(b)) => Arc::ptr_eq(a, b) || a == b,
            (Self::Tuple(a), Self::Tuple(b)) => Arc::ptr_eq(a, b) || a == b,
            (Self::Record(a), Self::Record(b)) => Arc::ptr_eq(a, b) || a == b,
            (Self::Variant(a), Self::Variant(b)) => Arc::ptr_eq(a, b) || a == b,
            (Self::Enum(a), Self::Enum(b)) => Arc::ptr_eq(a, b) || a == b,
            (Self::Flags(a), Self::Flags(b)) => Arc::ptr_eq(a, b) || a == b,
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }
}

impl Eq for Type {}

/// As in a WIT file: a type that has a name prints as its name.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(name) = self.name() {
            return f.write_str(name);
        }
        match self {
            Self::List(list) => write!(f, "list<{}>", list.element()),
            Self::FixedList(list) => write!(f, "list<{}, {}>", list.element(), list.len()),
            Self::Option(option) => write!(f, "option<{}>", option.some()),
            Self::Result(result) => result.fmt(f),
            Self::Tuple(tuple) => tuple.fmt(f),
            Self::Record(record) => record.fmt(f),
            Self::Variant(variant) => variant.fmt(f),
            Self::Enum(enumeration) => enumeration.fmt(f),
            Self::Flags(flags) => flags.fmt(f),
            scalar => f.write_str(scalar.kind()),
        }
    }
}

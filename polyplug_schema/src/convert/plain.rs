//! A Rust value taken apart: serde's data model as a tree.

use crate::Value;

/// What a Rust value, or a JSON text, consists of.
#[derive(Debug, PartialEq)]
pub(super) enum Plain {
    Unit,
    Bool(bool),
    Signed(i64),
    Unsigned(u64),
    Single(f32),
    Double(f64),
    Char(char),
    Text(String),
    Bytes(Vec<u8>),
    Some(Box<Plain>),
    Sequence(Vec<Plain>),
    Map(Vec<(Plain, Plain)>),
    /// A case of a Rust enum.
    Case(&'static str, Option<Box<Plain>>),
}

/// How deep values may nest; a type nests less, and this only ends what has no end.
pub(super) const MAX_DEPTH: u32 = 4 * crate::MAX_TYPE_DEPTH;

impl Plain {
    /// What it is called in an error.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Unit => "nothing",
            Self::Bool(_) => "bool",
            Self::Signed(_) | Self::Unsigned(_) => "integer",
            Self::Single(_) | Self::Double(_) => "floating point number",
            Self::Char(_) => "char",
            Self::Text(_) => "string",
            Self::Bytes(_) => "bytes",
            Self::Some(_) => "option",
            Self::Sequence(_) => "list",
            Self::Map(_) => "record",
            Self::Case(..) => "case",
        }
    }

    /// The number as a value, whose conversion to a type of number is checked there.
    pub(super) fn number(&self) -> Option<Value> {
        Some(match self {
            Self::Signed(number) => Value::S64(*number),
            Self::Unsigned(number) => Value::U64(*number),
            Self::Single(number) => Value::F32(*number),
            Self::Double(number) => Value::F64(*number),
            _ => return None,
        })
    }

    /// The name in it: of a case without a value, or a text.
    pub(super) fn name(&self) -> Option<&str> {
        match self {
            Self::Text(name) => Some(name),
            Self::Case(name, None) => Some(name),
            _ => None,
        }
    }

    /// The case in it: of a Rust enum, or a map of one entry as JSON has for it, or a name alone.
    pub(super) fn into_case(self) -> Result<(String, Option<Plain>), Self> {
        match self {
            Self::Case(name, payload) => Ok((name.to_owned(), payload.map(|payload| *payload))),
            Self::Text(name) => Ok((name, None)),
            Self::Map(mut entries) if matches!(entries[..], [(Self::Text(_), _)]) => {
                match entries.pop() {
                    Some((Self::Text(name), payload)) => Ok((name, Some(payload))),
                    _ => Err(Self::Map(entries)),
                }
            }
            other => Err(other),
        }
    }
}

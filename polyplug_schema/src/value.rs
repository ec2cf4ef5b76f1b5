//! A value of any type, for calls whose types are known at run time only.

mod equality;
mod from;

use crate::memory::Nowhere;
use crate::{Type, ValueError, lower};
use std::fmt;
use std::sync::Arc;

/// A value. It does not carry its type: most operations take the [`Type`] beside it and check.
///
/// It prints as WAVE, the component model's text for values.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the scalars are named as in WIT")]
pub enum Value {
    Bool(bool),
    S8(i8),
    U8(u8),
    S16(i16),
    U16(u16),
    S32(i32),
    U32(u32),
    S64(i64),
    U64(u64),
    F32(f32),
    F64(f64),
    Char(char),
    String(String),
    /// A list of any length but of bytes, or of a fixed length.
    List(Vec<Value>),
    /// A list of `u8`; equal to a `List` of the same bytes.
    Bytes(Vec<u8>),
    /// Values by position.
    Tuple(Vec<Value>),
    /// Values by name. Their order does not matter; a field of an option type that is none may be
    /// left out.
    Record(Vec<(Arc<str>, Value)>),
    /// The name of a case, and its value.
    Variant(Arc<str>, Option<Box<Value>>),
    /// The name of a case.
    Enum(Arc<str>),
    /// A value or none.
    Option(Option<Box<Value>>),
    /// A success or an error, each with or without a value.
    Result(Result<Option<Box<Value>>, Option<Box<Value>>>),
    /// The names of the flags that are set, in any order.
    Flags(Vec<Arc<str>>),
}

impl Value {
    /// A list of these elements.
    pub fn list<V: Into<Value>>(elements: impl IntoIterator<Item = V>) -> Self {
        Self::List(elements.into_iter().map(Into::into).collect())
    }

    /// A tuple of these elements.
    pub fn tuple(elements: impl IntoIterator<Item = Value>) -> Self {
        Self::Tuple(elements.into_iter().collect())
    }

    /// A record of these fields.
    pub fn record<N: Into<Arc<str>>>(fields: impl IntoIterator<Item = (N, Value)>) -> Self {
        Self::Record(fields.into_iter().map(|(name, value)| (name.into(), value)).collect())
    }

    /// The case `name` of a variant.
    pub fn variant(name: impl Into<Arc<str>>, payload: Option<Value>) -> Self {
        Self::Variant(name.into(), payload.map(Box::new))
    }

    /// The case `name` of an enum.
    pub fn enumeration(name: impl Into<Arc<str>>) -> Self {
        Self::Enum(name.into())
    }

    /// These flags, and no others.
    pub fn flags<N: Into<Arc<str>>>(names: impl IntoIterator<Item = N>) -> Self {
        Self::Flags(names.into_iter().map(Into::into).collect())
    }

    /// A value that is there.
    pub fn some(value: impl Into<Value>) -> Self {
        Self::Option(Some(Box::new(value.into())))
    }

    /// A value that is not there.
    pub const fn none() -> Self {
        Self::Option(None)
    }

    /// A success, with or without a value.
    pub fn ok(payload: Option<Value>) -> Self {
        Self::Result(Ok(payload.map(Box::new)))
    }

    /// An error, with or without a value.
    pub fn err(payload: Option<Value>) -> Self {
        Self::Result(Err(payload.map(Box::new)))
    }

    /// Whether this is a value of `ty`, or can be converted to one as [`crate::lower`] does.
    ///
    /// # Errors
    /// It is not; the error says where and why.
    pub fn check(&self, ty: &Type) -> Result<(), ValueError> {
        lower(self, ty, 0, &mut Nowhere)
    }

    /// The field `name`, if this is a record that has it.
    pub fn field(&self, name: &str) -> Option<&Value> {
        let Self::Record(fields) = self else { return None };
        fields.iter().find(|(field, _)| &**field == name).map(|(_, value)| value)
    }

    /// What kind of value it is, in WIT's word for it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Bool(_) => "bool",
            Self::S8(_) => "s8",
            Self::U8(_) => "u8",
            Self::S16(_) => "s16",
            Self::U16(_) => "u16",
            Self::S32(_) => "s32",
            Self::U32(_) => "u32",
            Self::S64(_) => "s64",
            Self::U64(_) => "u64",
            Self::F32(_) => "f32",
            Self::F64(_) => "f64",
            Self::Char(_) => "char",
            Self::String(_) => "string",
            Self::List(_) | Self::Bytes(_) => "list",
            Self::Tuple(_) => "tuple",
            Self::Record(_) => "record",
            Self::Variant(..) => "variant",
            Self::Enum(_) => "enum",
            Self::Option(_) => "option",
            Self::Result(_) => "result",
            Self::Flags(_) => "flags",
        }
    }
}

/// The value as WAVE.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        crate::wave::write(self, f)
    }
}

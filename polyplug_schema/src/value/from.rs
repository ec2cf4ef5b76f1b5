//! Rust values that are values as they are.

use crate::Value;

macro_rules! scalar {
    ($($rust:ty => $variant:ident),* $(,)?) => {
        $(impl From<$rust> for Value {
            fn from(value: $rust) -> Self {
                Self::$variant(value)
            }
        })*
    };
}

scalar! {
    bool => Bool, i8 => S8, u8 => U8, i16 => S16, u16 => U16, i32 => S32, u32 => U32, i64 => S64,
    u64 => U64, f32 => F32, f64 => F64, char => Char, String => String,
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl<V: Into<Value>> From<Vec<V>> for Value {
    fn from(elements: Vec<V>) -> Self {
        Self::list(elements)
    }
}

impl<V: Into<Value>> From<Option<V>> for Value {
    fn from(value: Option<V>) -> Self {
        Self::Option(value.map(|value| Box::new(value.into())))
    }
}

impl<V: Into<Value>, E: Into<Value>> From<Result<V, E>> for Value {
    fn from(result: Result<V, E>) -> Self {
        match result {
            Ok(value) => Self::ok(Some(value.into())),
            Err(error) => Self::err(Some(error.into())),
        }
    }
}

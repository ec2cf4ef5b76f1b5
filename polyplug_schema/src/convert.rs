//! Values and Rust types, through serde.
//!
//! Rust to value: `plain_serializer` takes any Rust value apart into a tree without types, `guided`
//! makes a value of it, led by the type. JSON and the like take the same way, through `plain_visitor`.
//! Value to Rust: `deserializer`. Value to JSON and the like: `serialize`.
//!
//! Names of Rust and WIT match if they are equal or if the Rust name, split into words, is: `max_speed`
//! and `MaxSpeed` are `max-speed`.

mod deserializer;
mod guided;
mod names;
mod plain;
mod plain_serializer;
mod plain_visitor;
mod serialize;

use crate::{Type, Value, ValueError};
use plain::Plain;
use serde::Serialize;
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, Error};

/// The value of `ty` that a Rust value is.
///
/// Structs and string maps are records, sequences are lists and tuples, maps are also lists of
/// pairs, enums are variants and enums, `Option` and `Result` are themselves, flags are sequences of
/// names or structs of `bool`. Integers convert if they fit.
///
/// # Errors
/// It is not of the type; the error says where and why.
///
/// ```
/// use polyplug_schema::{Type, Value, to_value};
///
/// #[derive(serde::Serialize)]
/// struct Point { x: f32, y: f32 }
///
/// let point = Type::record(Some("point"), [("x", Type::F32), ("y", Type::F32)])?;
/// let value = to_value(&Point { x: 1.0, y: 2.5 }, &point)?;
/// assert_eq!(value.to_string(), "{x: 1, y: 2.5}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn to_value<T: Serialize + ?Sized>(value: &T, ty: &Type) -> Result<Value, ValueError> {
    let plain = value.serialize(plain_serializer::PlainSerializer { depth: 0 })?;
    guided::convert(plain, ty)
}

/// The Rust value that a value is.
///
/// # Errors
/// The Rust type is another one; the error says where and why.
pub fn from_value<T: DeserializeOwned>(value: &Value) -> Result<T, ValueError> {
    T::deserialize(deserializer::ValueDeserializer(value))
}

/// Reads a value of the type from JSON and the like.
impl<'de> DeserializeSeed<'de> for &Type {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        let plain: Plain = serde::Deserialize::deserialize(deserializer)?;
        guided::convert(plain, self).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests;

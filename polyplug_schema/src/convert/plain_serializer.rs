//! Takes a Rust value apart.

use crate::ValueError;
use crate::convert::plain::{MAX_DEPTH, Plain};
use crate::value_error::Problem;
use serde::Serialize;
use serde::ser::{self, Error, Serializer};
use std::fmt::Display;

type Outcome<T = Plain> = Result<T, ValueError>;

impl ser::Error for ValueError {
    fn custom<T: Display>(message: T) -> Self {
        Problem::Other(message.to_string()).into()
    }
}

/// Makes a [`Plain`] of anything.
#[derive(Clone, Copy)]
pub(super) struct PlainSerializer {
    pub(super) depth: u32,
}

impl PlainSerializer {
    /// The serializer for what is inside.
    fn inner(self) -> Outcome<Self> {
        if self.depth == MAX_DEPTH {
            return Err(Problem::TooDeep.into());
        }
        Ok(Self { depth: self.depth + 1 })
    }

    fn boxed<T: Serialize + ?Sized>(self, value: &T) -> Outcome<Box<Plain>> {
        Ok(Box::new(value.serialize(self.inner()?)?))
    }

    fn elements(self, case: Option<&'static str>) -> Outcome<Elements> {
        Ok(Elements { inner: self.inner()?, case, elements: Vec::new() })
    }

    fn entries(self, case: Option<&'static str>) -> Outcome<Entries> {
        Ok(Entries { inner: self.inner()?, case, key: None, entries: Vec::new() })
    }
}

macro_rules! scalars {
    ($($method:ident($rust:ty) => $variant:ident as $wide:ty;)*) => {
        $(fn $method(self, value: $rust) -> Outcome {
            Ok(Plain::$variant(<$wide>::from(value)))
        })*
    };
}

impl Serializer for PlainSerializer {
    type Ok = Plain;
    type Error = ValueError;
    type SerializeSeq = Elements;
    type SerializeTuple = Elements;
    type SerializeTupleStruct = Elements;
    type SerializeTupleVariant = Elements;
    type SerializeMap = Entries;
    type SerializeStruct = Entries;
    type SerializeStructVariant = Entries;

    scalars! {
        serialize_bool(bool) => Bool as bool;
        serialize_i8(i8) => Signed as i64;
        serialize_i16(i16) => Signed as i64;
        serialize_i32(i32) => Signed as i64;
        serialize_i64(i64) => Signed as i64;
        serialize_u8(u8) => Unsigned as u64;
        serialize_u16(u16) => Unsigned as u64;
        serialize_u32(u32) => Unsigned as u64;
        serialize_u64(u64) => Unsigned as u64;
        serialize_f32(f32) => Single as f32;
        serialize_f64(f64) => Double as f64;
        serialize_char(char) => Char as char;
        serialize_str(&str) => Text as String;
        serialize_bytes(&[u8]) => Bytes as Vec<u8>;
    }

    fn is_human_readable(&self) -> bool {
        false
    }

    fn serialize_none(self) -> Outcome {
        Ok(Plain::Unit)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Outcome {
        self.boxed(value).map(Plain::Some)
    }

    fn serialize_unit(self) -> Outcome {
        Ok(Plain::Unit)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Outcome {
        Ok(Plain::Unit)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, case: &'static str) -> Outcome {
        Ok(Plain::Case(case, None))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Outcome {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        case: &'static str,
        value: &T,
    ) -> Outcome {
        Ok(Plain::Case(case, Some(self.boxed(value)?)))
    }

    fn serialize_seq(self, _: Option<usize>) -> Outcome<Elements> {
        self.elements(None)
    }

    fn serialize_tuple(self, _: usize) -> Outcome<Elements> {
        self.elements(None)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Outcome<Elements> {
        self.elements(None)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        case: &'static str,
        _: usize,
    ) -> Outcome<Elements> {
        self.elements(Some(case))
    }

    fn serialize_map(self, _: Option<usize>) -> Outcome<Entries> {
        self.entries(None)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Outcome<Entries> {
        self.entries(None)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        case: &'static str,
        _: usize,
    ) -> Outcome<Entries> {
        self.entries(Some(case))
    }
}

/// The plain value itself, or as the value of a case.
fn of_case(case: Option<&'static str>, plain: Plain) -> Plain {
    match case {
        Some(case) => Plain::Case(case, Some(Box::new(plain))),
        None => plain,
    }
}

/// A sequence in the making.
pub(super) struct Elements {
    inner: PlainSerializer,
    case: Option<&'static str>,
    elements: Vec<Plain>,
}

impl Elements {
    fn push<T: Serialize + ?Sized>(&mut self, value: &T) -> Outcome<()> {
        let plain = value.serialize(self.inner);
        self.elements.push(plain.map_err(|error| error.at(self.elements.len()))?);
        Ok(())
    }

    fn finish(self) -> Plain {
        of_case(self.case, Plain::Sequence(self.elements))
    }
}

/// A map in the making.
pub(super) struct Entries {
    inner: PlainSerializer,
    case: Option<&'static str>,
    key: Option<Plain>,
    entries: Vec<(Plain, Plain)>,
}

impl Entries {
    fn push<T: Serialize + ?Sized>(&mut self, key: Plain, value: &T) -> Outcome<()> {
        let plain = value.serialize(self.inner).map_err(|error| match &key {
            Plain::Text(name) => error.at(name.as_str()),
            _ => error.at(self.entries.len()),
        })?;
        self.entries.push((key, plain));
        Ok(())
    }

    fn finish(self) -> Plain {
        of_case(self.case, Plain::Map(self.entries))
    }
}

macro_rules! sequences {
    ($($name:ident::$method:ident;)*) => {
        $(impl ser::$name for Elements {
            type Ok = Plain;
            type Error = ValueError;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Outcome<()> {
                self.push(value)
            }

            fn end(self) -> Outcome {
                Ok(self.finish())
            }
        })*
    };
}

sequences! {
    SerializeSeq::serialize_element;
    SerializeTuple::serialize_element;
    SerializeTupleStruct::serialize_field;
    SerializeTupleVariant::serialize_field;
}

macro_rules! structs {
    ($($name:ident;)*) => {
        $(impl ser::$name for Entries {
            type Ok = Plain;
            type Error = ValueError;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Outcome<()> {
                self.push(Plain::Text(name.to_owned()), value)
            }

            fn end(self) -> Outcome {
                Ok(self.finish())
            }
        })*
    };
}

structs! {
    SerializeStruct;
    SerializeStructVariant;
}

impl ser::SerializeMap for Entries {
    type Ok = Plain;
    type Error = ValueError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Outcome<()> {
        self.key = Some(key.serialize(self.inner)?);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Outcome<()> {
        let key = self.key.take();
        self.push(key.ok_or_else(|| ValueError::custom("a value of a map has no key"))?, value)
    }

    fn end(self) -> Outcome {
        Ok(self.finish())
    }
}

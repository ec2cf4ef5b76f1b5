//! From values to Rust values.

use crate::convert::names::rust_name;
use crate::path::Step;
use crate::value_error::Problem;
use crate::{Value, ValueError};
use serde::de::value::{MapDeserializer, SeqDeserializer, StrDeserializer};
use serde::de::{
    self, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};
use std::fmt::Display;
use std::sync::Arc;

type Outcome<T> = Result<T, ValueError>;

impl de::Error for ValueError {
    fn custom<T: Display>(message: T) -> Self {
        Problem::Other(message.to_string()).into()
    }
}

/// Hands a value over to serde.
#[derive(Clone, Copy)]
pub(super) struct ValueDeserializer<'a>(pub(super) &'a Value);

impl<'de> IntoDeserializer<'de, ValueError> for ValueDeserializer<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for ValueDeserializer<'_> {
    type Error = ValueError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Outcome<V::Value> {
        match self.0 {
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::S8(value) => visitor.visit_i8(*value),
            Value::U8(value) => visitor.visit_u8(*value),
            Value::S16(value) => visitor.visit_i16(*value),
            Value::U16(value) => visitor.visit_u16(*value),
            Value::S32(value) => visitor.visit_i32(*value),
            Value::U32(value) => visitor.visit_u32(*value),
            Value::S64(value) => visitor.visit_i64(*value),
            Value::U64(value) => visitor.visit_u64(*value),
            Value::F32(value) => visitor.visit_f32(*value),
            Value::F64(value) => visitor.visit_f64(*value),
            Value::Char(value) => visitor.visit_char(*value),
            Value::String(value) => visitor.visit_str(value),
            Value::List(values) | Value::Tuple(values) => {
                visitor.visit_seq(Elements { values: values.iter().enumerate() })
            }
            Value::Bytes(bytes) => visitor.visit_seq(SeqDeserializer::new(bytes.iter().copied())),
            Value::Record(fields) => visitor.visit_map(Fields::new(fields, &[])),
            Value::Enum(case) | Value::Variant(case, None) => visitor.visit_str(case),
            Value::Variant(..) | Value::Result(_) => visitor.visit_map(OneCase::new(self.0)),
            Value::Option(None) => visitor.visit_none(),
            Value::Option(Some(value)) => visitor.visit_some(ValueDeserializer(value)),
            Value::Flags(names) => visitor.visit_seq(flag_names(names)),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Outcome<V::Value> {
        match self.0 {
            Value::Option(None) => visitor.visit_none(),
            Value::Option(Some(value)) => visitor.visit_some(ValueDeserializer(value)),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Outcome<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Outcome<V::Value> {
        match self.0 {
            Value::Bytes(bytes) => visitor.visit_bytes(bytes),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Outcome<V::Value> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Outcome<V::Value> {
        match self.0 {
            Value::Record(values) => visitor.visit_map(Fields::new(values, fields)),
            Value::Flags(names) => {
                let is_set =
                    |field: &&str| names.iter().any(|name| rust_name(name, fields) == Some(*field));
                let flags = fields.iter().map(|field| (*field, is_set(field)));
                visitor.visit_map(MapDeserializer::new(flags))
            }
            _ => self.deserialize_any(visitor),
        }
    }

    /// A list of pairs is a map, too.
    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Outcome<V::Value> {
        let Value::List(values) = self.0 else { return self.deserialize_any(visitor) };
        let mut pairs = Vec::with_capacity(values.len());
        for (at, value) in values.iter().enumerate() {
            match value {
                Value::Tuple(pair) if pair.len() == 2 => {
                    pairs.push((ValueDeserializer(&pair[0]), ValueDeserializer(&pair[1])));
                }
                other => return Err(Problem::kind("a pair", other.kind()).at(at)),
            }
        }
        visitor.visit_map(MapDeserializer::new(pairs.into_iter()))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        cases: &'static [&'static str],
        visitor: V,
    ) -> Outcome<V::Value> {
        let (name, payload) = case(self.0)
            .ok_or_else(|| Problem::kind("a case of a variant or an enum", self.0.kind()))?;
        let rust = rust_name(name, cases)
            .ok_or_else(|| Problem::unknown("case", name, cases.iter().copied()))?;
        visitor.visit_enum(Case { rust, name, payload })
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string unit unit_struct seq
        tuple tuple_struct identifier ignored_any
    }
}

/// The case that a value is, and the value of the case.
fn case(value: &Value) -> Option<(&str, Option<&Value>)> {
    match value {
        Value::Enum(case) => Some((case, None)),
        Value::Variant(case, payload) => Some((case, payload.as_deref())),
        Value::Result(Ok(payload)) => Some(("ok", payload.as_deref())),
        Value::Result(Err(payload)) => Some(("err", payload.as_deref())),
        _ => None,
    }
}

fn flag_names<'de>(names: &[Arc<str>]) -> impl SeqAccess<'de, Error = ValueError> {
    let names: Vec<String> = names.iter().map(|name| name.to_string()).collect();
    SeqDeserializer::new(names.into_iter())
}

struct Elements<'a, I: Iterator<Item = (usize, &'a Value)>> {
    values: I,
}

impl<'a, 'de, I: Iterator<Item = (usize, &'a Value)>> SeqAccess<'de> for Elements<'a, I> {
    type Error = ValueError;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Outcome<Option<S::Value>> {
        let Some((at, value)) = self.values.next() else { return Ok(None) };
        seed.deserialize(ValueDeserializer(value)).map(Some).map_err(|error| error.at(at))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.values.size_hint().0)
    }
}

/// The fields of a record, under the names that Rust has for them.
struct Fields<'a> {
    rest: std::slice::Iter<'a, (Arc<str>, Value)>,
    next: Option<&'a (Arc<str>, Value)>,
    names: &'static [&'static str],
}

impl<'a> Fields<'a> {
    fn new(fields: &'a [(Arc<str>, Value)], names: &'static [&'static str]) -> Self {
        Self { rest: fields.iter(), next: None, names }
    }
}

impl<'de> MapAccess<'de> for Fields<'_> {
    type Error = ValueError;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Outcome<Option<S::Value>> {
        self.next = self.rest.next();
        let Some((name, _)) = self.next else { return Ok(None) };
        let name = rust_name(name, self.names).unwrap_or(name);
        seed.deserialize(StrDeserializer::<ValueError>::new(name)).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Outcome<S::Value> {
        let Some((name, value)) = self.next.take() else {
            return Err(Problem::Other("a field has no name".to_owned()).into());
        };
        let step: Step = name.into();
        seed.deserialize(ValueDeserializer(value)).map_err(|error| error.at(step))
    }
}

/// A case as a map of one entry, for whoever asks for anything.
struct OneCase<'a> {
    name: Option<&'a str>,
    payload: Option<&'a Value>,
}

impl<'a> OneCase<'a> {
    fn new(value: &'a Value) -> Self {
        let (name, payload) = case(value).unzip();
        Self { name, payload: payload.flatten() }
    }
}

impl<'de> MapAccess<'de> for OneCase<'_> {
    type Error = ValueError;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Outcome<Option<S::Value>> {
        let Some(name) = self.name.take() else { return Ok(None) };
        seed.deserialize(StrDeserializer::<ValueError>::new(name)).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Outcome<S::Value> {
        match self.payload {
            Some(value) => seed.deserialize(ValueDeserializer(value)),
            None => seed.deserialize(().into_deserializer()),
        }
    }
}

struct Case<'a> {
    rust: &'static str,
    name: &'a str,
    payload: Option<&'a Value>,
}

impl<'a, 'de> EnumAccess<'de> for Case<'a> {
    type Error = ValueError;
    type Variant = Case<'a>;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Outcome<(S::Value, Case<'a>)> {
        let case = seed.deserialize(StrDeserializer::<ValueError>::new(self.rust))?;
        Ok((case, self))
    }
}

impl<'de> VariantAccess<'de> for Case<'_> {
    type Error = ValueError;

    fn unit_variant(self) -> Outcome<()> {
        match self.payload {
            None => Ok(()),
            Some(_) => Err(Problem::UnexpectedPayload(self.name.to_owned()).into()),
        }
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Outcome<S::Value> {
        let read = match self.payload {
            Some(value) => seed.deserialize(ValueDeserializer(value)),
            None => seed.deserialize(().into_deserializer()),
        };
        read.map_err(|error| error.at(self.name))
    }

    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Outcome<V::Value> {
        let value = self.payload.ok_or_else(|| Problem::MissingPayload(self.name.to_owned()))?;
        let read = ValueDeserializer(value).deserialize_tuple(len, visitor);
        read.map_err(|error| error.at(self.name))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Outcome<V::Value> {
        let value = self.payload.ok_or_else(|| Problem::MissingPayload(self.name.to_owned()))?;
        let read = ValueDeserializer(value).deserialize_struct("", fields, visitor);
        read.map_err(|error| error.at(self.name))
    }
}

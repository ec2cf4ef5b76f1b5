//! A value as JSON and the like.
//!
//! | value | JSON |
//! |---|---|
//! | numbers, `bool`, `string` | themselves; `nan`, `inf` and `-inf` are texts |
//! | `char`, `enum` | a text |
//! | `list`, `tuple`, `flags` | an array, of flags the names of those that are set |
//! | `record` | an object |
//! | `variant` | `"case"`, or `{"case": value}` |
//! | `result` | `{"ok": value}`, `{"err": value}`, with `null` for no value |
//! | `option` | `null` or the value; an option in an option is `{"some": value}` |

use crate::Value;
use serde::ser::{Serialize, SerializeMap, Serializer};

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::S8(value) => serializer.serialize_i8(*value),
            Self::U8(value) => serializer.serialize_u8(*value),
            Self::S16(value) => serializer.serialize_i16(*value),
            Self::U16(value) => serializer.serialize_u16(*value),
            Self::S32(value) => serializer.serialize_i32(*value),
            Self::U32(value) => serializer.serialize_u32(*value),
            Self::S64(value) => serializer.serialize_i64(*value),
            Self::U64(value) => serializer.serialize_u64(*value),
            Self::F32(value) if serializer.is_human_readable() && !value.is_finite() => {
                serializer.collect_str(self)
            }
            Self::F64(value) if serializer.is_human_readable() && !value.is_finite() => {
                serializer.collect_str(self)
            }
            Self::F32(value) => serializer.serialize_f32(*value),
            Self::F64(value) => serializer.serialize_f64(*value),
            Self::Char(value) => serializer.serialize_char(*value),
            Self::String(value) => serializer.serialize_str(value),
            Self::List(values) | Self::Tuple(values) => serializer.collect_seq(values),
            Self::Bytes(bytes) if serializer.is_human_readable() => serializer.collect_seq(bytes),
            Self::Bytes(bytes) => serializer.serialize_bytes(bytes),
            Self::Record(fields) => {
                serializer.collect_map(fields.iter().map(|(name, value)| (&**name, value)))
            }
            Self::Enum(case) | Self::Variant(case, None) => serializer.serialize_str(case),
            Self::Variant(case, Some(value)) => entry(serializer, case, value),
            Self::Result(Ok(value)) => entry(serializer, "ok", value),
            Self::Result(Err(value)) => entry(serializer, "err", value),
            Self::Option(None) => serializer.serialize_none(),
            Self::Option(Some(value)) if matches!(**value, Self::Option(_)) => {
                entry(serializer, "some", value)
            }
            Self::Option(Some(value)) => serializer.serialize_some(value),
            Self::Flags(names) => serializer.collect_seq(names.iter().map(|name| &**name)),
        }
    }
}

fn entry<S: Serializer>(
    serializer: S,
    name: &str,
    value: &(impl Serialize + ?Sized),
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(1))?;
    map.serialize_entry(name, value)?;
    map.end()
}

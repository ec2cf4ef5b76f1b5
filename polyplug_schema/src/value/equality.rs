//! Which values are equal. Floating point numbers compare as numbers: a NaN is not equal to itself.

use crate::Value;
use std::collections::HashSet;
use std::sync::Arc;

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::S8(a), Self::S8(b)) => a == b,
            (Self::U8(a), Self::U8(b)) => a == b,
            (Self::S16(a), Self::S16(b)) => a == b,
            (Self::U16(a), Self::U16(b)) => a == b,
            (Self::S32(a), Self::S32(b)) => a == b,
            (Self::U32(a), Self::U32(b)) => a == b,
            (Self::S64(a), Self::S64(b)) => a == b,
            (Self::U64(a), Self::U64(b)) => a == b,
            (Self::F32(a), Self::F32(b)) => a == b,
            (Self::F64(a), Self::F64(b)) => a == b,
            (Self::Char(a), Self::Char(b)) => a == b,
            (Self::String(a), Self::String(b)) => a == b,
            (Self::List(a), Self::List(b)) | (Self::Tuple(a), Self::Tuple(b)) => a == b,
            (Self::Bytes(a), Self::Bytes(b)) => a == b,
            (Self::List(list), Self::Bytes(bytes)) | (Self::Bytes(bytes), Self::List(list)) => {
                same_bytes(list, bytes)
            }
            (Self::Record(a), Self::Record(b)) => same_fields(a, b),
            (Self::Variant(a, x), Self::Variant(b, y)) => a == b && x == y,
            (Self::Enum(a), Self::Enum(b)) => a == b,
            (Self::Option(a), Self::Option(b)) => a == b,
            (Self::Result(a), Self::Result(b)) => a == b,
            (Self::Flags(a), Self::Flags(b)) => same_flags(a, b),
            _ => false,
        }
    }
}

fn same_bytes(list: &[Value], bytes: &[u8]) -> bool {
    let is = |(value, byte): (&Value, &u8)| matches!(value, Value::U8(value) if value == byte);
    list.len() == bytes.len() && list.iter().zip(bytes).all(is)
}

/// The order of fields does not count.
fn same_fields(a: &[(Arc<str>, Value)], b: &[(Arc<str>, Value)]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let in_order = a.iter().zip(b).all(|((a, _), (b, _))| a == b);
    if in_order {
        return a.iter().zip(b).all(|((_, a), (_, b))| a == b);
    }
    a.iter().all(|(name, value)| b.iter().any(|(other, found)| name == other && value == found))
}

/// The order of flags does not count, nor how often one is named.
fn same_flags(a: &[Arc<str>], b: &[Arc<str>]) -> bool {
    a == b || a.iter().collect::<HashSet<_>>() == b.iter().collect::<HashSet<_>>()
}

#[cfg(test)]
mod tests {
    use crate::Value;

    #[test]
    fn bytes_are_a_list_of_bytes() {
        assert_eq!(Value::Bytes(vec![1, 2]), Value::list([1u8, 2]));
        assert_ne!(Value::Bytes(vec![1, 2]), Value::list([1u8, 3]));
        assert_ne!(Value::Bytes(vec![1, 2]), Value::list([1u32, 2]));
    }

    #[test]
    fn the_order_of_fields_and_flags_does_not_count() {
        let record =
            |names: [&'static str; 2]| Value::record(names.map(|name| (name, Value::from(name))));
        assert_eq!(record(["a", "b"]), record(["b", "a"]));
        assert_ne!(record(["a", "b"]), record(["a", "c"]));
        assert_eq!(Value::flags(["a", "b"]), Value::flags(["b", "a", "b"]));
    }
}

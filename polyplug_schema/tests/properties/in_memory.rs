//! Lower, lift and release touch what is theirs and nothing else, and memory that nobody meant well
//! gives an error or a value, and neither a panic nor more than the limit.

use crate::memory::{Checked, Hostile};
use crate::types::types;
use crate::values::{assert_same, typed_values};
use polyplug_schema::{DEFAULT_LIMIT, MemoryMut, Type, Value, lift, lower, release};
use proptest::collection::vec;
use proptest::prelude::*;

/// Words as a broken plugin may leave them: small numbers, pointers into the same memory, anything.
fn words() -> impl Strategy<Value = Vec<u8>> {
    let word = prop_oneof![
        4 => 0..5usize,
        3 => (0..512usize).prop_map(|offset| Hostile::BASE + offset),
        3 => (0..64usize).prop_map(|index| Hostile::BASE + index * 8),
        1 => any::<usize>(),
    ];
    vec(word, 1..64).prop_map(|words| words.into_iter().flat_map(usize::to_ne_bytes).collect())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 1000, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn nothing_is_touched_but_what_is_theirs((ty, values) in typed_values(2)) {
        let mut memory = Checked::default();
        for value in &values {
            prop_assert_eq!(value.check(&ty), Ok(()));
            let at = memory.place(ty.layout().size, ty.layout().align);
            let before = memory.pieces();
            lower(value, &ty, at, &mut memory).unwrap();
            assert_same(&lift(&ty, at, &memory, DEFAULT_LIMIT).unwrap(), value)?;
            // Padding holds nothing of what was there before.
            if !ty.owns_memory() {
                let again = memory.place(ty.layout().size, ty.layout().align);
                memory.write_all(again, &vec![0x55; ty.layout().size]).unwrap();
                lower(value, &ty, again, &mut memory).unwrap();
                prop_assert_eq!(memory.piece(at), memory.piece(again));
            }
            release(&ty, at, &mut memory);
            prop_assert_eq!(memory.pieces(), before + usize::from(!ty.owns_memory()));
        }
    }

    #[test]
    fn a_lower_that_fails_leaks_nothing((ty, values) in typed_values(1), left in 0..6usize) {
        let mut memory = Checked::default();
        memory.allocations_left = Some(left);
        let at = memory.place(ty.layout().size, ty.layout().align);
        match lower(&values[0], &ty, at, &mut memory) {
            Ok(()) => release(&ty, at, &mut memory),
            Err(error) => prop_assert!(error.to_string().contains("no memory for"), "{}", error),
        }
        prop_assert_eq!(memory.pieces(), 1);
    }

    #[test]
    fn a_value_of_one_type_is_no_harm_to_another((_, values) in typed_values(1), ty in types()) {
        let mut memory = Checked::default();
        let at = memory.place(ty.layout().size, ty.layout().align);
        match lower(&values[0], &ty, at, &mut memory) {
            Ok(()) => {
                let lifted = lift(&ty, at, &memory, DEFAULT_LIMIT).unwrap();
                prop_assert_eq!(lifted.check(&ty), Ok(()));
                release(&ty, at, &mut memory);
            }
            Err(error) => prop_assert_eq!(values[0].check(&ty), Err(error)),
        }
        prop_assert_eq!(memory.pieces(), 1);
    }

    #[test]
    fn hostile_memory_is_a_value_or_an_error(ty in types(), bytes in words()) {
        const LIMIT: usize = 1 << 20;
        let memory = Hostile(bytes);
        if let Ok(value) = lift(&ty, Hostile::BASE, &memory, LIMIT) {
            prop_assert_eq!(value.check(&ty), Ok(()));
            prop_assert!(heap_of(&value) <= LIMIT, "{} bytes", heap_of(&value));
        }
    }

    #[test]
    fn lists_of_hostile_memory_end(element in types(), bytes in words()) {
        let Ok(ty) = Type::list(element).and_then(Type::list) else { return Ok(()) };
        let _ = lift(&ty, Hostile::BASE, &Hostile(bytes), 1 << 20);
    }
}

/// How many bytes a value has on the heap, by its lengths.
fn heap_of(value: &Value) -> usize {
    let boxed = |value: &Option<Box<Value>>| {
        value.as_ref().map_or(0, |value| size_of::<Value>() + heap_of(value))
    };
    match value {
        Value::String(text) => text.len(),
        Value::Bytes(bytes) => bytes.len(),
        Value::List(values) | Value::Tuple(values) => {
            values.iter().map(|value| size_of::<Value>() + heap_of(value)).sum()
        }
        Value::Record(fields) => {
            fields.iter().map(|field| size_of_val(field) + heap_of(&field.1)).sum()
        }
        Value::Variant(_, payload) | Value::Option(payload) => boxed(payload),
        Value::Result(Ok(payload) | Err(payload)) => boxed(payload),
        Value::Flags(names) => size_of_val(&names[..]),
        _ => 0,
    }
}

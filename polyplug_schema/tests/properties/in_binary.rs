//! The binary form: every value has one and is one, by way of its C layout; bytes that nobody meant well
//! are a value or an error, and take no more memory than the limit.

use crate::memory::{Checked, Hostile};
use crate::types::types;
use crate::values::{assert_same, typed_values};
use polyplug_schema::{DEFAULT_LIMIT, Value, lift, pack, release, unpack};
use proptest::collection::vec;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 5000, failure_persistence: None, ..ProptestConfig::default()
    })]

    /// Two values of each type: 10,000 pairs.
    #[test]
    fn values_survive_the_binary_form((ty, values) in typed_values(2)) {
        let mut memory = Checked::default();
        for value in &values {
            let mut bytes = Vec::new();
            value.to_binary(&ty, &mut bytes).unwrap();
            let at = memory.place(ty.layout().size, ty.layout().align);
            let before = memory.pieces();
            unpack(&bytes, &ty, at, &mut memory, DEFAULT_LIMIT).unwrap();
            let mut again = Vec::new();
            pack(&ty, at, &memory, bytes.len(), &mut again).unwrap();
            prop_assert_eq!(&again, &bytes);
            assert_same(&lift(&ty, at, &memory, DEFAULT_LIMIT).unwrap(), value)?;
            assert_same(&Value::from_binary(&bytes, &ty).unwrap(), value)?;
            release(&ty, at, &mut memory);
            prop_assert_eq!(memory.pieces(), before);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 1000, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn damaged_bytes_are_a_value_or_an_error(
        (ty, values) in typed_values(1),
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        end in any::<prop::sample::Index>(),
    ) {
        let mut bytes = Vec::new();
        values[0].to_binary(&ty, &mut bytes).unwrap();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        for bytes in [&bytes[..], &bytes[..end.index(bytes.len())]] {
            let mut memory = Checked::default();
            let at = memory.place(ty.layout().size, ty.layout().align);
            if unpack(bytes, &ty, at, &mut memory, 1 << 20).is_ok() {
                let mut again = Vec::new();
                pack(&ty, at, &memory, bytes.len(), &mut again).unwrap();
                prop_assert_eq!(&again[..], bytes, "a value has one form");
                release(&ty, at, &mut memory);
            }
            prop_assert_eq!(memory.pieces(), 1);
        }
    }

    #[test]
    fn hostile_memory_becomes_bytes_of_a_value_or_an_error(
        ty in types(),
        words in vec(prop_oneof![0..5usize, Hostile::BASE..Hostile::BASE + 512], 1..64),
    ) {
        let memory = Hostile(words.into_iter().flat_map(usize::to_ne_bytes).collect());
        let mut bytes = Vec::new();
        match pack(&ty, Hostile::BASE, &memory, 1 << 16, &mut bytes) {
            Ok(()) => {
                prop_assert!(bytes.len() <= 1 << 16);
                let value = Value::from_binary(&bytes, &ty).unwrap();
                prop_assert_eq!(value.check(&ty), Ok(()));
            }
            Err(_) => prop_assert!(bytes.is_empty()),
        }
    }
}

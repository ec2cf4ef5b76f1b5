//! Values survive WAVE and JSON, and types survive WIT.

use crate::types::types;
use crate::values::{assert_same, typed_values};
use crate::wit::Wit;
use polyplug_abi::Version;
use polyplug_schema::{Contract, Descriptions, Function, Value};
use proptest::collection::vec;
use proptest::prelude::*;
use serde::de::DeserializeSeed;

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 1000, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn values_survive_wave((ty, values) in typed_values(2)) {
        for value in &values {
            let text = value.to_string();
            let read = Value::from_wave(&text, &ty);
            let read = read.map_err(|error| TestCaseError::fail(format!("{ty}\n{text}\n{error}")))?;
            assert_same(&read, value)?;
        }
    }

    #[test]
    fn values_survive_json((ty, values) in typed_values(2)) {
        for value in &values {
            let text = serde_json::to_string(value).unwrap();
            let read = (&ty).deserialize(&mut serde_json::Deserializer::from_str(&text));
            let read = read.map_err(|error| TestCaseError::fail(format!("{ty}\n{text}\n{error}")))?;
            assert_same(&read, value)?;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 200, failure_persistence: None, ..ProptestConfig::default()
    })]

    /// The text that a contract's functions make, with every type declared by name, reads as the same
    /// contract: types, layouts and shape.
    #[test]
    fn types_survive_wit(types in vec(types(), 1..5)) {
        let mut wit = Wit::default();
        let mut functions = Vec::new();
        for (at, ty) in types.iter().enumerate() {
            let name = format!("f{at}");
            wit.echo(&name, ty);
            functions.push(Function::new(name, [("value", ty.clone())], Some(ty.clone())).unwrap());
        }
        let expected = Contract::new("demo.a", Version::new(1, 0, 0), functions).unwrap();
        let text = wit.text("a");
        let read = Descriptions::from_text("a.wit", &text);
        let read = read.map_err(|error| TestCaseError::fail(format!("{text}\n{error}")))?;
        let read = read.contract("demo.a@1").unwrap();
        prop_assert_eq!(read.shape_text(), expected.shape_text());
        prop_assert_eq!(read.shape_hash(), expected.shape_hash());
        for (read, expected) in read.functions().iter().zip(expected.functions()) {
            prop_assert_eq!(read.parameters(), expected.parameters());
            prop_assert_eq!(read.result_layout(), expected.result_layout());
        }
    }
}

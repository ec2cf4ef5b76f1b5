//! Values survive WAVE and JSON, and types survive WIT.

use crate::types::types;
use crate::values::{assert_same, typed_values};
use polyplug_abi::Version;
use polyplug_schema::{Contract, Descriptions, Function, Type, Value};
use proptest::collection::vec;
use proptest::prelude::*;
use serde::de::DeserializeSeed;
use std::collections::HashMap;
use std::fmt::Write;

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
            let spelled = wit.spell(ty);
            writeln!(wit.functions, "  %{name}: func(%value: {spelled}) -> {spelled};").unwrap();
            functions.push(Function::new(name, [("value", ty.clone())], Some(ty.clone())).unwrap());
        }
        let expected = Contract::new("demo.a", Version::new(1, 0, 0), functions).unwrap();
        let (types, functions) = (&wit.types, &wit.functions);
        let text = format!("package demo:a@1.0.0;\ninterface a {{\n{types}{functions}}}\n");
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

/// A WIT text in the making.
#[derive(Default)]
struct Wit {
    types: String,
    functions: String,
    names: HashMap<String, String>,
}

impl Wit {
    /// The type as it is written where it is used.
    fn spell(&mut self, ty: &Type) -> String {
        match ty {
            Type::List(list) => format!("list<{}>", self.spell(list.element())),
            Type::FixedList(list) => {
                format!("list<{}, {}>", self.spell(list.element()), list.len())
            }
            Type::Option(option) => format!("option<{}>", self.spell(option.some())),
            Type::Result(result) => {
                let mut part = |ty: Option<&Type>| ty.map(|ty| self.spell(ty));
                match (part(result.ok()), part(result.err())) {
                    (None, None) => "result".to_owned(),
                    (Some(ok), None) => format!("result<{ok}>"),
                    (None, Some(err)) => format!("result<_, {err}>"),
                    (Some(ok), Some(err)) => format!("result<{ok}, {err}>"),
                }
            }
            Type::Tuple(tuple) => {
                let elements = tuple.elements().iter().map(|element| self.spell(&element.ty));
                format!("tuple<{}>", elements.collect::<Vec<_>>().join(", "))
            }
            Type::Record(record) => {
                let fields = record.fields().iter();
                let fields = fields.map(|f| format!("%{}: {}", f.name, self.spell(&f.ty)));
                let body = fields.collect::<Vec<_>>().join(", ");
                self.declare("record", body)
            }
            Type::Variant(variant) => {
                let cases = variant.cases().iter().map(|case| match &case.ty {
                    Some(ty) => format!("%{}({})", case.name, self.spell(ty)),
                    None => format!("%{}", case.name),
                });
                let body = cases.collect::<Vec<_>>().join(", ");
                self.declare("variant", body)
            }
            Type::Enum(enumeration) => {
                let cases = enumeration.cases().iter().map(|case| format!("%{case}"));
                let body = cases.collect::<Vec<_>>().join(", ");
                self.declare("enum", body)
            }
            Type::Flags(flags) => {
                let flags = flags.flags().iter().map(|flag| format!("%{flag}"));
                let body = flags.collect::<Vec<_>>().join(", ");
                self.declare("flags", body)
            }
            scalar => scalar.kind().to_owned(),
        }
    }

    fn declare(&mut self, kind: &str, body: String) -> String {
        let declaration = format!("{kind} {{ {body} }}");
        if let Some(known) = self.names.get(&declaration) {
            return known.clone();
        }
        let name = format!("t{}", self.names.len());
        writeln!(self.types, "  {kind} {name} {{ {body} }}").unwrap();
        self.names.insert(declaration, name.clone());
        name
    }
}

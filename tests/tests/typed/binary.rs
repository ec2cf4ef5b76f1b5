//! A call in the binary form is the same call.

use crate::world::{Language, World, fixtures};
use polyplug::schema::{Type, Value};
use polyplug::{Contract, DynamicCallError, embedding};
use std::ptr;

/// Calls of functions that give back what they were given: every type of WIT.
const ECHOES: &[&str] = &[
    "bool(true)",
    "char('ß')",
    r#"string("a\u{0}b ß")"#,
    r#"string("")"#,
    "numbers(255, -128, 65535, -32768, 4294967295, -1, 18446744073709551615, -2, -1.5, 1e300)",
    "bytes([0, 255, 7])",
    r#"words(["a", "", "ß"])"#,
    "rows([[1, 2], [], [3]])",
    "bits([true, false])",
    "fixed([1, -2.5, 0])",
    "points([{x: 1, y: 2}, {x: -1, y: inf}])",
    r#"people([{name: "Ada", age: some(36), %type: ["a", ""], places: [{x: 1, y: 2}]}])"#,
    r#"one-person({name: "", %type: [], places: []})"#,
    "one-color(dark-green)",
    "one-access({can-read, all})",
    "one-shape(dot)",
    "one-shape(circle(2.5))",
    r#"one-shape(named("ß"))"#,
    r#"maybe(some({name: "Ada", %type: [], places: []}))"#,
    "maybe(none)",
    "nested(some(some(7)))",
    "nested(some(none))",
    "outcome(ok(7))",
    r#"outcome(err("no"))"#,
    "result(err)",
    r#"pair(("a", path([{x: 1, y: 2}])))"#,
    "nothing()",
];

/// A host that describes the contract: the bundle in Rust does not bring its WIT. What the host says holds
/// for what is loaded from then on.
fn described(language: Language) -> World {
    let world = World::new(language);
    world.runtime.describe(fixtures().join("echo.wit")).unwrap();
    world.replace("").unwrap();
    world
}

/// The name of the function that `text` calls, and the arguments as bytes.
fn packed(contract: &Contract, text: &str) -> (String, Vec<u8>) {
    let description = contract.description().unwrap().unwrap();
    let call = description.parse_call(text).unwrap();
    let mut bytes = Vec::new();
    for (argument, parameter) in call.arguments.iter().zip(call.function.parameters()) {
        argument.to_binary(&parameter.ty, &mut bytes).unwrap();
    }
    (call.function.name().to_owned(), bytes)
}

fn go_and_come_back(language: Language) {
    let world = described(language);
    let contract = world.runtime.contract("test.echo@1").unwrap();
    for text in ECHOES {
        let (function, bytes) = packed(&contract, text);
        let mut out = b"before".to_vec();
        contract.call_binary(&function, &bytes, &mut out).unwrap();
        assert_eq!(out.strip_prefix(b"before"), Some(&*bytes), "{text}");
    }
    let (function, bytes) = packed(&contract, "add(40, 2)");
    let mut sum = Vec::new();
    world.runtime.call_binary("test.echo@1", &function, &bytes, &mut sum).unwrap();
    assert_eq!(Value::from_binary(&sum, &Type::U32), Ok(Value::U32(42)));
}

#[test]
fn bytes_go_to_lua_and_back() {
    go_and_come_back(Language::Lua);
}

#[test]
fn bytes_go_to_rust_and_back() {
    go_and_come_back(Language::Rust);
}

#[test]
fn every_function_has_an_echo() {
    let world = described(Language::Rust);
    let contract = world.runtime.contract("test.echo@1").unwrap();
    let called: Vec<_> = ECHOES.iter().map(|text| packed(&contract, text).0).collect();
    for function in contract.description().unwrap().unwrap().functions() {
        let others = ["add", "version", "fail"];
        let name = function.name();
        assert!(others.contains(&name) || called.iter().any(|other| other == name), "{name}");
    }
}

#[test]
fn bytes_that_are_no_arguments_call_nothing() {
    let world = described(Language::Lua);
    let contract = world.runtime.contract("test.echo@1").unwrap();
    for text in ECHOES {
        let (function, bytes) = packed(&contract, text);
        let mut out = Vec::new();
        for end in 0..bytes.len() {
            let error = contract.call_binary(&function, &bytes[..end], &mut out).unwrap_err();
            assert!(matches!(error, DynamicCallError::Value { .. }), "{text}: {error}");
        }
        let error = contract.call_binary(&function, &[&*bytes, &[0]].concat(), &mut out);
        let error = error.unwrap_err().to_string();
        assert!(error.ends_with("the arguments: 1 bytes are left behind the end"), "{error}");
        assert!(error.starts_with(&format!("test.echo@1 {function}: func(")), "{error}");
        assert!(out.is_empty());
    }
    assert_eq!(world.caller().add(1, 2), Ok(3));
}

#[test]
fn what_a_function_says_is_the_error_of_the_call_with_bytes() {
    for language in [Language::Lua, Language::Rust] {
        let world = described(language);
        let contract = world.runtime.contract("test.echo@1").unwrap();
        let (function, bytes) = packed(&contract, r#"fail("no luck")"#);
        let mut out = vec![7];
        let error = contract.call_binary(&function, &bytes, &mut out).unwrap_err();
        assert!(error.to_string().contains("no luck"), "{error}");
        assert_eq!(out, [7]);
    }
}

/// As `polyplug_call_binary_at` in C does: by number, with an object.
#[test]
#[expect(unsafe_code, reason = "calls with objects by hand")]
fn each_object_has_its_own_state_for_calls_with_bytes() {
    let world = World::new(Language::Rust);
    world.runtime.describe(fixtures().join("counter.wit")).unwrap();
    world.replace("").unwrap();
    let counters = world.runtime.contract("test.counter@1").unwrap();
    let interface = embedding::interface(&counters);
    // SAFETY: the constructor takes nothing.
    let create = || unsafe { counters.create(ptr::null()) }.unwrap();
    let (one, other) = (create(), create());
    let add = |instance, by: u8| {
        let mut out = Vec::new();
        // SAFETY: both objects are alive.
        unsafe { embedding::call_binary(interface, instance, 0, &[by, 0, 0, 0], &mut out) }
            .unwrap();
        out
    };
    assert_eq!((add(one, 2), add(other, 7)), (vec![2, 0, 0, 0], vec![7, 0, 0, 0]));
    assert_eq!(add(one, 3), [5, 0, 0, 0]);
    for instance in [one, other] {
        // SAFETY: each is destroyed once.
        unsafe { counters.destroy(instance) }.unwrap();
    }
}

/// A new version of the bundle is described anew, and the next call goes by that.
#[test]
fn a_call_with_bytes_follows_its_bundle() {
    for language in [Language::Lua, Language::Rust] {
        let world = described(language);
        let contract = world.runtime.contract("test.echo@1").unwrap();
        let mut out = Vec::new();
        contract.call_binary("version", &[], &mut out).unwrap();
        world.replace("second").unwrap();
        contract.call_binary("version", &[], &mut out).unwrap();
        assert_eq!(out, [1, 0, 0, 0, 2, 0, 0, 0]);
    }
}

//! Components that call contracts of other bundles and of the host.

use crate::bundle::Host;
use polyplug::schema::Value;
use polyplug_abi::AbiErrorCode;

/// A component with one function, `call: func(n: u32) -> u32`, in `demo:{name}/{name}@1.0.0`. With an
/// import it gives back what that one's `call` answers to `n`, plus `add`.
pub(crate) fn component(name: &str, import: Option<&str>, add: u32) -> String {
    let Some(import) = import else {
        return format!(
            r#"(component
  (core module $m
    (func (export "call") (param i32) (result i32) (i32.add (local.get 0) (i32.const {add}))))
  (core instance $i (instantiate $m))
  (func $call (param "n" u32) (result u32) (canon lift (core func $i "call")))
  (instance $out (export "call" (func $call)))
  (export "demo:{name}/{name}@1.0.0" (instance $out)))"#
        );
    };
    format!(
        r#"(component
  (import "demo:{import}/{import}@1.0.0" (instance $in
    (export "call" (func (param "n" u32) (result u32)))))
  (alias export $in "call" (func $in-call))
  (core func $in-core (canon lower (func $in-call)))
  (core module $m
    (import "in" "call" (func $in (param i32) (result i32)))
    (func (export "call") (param i32) (result i32)
      (i32.add (call $in (local.get 0)) (i32.const {add}))))
  (core instance $i (instantiate $m (with "in" (instance (export "call" (func $in-core))))))
  (func $call (param "n" u32) (result u32) (canon lift (core func $i "call")))
  (instance $out (export "call" (func $call)))
  (export "demo:{name}/{name}@1.0.0" (instance $out)))"#
    )
}

fn call(host: &Host, name: &str, number: u32) -> Result<Value, (u32, String)> {
    let called = host.runtime.call(&format!("demo.{name}@1"), "call", &[Value::U32(number)]);
    called.map_err(|error| (error.code(), error.to_string()))
}

#[test]
fn a_component_calls_another_and_follows_its_reload() {
    let host = Host::new();
    host.load("one", &component("one", None, 1)).unwrap();
    host.load("two", &component("two", Some("one"), 10)).unwrap();
    assert_eq!(call(&host, "two", 100), Ok(Value::U32(111)));

    let folder = host.write("one", &component("one", None, 2), "");
    host.runtime.reload_bundle(folder).unwrap();

    assert_eq!(call(&host, "two", 100), Ok(Value::U32(112)));
}

/// `one`, whose `call` is its second function: the first is called `name` and answers 0.
fn second_of(name: &str, add: u32) -> String {
    let module = format!(
        "(core module $m (func (export \"{name}\") (param i32) (result i32) (i32.const 0))"
    );
    let first = format!(
        "(func $first (param \"n\" u32) (result u32) (canon lift (core func $i \"{name}\")))
  (instance $out (export \"{name}\" (func $first))"
    );
    let text = component("one", None, add).replace("(core module $m", &module);
    text.replace("(instance $out (export \"call\"", &format!("{first} (export \"call\""))
}

#[test]
fn functions_are_found_by_name_since_only_those_in_use_are_imported() {
    let host = Host::new();
    host.load("one", &second_of("before", 1)).unwrap();
    host.load("two", &component("two", Some("one"), 10)).unwrap();
    assert_eq!(call(&host, "two", 100), Ok(Value::U32(111)));

    // What `two` relies on is the contract as it was, and not its own function alone.
    let folder = host.write("one", &second_of("renamed", 1), "");
    let error = host.runtime.reload_bundle(folder).unwrap_err().to_string();
    assert!(error.contains("before") && error.contains("renamed"), "{error}");
    assert_eq!(call(&host, "two", 100), Ok(Value::U32(111)));
}

#[test]
fn a_function_that_the_provider_does_not_have_is_named() {
    let host = Host::new();
    host.load("one", &component("one", None, 1).replace("\"call\"", "\"cal\"")).unwrap();
    let error = host.load("two", &component("two", Some("one"), 10)).unwrap_err().to_string();
    assert!(error.contains("no function `call`; did you mean `cal`?"), "{error}");
}

#[test]
fn an_import_that_nobody_serves_is_named() {
    let host = Host::new();
    let error = host.load("two", &component("two", Some("one"), 10)).unwrap_err().to_string();
    assert!(
        error.contains("contract `demo.one@1` (an import of its component)")
            && error.contains("`two`"),
        "{error}"
    );
    assert!(host.runtime.contract("demo.two@1").is_err());
}

#[test]
fn an_import_that_is_there_in_an_older_version_is_no_missing_one() {
    let host = Host::new();
    host.load("one", &component("one", None, 1)).unwrap();
    let newer =
        component("two", Some("one"), 10).replace("demo:one/one@1.0.0", "demo:one/one@1.4.0");
    let error = host.load("two", &newer).unwrap_err();
    assert_eq!(error.code(), AbiErrorCode::VersionMismatch as u32, "{error}");
    let said = error.to_string();
    assert!(said.contains("at least 1.4.0, but `one` provides 1.0.0"), "{said}");
    assert!(said.contains("`demo.one@1` (an import of its component)"), "{said}");
}

#[test]
fn an_import_of_another_shape_is_refused_with_both() {
    let host = Host::new();
    let other = component("one", None, 1)
        .replace("(param \"n\" u32) (result u32)", "(param \"n\" s32) (result u32)");
    host.load("one", &other).unwrap();
    let error = host.load("two", &component("two", Some("one"), 10)).unwrap_err().to_string();
    assert!(error.contains("n: s32") && error.contains("n: u32"), "{error}");
}

#[test]
fn a_provider_that_fails_ends_the_call_and_nothing_else() {
    let host = Host::new();
    let broken = component("one", None, 1)
        .replace("(i32.add (local.get 0)", "(unreachable) (i32.add (local.get 0)");
    host.load("one", &broken).unwrap();
    host.load("two", &component("two", Some("one"), 10)).unwrap();
    let (code, message) = call(&host, "two", 1).unwrap_err();
    assert_eq!(code, AbiErrorCode::Generic as u32, "{message}");
    assert!(message.contains("demo.one@1 call") && message.contains("unreachable"), "{message}");
    let folder = host.write("one", &component("one", None, 1), "");
    host.runtime.reload_bundle(folder).unwrap();
    assert_eq!(call(&host, "two", 1), Ok(Value::U32(12)));
}

#[test]
fn a_circle_of_calls_is_an_error_and_no_hang() {
    let host = Host::new();
    host.load("one", &component("one", None, 1)).unwrap();
    host.load("two", &component("two", Some("one"), 10)).unwrap();
    let folder = host.write("one", &component("one", Some("two"), 1), "");
    host.runtime.reload_bundle(folder).unwrap();

    for name in ["one", "two"] {
        let (code, message) = call(&host, name, 1).unwrap_err();
        assert_eq!(code, AbiErrorCode::ReentrantCall as u32, "{message}");
    }
    let folder = host.write("one", &component("one", None, 1), "");
    host.runtime.reload_bundle(folder).unwrap();
    assert_eq!(call(&host, "two", 1), Ok(Value::U32(12)));
}

#[test]
fn imports_that_could_never_be_served_say_what_would_be_right() {
    for (import, said) in [
        ("(import \"log\" (func (param \"text\" u32)))", "the function `log` right in its world"),
        ("(import \"demo:a/a\" (instance (export \"f\" (func))))", "has no version"),
        ("(import \"a\" (instance (export \"f\" (func))))", "is in no package"),
        (
            "(import \"demo:a/a@1.0.0\" (instance (export \"r\" (type (sub resource))) \
             (export \"[constructor]r\" (func (result (own 0))))))",
            "resources are not supported",
        ),
    ] {
        let text =
            component("one", None, 1).replacen("(component", &format!("(component {import}"), 1);
        let error = Host::new().load("one", &text).unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
    }
}

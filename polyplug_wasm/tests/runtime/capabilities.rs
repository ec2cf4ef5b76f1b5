//! What components reach through WASI: what their manifests ask for and the host granted.

use crate::bundle::{Host, MEMORY};
use parking_lot::Mutex;
use polyplug::schema::Value;
use polyplug_abi::AbiErrorCode;
use polyplug_wasm::WasmLoader;
use std::sync::Arc;
use std::time::Duration;

/// A component whose `variables` gives the environment that it sees.
fn environment() -> String {
    format!(
        r#"(component
  (import "wasi:cli/environment@0.2.0" (instance $environment
    (export "get-environment" (func (result (list (tuple string string)))))))
  (core module $memory {MEMORY})
  (core instance $room (instantiate $memory))
  (alias core export $room "memory" (core memory $memory))
  (alias core export $room "realloc" (core func $realloc))
  (core func $get (canon lower (func $environment "get-environment")
    (memory $memory) (realloc $realloc)))
  (core module $m
    (import "" "get" (func $get (param i32)))
    (func (export "variables") (result i32) (call $get (i32.const 16)) (i32.const 16)))
  (core instance $i (instantiate $m (with "" (instance (export "get" (func $get))))))
  (func $variables (result (list (tuple string string)))
    (canon lift (core func $i "variables") (memory $memory)))
  (instance $surroundings (export "variables" (func $variables)))
  (export "demo:surroundings/surroundings@1.0.0" (instance $surroundings)))"#
    )
}

/// A component that sleeps for so many nanoseconds.
const SLEEPER: &str = r#"(component
  (import "wasi:io/poll@0.2.0" (instance $poll
    (export "pollable" (type $pollable (sub resource)))
    (export "[method]pollable.block" (func (param "self" (borrow $pollable))))))
  (alias export $poll "pollable" (type $pollable))
  (import "wasi:clocks/monotonic-clock@0.2.3" (instance $clock
    (alias outer 1 $pollable (type $pollable))
    (export "pollable" (type $same (eq $pollable)))
    (export "subscribe-duration" (func (param "when" u64) (result (own $same))))))
  (core func $subscribe (canon lower (func $clock "subscribe-duration")))
  (core func $block (canon lower (func $poll "[method]pollable.block")))
  (core func $drop (canon resource.drop $pollable))
  (core module $m
    (import "" "subscribe" (func $subscribe (param i64) (result i32)))
    (import "" "block" (func $block (param i32)))
    (import "" "drop" (func $drop (param i32)))
    (func (export "sleep") (param i64)
      (local $timer i32)
      (local.set $timer (call $subscribe (local.get 0)))
      (call $block (local.get $timer))
      (call $drop (local.get $timer))))
  (core instance $i (instantiate $m (with "" (instance
    (export "subscribe" (func $subscribe))
    (export "block" (func $block))
    (export "drop" (func $drop))))))
  (func $sleep (param "nanoseconds" u64) (canon lift (core func $i "sleep")))
  (instance $sleeper (export "sleep" (func $sleep)))
  (export "demo:sleeper/sleeper@1.0.0" (instance $sleeper)))"#;

/// A component that imports an interface without functions, and traps when it starts.
fn importing(interface: &str) -> String {
    format!(
        r#"(component
  (import "{interface}" (instance))
  (core module $m (func $start unreachable) (start $start) (func (export "nothing")))
  (core instance $i (instantiate $m))
  (func $nothing (canon lift (core func $i "nothing")))
  (instance $old (export "nothing" (func $nothing)))
  (export "demo:old/old@1.0.0" (instance $old)))"#
    )
}

/// A host that grants `capabilities` to `bundles`.
fn granting(bundles: &str, capabilities: &[&str]) -> Host {
    let capabilities = capabilities.iter().copied();
    Host::with(|builder| builder.loader(WasmLoader::default()).grant(bundles, capabilities))
}

fn variables(host: &Host) -> Value {
    host.call("demo.surroundings@1", "variables", &[])
}

const ASKING: &str = "[wasm]\ncapabilities = [\"env:CARGO_PKG_NAME\"]\n";

#[test]
fn a_component_sees_the_variable_that_it_asked_for_and_was_granted() {
    let host = granting("seer", &["env:CARGO_PKG_NAME", "env:PATH"]);
    host.load_with("seer", &environment(), ASKING).unwrap();
    let variable = Value::Tuple(vec![Value::from("CARGO_PKG_NAME"), Value::from("polyplug_wasm")]);
    assert_eq!(variables(&host), Value::List(vec![variable]));
}

#[test]
fn a_component_that_asks_for_nothing_sees_nothing() {
    let host = granting("*", &["env:CARGO_PKG_NAME", "env:PATH", "args"]);
    host.load("blind", &environment()).unwrap();
    assert_eq!(variables(&host), Value::List(Vec::new()));
}

#[test]
fn a_component_that_was_not_granted_what_it_needs_does_not_load() {
    let host = granting("another", &["env:CARGO_PKG_NAME"]);
    let error = host.load_with("seer", &environment(), ASKING).unwrap_err();
    assert_eq!(error.code(), AbiErrorCode::CapabilityDenied as u32);
    assert!(error.to_string().contains("asks for `env:CARGO_PKG_NAME`"), "{error}");
    let optional = "[wasm]\noptional_capabilities = [\"env:CARGO_PKG_NAME\"]\n";
    host.load_with("seer", &environment(), optional).unwrap();
    assert_eq!(variables(&host), Value::List(Vec::new()));
}

#[test]
fn a_component_without_wasi_is_held_to_its_manifest_too() {
    let error = Host::new().load_with("plain", "(component)", ASKING).unwrap_err();
    assert_eq!(error.code(), AbiErrorCode::CapabilityDenied as u32);
}

#[test]
fn a_capability_that_is_none_is_told_with_its_line() {
    let asking = "[wasm]\ncapabilities = [\"fs\"]\n";
    let error = Host::new().load_with("wrong", "(component)", asking).unwrap_err();
    assert_eq!(error.code(), AbiErrorCode::ManifestInvalid as u32);
    let said = error.to_string();
    assert!(
        said.contains("manifest.toml:6:17: `wasm.capabilities[0]` is the string \"fs\""),
        "{said}"
    );
    assert!(said.contains("`fs:ro:PATH` or `fs:rw:PATH`"), "{said}");
}

#[test]
fn a_folder_that_is_not_there_is_told() {
    let host = granting("*", &["fs:rw:data"]);
    let asking = "[wasm]\ncapabilities = [\"fs:rw:data\"]\n";
    let error = host.load_with("keeper", &environment(), asking).unwrap_err().to_string();
    assert!(error.contains("`fs:rw:data`: there is no "), "{error}");
}

#[test]
fn a_folder_that_is_optional_need_not_be_there() {
    let said = Arc::new(Mutex::new(String::new()));
    let log = Arc::clone(&said);
    let host = Host::with(|builder| {
        let builder = builder.loader(WasmLoader::default()).grant("*", ["fs:rw:data"]);
        builder.logger(move |_, _, message| log.lock().push_str(message))
    });
    let asking = "[wasm]\noptional_capabilities = [\"fs:rw:data\"]\n";
    host.load_with("keeper", &environment(), asking).unwrap();
    assert!(said.lock().contains("runs without `fs:rw:data`: there is no "), "{said:?}");
}

#[test]
fn a_component_that_oversleeps_is_stopped_and_runs_on_afterwards() {
    let host = Host::new();
    host.load_with("sleeper", SLEEPER, "[limits]\ncall_ms = 100\n").unwrap();
    let sleep = |time: Duration| {
        let time = Value::U64(time.as_nanos() as u64);
        host.try_call("demo.sleeper@1", "sleep", &[time])
    };
    for _ in 0..3 {
        let error = sleep(Duration::from_secs(3600)).unwrap_err();
        assert!(error.contains("time limit of 100 ms"), "{error}");
        sleep(Duration::from_millis(1)).unwrap();
    }
}

#[test]
fn a_component_may_wait_on_a_thread_of_an_executor() {
    let host = Host::new();
    host.load("sleeper", SLEEPER).unwrap();
    let executor = tokio::runtime::Builder::new_current_thread().build().unwrap();
    executor.block_on(async { host.call("demo.sleeper@1", "sleep", &[Value::U64(1_000_000)]) });
}

#[test]
fn wasi_that_is_not_served_is_told_before_anything_runs() {
    let http = match cfg!(feature = "http") {
        true => "serves wasi:http 0.2, not 0.3.0",
        false => "without the feature `http`",
    };
    for (interface, said) in [
        ("wasi:http/handler@0.3.0", http),
        ("wasi:cli/run@0.3.0-rc-2025-08-15", "serves wasi:cli 0.2, not 0.3.0-rc-2025-08-15"),
        ("wasi:nn/graph@0.2.0", "of WASI this host serves wasi:cli"),
    ] {
        let error = Host::new().load("old", &importing(interface)).unwrap_err().to_string();
        assert!(error.contains(&format!("it imports `{interface}`")), "{error}");
        assert!(error.contains(said), "{error}");
    }
}

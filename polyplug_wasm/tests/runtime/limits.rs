//! Components that go wrong in every way that they can: the host gets an error, and the next call works.

use crate::bundle::Host;
use crate::hostile;
use polyplug::schema::Value;
use std::time::Duration;

fn host() -> Host {
    let host = Host::new();
    let limits = "[limits]\ncall_ms = 40\nmemory = \"8 MiB\"\n";
    host.load_with("hostile", &hostile::component("hostile"), limits).unwrap();
    host
}

/// The message of a function that fails.
#[track_caller]
fn refusal(host: &Host, function: &str) -> (u32, String) {
    let failed = host.runtime.call("demo.hostile@1", function, &[]).unwrap_err();
    (failed.code(), failed.to_string())
}

#[test]
fn whatever_goes_wrong_is_an_error_and_the_next_call_works() {
    use polyplug_abi::AbiErrorCode::{Generic, MemoryLimit, TimedOut, ValueInvalid};
    let host = host();
    for (function, code, said) in [
        ("trap", Generic, "unreachable"),
        ("spin", TimedOut, "stopped after its time limit of 40 ms"),
        ("recurse", Generic, "call stack exhausted"),
        ("grow", MemoryLimit, "the bundle's limit is 8388608 bytes"),
        ("all", MemoryLimit, "the bundle's limit is 8388608 bytes"),
        ("far", ValueInvalid, "out of bounds"),
        ("nowhere", ValueInvalid, "out of bounds"),
        ("crooked", ValueInvalid, "not a multiple of 4"),
        ("long", ValueInvalid, "out of bounds"),
        ("not-utf8", ValueInvalid, "the text is not UTF-8"),
        ("not-char", ValueInvalid, "0xd800 is not a char"),
    ] {
        assert_eq!(host.call("demo.hostile@1", "count", &[]), Value::U32(1), "{function}");
        assert_eq!(host.call("demo.hostile@1", "count", &[]), Value::U32(2), "{function}");
        let (found, message) = refusal(&host, function);
        assert_eq!(found, code as u32, "{function}: {message}");
        assert!(message.contains(said), "{function}: {message}");
    }
}

#[test]
fn a_trap_shows_where_it_was() {
    let (_, message) = refusal(&host(), "trap");
    assert!(message.contains("wasm backtrace") && message.contains("trap"), "{message}");
}

#[test]
fn a_failure_is_not_blamed_on_what_was_refused_before() {
    let host = host();
    assert_eq!(host.call("demo.hostile@1", "ask", &[]), Value::S32(-1));
    let (code, message) = refusal(&host, "trap");
    assert_eq!(code, polyplug_abi::ERROR_GENERIC, "{message}");
    assert!(!message.contains("limit"), "{message}");
}

#[test]
fn the_time_of_a_call_ends_when_it_returns() {
    let host = host();
    for _ in 0..20 {
        host.call("demo.hostile@1", "count", &[]);
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(host.call("demo.hostile@1", "count", &[]), Value::U32(21));
}

#[test]
fn a_small_thread_is_told_that_it_is_too_small() {
    let host = host();
    let runtime = host.runtime.clone();
    let call = move || runtime.call("demo.hostile@1", "recurse", &[]).unwrap_err().to_string();
    let small = std::thread::Builder::new().stack_size(256 << 10).spawn(call).unwrap();
    let message = small.join().unwrap();
    assert!(message.contains("of its stack left"), "{message}");
    assert_eq!(host.call("demo.hostile@1", "count", &[]), Value::U32(1));
}

#[test]
fn a_start_that_fails_is_an_error_that_says_why() {
    let tables = "(table 100000 funcref)".repeat(20);
    for (code, said) in [
        (
            "(func $\"the tank is empty\" unreachable) (start $\"the tank is empty\")",
            "the tank is empty",
        ),
        ("(func $f (loop $again (br $again))) (start $f)", "time limit of 40 ms"),
        ("(memory 1000)", "limit is 8388608 bytes"),
        (&tables, "limit is 8388608 bytes"),
    ] {
        let text = format!(
            r#"(component (core module $m {code} (func (export "f")))
                (core instance $i (instantiate $m))
                (func $f (canon lift (core func $i "f")))
                (instance $x (export "f" (func $f)))
                (export "demo:x/x@1.0.0" (instance $x)))"#
        );
        let limits = "[limits]\ncall_ms = 40\nmemory = \"8 MiB\"\n";
        let error = Host::new().load_with("x", &text, limits).unwrap_err().to_string();
        assert!(error.contains(said) && error.contains("did not start"), "{error}");
    }
}

/// A component whose `many` gives lists that are all at one place, and whose `long` gives one of 48 MiB that
/// is read one by one.
fn copied() -> &'static str {
    r#"(component
  (core module $m
    (memory (export "memory") 1)
    (func $result (param $place i32) (param $count i32) (result i32)
      (i32.store (i32.const 16) (local.get $place))
      (i32.store (i32.const 20) (local.get $count))
      (i32.const 16))
    (func (export "many") (result i32)
      (local $at i32)
      (local.set $at (i32.const 1024))
      (loop $next
        (i32.store (local.get $at) (i32.const 0))
        (i32.store offset=4 (local.get $at) (i32.const 0x8000))
        (local.set $at (i32.add (local.get $at) (i32.const 8)))
        (br_if $next (i32.lt_u (local.get $at) (i32.const 0x8000))))
      (call $result (i32.const 1024) (i32.const 3968)))
    (func (export "long") (result i32)
      (drop (memory.grow (i32.const 768)))
      (call $result (i32.const 0x10000) (i32.const 0x3000000))))
  (core instance $i (instantiate $m))
  (alias core export $i "memory" (core memory $memory))
  (func $many (result (list (list u8))) (canon lift (core func $i "many") (memory $memory)))
  (func $long (result (list bool)) (canon lift (core func $i "long") (memory $memory)))
  (instance $out (export "many" (func $many)) (export "long" (func $long)))
  (export "demo:copied/copied@1.0.0" (instance $out)))"#
}

#[test]
fn a_result_is_no_larger_than_what_the_memory_holds() {
    let host = Host::new();
    host.load_with("copied", copied(), "[limits]\nmemory = \"1 MiB\"\n").unwrap();
    let failed = host.runtime.call("demo.copied@1", "many", &[]).unwrap_err();
    assert_eq!(failed.code(), polyplug_abi::AbiErrorCode::ValueInvalid as u32);
    assert!(failed.to_string().contains("2097152 bytes"), "{failed}");
    // As much as the default allows; copying it takes long where every step is watched.
    let roomy = copied().replace("copied", "roomy");
    host.load_with("roomy", &roomy, "[limits]\ncall_ms = 120000\n").unwrap();
    assert!(host.runtime.call("demo.roomy@1", "many", &[]).is_ok());
}

#[test]
fn copying_a_result_is_a_part_of_the_call() {
    let host = Host::new();
    let limits = "[limits]\nmemory = \"64 MiB\"\ncall_ms = 10\n";
    host.load_with("copied", copied(), limits).unwrap();
    let failed = host.runtime.call("demo.copied@1", "long", &[]).unwrap_err();
    assert_eq!(failed.code(), polyplug_abi::AbiErrorCode::TimedOut as u32, "{failed}");
    assert!(failed.to_string().contains("time limit of 10 ms"), "{failed}");
}

#[test]
fn a_long_text_of_a_component_is_cut_in_messages() {
    let name = "long ".repeat(10_000);
    let text = format!(
        r#"(component (core module $m
              (func $"{name}" (export "f") unreachable))
            (core instance $i (instantiate $m))
            (func $f (canon lift (core func $i "f")))
            (instance $x (export "f" (func $f)))
            (export "demo:x/x@1.0.0" (instance $x)))"#
    );
    let host = Host::new();
    host.load("x", &text).unwrap();
    let error = host.try_call("demo.x@1", "f", &[]).unwrap_err();
    assert!(error.contains("unreachable") && error.contains("long long"), "{error}");
    assert!(error.contains("(the first 4096 of 5"), "{error}");
    assert!(error.len() < 10_000, "{} bytes", error.len());
}

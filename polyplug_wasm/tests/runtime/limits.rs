//! Components that go wrong in every way that they can: the host gets an error, and the next call works.

use crate::bundle::{Host, MEMORY};
use polyplug::schema::Value;
use std::time::Duration;

/// `demo:hostile/hostile@1.0.0`.
fn hostile() -> String {
    format!(
        r#"(component
  (core module $m {MEMORY}
    (global $count (mut i32) (i32.const 0))
    (func (export "count") (result i32)
      (global.set $count (i32.add (global.get $count) (i32.const 1))) (global.get $count))
    (func $trap (export "trap") (result i32) (unreachable))
    (func (export "spin") (result i32) (loop $again (br $again)) (i32.const 0))
    (func $recurse (export "recurse") (result i32) (i32.add (call $recurse) (i32.const 1)))
    (func (export "grow") (result i32)
      (loop $again (br_if $again (i32.ne (memory.grow (i32.const 256)) (i32.const -1))))
      (unreachable))
    (func (export "far") (result i32)
      (i32.store (i32.const 16) (i32.const 0x7fffff00))
      (i32.store (i32.const 20) (i32.const 64))
      (i32.const 16))
    (func (export "nowhere") (result i32) (i32.const 0xfffffff0))
    (func (export "crooked") (result i32) (i32.const 17))
    (func (export "long") (result i32)
      (i32.store (i32.const 16) (i32.const 64))
      (i32.store (i32.const 20) (i32.const -1))
      (i32.const 16))
    (func (export "not-utf8") (result i32)
      (i32.store (i32.const 16) (i32.const 64))
      (i32.store (i32.const 20) (i32.const 2))
      (i32.store16 (i32.const 64) (i32.const 0xfffe))
      (i32.const 16))
    (func (export "not-char") (result i32) (i32.const 0xd800)))
  (core instance $i (instantiate $m))
  (alias core export $i "memory" (core memory $memory))
  (func $count (result u32) (canon lift (core func $i "count")))
  (func $trap (result u32) (canon lift (core func $i "trap")))
  (func $spin (result u32) (canon lift (core func $i "spin")))
  (func $recurse (result u32) (canon lift (core func $i "recurse")))
  (func $grow (result u32) (canon lift (core func $i "grow")))
  (func $far (result string) (canon lift (core func $i "far") (memory $memory)))
  (func $nowhere (result string) (canon lift (core func $i "nowhere") (memory $memory)))
  (func $crooked (result string) (canon lift (core func $i "crooked") (memory $memory)))
  (func $long (result (list u64)) (canon lift (core func $i "long") (memory $memory)))
  (func $not-utf8 (result string) (canon lift (core func $i "not-utf8") (memory $memory)))
  (func $not-char (result char) (canon lift (core func $i "not-char")))
  (instance $hostile
    (export "count" (func $count)) (export "trap" (func $trap)) (export "spin" (func $spin))
    (export "recurse" (func $recurse)) (export "grow" (func $grow)) (export "far" (func $far))
    (export "nowhere" (func $nowhere)) (export "crooked" (func $crooked))
    (export "long" (func $long)) (export "not-utf8" (func $not-utf8))
    (export "not-char" (func $not-char)))
  (export "demo:hostile/hostile@1.0.0" (instance $hostile)))"#
    )
}

fn host() -> Host {
    let host = Host::new();
    let limits = "[limits]\ncall_ms = 40\nmemory = \"8 MiB\"\n";
    host.load_with("hostile", &hostile(), limits).unwrap();
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
    for (code, said) in [
        (
            "(func $\"the tank is empty\" unreachable) (start $\"the tank is empty\")",
            "the tank is empty",
        ),
        ("(func $f (loop $again (br $again))) (start $f)", "time limit of 40 ms"),
        ("(memory 1000)", "memory"),
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

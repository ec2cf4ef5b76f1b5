//! Typed callers of Rust: every type of WIT into Lua and into Rust and back, and what becomes of a
//! caller when its bundle is replaced.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic, and clippy sees `#[test]` only")]

mod binary;
mod everything;
mod objects;
mod replaced;
mod values;
mod world;

#[path = "../../../polyplug_bindgen/tests/snapshots/rust/test_everything_host.rs"]
mod test_everything_host;

polyplug::contract!("../fixtures/echo/echo.wit");
polyplug::contract!("../fixtures/echo/counter.wit", "test.counter@1");

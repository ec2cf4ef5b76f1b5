//! A component that tries every door of WASI (`fixtures/wasm/doors`), as a whole bundle: it gets refusals,
//! and what was granted opens.

#![cfg(all(feature = "http", unix))]
#![expect(clippy::unwrap_used, reason = "a test fails by a panic, and clippy sees `#[test]` only")]

mod doors;

mod console;
mod files;
mod network;
mod requests;

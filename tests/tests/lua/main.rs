//! Lua bundles in a whole runtime: the rules for Lua, the failures that were seen elsewhere, bad
//! input, and real editors.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic, and clippy sees `#[test]` only")]

#[expect(unsafe_code, reason = "calls the table with null pointers")]
mod bad_input;
mod deadlocks;
mod failures;
mod rebuild;
mod reentry;
mod reporting;
mod sandbox;
mod state;
#[expect(unsafe_code, reason = "lends a text and reads one")]
mod text;
mod time_limit;
mod under_load;
mod watching;
mod world;

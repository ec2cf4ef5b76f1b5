//! Lua bundles in a whole runtime: the rules for Lua, the failures that were seen elsewhere, bad
//! input, and real editors.

#[expect(unsafe_code, reason = "calls the table with null pointers")]
mod bad_input;
mod deadlocks;
mod failures;
mod reentry;
mod reporting;
mod sandbox;
mod state;
#[expect(unsafe_code, reason = "lends a text and reads one")]
mod text;
mod time_limit;
mod watching;
mod world;

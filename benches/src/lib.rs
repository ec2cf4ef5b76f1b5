//! Measuring: the floor and ours in turn, in one run, so that a drifting machine moves both.
//!
//! A row is the median of many batches. Nothing here fails on a slow machine.

pub mod library;
pub mod lua;
pub mod lua_typed;
pub mod measure;
pub mod memory;
pub mod native;
pub mod outside;
pub mod report;
#[cfg(feature = "wasm")]
#[expect(unsafe_code, reason = "runs machine code that it has kept")]
pub mod wasm;

//! Native bundles, end to end: libraries built by the system's compilers, loaded, rebuilt, replaced.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic, and clippy sees `#[test]` only")]

mod bad_input;
mod child;
mod copies;
mod instances;
mod manifest;
mod processes;
mod reloading;
mod rust;
mod siblings;
mod templates;
mod traps;
mod unwinding;
mod watching;

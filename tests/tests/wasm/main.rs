//! Components among bundles of other languages.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic, and clippy sees `#[test]` only")]

mod under_reload;
mod with_lua;

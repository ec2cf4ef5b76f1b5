//! Whole bundles through a runtime: components written as text.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic, and clippy sees `#[test]` only")]

mod bundle;
mod calls;
mod capabilities;
#[expect(unsafe_code, reason = "calls by layout")]
mod descriptions;
mod files;
mod hostile;
mod imports;
mod limits;
#[expect(unsafe_code, reason = "calls on an instance")]
mod objects;
#[expect(unsafe_code, reason = "is a guest")]
mod pool;

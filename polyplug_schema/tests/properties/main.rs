//! What holds for every type and every value, tried with random ones.
//!
//! `types` and `values` make them. `in_c` proves the layout against a C compiler.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

mod types;
mod values;

#[expect(unsafe_code, reason = "calls C")]
mod in_c;

mod c_compiler;

//! What holds for every type and every value, tried with random ones.
//!
//! `types` and `values` make them, `wit` writes types down. `in_c` proves the layout against a C
//! compiler and takes values through C and C++, `in_rust` through the types that Rust has for them, both
//! over `echo`; `in_memory` watches every access of lower, lift and release; `in_binary` takes values
//! through the binary form, `in_text` through WAVE and JSON, and types through WIT; `hostile_text` is
//! text that nobody meant well.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

mod types;
mod values;
mod wit;

mod hostile_text;
mod in_binary;
mod in_c;
mod in_memory;
mod in_rust;
mod in_text;

mod c_compiler;
#[expect(unsafe_code, reason = "calls the libraries")]
mod echo;
mod memory;

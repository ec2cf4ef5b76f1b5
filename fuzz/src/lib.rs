//! Random input for what polyplug reads and does not trust, and the properties that must hold for all
//! of it. Each target is one function of bytes; a property that does not hold is a panic.
//!
//! | target | what is random |
//! |---|---|
//! | `manifest` | the bytes of a `manifest.toml` |
//! | `foreign` | the structs that a plugin or a host registers |
//! | `calls` | what is called through the host table, in what order, with what arguments |
//! | `wit` | the texts of a description |
//! | `wave` | a type, and the text of a value or of a call |
//! | `bundle` | the manifest and the WIT of a bundle's folder |
//! | `binary` | a type, and the binary form of a value |
//! | `component` | the file of a bundle of the WASM loader |
//! | `smith` | the types and the code of a valid component |
//! | `signature` | the text of a `bundle.sig` |
//! | `tree` | the files of a signed bundle, and what is changed of them |
//!
//! `cargo test -p polyplug_fuzz` runs every target over what is kept: `corpus/` reaches what random
//! input has reached so far, `findings/` is what went wrong once. `fuzz/run TARGET SECONDS` looks for
//! more.

#[cfg(feature = "runtime")]
#[expect(unsafe_code, reason = "follows addresses of the C layout")]
pub mod binary;
#[cfg(feature = "runtime")]
#[expect(unsafe_code, reason = "registers contracts through the C ABI")]
pub mod bundle;
#[cfg(feature = "runtime")]
#[expect(unsafe_code, reason = "calls through the host table")]
pub mod calls;
#[cfg(feature = "runtime")]
pub mod component;
#[cfg(feature = "runtime")]
#[expect(unsafe_code, reason = "registers structs through the C ABI")]
pub mod foreign;
#[cfg(feature = "runtime")]
pub mod manifest;
pub mod signature;
#[cfg(feature = "runtime")]
pub mod smith;
pub mod tree;
#[cfg(feature = "runtime")]
pub mod wave;
#[cfg(feature = "runtime")]
pub mod wit;

#[cfg(feature = "runtime")]
#[expect(unsafe_code, reason = "is a guest")]
mod echo;
#[cfg(feature = "runtime")]
#[expect(unsafe_code, reason = "is called through the C ABI")]
mod plugin;
#[cfg(feature = "runtime")]
mod start;
#[cfg(feature = "runtime")]
mod text;
#[cfg(feature = "runtime")]
mod types;
#[cfg(feature = "runtime")]
mod values;
#[cfg(feature = "runtime")]
#[expect(unsafe_code, reason = "makes and destroys objects")]
mod wasm;
#[cfg(feature = "runtime")]
#[expect(clippy::unwrap_used, reason = "a text takes all that is written to it")]
#[path = "../../polyplug_schema/tests/properties/wit.rs"]
mod wit_text;

//! The WASM loader of polyplug: bundles that are components, run by wasmtime.
//!
//! ```no_run
//! use polyplug::runtime::RuntimeBuilder;
//! use polyplug_wasm::WasmLoader;
//!
//! let runtime = RuntimeBuilder::new().loader(WasmLoader::default()).build()?;
//! runtime.load_bundle("mods/greeter")?;
//! # Ok::<(), polyplug::error::RuntimeError>(())
//! ```
//!
//! | modules | what they do |
//! |---|---|
//! | `loader`, `config`, `engine` | what the runtime and the host see; the compiler's settings |
//! | `component`, `exports`, `imported`, `interface`, `types` | a file becomes contracts |
//! | `cache`, `compiled_file` | compiled components, kept on disk |
//! | `program` | a component that is ready to be instantiated |
//! | `guest`, `instances`, `cell` | calls, and the stores that they run in |
//! | `plan` | how the values of a function are carried |
//! | `lower`, `lift`, `room`, `text` | values into a guest, and out of it |
//! | `crossing` | how wasmtime carries them for us |
//! | `imports`, `outgoing`, `levels` | calls of other contracts |
//! | `hand_over` | state from one generation to the next |
//! | `limits`, `ticker` | memory and time |
//! | `wasi`, `egress` | what a component may reach besides |
//! | `failure`, `wording` | what is said about a failure |

mod config;
mod engine;
#[expect(unsafe_code, reason = "links a component to a runtime that outlives it")]
mod loader;

mod cache;
#[expect(unsafe_code, reason = "runs machine code that the cache has kept")]
mod compiled_file;
mod component;
mod exports;
mod imported;
mod interface;
mod types;

mod program;

#[expect(unsafe_code, reason = "stores are shared by the rule of the runtime's lock")]
mod cell;
#[expect(unsafe_code, reason = "implements the runtime's unsafe trait")]
mod guest;
mod instances;

mod plan;

mod lift;
mod lower;
mod room;
mod text;

#[expect(unsafe_code, reason = "implements wasmtime's unsafe traits")]
mod crossing;
#[expect(unsafe_code, reason = "calls contracts with memory that was laid out for them")]
mod imports;
#[expect(unsafe_code, reason = "owns memory of calls")]
mod levels;
#[expect(unsafe_code, reason = "implements wasmtime's unsafe traits")]
mod outgoing;

#[expect(unsafe_code, reason = "calls functions whose types were checked at load")]
mod hand_over;

mod limits;
mod ticker;

#[cfg(feature = "http")]
mod egress;
mod wasi;

mod failure;
mod wording;

pub use cache::{CacheConfig, CacheEntry, CacheFolder, CachePlace, Cleared};
pub use config::WasmConfig;
#[cfg(feature = "http")]
pub use egress::{Decision, EgressPolicy};
pub use imported::imported_contracts;
pub use loader::{MANIFEST_KEYS, WasmLoader};

/// The name that manifests give in `loader`.
pub const LOADER_NAME: &str = "wasm";

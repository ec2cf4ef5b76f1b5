//! The WASM loader of polyplug: bundles that are components, run by wasmtime.
//!
//! | modules | what they do |
//! |---|---|
//! | `cache`, `compiled_file` | compiled components, kept on disk |

mod cache;
#[expect(unsafe_code, reason = "runs machine code that the cache has kept")]
mod compiled_file;

pub use cache::{CacheConfig, CacheEntry, CacheFolder, CachePlace, Cleared};

/// The name that manifests give in `loader`.
pub const LOADER_NAME: &str = "wasm";

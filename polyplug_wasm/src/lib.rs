//! The WASM loader of polyplug: bundles that are components, run by wasmtime.

/// The name that manifests give in `loader`.
pub const LOADER_NAME: &str = "wasm";

//! The loaders that this build has.

use polyplug::loader::manifest::{Limits, Manifest, ManifestWarning};
use polyplug::runtime::RuntimeBuilder;
#[cfg(feature = "wasm")]
use std::fs;
use std::path::Path;
use std::time::Duration;

/// How long one call of a script may take where its manifest does not say: long enough for any
/// start, short enough that a person who saved an endless loop sees it stopped.
const CALL_TIME: Duration = Duration::from_millis(2_000);

/// The loaders of this build, each with the keys of its table in a manifest.
const KEYS: &[(&str, &[&str])] = &[
    #[cfg(feature = "lua")]
    (polyplug_lua::LOADER_NAME, polyplug_lua::MANIFEST_KEYS),
    #[cfg(feature = "native")]
    (polyplug_native::LOADER_NAME, polyplug_native::MANIFEST_KEYS),
    #[cfg(feature = "wasm")]
    (polyplug_wasm::LOADER_NAME, polyplug_wasm::MANIFEST_KEYS),
];

/// A builder with every loader of this build, and the limits that the commands give to scripts.
pub(crate) fn builder() -> RuntimeBuilder {
    let limits = Limits { call_time: Some(CALL_TIME), ..Limits::default() };
    let builder = RuntimeBuilder::new().default_limits(limits);
    #[cfg(feature = "lua")]
    let builder = builder.loader(polyplug_lua::LuaLoader::default());
    #[cfg(feature = "native")]
    let builder = builder.loader(polyplug_native::NativeLoader::default());
    #[cfg(feature = "wasm")]
    let builder = builder.loader(polyplug_wasm::WasmLoader::default());
    builder
}

/// The contracts that a bundle's code imports, as far as they can be read from it without running it.
#[cfg(feature = "wasm")]
pub(crate) fn imports(manifest: &Manifest, folder: &Path) -> Vec<String> {
    if manifest.data.loader != polyplug_wasm::LOADER_NAME {
        return Vec::new();
    }
    let file = fs::read(folder.join(&manifest.data.file)).unwrap_or_default();
    polyplug_wasm::imported_contracts(&file)
}

/// As above.
#[cfg(not(feature = "wasm"))]
pub(crate) fn imports(_: &Manifest, _: &Path) -> Vec<String> {
    Vec::new()
}

/// The keys in the table of the bundle's loader that it does not know.
pub(crate) fn unknown_keys(manifest: &Manifest) -> Vec<ManifestWarning> {
    let loader = manifest.data.loader.as_str();
    let Some((_, known)) = KEYS.iter().find(|(name, _)| *name == loader) else {
        return Vec::new();
    };
    let table = manifest.options.loader_tables.get(loader);
    table.map(|table| table.unknown_keys(known)).unwrap_or_default()
}

//! What a manifest says in `[native]`.

use crate::LOADER_NAME;
use polyplug::error::{LoaderError, RuntimeError, printable};
use polyplug::loader::manifest::BundleOptions;
use polyplug::registration::Stage;
use polyplug_abi::{ABI_VERSION_SYMBOL, PLUGIN_INIT_SYMBOL};
use std::ffi::{CStr, CString};

const LIBRARIES: &str = "libraries";
const SYMBOLS: &str = "symbols";
const INIT: &str = "init";
const ABI_VERSION: &str = "abi_version";

/// What may stand in the manifest's `[native]`.
pub const MANIFEST_KEYS: &[&str] = &[LIBRARIES, SYMBOLS];

/// `[native]`, checked.
pub(crate) struct Settings {
    /// The libraries beside the bundle's own, relative to its folder.
    pub(crate) libraries: Vec<String>,
    /// What `polyplug_init` is called in this library.
    pub(crate) init: CString,
    /// What `polyplug_abi_version` is called in this library.
    pub(crate) abi_version: CString,
}

impl Settings {
    /// Reads `[native]`.
    pub(crate) fn read(bundle: &str, options: &BundleOptions) -> Result<Self, LoaderError> {
        let mut settings = Self {
            libraries: Vec::new(),
            init: PLUGIN_INIT_SYMBOL.to_owned(),
            abi_version: ABI_VERSION_SYMBOL.to_owned(),
        };
        let Some(table) = options.loader_tables.get(LOADER_NAME) else {
            return Ok(settings);
        };
        let refused = |error| LoaderError::refused(bundle, RuntimeError::from(error));
        let libraries = table.strings(LIBRARIES).map_err(refused)?;
        settings.libraries = libraries.into_iter().map(str::to_owned).collect();
        let symbols = table.named_strings(SYMBOLS, &[INIT, ABI_VERSION]).map_err(refused)?;
        for (key, symbol) in [(INIT, &mut settings.init), (ABI_VERSION, &mut settings.abi_version)]
        {
            let Some(name) = symbols.get(key) else { continue };
            *symbol = exported(name).ok_or_else(|| {
                refused(table.invalid(&format!("{SYMBOLS}.{key}"), "the name of a C function"))
            })?;
        }
        Ok(settings)
    }

    /// Warns about keys that nobody knows.
    pub(crate) fn warn_of_unknown_keys(stage: &Stage<'_>) {
        let Some(table) = stage.options().loader_tables.get(LOADER_NAME) else { return };
        for unknown in table.unknown_keys(MANIFEST_KEYS) {
            stage.warn(&unknown.to_string());
        }
    }
}

fn exported(name: &str) -> Option<CString> {
    CString::new(name).ok().filter(|name| !name.is_empty())
}

/// A symbol as it is shown.
pub(crate) fn shown(symbol: &CStr) -> String {
    printable(&symbol.to_string_lossy())
}

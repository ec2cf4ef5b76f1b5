//! A runtime with the WASM loader, and bundles in a folder of its own.

use polyplug::error::RuntimeError;
use polyplug::loader::manifest::ManifestData;
use polyplug::runtime::{Runtime, RuntimeBuilder};
use polyplug::schema::Value;
use polyplug_abi::BundleId;
use polyplug_wasm::{CachePlace, WasmConfig, WasmLoader};
use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use tempfile::TempDir;

/// A host of components.
pub(crate) struct Host {
    pub(crate) runtime: Arc<Runtime>,
    folder: TempDir,
}

impl Host {
    pub(crate) fn new() -> Self {
        Self::with(|builder| builder.loader(loader()))
    }

    pub(crate) fn with(options: impl FnOnce(RuntimeBuilder) -> RuntimeBuilder) -> Self {
        let runtime = options(RuntimeBuilder::new().hot_reload(true)).build().unwrap();
        Self { runtime, folder: tempfile::tempdir().unwrap() }
    }

    /// Writes the bundle `name`: a component as text, and more for its manifest.
    pub(crate) fn write(&self, name: &str, text: &str, more: &str) -> PathBuf {
        let folder = self.folder.path().join(name);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("main.wat"), text).unwrap();
        let manifest = format!(
            "name = \"{name}\"\nversion = \"1.0.0\"\nloader = \"wasm\"\nfile = \"main.wat\"\n{more}"
        );
        fs::write(folder.join("manifest.toml"), manifest).unwrap();
        folder
    }

    pub(crate) fn load(&self, name: &str, text: &str) -> Result<(), RuntimeError> {
        self.load_with(name, text, "")
    }

    pub(crate) fn load_with(&self, name: &str, text: &str, more: &str) -> Result<(), RuntimeError> {
        self.runtime.load_bundle(self.write(name, text, more))
    }

    #[track_caller]
    pub(crate) fn call(&self, contract: &str, function: &str, arguments: &[Value]) -> Value {
        self.try_call(contract, function, arguments).unwrap()
    }

    pub(crate) fn try_call(
        &self,
        contract: &str,
        function: &str,
        arguments: &[Value],
    ) -> Result<Value, String> {
        self.runtime.call(contract, function, arguments).map_err(|error| error.to_string())
    }
}

/// A loader that leaves nothing on the disk.
pub(crate) fn loader() -> WasmLoader {
    let mut config = WasmConfig::default();
    config.cache.place = CachePlace::Off;
    WasmLoader::new(config)
}

/// A manifest that is in no file.
pub(crate) fn manifest(name: &str) -> ManifestData {
    ManifestData {
        id: BundleId::of(name).as_u64(),
        name: name.to_owned(),
        loader: "wasm".to_owned(),
        file: "main.wat".to_owned(),
        version: String::new(),
        path: name.into(),
        provides: Vec::new(),
        function_count: HashMap::new(),
        dependencies: Vec::new(),
        needs_reinit_on_dep_reload: false,
        bundle_dependencies: Vec::new(),
    }
}

/// What components of the tests begin with: memory, and a function that gives room in it.
pub(crate) const MEMORY: &str = r#"
    (memory (export "memory") 1)
    (global $free (mut i32) (i32.const 4096))
    (func $realloc (export "realloc") (param $old i32) (param $size i32) (param $align i32)
                                      (param $new i32) (result i32)
      (local $place i32)
      (local.set $place
        (i32.and (i32.add (global.get $free) (i32.sub (local.get $align) (i32.const 1)))
                 (i32.xor (i32.sub (local.get $align) (i32.const 1)) (i32.const -1))))
      (global.set $free (i32.add (local.get $place) (local.get $new)))
      (loop $grow
        (if (i32.gt_u (global.get $free) (i32.mul (memory.size) (i32.const 65536)))
          (then
            (if (i32.eq (memory.grow (i32.const 16)) (i32.const -1)) (then unreachable))
            (br $grow))))
      (memory.copy (local.get $place) (local.get $old) (local.get $size))
      (local.get $place))
    (func (export "done") (param i32) (global.set $free (i32.const 4096)))
"#;

//! The bundle, in a folder with something outside that it wants.

use polyplug::runtime::{Runtime, RuntimeBuilder};
use polyplug::schema::Value;
use polyplug_wasm::{CachePlace, WasmConfig, WasmLoader};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;

/// What nobody may read who is shut in.
pub(crate) const SECRET: &str = "the secret";

/// A loaded guest.
pub(crate) struct Doors {
    runtime: Arc<Runtime>,
    pub(crate) folder: TempDir,
}

impl Doors {
    /// A guest that asks for these capabilities and was granted them.
    pub(crate) fn with(capabilities: &[&str]) -> Self {
        Self::of(capabilities, WasmLoader::new(config()))
    }

    /// As [`Doors::with`], opened by this loader.
    pub(crate) fn of(capabilities: &[&str], loader: WasmLoader) -> Self {
        let folder = tempfile::tempdir().unwrap();
        furnish(folder.path());
        let bundle = folder.path().join("doors");
        let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/wasm/doors");
        fs::copy(fixture.join("guest.wasm"), bundle.join("guest.wasm")).unwrap();
        let manifest = fs::read_to_string(fixture.join("manifest.toml")).unwrap();
        let manifest = format!("{manifest}[wasm]\ncapabilities = {capabilities:?}\n");
        fs::write(bundle.join("manifest.toml"), manifest).unwrap();
        let builder = RuntimeBuilder::new().loader(loader);
        let runtime = builder.grant("doors", capabilities.iter().copied()).build().unwrap();
        runtime.load_bundle(bundle).unwrap();
        Self { runtime, folder }
    }

    /// Tries a door: what was behind it, or how it was refused.
    pub(crate) fn open(&self, door: &str, what: &[&str]) -> Result<String, String> {
        match self.call(door, what).unwrap() {
            Value::Result(Ok(Some(found))) => Ok(text(*found)),
            Value::Result(Err(Some(refused))) => Err(text(*refused)),
            other => panic!("{other:?}"),
        }
    }

    /// The same; an error is one that ended the call.
    pub(crate) fn call(&self, door: &str, what: &[&str]) -> Result<Value, String> {
        let arguments = [Value::from(door), Value::list(what.iter().copied())];
        let called = self.runtime.call("demo.doors@1", "try", &arguments);
        called.map_err(|error| error.to_string())
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }
}

/// Compiled once for all tests.
pub(crate) fn config() -> WasmConfig {
    let mut config = WasmConfig::default();
    let compiled = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("compiled");
    config.cache.place = CachePlace::Folder(compiled);
    config
}

/// The bundle's folder, with links out of it that somebody has left there, and what they lead to.
fn furnish(folder: &Path) {
    let (bundle, outside) = (folder.join("doors"), folder.join("outside"));
    for made in [&bundle.join("data"), &bundle.join("read"), &bundle.join("other"), &outside] {
        fs::create_dir_all(made).unwrap();
        fs::write(made.join("text"), "in the folder").unwrap();
    }
    fs::write(outside.join("secret"), SECRET).unwrap();
    fs::write(bundle.join("other/secret"), SECRET).unwrap();
    for granted in ["data", "read"] {
        let granted = bundle.join(granted);
        symlink("../../outside", granted.join("out")).unwrap();
        symlink(&outside, granted.join("far-out")).unwrap();
        symlink("../other/secret", granted.join("secret")).unwrap();
        symlink(outside.join("new"), granted.join("dangling")).unwrap();
    }
}

fn text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => panic!("{other:?}"),
    }
}

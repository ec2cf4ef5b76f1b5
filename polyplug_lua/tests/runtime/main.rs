//! Lua bundles in a whole runtime.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]
#![expect(unsafe_code, reason = "contracts are called by their layout")]

mod calls_out;
mod limits;
mod manifest;
mod reload;
mod typed;

use polyplug::Contract;
use polyplug::error::RuntimeError;
use polyplug::runtime::{Runtime, RuntimeBuilder};
use polyplug_abi::LogLevel;
use polyplug_lua::LuaLoader;
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use tempfile::TempDir;

/// A log record.
type Record = (LogLevel, String, String);

/// A runtime with its bundles and its log.
struct World {
    runtime: Arc<Runtime>,
    folder: TempDir,
    log: Arc<Mutex<Vec<Record>>>,
}

impl World {
    fn new() -> Self {
        Self::with(LuaLoader::default())
    }

    fn with(loader: LuaLoader) -> Self {
        let log: Arc<Mutex<Vec<Record>>> = Arc::default();
        let records = Arc::clone(&log);
        let runtime = RuntimeBuilder::new()
            .loader(loader)
            .hot_reload(true)
            .logger(move |level, scope, message| {
                records.lock().unwrap().push((level, scope.to_owned(), message.to_owned()));
            })
            .build()
            .unwrap();
        Self { runtime, folder: tempfile::tempdir().unwrap(), log }
    }

    /// Writes a bundle whose manifest ends with `more`.
    fn write(&self, name: &str, more: &str, source: &str) -> PathBuf {
        let folder = self.folder.path().join(name);
        fs::create_dir_all(&folder).unwrap();
        let manifest = format!("name = \"{name}\"\nloader = \"lua\"\nfile = \"main.lua\"\n{more}");
        fs::write(folder.join("manifest.toml"), manifest).unwrap();
        fs::write(folder.join("main.lua"), source).unwrap();
        folder
    }

    fn try_load(&self, name: &str, more: &str, source: &str) -> Result<(), RuntimeError> {
        self.runtime.load_bundle(self.write(name, more, source))
    }

    /// Loads a bundle that provides `{name}.api@1`; `body` defines `new` and `functions`.
    fn load(&self, name: &str, body: &str) -> Contract {
        self.load_with(name, "", body)
    }

    fn load_with(&self, name: &str, more: &str, body: &str) -> Contract {
        self.try_load(name, more, &script(name, body)).unwrap();
        self.runtime.contract(&format!("{name}.api@1")).unwrap()
    }

    fn reload(&self, name: &str, body: &str) -> Result<(), RuntimeError> {
        let folder = self.folder.path().join(name);
        fs::write(folder.join("main.lua"), script(name, body)).unwrap();
        self.runtime.reload_bundle(folder)
    }

    fn logged(&self, part: &str) -> bool {
        self.log.lock().unwrap().iter().any(|(_, _, message)| message.contains(part))
    }
}

/// A bundle with one contract; doubles go in and out with `get` and `set`.
fn script(name: &str, body: &str) -> String {
    format!(
        "local ffi = require('ffi')
         local guest = require('polyplug_guest')
         local function get(args) return ffi.cast('const double *', args)[0] end
         local function set(out, value) ffi.cast('double *', out)[0] = value end
         local functions = {{}}
         {body}
         function polyplug_init(host, context)
           local entry = {{ factory = new or function() return {{}} end, functions = functions }}
           return {{ ['{name}.api'] = entry }}, guest.ok()
         end"
    )
}

/// Calls a function that takes and returns one double.
fn call(contract: &Contract, function: u32, argument: f64) -> Result<f64, (u32, String)> {
    // SAFETY: the functions of these tests take a double and return one.
    let result = unsafe { contract.call(function, &argument) };
    result.map_err(|error| (error.code, error.message))
}

#[test]
fn the_fixture_adds() {
    let world = World::new();
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../fixtures/test_plugin_lua");
    world.runtime.load_bundle(folder).unwrap();
    let add = world.runtime.contract("test.add@1").unwrap();
    // SAFETY: add(u32, u32) -> u32.
    let sum: u32 = unsafe { add.call(0, &[20_u32, 22]) }.unwrap();
    assert_eq!(sum, 42);
}

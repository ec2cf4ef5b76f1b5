//! The languages of bundles, and the same few bundles in each of them: `fixtures/<behaviour>/<language>`.
//!
//! A test that takes a [`Language`] is run for every one (see `tests/matrix`).

use crate::build;
use crate::folder::Folder;
use crate::host::Host;
use crate::scripted::ScriptedLoader;
use polyplug::error::RuntimeError;
use polyplug::loader::manifest::ManifestData;
use polyplug::loader::{BundleLoader, BundleSource};
use polyplug::runtime::RuntimeBuilder;
use polyplug_lua::LuaLoader;
use polyplug_native::NativeLoader;
use polyplug_utils::BundleId;
#[cfg(feature = "wasm")]
use polyplug_wasm::{CachePlace, WasmConfig, WasmLoader};
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What a bundle does, whatever it is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behaviour {
    /// `test.counter@1`: 0 its version, 1 counts on an object, 2 adds, 3 fails with 300 "no fuel".
    Counter,
    /// `test.left@1` and `test.right@1`: 0 the bundle's version, 1 counts on an object.
    Pair,
    /// Fails while it starts with "the tank is empty".
    BrokenStart,
    /// Its line 3 cannot be read.
    BrokenText,
    /// Provides `test.other@1` alone.
    LostContract,
}

impl Behaviour {
    /// Its folder among the fixtures.
    fn folder(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Pair => "pair",
            Self::BrokenStart => "broken_start",
            Self::BrokenText => "broken_text",
            Self::LostContract => "lost_contract",
        }
    }
}

/// What bundles can be written in.
pub trait Language: Send + Sync {
    /// The loader's name.
    fn name(&self) -> &'static str;

    /// The folder in each fixture.
    fn folder(&self) -> &'static str {
        self.name()
    }

    /// The file with the code.
    fn file(&self) -> &'static str;

    /// Gives the builder the loader, unless every [`Host`] has it.
    fn equip(&self, builder: RuntimeBuilder) -> RuntimeBuilder;

    /// A loader that no runtime has been given.
    fn loader(&self) -> Box<dyn BundleLoader>;

    /// The code of a behaviour, as it stands in a bundle's folder.
    fn code(&self, behaviour: Behaviour, version: u32) -> Vec<u8>;

    /// What the loader reads is text: it also comes as `BundleSource::Code`, and an error has a line.
    fn is_text(&self) -> bool {
        true
    }

    /// The code in memory is text even when it comes as bytes.
    fn bytes_are_text(&self) -> bool {
        self.is_text()
    }

    /// The code that `Behaviour::Counter`'s function 3 fails with.
    fn code_of_failure(&self) -> u32 {
        300
    }

    /// An instance is a number that the bundle looks up, so one that is gone is an error. Where it is
    /// an address, using it after its end is the caller's mistake.
    fn knows_its_instances(&self) -> bool {
        true
    }

    /// The default object's state survives a reload.
    fn keeps_the_default_object(&self) -> bool {
        true
    }
}

/// [`crate::scripted`].
#[derive(Clone, Copy, Debug)]
pub struct Scripted;

/// `polyplug_lua`.
#[derive(Clone, Copy, Debug)]
pub struct Lua;

/// `polyplug_native`, with bundles in C.
#[derive(Clone, Copy, Debug)]
pub struct Native;

/// `polyplug_wasm`, with components written as text.
#[cfg(feature = "wasm")]
#[derive(Clone, Copy, Debug)]
pub struct Wasm;

impl Language for Scripted {
    fn name(&self) -> &'static str {
        "scripted"
    }

    fn file(&self) -> &'static str {
        "main.txt"
    }

    fn equip(&self, builder: RuntimeBuilder) -> RuntimeBuilder {
        builder
    }

    fn loader(&self) -> Box<dyn BundleLoader> {
        Box::new(ScriptedLoader::new())
    }

    fn code(&self, behaviour: Behaviour, version: u32) -> Vec<u8> {
        text(self, behaviour).replace("version 1", &format!("version {version}")).into_bytes()
    }
}

impl Language for Lua {
    fn name(&self) -> &'static str {
        "lua"
    }

    fn file(&self) -> &'static str {
        "main.lua"
    }

    fn equip(&self, builder: RuntimeBuilder) -> RuntimeBuilder {
        builder.loader(LuaLoader::default())
    }

    fn loader(&self) -> Box<dyn BundleLoader> {
        Box::new(LuaLoader::default())
    }

    fn code(&self, behaviour: Behaviour, version: u32) -> Vec<u8> {
        text(self, behaviour).replace("VERSION = 1", &format!("VERSION = {version}")).into_bytes()
    }
}

impl Language for Native {
    fn name(&self) -> &'static str {
        "native"
    }

    fn folder(&self) -> &'static str {
        "c"
    }

    fn file(&self) -> &'static str {
        "main.so"
    }

    fn equip(&self, builder: RuntimeBuilder) -> RuntimeBuilder {
        builder.loader(NativeLoader::default())
    }

    fn loader(&self) -> Box<dyn BundleLoader> {
        Box::new(NativeLoader::default())
    }

    fn code(&self, behaviour: Behaviour, version: u32) -> Vec<u8> {
        match behaviour {
            Behaviour::BrokenText => text(self, behaviour).into_bytes(),
            _ => {
                let source = fixture(behaviour.folder(), self.folder()).join("main.c");
                build::library(&source, &[&format!("-DVERSION={version}")]).to_vec()
            }
        }
    }

    fn is_text(&self) -> bool {
        false
    }

    fn knows_its_instances(&self) -> bool {
        false
    }

    fn keeps_the_default_object(&self) -> bool {
        false
    }
}

#[cfg(feature = "wasm")]
impl Language for Wasm {
    fn name(&self) -> &'static str {
        "wasm"
    }

    fn file(&self) -> &'static str {
        "main.wat"
    }

    fn equip(&self, builder: RuntimeBuilder) -> RuntimeBuilder {
        builder.loader(uncached())
    }

    fn loader(&self) -> Box<dyn BundleLoader> {
        Box::new(uncached())
    }

    fn code(&self, behaviour: Behaviour, version: u32) -> Vec<u8> {
        let stated = format!("$version i32 (i32.const {version})");
        text(self, behaviour).replace("$version i32 (i32.const 1)", &stated).into_bytes()
    }

    fn bytes_are_text(&self) -> bool {
        false
    }

    /// A component fails by a trap; what has a code is a `result` in its interface.
    fn code_of_failure(&self) -> u32 {
        polyplug_abi::ERROR_GENERIC
    }
}

/// A loader that leaves nothing on the disk.
#[cfg(feature = "wasm")]
fn uncached() -> WasmLoader {
    let mut config = WasmConfig::default();
    config.cache.place = CachePlace::Off;
    WasmLoader::new(config)
}

/// Where a fixture lies.
pub fn fixture(behaviour: &str, language: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures").join(behaviour).join(language)
}

/// The text of a fixture.
fn text(language: &dyn Language, behaviour: Behaviour) -> String {
    let path = fixture(behaviour.folder(), language.folder()).join(language.file());
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path:?}: {error}"))
}

/// The code of a behaviour in memory, in every form in which the loader takes it.
pub fn sources(language: &dyn Language, behaviour: Behaviour, version: u32) -> Vec<BundleSource> {
    let code = language.code(behaviour, version);
    let text = language.is_text().then(|| String::from_utf8(code.clone()).expect("it is text"));
    text.map(BundleSource::Code).into_iter().chain([BundleSource::Bytes(code)]).collect()
}

/// A host and the language of its bundles.
pub struct World<'a> {
    /// The host.
    pub host: Host,
    /// The language.
    pub language: &'a dyn Language,
}

impl<'a> World<'a> {
    /// A host that may reload.
    pub fn new(language: &'a dyn Language) -> Self {
        let host = Host::with(|builder| language.equip(builder.hot_reload(true)));
        Self { host, language }
    }

    /// Writes the bundle `name` with this behaviour, or rewrites it.
    pub fn write(&self, name: &str, behaviour: Behaviour, version: u32) -> PathBuf {
        write(&self.host.folder, self.language, name, behaviour, version)
    }

    /// Writes and loads.
    ///
    /// # Errors
    /// As for `Runtime::load_bundle`.
    pub fn load(&self, name: &str, behaviour: Behaviour, version: u32) -> Result<(), RuntimeError> {
        self.host.runtime.load_bundle(self.write(name, behaviour, version))
    }

    /// Writes and reloads.
    ///
    /// # Errors
    /// As for `Runtime::reload_bundle`.
    pub fn reload(
        &self,
        name: &str,
        behaviour: Behaviour,
        version: u32,
    ) -> Result<(), RuntimeError> {
        self.host.runtime.reload_bundle(self.write(name, behaviour, version))
    }

    /// Loads the bundle `name` from memory.
    ///
    /// # Errors
    /// As for `Runtime::load_bundle_from_source`.
    pub fn load_from_memory(&self, name: &str, source: BundleSource) -> Result<(), RuntimeError> {
        self.host.runtime.load_bundle_from_source(manifest(name, self.language), source)
    }
}

/// Writes a bundle into `folder`.
pub fn write(
    folder: &Folder,
    language: &dyn Language,
    name: &str,
    behaviour: Behaviour,
    version: u32,
) -> PathBuf {
    let place = folder.of(name);
    fs::create_dir_all(&place).expect("the folder is ours");
    fs::write(place.join(language.file()), language.code(behaviour, version))
        .expect("the folder is ours");
    let (loader, file) = (language.name(), language.file());
    folder.manifest(name, &format!("loader = \"{loader}\"\nfile = \"{file}\"\n"));
    place
}

/// A manifest that is in no file.
pub fn manifest(name: &str, language: &dyn Language) -> ManifestData {
    ManifestData {
        id: BundleId::of(name).as_u64(),
        name: name.to_owned(),
        loader: language.name().to_owned(),
        file: language.file().to_owned(),
        version: String::new(),
        path: PathBuf::from("memory"),
        provides: Vec::new(),
        function_count: HashMap::new(),
        dependencies: Vec::new(),
        needs_reinit_on_dep_reload: false,
        bundle_dependencies: Vec::new(),
    }
}

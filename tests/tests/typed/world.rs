//! A host with one bundle that provides test.echo@1.

use crate::echo::Echo;
use polyplug::error::RuntimeError;
use polyplug::runtime::{Runtime, RuntimeBuilder};
use polyplug_lua::LuaLoader;
use polyplug_native::NativeLoader;
use polyplug_tests::build;
use std::env::consts::DLL_SUFFIX;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;

/// What provides the contract.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Language {
    Lua,
    Rust,
}

pub(crate) struct World {
    pub(crate) runtime: Arc<Runtime>,
    language: Language,
    folder: TempDir,
}

impl World {
    /// Version 1 of the bundle is loaded.
    pub(crate) fn new(language: Language) -> Self {
        Self::of(language, "")
    }

    /// The version of the bundle with this feature is loaded.
    pub(crate) fn of(language: Language, feature: &str) -> Self {
        let builder = RuntimeBuilder::new().hot_reload(true);
        let builder = builder.loader(LuaLoader::default()).loader(NativeLoader::default());
        let runtime = builder.build().unwrap();
        let world = Self { runtime, language, folder: tempfile::tempdir().unwrap() };
        world.write(feature);
        world.runtime.load_bundle(world.bundle()).unwrap();
        world
    }

    pub(crate) fn caller(&self) -> Echo {
        Echo::bind(&self.runtime).unwrap()
    }

    /// Another version replaces the bundle: the feature of the fixture is what is special with it.
    pub(crate) fn replace(&self, feature: &str) -> Result<(), RuntimeError> {
        self.write(feature);
        self.runtime.reload_bundle(self.bundle())
    }

    pub(crate) fn bundle(&self) -> PathBuf {
        self.folder.path().join("echo")
    }

    /// Writes a version of the bundle, and leaves it at that.
    pub(crate) fn write(&self, feature: &str) {
        let bundle = self.bundle();
        fs::create_dir_all(&bundle).unwrap();
        let more = match self.language {
            Language::Lua => {
                let wit = if feature == "other" { "other.wit" } else { "echo.wit" };
                fs::copy(fixtures().join(wit), bundle.join("echo.wit")).unwrap();
                let code = fs::read_to_string(fixtures().join("lua/main.lua")).unwrap();
                let version = if feature == "second" { 2 } else { 1 };
                let code = format!("local VERSION = {version}\n{code}");
                fs::write(bundle.join("main.lua"), code).unwrap();
                "loader = \"lua\"\nfile = \"main.lua\"\nwit = \"echo.wit\"\n".to_owned()
            }
            Language::Rust => {
                let file = format!("echo{DLL_SUFFIX}");
                let library = build::package("polyplug_fixture_echo", feature);
                fs::write(bundle.join(&file), library).unwrap();
                format!("loader = \"native\"\nfile = \"{file}\"\n")
            }
        };
        let manifest = format!("name = \"echo\"\nversion = \"1.0.0\"\n{more}");
        fs::write(bundle.join("manifest.toml"), manifest).unwrap();
    }
}

pub(crate) fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/echo")
}

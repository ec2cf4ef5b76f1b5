//! A host: a runtime with the scripted loader, and everything that it told.

use crate::call;
use crate::events::EventLog;
use crate::folder::Folder;
use crate::log_book::LogBook;
use crate::native::NativeLoader;
use crate::native_code::CodeLog;
use crate::scripted::ScriptedLoader;
use polyplug::error::RuntimeError;
use polyplug::runtime::{Runtime, RuntimeBuilder};
use polyplug::{CallError, Contract};
use polyplug_abi::BundleId;
use std::sync::Arc;

/// A runtime under test.
pub struct Host {
    /// The runtime; the first to go.
    pub runtime: Arc<Runtime>,
    /// Its scripted loader.
    pub loader: ScriptedLoader,
    /// What the libraries of its native bundles were told.
    pub code: CodeLog,
    /// Its events from the first on.
    pub events: EventLog,
    /// Its log records.
    pub log: LogBook,
    /// Where its bundles lie.
    pub folder: Folder,
}

impl Host {
    /// A host that may reload.
    pub fn new() -> Self {
        Self::with(|builder| builder.hot_reload(true))
    }

    /// A host with options of its own.
    pub fn with(options: impl FnOnce(RuntimeBuilder) -> RuntimeBuilder) -> Self {
        Self::over(Folder::new(), |_| options(RuntimeBuilder::new()))
    }

    /// A host that watches `folder`.
    pub fn watching(
        folder: Folder,
        options: impl FnOnce(RuntimeBuilder) -> RuntimeBuilder,
    ) -> Self {
        Self::over(folder, |path| {
            options(RuntimeBuilder::new().plugin_dir(path.path()).watch(true))
        })
    }

    /// A host whose builder knows its folder.
    pub fn over(folder: Folder, builder: impl FnOnce(&Folder) -> RuntimeBuilder) -> Self {
        let (loader, log) = (ScriptedLoader::new(), LogBook::default());
        let native = NativeLoader::default();
        let code = native.code.clone();
        let builder = builder(&folder).loader(loader.clone()).loader(native).logger(log.sink());
        let mut events = None;
        let before = |runtime: &Runtime| events = Some(EventLog::new(runtime.events()));
        let runtime = builder.build_with(before).expect("the runtime starts");
        let events = events.expect("`build_with` calls its closure");
        Self { runtime, loader, code, events, log, folder }
    }

    /// Makes a scripted bundle and loads it.
    ///
    /// # Errors
    /// As for [`Runtime::load_bundle`].
    pub fn load(&self, name: &str, script: &str) -> Result<(), RuntimeError> {
        self.load_with(name, "", script)
    }

    /// Makes a bundle with more in its manifest and loads it.
    ///
    /// # Errors
    /// As for [`Runtime::load_bundle`].
    pub fn load_with(&self, name: &str, more: &str, script: &str) -> Result<(), RuntimeError> {
        self.runtime.load_bundle(self.folder.bundle_with(name, more, script))
    }

    /// Replaces the code of a bundle and reloads it.
    ///
    /// # Errors
    /// As for [`Runtime::reload_bundle`].
    pub fn reload(&self, name: &str, script: &str) -> Result<(), RuntimeError> {
        self.folder.rewrite(name, script);
        self.runtime.reload_bundle(self.folder.of(name))
    }

    /// Unloads a bundle.
    ///
    /// # Errors
    /// As for [`Runtime::unload_bundle`].
    pub fn unload(&self, name: &str) -> Result<(), RuntimeError> {
        self.runtime.unload_bundle(BundleId::of(name))
    }

    /// A caller for `name@major`.
    ///
    /// # Panics
    /// If nobody provides it.
    #[track_caller]
    pub fn contract(&self, name: &str) -> Contract {
        self.runtime.contract(name).expect("the contract is provided")
    }

    /// What function 0 of a contract answers.
    ///
    /// # Errors
    /// As for [`Contract::call`].
    #[track_caller]
    pub fn call(&self, contract: &str) -> Result<u32, Box<CallError>> {
        call::number(&self.contract(contract), 0)
    }

    /// The names of all loaded bundles.
    pub fn loaded(&self) -> Vec<String> {
        let bundles = self.runtime.bundles();
        let loaded = bundles.into_iter().filter(|bundle| bundle.generation > 0);
        loaded.map(|bundle| bundle.name).collect()
    }
}

impl Default for Host {
    fn default() -> Self {
        Self::new()
    }
}

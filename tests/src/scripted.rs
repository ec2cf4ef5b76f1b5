//! The loader `scripted`: bundles whose code is a script, run by a guest in Rust.
//!
//! The guest keeps its objects in a cell without a lock of its own, as a real VM does, so a hole in
//! the runtime's lock is a data race that a sanitizer sees; it also counts every entry that met
//! another thread inside.

mod guest;

use crate::latch::Latch;
use crate::script::Script;
use guest::ScriptedGuest;
use parking_lot::Mutex;
use polyplug::error::{LoaderError, SourcePlace};
use polyplug::guest::GuestError;
use polyplug::loader::manifest::ManifestData;
use polyplug::loader::{BundleLoader, BundleSource};
use polyplug::registration::{ContractRegistration, Stage};
use polyplug::runtime::Runtime;
use polyplug_abi::{HostApi, SupportedLanguage, Version};
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What a hook answers: a number, or an error.
pub type HookResult = Result<u32, Box<GuestError>>;

type Hook = Arc<dyn Fn(*const HostApi) -> HookResult + Send + Sync>;

/// The loader; clones share everything.
#[derive(Clone, Default)]
pub struct ScriptedLoader {
    shared: Arc<Shared>,
}

/// What the loader's clones and its guests share.
#[derive(Default)]
struct Shared {
    hooks: Mutex<HashMap<String, Hook>>,
    latches: Mutex<HashMap<String, Arc<Latch>>>,
    /// Guests that are alive.
    open: AtomicUsize,
    /// Entries that met another thread inside.
    collisions: AtomicUsize,
    /// Bundles of which the loader was told that they are gone.
    unloaded: Mutex<Vec<String>>,
    /// Calls of `load` and `reload`.
    opened: AtomicUsize,
}

impl ScriptedLoader {
    /// A loader without hooks.
    pub fn new() -> Self {
        Self::default()
    }

    /// What the action `hook name` does. It is given the bundle's host table.
    pub fn hook(
        &self,
        name: &str,
        hook: impl Fn(*const HostApi) -> HookResult + Send + Sync + 'static,
    ) {
        self.shared.hooks.lock().insert(name.to_owned(), Arc::new(hook));
    }

    /// The latch of the action `wait name`.
    pub fn latch(&self, name: &str) -> Arc<Latch> {
        self.shared.latch(name)
    }

    /// How many guests are open: staged, published or retired.
    pub fn open_guests(&self) -> usize {
        self.shared.open.load(Ordering::SeqCst)
    }

    /// How often a thread entered a guest that another was inside of. Always 0, or the lock leaks.
    pub fn collisions(&self) -> usize {
        self.shared.collisions.load(Ordering::SeqCst)
    }

    /// The bundles whose unload the loader was told.
    pub fn unloaded(&self) -> Vec<String> {
        self.shared.unloaded.lock().clone()
    }

    /// How often it was asked to open a bundle.
    pub fn opened(&self) -> usize {
        self.shared.opened.load(Ordering::SeqCst)
    }
}

impl Shared {
    fn latch(&self, name: &str) -> Arc<Latch> {
        Arc::clone(self.latches.lock().entry(name.to_owned()).or_default())
    }

    fn hook(&self, name: &str) -> Option<Hook> {
        self.hooks.lock().get(name).cloned()
    }
}

impl BundleLoader for ScriptedLoader {
    fn loader_name(&self) -> &'static str {
        "scripted"
    }

    fn loader_language(&self) -> SupportedLanguage {
        SupportedLanguage::Rust
    }

    fn supports_hot_reload(&self) -> bool {
        true
    }

    fn load(
        &self,
        manifest: &ManifestData,
        source: &BundleSource,
        runtime: &Runtime,
    ) -> Result<(), LoaderError> {
        self.shared.opened.fetch_add(1, Ordering::SeqCst);
        runtime.stage(manifest, source, |stage| start(&self.shared, stage))
    }

    fn unload(&self, manifest: &ManifestData, _: &Runtime) -> Result<(), LoaderError> {
        self.shared.unloaded.lock().push(manifest.name.clone());
        Ok(())
    }
}

/// The scripts of a bundle.
fn is_script(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "txt")
}

fn start(shared: &Arc<Shared>, stage: &Stage<'_>) -> Result<(), LoaderError> {
    let failed = |error: String, place| LoaderError::InitFailed {
        bundle: stage.bundle().to_owned(),
        error,
        place,
    };
    let files = stage.take_files(is_script)?;
    let file = &stage.manifest().file;
    let bytes = files.main_file(stage.manifest())?;
    let text = std::str::from_utf8(bytes).map_err(|_| LoaderError::InvalidSourceEncoding {
        loader: "scripted",
        source_kind: stage.source_kind(),
        bundle: stage.bundle().to_owned(),
    })?;
    let script = Script::parse(text).map_err(|(line, problem)| {
        let text = text.lines().nth(line as usize - 1).map(str::to_owned);
        failed(problem, Some(SourcePlace { file: file.clone(), line, text }))
    })?;
    for contract in &script.contracts {
        let [major, minor, patch] = contract.version;
        stage.register(ContractRegistration {
            name: &contract.name,
            version: Version::new(major, minor, patch),
            function_count: contract.functions.len() as u32,
            plugin_name: stage.bundle(),
        })?;
    }
    let guest = ScriptedGuest::new(Arc::clone(shared), script, stage);
    guest.init().map_err(|error| failed(error.message, None))?;
    stage.set_guest(Box::new(guest));
    Ok(())
}

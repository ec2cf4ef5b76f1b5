//! A runtime that components are tried out in, with one that is known to work beside them.

use crate::echo::EchoLoader;
use crate::values;
use arbitrary::Unstructured;
use polyplug::loader::BundleSource;
use polyplug::loader::manifest::ManifestData;
use polyplug::runtime::{Runtime, RuntimeBuilder};
use polyplug_abi::{AbiErrorCode, BundleId, LogLevel};
use polyplug_schema::{Contract, Value};
use polyplug_wasm::{CachePlace, WasmConfig, WasmLoader};
use std::cell::RefCell;
use std::path::Path;
use std::sync::Arc;
use std::{env, fs, ptr};
use tempfile::TempDir;

/// The name of what is tried out.
const BUNDLE: &str = "random";
/// How many of its functions are called, and how many calls may use up all of their time.
const CALLS: usize = 64;
const TIMEOUTS: usize = 4;
/// How many components one runtime sees.
const INPUTS: u32 = 500;

/// How a component is tried out.
#[derive(Clone, Copy)]
pub(crate) struct Options(pub(crate) u8);

impl Options {
    /// Each call has a store of its own.
    fn has_store_for_each_call(self) -> bool {
        self.0 & 1 != 0
    }

    /// It is reloaded between the calls.
    fn is_reloaded(self) -> bool {
        self.0 & 2 != 0
    }
}

/// A runtime, and the folder of the bundle that is tried out.
struct Host {
    runtime: Arc<Runtime>,
    folder: TempDir,
    inputs: u32,
}

thread_local! {
    static HOST: RefCell<Option<Host>> = const { RefCell::new(None) };
}

/// Loads the file as a bundle, beside one that gives back what `echo` describes, and calls its functions.
///
/// # Errors
/// Why it did not load.
pub(crate) fn try_out(
    file: &[u8],
    echo: Option<&str>,
    options: Options,
    values: &[u8],
) -> Result<(), String> {
    HOST.with_borrow_mut(|host| {
        if host.as_ref().is_some_and(|host| host.inputs >= INPUTS) {
            host.take();
        }
        let host = host.get_or_insert_with(Host::new);
        host.inputs += 1;
        host.try_out(file, echo, options, &mut Unstructured::new(values))
    })
}

impl Host {
    fn new() -> Self {
        let mut config = WasmConfig::default();
        config.cache.place = CachePlace::Off;
        let quiet = |_: LogLevel, _: &str, _: &str| {};
        let builder = RuntimeBuilder::new().hot_reload(true).logger(quiet).event_capacity(16);
        let builder = builder.loader(WasmLoader::new(config)).loader(EchoLoader);
        let runtime = builder.build().expect("a runtime without folders starts");
        // In memory, where there is such a folder.
        let memory = Path::new("/dev/shm");
        let parent = if memory.is_dir() { memory.to_owned() } else { env::temp_dir() };
        let folder = TempDir::with_prefix_in("polyplug-fuzz-", parent).expect("it is writable");
        let host = Self { runtime, folder, inputs: 0 };
        let witness = include_str!("../../fixtures/counter/wasm/main.wat");
        let witness = witness.replace("test:counter/counter", "fuzz:witness/witness");
        host.load_text("witness", "wasm", witness).expect("it is a component");
        host
    }

    fn load_text(&self, name: &str, loader: &str, text: String) -> Result<(), String> {
        let manifest = ManifestData {
            id: 0,
            name: name.to_owned(),
            loader: loader.to_owned(),
            file: "main".to_owned(),
            version: String::new(),
            path: name.into(),
            provides: Vec::new(),
            function_count: Default::default(),
            dependencies: Vec::new(),
            needs_reinit_on_dep_reload: false,
            bundle_dependencies: Vec::new(),
        };
        let loaded = self.runtime.load_bundle_from_source(manifest, BundleSource::Code(text));
        loaded.map_err(|error| error.to_string())
    }

    fn try_out(
        &self,
        file: &[u8],
        echo: Option<&str>,
        options: Options,
        values: &mut Unstructured<'_>,
    ) -> Result<(), String> {
        if let Some(echo) = echo {
            self.load_text("echo", "echo", echo.to_owned()).expect("it reads");
        }
        self.write(file, options);
        let loaded = self.runtime.load_bundle(self.folder.path());
        let loaded = loaded.map_err(|error| error.to_string());
        match &loaded {
            Ok(()) => self.use_up(options, values),
            Err(message) => explained(message),
        }
        let bundles = self.runtime.bundles();
        let left = bundles.iter().find(|bundle| bundle.name == BUNDLE);
        assert!(left.is_none_or(|bundle| bundle.contracts.is_empty()), "it is gone: {left:?}");
        self.assert_witness();
        if echo.is_some() {
            self.runtime.unload_bundle(BundleId::of("echo")).expect("nothing depends on it");
        }
        loaded
    }

    /// Writes the bundle's folder.
    fn write(&self, file: &[u8], options: Options) {
        let store = if options.has_store_for_each_call() { "call" } else { "object" };
        let manifest = format!(
            "name = \"{BUNDLE}\"\nversion = \"1.0.0\"\nloader = \"wasm\"\nfile = \"main.wasm\"\n\
             [limits]\nmemory = \"16 MiB\"\ncall_ms = 50\n[wasm]\ninstance = \"{store}\"\n"
        );
        let write = |name: &str, content: &[u8]| fs::write(self.folder.path().join(name), content);
        write("manifest.toml", manifest.as_bytes()).expect("it is writable");
        write("main.wasm", file).expect("it is writable");
    }

    /// Calls what there is, with a reload between if it shall be, and unloads it.
    fn use_up(&self, options: Options, values: &mut Unstructured<'_>) {
        let bundles = self.runtime.bundles();
        let bundle = bundles.iter().find(|bundle| bundle.name == BUNDLE).expect("it is loaded");
        assert!(!bundle.contracts.is_empty());
        let contracts = bundle.contracts.iter();
        let contracts = contracts.map(|listed| listed.description.as_ref().expect("it has types"));
        let contracts: Vec<&Arc<Contract>> = contracts.collect();
        self.call(&contracts, values);
        if options.is_reloaded() {
            let objects: Vec<_> = contracts.iter().map(|contract| self.object(contract)).collect();
            match self.runtime.reload_bundle_by_id(BundleId::of(BUNDLE)) {
                Ok(()) => self.call(&contracts, values),
                Err(error) => explained(&error.to_string()),
            }
            for (contract, instance) in objects.into_iter().flatten() {
                // SAFETY: the contract made it, and it is destroyed once.
                let destroyed = unsafe { contract.destroy(instance) };
                let _ = destroyed.map_err(|error| explained_call(&error.to_string()));
            }
        }
        self.runtime.unload_bundle(BundleId::of(BUNDLE)).expect("nothing depends on it");
    }

    /// An object of the contract, which is there when the bundle is reloaded.
    fn object(
        &self,
        contract: &Contract,
    ) -> Option<(polyplug::Contract, polyplug_abi::GuestContractInstance)> {
        let found = self.runtime.contract(&contract.identity()).ok()?;
        // SAFETY: components' constructors take nothing.
        let made = unsafe { found.create(ptr::null()) };
        let made = made.map_err(|error| explained_call(&error.to_string())).ok()?;
        Some((found, made))
    }

    fn call(&self, contracts: &[&Arc<Contract>], values: &mut Unstructured<'_>) {
        let mut timeouts = 0;
        let all = contracts.iter().flat_map(|contract| {
            contract.functions().iter().map(|function| (contract.identity(), function))
        });
        for (contract, function) in all.take(CALLS) {
            let Ok(arguments) = values::arguments(function, values) else { return };
            let answer = self.runtime.call(&contract, function.name(), &arguments);
            match (answer, function.result()) {
                (Ok(value), Some(ty)) => assert_eq!(value.check(ty), Ok(()), "{contract}"),
                (Ok(value), None) => assert_eq!(value, Value::tuple([])),
                (Err(error), _) => {
                    explained_call(&error.to_string());
                    timeouts += usize::from(error.code() == AbiErrorCode::TimedOut as u32);
                }
            }
            if timeouts == TIMEOUTS {
                return;
            }
        }
    }

    /// The other bundle works as ever.
    fn assert_witness(&self) {
        let arguments = [Value::U32(40), Value::U32(2)];
        let answer = self.runtime.call("fuzz.witness@1", "add", &arguments);
        assert_eq!(answer.expect("it is there"), Value::U32(42));
    }
}

/// What is said about a bundle: which, and what.
fn explained(message: &str) {
    assert!(message.contains(BUNDLE), "it names the bundle: {message:?}");
    explained_call(message);
}

fn explained_call(message: &str) {
    assert!(!message.trim().is_empty());
    let shown = |c: char| !c.is_control() || matches!(c, '\n' | '\t');
    assert!(message.chars().all(shown), "{message:?}");
}

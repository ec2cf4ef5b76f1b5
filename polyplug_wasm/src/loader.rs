//! The loader as the runtime sees it: settings, files, limits; the rest is the guest's.

use crate::LOADER_NAME;
use crate::cache::Cache;
use crate::component::ComponentFile;
use crate::config::WasmConfig;
use crate::engine;
use crate::exports::{self, ExportError};
use crate::guest::{Keeping, WasmGuest};
use crate::imports::{self, Unserved};
use crate::limits::Limits;
use crate::program::{ContractPlan, Program, StoreData};
use crate::ticker::{self, Ticker};
use crate::wasi::{self, Egress, Wasi};
use crate::wording::printable;
use polyplug::capability;
use polyplug::error::{DescriptionError, LoaderError, RuntimeError};
use polyplug::loader::manifest::ManifestData;
use polyplug::loader::{BundleFiles, BundleLoader, BundleSource};
use polyplug::registration::{ContractRegistration, Stage};
use polyplug::runtime::Runtime;
use polyplug_abi::SupportedLanguage;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use wasmtime::Engine;
use wasmtime::component::Linker;

/// The manifest's table for this loader, and what may stand in it.
const TABLE: &str = LOADER_NAME;
const INSTANCE: &str = "instance";

/// What may stand in the manifest's `[wasm]`.
pub const MANIFEST_KEYS: &[&str] =
    &[INSTANCE, capability::MANIFEST_KEYS[0], capability::MANIFEST_KEYS[1]];

/// Opens bundles that are components of WebAssembly.
///
/// It keeps nothing of the bundles that it opened but the engine that they share, so one loader serves
/// any number of runtimes.
#[derive(Default)]
pub struct WasmLoader {
    config: WasmConfig,
    egress: Egress,
    /// Made for the first bundle: most hosts never have one.
    shared: OnceLock<Result<Shared, String>>,
    /// The same with a pool, for bundles that have a store for each call; `None` if it does not fit.
    pooled: OnceLock<Option<Shared>>,
}

/// What all components of a loader share.
struct Shared {
    engine: Engine,
    cache: Option<Cache>,
    ticker: Arc<Ticker>,
}

impl WasmLoader {
    /// A loader with the host's settings.
    pub fn new(config: WasmConfig) -> Self {
        Self { config, ..Self::default() }
    }

    /// The policy that is asked about every request of bundles with the capability `http`; without
    /// one nothing is sent.
    #[cfg(feature = "http")]
    pub fn egress_policy(mut self, policy: impl crate::EgressPolicy) -> Self {
        self.egress = Egress::of(Arc::new(policy));
        self
    }

    fn shared(&self, stage: &Stage<'_>) -> Result<&Shared, LoaderError> {
        let made = self.shared.get_or_init(|| {
            let engine = engine::engine(&self.config).map_err(|error| format!("{error:#}"))?;
            Ok(Shared::of(engine, &self.config))
        });
        made.as_ref().map_err(|error| {
            init_failed(stage, format!("this machine cannot run components: {error}"))
        })
    }

    fn pooled(&self) -> Option<&Shared> {
        let make = || Some(Shared::of(engine::pooled(&self.config).ok()?, &self.config));
        self.pooled.get_or_init(make).as_ref()
    }

    fn open(&self, stage: &Stage<'_>) -> Result<(), LoaderError> {
        let keeping = keeping(stage)?;
        let shared = self.shared(stage)?;
        let file = BundleFiles::plain(&stage.manifest().file);
        let wanted = file.clone();
        let files = stage.take_files(move |path| path == Path::new(&wanted))?;
        let bytes = files.main_file(stage.manifest())?;
        let file = ComponentFile { bundle: stage.bundle(), file: &file, bytes };
        let program = self.program(stage, shared, &file)?;
        let contracts: Vec<_> =
            program.contracts.iter().map(|plan| Arc::clone(&plan.description)).collect();
        let pooled = match keeping {
            Keeping::Objects => None,
            Keeping::Calls => self.pooled().map(|pooled| self.program(stage, pooled, &file)),
        };
        // A component that does not fit into the pool is served without it.
        let guest = WasmGuest::open(program, pooled.and_then(Result::ok), keeping)
            .map_err(|failure| init_failed(stage, failure.message()))?;
        for contract in &contracts {
            stage.register(ContractRegistration {
                name: contract.name(),
                version: contract.version(),
                function_count: u32::try_from(contract.functions().len()).unwrap_or(u32::MAX),
                plugin_name: stage.bundle(),
            })?;
            stage.describe(Arc::clone(contract));
        }
        stage.set_guest(Box::new(guest));
        Ok(())
    }

    fn program(
        &self,
        stage: &Stage<'_>,
        shared: &Shared,
        file: &ComponentFile<'_>,
    ) -> Result<Program, LoaderError> {
        let capabilities = stage.capabilities()?;
        let component = file.compile(&shared.engine, shared.cache.as_ref())?;
        if let Some(warning) = shared.cache.as_ref().and_then(Cache::warning) {
            stage.warn(&warning);
        }
        let describe = |contract: &str| stage.description(contract);
        let exports = exports::read(&shared.engine, &component, &describe);
        let exports = exports.map_err(|error| match error {
            ExportError::Unusable(reason) => file.unusable(reason),
            ExportError::Description(error) => error,
        })?;
        check_own_wit(stage, &exports.contracts)?;
        let mut linker: Linker<StoreData> = Linker::new(&shared.engine);
        // SAFETY: the table is that of the bundle, whose guest goes before the runtime.
        unsafe {
            let (host, is_other) = (stage.host_api(), &wasi::is_wasi);
            imports::link(&shared.engine, &component, host, &mut linker, &describe, is_other)
        }
        .map_err(|unserved| self.unserved(stage, file, unserved))?;
        let wasi = wasi::link_imported(&shared.engine, &component, &mut linker);
        let wasi = match wasi.map_err(|reason| file.unusable(reason))? {
            false => None,
            true => {
                let folder = (stage.source_kind() == "path").then_some(&*stage.manifest().path);
                let wasi = Wasi::open(stage.bundle(), folder, capabilities, self.egress.clone())?;
                wasi.lacks().iter().for_each(|lack| stage.warn(lack));
                Some(wasi)
            }
        };
        let linked = linker.instantiate_pre(&component);
        let linked = linked.map_err(|error| init_failed(stage, format!("{error:#}")))?;
        let limits = self.limits(stage);
        let activity = limits.call_time.map(|_| shared.ticker.activity()).transpose();
        let activity = activity.map_err(|error| {
            init_failed(stage, format!("the thread that watches the time did not start: {error}"))
        })?;
        Ok(Program {
            engine: shared.engine.clone(),
            linked,
            functions: exports.functions.into(),
            contracts: exports.contracts.into(),
            hooks: exports.hooks,
            host: stage.host_api(),
            limits,
            ticks: ticker::ticks(limits.call_time),
            stack: self.config.stack,
            activity,
            wasi,
        })
    }

    fn unserved(
        &self,
        stage: &Stage<'_>,
        file: &ComponentFile<'_>,
        unserved: Unserved,
    ) -> LoaderError {
        match unserved {
            Unserved::Impossible(reason) => file.unusable(reason),
            Unserved::Missing { contract } => LoaderError::refused(
                stage.bundle(),
                RuntimeError::DependencyMissing {
                    bundle: stage.bundle().to_owned(),
                    dependency: format!("contract `{contract}` (an import of its component)"),
                    absent: None,
                },
            ),
            Unserved::TooOld { contract, wanted, provider, found } => LoaderError::refused(
                stage.bundle(),
                RuntimeError::VersionTooOld {
                    bundle: stage.bundle().to_owned(),
                    dependency: format!("contract `{contract}` (an import of its component)"),
                    wanted: wanted.to_string(),
                    found: found.to_string(),
                    provider,
                },
            ),
            Unserved::Unfit(error) => init_failed(stage, error.to_string()),
            Unserved::Description(error) => error,
        }
    }

    fn limits(&self, stage: &Stage<'_>) -> Limits {
        let limits = &stage.options().limits;
        Limits {
            memory: limits.memory.or(self.config.default_memory),
            call_time: limits.call_time.or(self.config.default_call_time),
            table_elements: self.config.table_elements,
            core_instances: self.config.core_instances,
        }
    }
}

impl Shared {
    fn of(engine: Engine, config: &WasmConfig) -> Self {
        let cache = Cache::open(&config.cache, &engine);
        let ticker = Ticker::new(engine.weak());
        Self { engine, cache, ticker }
    }
}

impl BundleLoader for WasmLoader {
    fn loader_name(&self) -> &'static str {
        LOADER_NAME
    }

    fn loader_language(&self) -> SupportedLanguage {
        SupportedLanguage::Wasm
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
        runtime.stage(manifest, source, |stage| self.open(stage))
    }
}

/// What `[wasm] instance` says.
fn keeping(stage: &Stage<'_>) -> Result<Keeping, LoaderError> {
    let Some(table) = stage.options().loader_tables.get(TABLE) else {
        return Ok(Keeping::Objects);
    };
    for unknown in table.unknown_keys(MANIFEST_KEYS) {
        stage.warn(&unknown.to_string());
    }
    let refused = |error| LoaderError::refused(stage.bundle(), RuntimeError::from(error));
    match table.string(INSTANCE).map_err(refused)? {
        None | Some("object") => Ok(Keeping::Objects),
        Some("call") => Ok(Keeping::Calls),
        Some(_) => Err(refused(table.invalid(INSTANCE, "\"object\" or \"call\""))),
    }
}

/// The bundle's own WIT, if it has one, says what the component exports. What the host says of it is
/// checked by the runtime.
fn check_own_wit(stage: &Stage<'_>, contracts: &[ContractPlan]) -> Result<(), LoaderError> {
    let Some(own) = stage.own_descriptions()? else { return Ok(()) };
    for contract in contracts {
        let contract = &contract.description;
        let Ok(stated) = own.contract(&contract.identity()) else { continue };
        if let Err(difference) = contract.answers(stated) {
            let conflict = DescriptionError::Conflict {
                bundle: stage.bundle().to_owned(),
                other: "its own WIT".to_owned(),
                contract: contract.identity(),
                difference: Box::new(difference),
            };
            return Err(LoaderError::refused(stage.bundle(), conflict.into()));
        }
    }
    Ok(())
}

fn init_failed(stage: &Stage<'_>, error: String) -> LoaderError {
    let bundle = stage.bundle().to_owned();
    LoaderError::InitFailed { bundle, error: printable(error), place: None }
}

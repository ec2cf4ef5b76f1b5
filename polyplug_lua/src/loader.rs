//! The loader as the runtime sees it: settings, files, limits; the rest is the guest's.

use crate::LOADER_NAME;
use crate::config::LuaConfig;
use crate::guest::LuaGuest;
use crate::libraries::Libraries;
use crate::outgoing;
use crate::registration::no_main;
use crate::sources::Sources;
use crate::stoppable::compiled_loops_stop;
use crate::vm::Opening;
use crate::watchdog::OnStuck;
use polyplug::error::{DescriptionError, LoaderError, RuntimeError};
use polyplug::loader::manifest::{Manifest, ManifestData};
use polyplug::loader::{BundleFiles, BundleLoader, BundleSource, ReadFiles};
use polyplug::registration::{ContractRegistration, Stage};
use polyplug::runtime::Runtime;
use polyplug_abi::{LogLevel, SupportedLanguage};
use std::path::Path;
use std::sync::Arc;

/// The manifest's table for this loader, and what may stand in it.
const TABLE: &str = LOADER_NAME;
const SANDBOX: &str = "sandbox";
const JIT: &str = "jit";

/// What may stand in the manifest's `[lua]`.
pub const MANIFEST_KEYS: &[&str] = &[SANDBOX, JIT];

/// Opens bundles that are written in Lua.
///
/// It keeps nothing of the bundles that it opened, so one loader serves any number of runtimes.
#[derive(Clone, Debug, Default)]
pub struct LuaLoader {
    config: LuaConfig,
}

/// What `[lua]` says, or else the host.
struct Settings {
    sandbox: bool,
    compile: bool,
}

impl LuaLoader {
    /// A loader with the host's settings.
    pub fn new(config: LuaConfig) -> Self {
        Self { config }
    }

    fn open(&self, stage: &Stage<'_>) -> Result<(), LoaderError> {
        let settings = self.settings(stage)?;
        let files = stage.take_files(is_lua)?;
        let sources = sources_of(stage.manifest(), &files);
        sources.check(stage.source_kind())?;

        let limits = &stage.options().limits;
        let call_time = limits.call_time.or(self.config.default_call_time);
        let memory = limits.memory.or(self.config.default_memory);
        let is_limited = call_time.is_some() || memory.is_some();
        let opening = Opening {
            sources,
            host: stage.host_api(),
            memory,
            call_time: call_time.map(|limit| (limit, report_stuck(stage))),
            descriptions: stage.own_descriptions()?,
            libraries: if settings.sandbox { Libraries::Sandbox } else { Libraries::All },
            compile: settings.compile && may_compile(stage, is_limited),
        };
        let describe = |contract: &str| match stage.description(contract)? {
            None => refuse_other_major(stage, contract).map(|()| None),
            described => Ok(described),
        };
        let guest = LuaGuest::open(opening, stage.init_context(), &describe)?;
        for contract in &guest.contracts {
            let registration = &contract.registration;
            stage.register(ContractRegistration {
                name: &registration.name,
                version: registration.version,
                function_count: u32::try_from(registration.functions.count()).unwrap_or(u32::MAX),
                plugin_name: &registration.plugin_name,
            })?;
            if let Some(description) = registration.functions.description() {
                stage.describe(Arc::clone(description));
            }
        }
        stage.set_guest(Box::new(guest));
        Ok(())
    }

    fn settings(&self, stage: &Stage<'_>) -> Result<Settings, LoaderError> {
        let mut settings = Settings {
            sandbox: self.config.sandbox_by_default,
            compile: self.config.jit_by_default,
        };
        let Some(table) = stage.options().loader_tables.get(TABLE) else { return Ok(settings) };
        for (key, setting) in [(SANDBOX, &mut settings.sandbox), (JIT, &mut settings.compile)] {
            let stated = table.boolean(key);
            let refused = |error| LoaderError::refused(stage.bundle(), RuntimeError::from(error));
            *setting = stated.map_err(refused)?.unwrap_or(*setting);
        }
        for unknown in table.unknown_keys(MANIFEST_KEYS) {
            stage.warn(&unknown.to_string());
        }
        Ok(settings)
    }
}

impl BundleLoader for LuaLoader {
    fn loader_name(&self) -> &'static str {
        LOADER_NAME
    }

    fn loader_language(&self) -> SupportedLanguage {
        SupportedLanguage::Lua
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

    fn examine(&self, manifest: &Manifest, read: &ReadFiles<'_>) -> Result<(), LoaderError> {
        let sources = sources_of(&manifest.data, &*read(&is_lua)?);
        sources.check("path")?;
        sources.main_file().map(drop).ok_or_else(|| no_main(&sources))
    }
}

/// The Lua files among `files`, and the main one, however that is called.
fn sources_of(manifest: &ManifestData, files: &BundleFiles) -> Sources {
    let main = BundleFiles::plain(&manifest.file);
    let files = files.iter().filter(|(path, _)| is_lua(Path::new(path)) || *path == main);
    let files = files.map(|(path, bytes)| (path.to_owned(), Arc::clone(bytes)));
    Sources::new(&manifest.name, &main, files)
}

/// A class of one major version, with the WIT of another.
fn refuse_other_major(stage: &Stage<'_>, contract: &str) -> Result<(), LoaderError> {
    let Some(own) = stage.own_descriptions()? else { return Ok(()) };
    let name = contract.rsplit_once('@').map_or(contract, |(name, _)| name);
    let Some(other) = own.contracts().find(|described| described.name() == name) else {
        return Ok(());
    };
    let (bundle, contract) = (stage.bundle().to_owned(), contract.to_owned());
    let described = other.identity();
    let error = DescriptionError::OtherMajor { bundle, contract, described };
    Err(LoaderError::refused(stage.bundle(), error.into()))
}

fn is_lua(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "lua")
}

/// Machine code that cannot be stopped is not made where there is a limit.
fn may_compile(stage: &Stage<'_>, is_limited: bool) -> bool {
    if !is_limited || compiled_loops_stop() {
        return true;
    }
    let bundle = stage.bundle();
    let message = format!(
        "bundle `{bundle}` runs interpreted: it has limits, and this LuaJIT was built without \
         LUAJIT_ENABLE_CHECKHOOK, so compiled loops could not be stopped"
    );
    stage.log(LogLevel::Warn, crate::report::SCOPE, &message);
    false
}

/// Logs that a call can be neither finished nor stopped.
fn report_stuck(stage: &Stage<'_>) -> OnStuck {
    let log = outgoing::Log::of(stage.host_api());
    let bundle = stage.bundle().to_owned();
    Box::new(move |late| {
        let message = format!(
            "bundle `{bundle}` is stuck: a call is {} ms past its time limit and cannot be stopped, \
             because it is inside a C function",
            late.as_millis()
        );
        log.write(LogLevel::Error, crate::report::SCOPE, &message);
    })
}

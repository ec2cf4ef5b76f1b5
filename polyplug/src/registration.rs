//! Registration: what one bundle declares while it starts, staged where no reader can see it.
//!
//! A loader works with [`Stage`]; a native plugin registers through the host table, which lands in
//! the same place (`foreign`). The transaction takes what was staged, or drops it whole.

pub(crate) mod foreign;
pub(crate) mod staging;

use crate::capability::{Capability, Given, Request};
use crate::error::{LoaderError, RuntimeError};
use crate::guest::Guest;
use crate::loader::BundleFiles;
use crate::loader::manifest::{BundleOptions, ManifestData};
use crate::native_code::NativeCode;
use polyplug_abi::{BundleId, BundleInitContext, GuestContractId, HostApi, LogLevel, Version};
use polyplug_schema::{Contract, Descriptions};
use staging::Staging;
use std::marker::PhantomData;
use std::path::Path;
use std::sync::Arc;

/// The staging context of one bundle that is starting, on the thread that starts it.
pub struct Stage<'a> {
    pub(crate) staging: &'a Staging,
    /// A start belongs to its thread.
    _not_send: PhantomData<*const ()>,
}

/// A contract that a guest provides.
#[derive(Clone, Copy, Debug)]
pub struct ContractRegistration<'a> {
    /// The name without the version, e.g. `demo.greeter`.
    pub name: &'a str,
    /// The contract's version; its major is part of the contract's id.
    pub version: Version,
    /// How many functions it has; their ids are `0..function_count`.
    pub function_count: u32,
    /// What the plugin calls itself, for listings.
    pub plugin_name: &'a str,
}

impl<'a> Stage<'a> {
    pub(crate) fn new(staging: &'a Staging) -> Self {
        Self { staging, _not_send: PhantomData }
    }

    /// The bundle's name.
    pub fn bundle(&self) -> &str {
        &self.staging.bundle.name
    }

    /// The bundle's id.
    pub fn bundle_id(&self) -> BundleId {
        self.staging.bundle.id
    }

    /// Which load of the bundle this is, from 1.
    pub fn load_number(&self) -> u32 {
        self.staging.number
    }

    /// The manifest.
    pub fn manifest(&self) -> &ManifestData {
        &self.staging.manifest.data
    }

    /// The manifest's other keys.
    pub fn options(&self) -> &BundleOptions {
        &self.staging.manifest.options
    }

    /// "path", "code", "bytes" or "files".
    pub fn source_kind(&self) -> &'static str {
        self.staging.source.kind()
    }

    /// The host table of this bundle alone; valid as long as the runtime.
    pub fn host_api(&self) -> *const HostApi {
        self.staging.bundle.host.api()
    }

    /// What `polyplug_init` is given; valid until the start has returned.
    pub fn init_context(&self) -> *const BundleInitContext {
        &raw const self.staging.init_context
    }

    /// Reads the bundle's files that `takes` accepts, once: what runs is what is in here, and a
    /// change of another file is none. An in-memory source gives one file, called as the manifest's `file` says.
    ///
    /// # Errors
    /// `Refused` if the folder cannot be read.
    pub fn take_files(
        &self,
        takes: impl Fn(&Path) -> bool + Send + Sync + 'static,
    ) -> Result<Arc<BundleFiles>, LoaderError> {
        self.staging.take_files(Arc::new(takes))
    }

    /// The paths of the bundle's files that `is_meant` accepts, whether they were taken or not. Where
    /// they cannot be listed there are none.
    pub fn paths(&self, is_meant: impl Fn(&Path) -> bool) -> Vec<String> {
        self.staging.paths(&is_meant)
    }

    /// What the bundle may reach: what its loader's table asks for and the host granted, and what
    /// everybody has. What it asked for as optional and does not get is in the log.
    ///
    /// # Errors
    /// `Refused` if the table asks for no capability, or needs one that was not granted.
    pub fn capabilities(&self) -> Result<Given, LoaderError> {
        let table = self.options().loader_tables.get(&self.manifest().loader);
        let request = table.map(Request::read).transpose();
        let request = request.map_err(|error| self.staging.refused(error.into()))?;
        let answer = request.unwrap_or_default().answer(&self.staging.granted());
        if !answer.missing.is_empty() {
            return Err(self.staging.refused(RuntimeError::CapabilitiesDenied {
                bundle: self.bundle().to_owned(),
                missing: answer.missing.iter().map(Capability::to_string).collect(),
            }));
        }
        for declined in answer.declined {
            let message = format!("runs without `{declined}`, which the host did not grant");
            let message = format!("bundle `{}` {message}", self.bundle());
            self.log(LogLevel::Info, "loader", &message);
        }
        Ok(answer.given)
    }

    /// Stages a contract that the guest provides. Returns the number by which the runtime names it
    /// in [`Guest`]'s functions: 0 for the first, then counting up.
    ///
    /// # Errors
    /// `Refused` if the name is unusable, its id is another name's, or it is registered twice.
    pub fn register(&self, contract: ContractRegistration<'_>) -> Result<u32, LoaderError> {
        self.staging.register_guest(contract).map_err(|error| self.staging.refused(error))
    }

    /// The contracts that were registered so far.
    pub fn registered(&self) -> Vec<GuestContractId> {
        self.staging.registered()
    }

    /// The description of the contract `name@major`: the bundle's own, else the host's.
    ///
    /// # Errors
    /// `Refused` if the bundle's WIT does not read.
    pub fn description(&self, contract: &str) -> Result<Option<Arc<Contract>>, LoaderError> {
        self.staging.description(contract).map_err(|error| self.staging.refused(error))
    }

    /// The contracts that the bundle's own WIT describes, its own and those that it calls; `None` if
    /// its manifest names no WIT.
    ///
    /// # Errors
    /// `Refused` if the bundle's WIT does not read.
    pub fn own_descriptions(&self) -> Result<Option<Arc<Descriptions>>, LoaderError> {
        self.staging.descriptions().map_err(|error| self.staging.refused(error))
    }

    /// The code describes a contract that it provides itself; this counts instead of any WIT.
    pub fn describe(&self, contract: Arc<Contract>) {
        let id = contract.guest_id();
        self.staging.describe(id, |described| described.contract = Some(contract));
    }

    /// The code says for which shape of a contract it was built.
    pub fn built_for(&self, contract: GuestContractId, shape: u64) {
        self.staging.describe(contract, |described| described.built = Some(shape));
    }

    /// Gives the guest that serves the registered contracts; the last one given counts.
    pub fn set_guest(&self, guest: Box<dyn Guest>) {
        self.staging.set_guest(guest);
    }

    /// Gives the library whose contracts were registered through the host table; it is kept open as
    /// long as one of them may be called. The last one given counts.
    pub fn set_native_code(&self, code: Box<dyn NativeCode>) {
        self.staging.set_native_code(code);
    }

    /// Logs a warning about the bundle.
    pub fn warn(&self, message: &str) {
        self.log(LogLevel::Warn, "loader", &format!("bundle `{}`: {message}", self.bundle()));
    }

    /// Writes a log record.
    pub fn log(&self, level: LogLevel, scope: &str, message: &str) {
        self.staging.core().log(level, scope, message);
    }
}

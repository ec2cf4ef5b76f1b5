//! The runtime: joins the parts and has no algorithm of its own.

mod bundles;
mod quiescence;

pub use crate::builder::RuntimeBuilder;
pub use crate::listing::{BundleInfo, BundleState, ContractInfo};
pub use crate::options::ReloadMode;
pub use crate::reload::operation::Quiescence;
pub use crate::reload::scan::{FailedLoad, ScanReport};

use crate::contract::Contract;
use crate::core::Core;
use crate::description;
use crate::dynamic::{self, DynamicCallError, Target, Which};
use crate::error::{LoaderError, RegistryError, RuntimeError};
use crate::events::Event;
use crate::listing;
use crate::loader::BundleSource;
use crate::loader::manifest::ManifestData;
use crate::pin::Pin;
use crate::registration::{Stage, foreign};
use crate::registry::{Registry, lookup};
use crate::reload::commit::DEFAULT_DRAIN_TIMEOUT;
use crate::reload::{drain, operation, unload};
use crossbeam_channel::Receiver;
use polyplug_abi::{
    GuestContractHandle, GuestContractId, HostApi, HostContractId, HostContractInstance,
    HostContractInterface, LogLevel,
};
use polyplug_schema::{Value, WitSources};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

/// A plugin runtime: bundles, their contracts, and the machine that replaces them.
///
/// All functions may be called from any thread. Those that change bundles answer `ReentrantCall`
/// inside a call, a callback or a pin. Dropping the last `Arc` unloads everything and waits for
/// running calls; what is still inside after the drain timeout is leaked, never freed under it.
pub struct Runtime {
    core: Arc<Core>,
    ownership: Ownership,
}

/// Whether the core ends with the runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ownership {
    /// The runtime that the builder made.
    Owning,
    /// The runtime as loaders see it.
    Borrowed,
}

impl Runtime {
    pub(crate) fn owning(core: Arc<Core>) -> Self {
        Self { core, ownership: Ownership::Owning }
    }

    /// The runtime as loaders see it.
    pub(crate) fn borrowed(core: Arc<Core>) -> Self {
        Self { core, ownership: Ownership::Borrowed }
    }

    pub(crate) fn core(&self) -> &Arc<Core> {
        &self.core
    }

    /// The published contracts.
    pub fn registry(&self) -> Registry<'_> {
        Registry::new(&self.core)
    }

    /// The first provider of a contract; see [`Registry::find`] for `min_version`.
    ///
    /// # Errors
    /// `NotFound` if no loaded bundle provides it.
    pub fn find_guest_contract(
        &self,
        contract_id: u64,
        min_version: u32,
    ) -> Result<GuestContractHandle, RegistryError> {
        lookup::find(&self.core, contract_id, min_version)
    }

    /// As [`Runtime::find_guest_contract`], of one bundle.
    ///
    /// # Errors
    /// `NotFound` if that bundle does not provide it.
    pub fn find_guest_contract_by_bundle(
        &self,
        bundle_id: u64,
        contract_id: u64,
        min_version: u32,
    ) -> Result<GuestContractHandle, RegistryError> {
        lookup::list(&self.core, contract_id, min_version)
            .into_iter()
            .find(|handle| {
                lookup::resolve(&self.core, *handle)
                    .is_ok_and(|slot| slot.bundle().id.as_u64() == bundle_id)
            })
            .ok_or(RegistryError::NotFound { contract: contract_id, min_version })
    }

    /// A caller for `name@major` (at least that version, minor included), that stays valid across
    /// every reload.
    ///
    /// # Errors
    /// `InvalidArgument` if the name is not of that form, `ContractNotFound` if nobody provides it.
    pub fn contract(&self, name: &str) -> Result<Contract, RuntimeError> {
        Contract::find(Arc::clone(&self.core), name)
    }

    /// Calls a function of `name@major` by its name, with values that are checked against the
    /// contract's description: of the bundle that provides it, else of the host. A function without
    /// a result gives an empty tuple.
    ///
    /// # Errors
    /// Nobody provides or describes the contract, it has no such function, a value is not of its
    /// type, or what the function itself said.
    pub fn call(
        &self,
        contract: &str,
        function: &str,
        arguments: &[Value],
    ) -> Result<Value, DynamicCallError> {
        dynamic::call(&Target::find(&self.core, contract)?, function, arguments)
    }

    /// Makes the call that `text` is in WAVE, such as `greet("Ada")`.
    ///
    /// # Errors
    /// As for [`Runtime::call`], or the text does not read.
    pub fn call_text(&self, contract: &str, text: &str) -> Result<Value, DynamicCallError> {
        dynamic::call_text(&Target::find(&self.core, contract)?, text)
    }

    /// Calls a function by its name, with arguments in the binary form, one behind the other, and
    /// appends the binary form of its result to `out`.
    ///
    /// # Errors
    /// As for [`Runtime::call`], or the bytes are not the arguments; `out` is as it was.
    pub fn call_binary(
        &self,
        contract: &str,
        function: &str,
        arguments: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), DynamicCallError> {
        let target = Target::find(&self.core, contract)?;
        dynamic::call_binary(&target, Which::Named(function), arguments, out)
    }

    /// Describes contracts that the host calls or provides: a WIT file, or a folder of them with its
    /// `deps`. A bundle that describes one of them otherwise is refused from now on.
    ///
    /// # Errors
    /// `Description`: it does not read, or contradicts what the host said before.
    pub fn describe(&self, path: impl AsRef<Path>) -> Result<(), RuntimeError> {
        let sources = WitSources::read(path);
        let unreadable = |error| description::unreadable("the host".to_owned(), error);
        self.core.describe(sources.map_err(unreadable)?)
    }

    /// The contracts that the host described, sorted by name.
    pub fn host_descriptions(&self) -> Vec<Arc<polyplug_schema::Contract>> {
        self.core.descriptions.all()
    }

    /// Provides a contract to bundles.
    ///
    /// # Errors
    /// `HostContractExists`, or what is wrong with the interface.
    ///
    /// # Safety
    /// - The interface's functions follow the ABI and may be called from any thread, with its
    ///   `user_data`, until the runtime is gone.
    pub unsafe fn register_host_contract(
        &self,
        interface: HostContractInterface,
    ) -> Result<(), RuntimeError> {
        // SAFETY: a reference is readable.
        let interface = unsafe { foreign::read_host_interface(&self.core, &raw const interface) }?;
        self.core.host_contracts.register(interface)
    }

    /// An instance of a host contract: the one there is, or, of contracts that are no singletons, a
    /// fresh one.
    ///
    /// # Errors
    /// `InvalidArgument` if there is none in that version.
    pub fn get_host_contract(
        &self,
        contract: HostContractId,
        min_version: u32,
    ) -> Result<HostContractInstance, RuntimeError> {
        self.core.host_contracts.instance(contract, min_version).map_err(|(_, problem)| {
            RuntimeError::InvalidArgument { what: "host contract", problem }
        })
    }

    /// The host's own function table; valid as long as the runtime.
    pub fn host_abi(&self) -> *const HostApi {
        self.core.host.api()
    }

    /// Holds commits back until the pin is dropped, so that this thread sees one revision of the
    /// registry and of all its contracts. Waits while a commit is being made, unless this thread is
    /// inside a call.
    pub fn pin(&self) -> Pin {
        Pin::new(Arc::clone(&self.core))
    }

    /// A channel with every event from now on. It is bounded: a receiver that is too slow loses the
    /// oldest and gets `EventsLost`.
    pub fn events(&self) -> Receiver<Event> {
        self.core.events.subscribe()
    }

    /// All bundles, loaded and failed, sorted by name: the published snapshot.
    pub fn bundles(&self) -> Vec<BundleInfo> {
        listing::bundles(&self.core)
    }

    /// Writes a log record.
    pub fn log(&self, level: LogLevel, scope: &str, message: &str) {
        self.core.log(level, scope, message);
    }

    /// For loaders: stages a bundle. Inside the runtime's own load or reload it joins that
    /// transaction; elsewhere it is a whole transaction, and the contracts are there when it returns.
    ///
    /// # Errors
    /// What `body` answered, or `Refused` with the runtime's reason.
    pub fn stage(
        &self,
        manifest: &ManifestData,
        source: &BundleSource,
        body: impl FnOnce(&Stage<'_>) -> Result<(), LoaderError>,
    ) -> Result<(), LoaderError> {
        let mut body = Some(body);
        operation::stage(&self.core, manifest, source, &mut |stage| match body.take() {
            Some(body) => body(stage),
            None => Ok(()),
        })
    }

    /// How many providers a contract has.
    pub fn provider_count(&self, contract: GuestContractId) -> usize {
        self.registry().find_all(contract, 0).len()
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        if self.ownership == Ownership::Borrowed {
            return;
        }
        let core = &self.core;
        if let Some(within) = core.thread().inside() {
            let message = format!("the runtime is not destroyed inside {within}; it is leaked");
            core.log(LogLevel::Error, "runtime", &message);
            std::mem::forget(Arc::clone(core));
            core.watching.leak();
            return;
        }
        core.watching.stop();
        core.closing.store(true, Ordering::Release);
        core.worker.stop();
        let staged = core.pending.lock().take();
        drop(staged);
        let unloaded = unload::unload_everything(core);
        let deadline = Instant::now() + DEFAULT_DRAIN_TIMEOUT;
        let leaked = drain::close_all_before(core, deadline);
        if let Err(error) = &unloaded {
            core.log(LogLevel::Error, "runtime", &format!("not destroyed, but leaked: {error}"));
        }
        if unloaded.is_err() || leaked > 0 {
            // Whoever is still inside comes back through slots, records and the logger.
            std::mem::forget(Arc::clone(core));
        }
    }
}

#[cfg(test)]
mod tests;

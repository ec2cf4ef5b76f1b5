//! What a bundle calls: a contract of another bundle or of the host, found by its name once and called
//! as long as the runtime lives.
//!
//! For loaders, whose bundles keep what they found across every reload of its provider. It borrows
//! nothing, because a guest that owned its runtime would keep it alive.

use crate::core::Core;
use crate::description::binding;
use crate::dispatch::call::{self, Request};
use crate::dispatch::{CallError, instance};
use crate::dynamic::call_host_object;
use crate::error::{DescriptionError, RuntimeError};
use crate::host_contract::HostObject;
use crate::host_table;
use crate::loader::manifest::ContractName;
use crate::registry::lookup;
use crate::registry::slot::Slot;
use polyplug_abi::{AbiErrorCode, CallArena, GuestContractInstance, HostApi, Version};
use polyplug_schema::Contract;
use std::sync::Arc;

/// A contract that a bundle calls.
///
/// A contract of another bundle follows its provider through every reload. Of a host contract that is
/// no singleton, the import has an object of its own, which goes with it.
pub struct Import {
    /// `name@major`.
    name: String,
    host: *const HostApi,
    core: *const Core,
    provider: Provider,
}

enum Provider {
    Bundle(*const Slot),
    Host(HostObject<'static>),
}

// SAFETY: host tables, cores and slots may be used from any thread, and so may host contracts.
unsafe impl Send for Import {}
// SAFETY: as above.
unsafe impl Sync for Import {}

impl Import {
    /// The contract `name@major[.minor]` of a bundle. While a bundle starts it also finds what its own
    /// transaction has staged, which can be called once that is committed.
    ///
    /// # Errors
    /// `NotFound`, or the name is none.
    ///
    /// # Safety
    /// - `host` is a table of a living runtime, which outlives the result.
    pub unsafe fn of_bundle(host: *const HostApi, name: &str) -> Result<Self, Box<CallError>> {
        // SAFETY: the caller's promise.
        let core = unsafe { core_of(host) }?;
        let contract = ContractName::of_caller(name).map_err(failure)?;
        let found = lookup::find_version(core, contract.id().as_u64(), contract.version(), None);
        let handle = found.map_err(|_| no_bundle(&contract))?;
        let slot = lookup::resolve(core, handle).map_err(|error| failure(error.into()))?;
        Ok(Self { name: contract.identity(), host, core, provider: Provider::Bundle(slot) })
    }

    /// The contract `name@major[.minor]` of the host.
    ///
    /// # Errors
    /// `HostContractNotFound`, `HostContractVersionMismatch`, or the name is none.
    ///
    /// # Safety
    /// - As for [`Import::of_bundle`], and the result is dropped before the runtime.
    pub unsafe fn of_host(host: *const HostApi, name: &str) -> Result<Self, Box<CallError>> {
        // SAFETY: the caller's promise.
        let core = unsafe { core_of(host) }?;
        let contract = ContractName::of_caller(name).map_err(failure)?;
        if !core.host_contracts.contains(contract.host_id()) {
            let message = format!("the host provides no contract `{contract}`");
            return Err(CallError::new(AbiErrorCode::HostContractNotFound, message));
        }
        core.host_contracts.learn(&contract);
        let object = core.host_contracts.object_of(contract.host_id(), contract.version());
        let object = object.map_err(|(code, message)| CallError::new(code, message))?;
        Ok(Self { name: contract.identity(), host, core, provider: Provider::Host(object) })
    }

    /// `name@major`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The bundle that provides it; `None` for the host.
    pub fn bundle(&self) -> Option<&str> {
        match &self.provider {
            Provider::Bundle(slot) => Some(&slot_of(*slot).bundle().name),
            Provider::Host(_) => None,
        }
    }

    /// The version that the bundle provides now; `None` for the host.
    pub fn version(&self) -> Option<Version> {
        match &self.provider {
            Provider::Bundle(slot) => Some(slot_of(*slot).version()),
            Provider::Host(_) => None,
        }
    }

    /// The same contract of the same bundle once more; `None` for the host, of which another import may
    /// have another object.
    pub fn again(&self) -> Option<Self> {
        let Provider::Bundle(slot) = self.provider else { return None };
        let (name, host, core) = (self.name.clone(), self.host, self.core);
        Some(Self { name, host, core, provider: Provider::Bundle(slot) })
    }

    /// Whether both are the same contract of the same bundle.
    pub fn is_same(&self, other: &Self) -> bool {
        match (&self.provider, &other.provider) {
            (Provider::Bundle(one), Provider::Bundle(two)) => std::ptr::eq(*one, *two),
            (Provider::Host(_), Provider::Host(_)) => self.name == other.name,
            _ => false,
        }
    }

    /// What the contract's provider says of it, or the host; `None` if nobody does.
    ///
    /// # Errors
    /// The provider is not loaded (yet).
    pub fn description(&self) -> Result<Option<Arc<Contract>>, Box<CallError>> {
        match &self.provider {
            Provider::Bundle(slot) => call::description(slot_of(*slot)),
            Provider::Host(_) => Ok(self.core().descriptions.get(&self.name)),
        }
    }

    /// Binds a caller that marshals by a description: by `own` if it has one, else by the provider's.
    /// It is held against what runs, and no later version of the provider may contradict it.
    ///
    /// # Errors
    /// The provider is not loaded (yet), contradicts `own`, or nobody described the contract.
    pub fn bind(&self, own: Option<&Arc<Contract>>) -> Result<Arc<Contract>, Box<CallError>> {
        let described = match own {
            Some(own) => Some(Arc::clone(own)),
            None => self.description()?,
        };
        let described = described.ok_or_else(|| self.undescribed())?;
        match &self.provider {
            Provider::Bundle(slot) => {
                binding::bind(self.core(), slot_of(*slot), &described).map_err(failure)?;
            }
            Provider::Host(object) => {
                if let Some(hosts) = self.core().descriptions.get(&self.name) {
                    hosts.answers(&described).map_err(|difference| self.conflict(difference))?;
                }
                // The last function is there if all are.
                let last = described.functions().len() as u32 - 1;
                object.function(&self.core().host_contracts, last)?;
            }
        }
        Ok(described)
    }

    /// Calls a function, guarded; what it allocates for its result comes from `arena`.
    ///
    /// # Errors
    /// The function's own error, or why it could not be called.
    ///
    /// # Safety
    /// - `args` and `out` have the layout of the function's arguments and result, `instance` is of
    ///   this contract or null, and `arena` is null or this thread's.
    #[inline]
    pub unsafe fn call(
        &self,
        instance: GuestContractInstance,
        function: u32,
        args: *const (),
        out: *mut (),
        arena: *mut CallArena,
    ) -> Result<(), Box<CallError>> {
        match &self.provider {
            Provider::Bundle(slot) => {
                let request = Request { instance, function, args, out, arena };
                // SAFETY: the caller's promise.
                unsafe { call::guarded(slot_of(*slot), request) }
            }
            Provider::Host(object) => {
                // SAFETY: the caller's promise.
                unsafe { call_host_object(self.core(), object, function, args, out, arena) }
            }
        }
    }

    /// Makes an instance, of a constructor that expects nothing.
    ///
    /// # Errors
    /// What the constructor said; a host contract has none.
    pub fn create(&self) -> Result<GuestContractInstance, Box<CallError>> {
        match &self.provider {
            // SAFETY: a constructor that expects nothing is given nothing.
            Provider::Bundle(slot) => unsafe {
                instance::create(slot_of(*slot), self.host, std::ptr::null())
            },
            Provider::Host(_) => Err(CallError::new(
                AbiErrorCode::FunctionNotAvailable,
                format!("`{}` is a contract of the host, which has no instances", self.name),
            )),
        }
    }

    /// Destroys an instance; the null instance is nothing to destroy.
    ///
    /// # Errors
    /// `StaleHandle` if it is not alive.
    ///
    /// # Safety
    /// - The instance came from [`Import::create`] of this contract.
    pub unsafe fn destroy(&self, instance: GuestContractInstance) -> Result<(), Box<CallError>> {
        match &self.provider {
            // SAFETY: the caller's promise.
            Provider::Bundle(slot) => unsafe {
                instance::destroy(slot_of(*slot), self.host, instance)
            },
            Provider::Host(_) => Ok(()),
        }
    }

    fn core(&self) -> &Core {
        // SAFETY: whoever made the import promised that the runtime outlives it.
        unsafe { &*self.core }
    }

    #[cold]
    fn undescribed(&self) -> Box<CallError> {
        let bundle = self.bundle().unwrap_or("the host").to_owned();
        failure(DescriptionError::Undescribed { contract: self.name.clone(), bundle }.into())
    }

    #[cold]
    fn conflict(&self, difference: polyplug_schema::Incompatible) -> Box<CallError> {
        let conflict = DescriptionError::Conflict {
            bundle: "the host".to_owned(),
            other: "the caller".to_owned(),
            contract: self.name.clone(),
            difference: Box::new(difference),
        };
        failure(conflict.into())
    }
}

impl std::fmt::Debug for Import {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Import")
            .field("name", &self.name)
            .field("bundle", &self.bundle())
            .finish_non_exhaustive()
    }
}

/// # Safety
/// - `host` is null or a table of a runtime that lives during `'a`.
unsafe fn core_of<'a>(host: *const HostApi) -> Result<&'a Core, Box<CallError>> {
    // SAFETY: the caller's promise.
    let context = unsafe { host_table::context(host) };
    context.map(host_table::HostContext::core).ok_or_else(|| {
        CallError::new(AbiErrorCode::InvalidPointer, "there is no host to look a contract up in")
    })
}

#[inline(always)]
fn slot_of<'a>(slot: *const Slot) -> &'a Slot {
    // SAFETY: slots live as long as the runtime, which outlives the import.
    unsafe { &*slot }
}

#[cold]
fn failure(error: RuntimeError) -> Box<CallError> {
    CallError::from_code(error.code(), error.to_string())
}

#[cold]
fn no_bundle(contract: &ContractName) -> Box<CallError> {
    CallError::new(
        AbiErrorCode::NotFound,
        format!(
            "no bundle provides the contract `{contract}`; load one that does, and name the contract in \
             a [[dependency]] of the manifest, so that it is loaded first"
        ),
    )
}

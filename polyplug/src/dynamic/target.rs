//! What is called: a contract of a bundle, or one of the host.

use super::DynamicCallError;
use crate::core::Core;
use crate::dispatch::call::{self, Request};
use crate::dispatch::{CallError, CallOrigin};
use crate::error::{DescriptionError, RuntimeError};
use crate::host_contract::HostObject;
use crate::loader::manifest::ContractName;
use crate::registry::lookup;
use crate::registry::slot::Slot;
use polyplug_abi::{
    AbiError, AbiErrorCode, CallArena, GuestContractInstance, HostApi, HostContractId,
};
use polyplug_schema::Contract;
use std::sync::Arc;

/// What a dynamic call goes to.
pub(crate) enum Target<'a> {
    /// A contract of a bundle, and the object of it; null without one.
    Guest { slot: &'a Slot, instance: GuestContractInstance },
    /// A contract of the host.
    Host { core: &'a Core, contract: ContractName },
}

impl<'a> Target<'a> {
    /// The best provider of `name@major[.minor]`: a bundle, else the host.
    pub(crate) fn find(core: &'a Core, name: &str) -> Result<Self, RuntimeError> {
        let contract = ContractName::of_caller(name)?;
        match lookup::find_version(core, contract.id().as_u64(), contract.version(), None) {
            Ok(handle) => {
                let slot = lookup::resolve(core, handle)?;
                Ok(Self::Guest { slot, instance: GuestContractInstance::null() })
            }
            Err(_) if core.host_contracts.contains(contract.host_id()) => {
                core.host_contracts.learn(&contract);
                Ok(Self::Host { core, contract })
            }
            Err(_) => Err(RuntimeError::ContractNotFound {
                contract: contract.to_string(),
                instead: lookup::instead_of(core, &contract),
            }),
        }
    }

    /// The description by which it is called now.
    pub(super) fn description(&self) -> Result<Arc<Contract>, DynamicCallError> {
        let found = match self {
            Self::Guest { slot, .. } => call::description(slot)?,
            Self::Host { core, contract } => core.descriptions.get(&contract.identity()),
        };
        found.ok_or_else(|| self.undescribed())
    }

    #[cold]
    fn undescribed(&self) -> DynamicCallError {
        let (contract, bundle) = match self {
            Self::Guest { slot, .. } => (slot.contract.to_string(), slot.bundle().name.to_string()),
            Self::Host { contract, .. } => (contract.identity(), "the host".to_owned()),
        };
        RuntimeError::from(DescriptionError::Undescribed { contract, bundle }).into()
    }

    pub(super) fn host(&self) -> *const HostApi {
        match self {
            Self::Guest { slot, .. } => slot.core().host.api(),
            Self::Host { core, .. } => core.host.api(),
        }
    }

    /// Calls a function; `None` if the contract is not described by `description` any more.
    ///
    /// # Safety
    /// - `args` and `out` have the layout that `description` gives the function's arguments and
    ///   result, and `arena` is this thread's.
    pub(super) unsafe fn call(
        &self,
        description: &Arc<Contract>,
        function: u32,
        args: *const (),
        out: *mut (),
        arena: *mut CallArena,
    ) -> Option<Result<(), Box<CallError>>> {
        match self {
            Self::Guest { slot, instance } => {
                let request = Request { instance: *instance, function, args, out, arena };
                // SAFETY: the caller's promise; an instance of another contract, or one that is gone,
                // is refused by the guard.
                unsafe { call::guarded_as(slot, request, description) }
            }
            Self::Host { core, contract } => {
                let id = contract.host_id();
                // SAFETY: the caller's promise.
                Some(unsafe { call_host(core, id, function, args, out, arena) })
            }
        }
    }

    pub(super) fn keeps_changing(&self) -> DynamicCallError {
        let name = match self {
            Self::Guest { slot, .. } => slot.contract.to_string(),
            Self::Host { contract, .. } => contract.identity(),
        };
        let message = format!("{name} is described otherwise with every reload; try again later");
        CallError::new(AbiErrorCode::Busy, message).into()
    }
}

/// Calls a function of a host contract; what it allocates for its result comes from `arena`.
///
/// # Safety
/// - As for [`Target::call`].
unsafe fn call_host(
    core: &Core,
    contract: HostContractId,
    function: u32,
    args: *const (),
    out: *mut (),
    arena: *mut CallArena,
) -> Result<(), Box<CallError>> {
    let object = core
        .host_contracts
        .object(contract)
        .map_err(|(code, message)| CallError::new(code, message))?;
    // SAFETY: the caller's promise.
    unsafe { call_host_object(core, &object, function, args, out, arena) }
}

/// As [`call_host`], of an object that is there.
///
/// # Safety
/// - As for [`Target::call`].
pub(crate) unsafe fn call_host_object(
    core: &Core,
    object: &HostObject<'_>,
    function: u32,
    args: *const (),
    out: *mut (),
    arena: *mut CallArena,
) -> Result<(), Box<CallError>> {
    let call = object.function(&core.host_contracts, function)?;
    let record = &core.thread().record;
    let Some(depth) = record.enter_host(arena) else {
        let message = "guarded calls are nested too deep on this thread";
        return Err(CallError::new(AbiErrorCode::ReentrantCall, message));
    };
    let mut error = AbiError::ok();
    // SAFETY: the host promised a function of the ABI when it registered the contract; the caller
    // promises the rest.
    unsafe { call(object.instance(), args, out, &raw mut error) };
    record.leave(depth);
    call::finish(&error, || {
        let name = core.host_contracts.name(object.contract_id());
        let described = core.descriptions.get(&name);
        Some(CallOrigin::of_host(name, described.as_deref(), function))
    })
}

//! Instances: the objects of a contract.

use crate::border::{self, Failure};
use crate::contract::{self, PolyplugContract};
use polyplug::embedding;
use polyplug_abi::{GuestContractId, GuestContractInstance, GuestContractInterface, HostApi};
use std::mem::offset_of;

/// Makes an object of a contract. [thread-safe]
///
/// `args` is what the constructor expects, may be null, and is read during the call. `out`
/// receives the object, or {NULL, 0} after a failure. The caller owns it and destroys it with
/// polyplug_destroy(); reloads hand its state over, and an unload ends it.
///
/// # Safety
/// - `contract` is null or of a living runtime; `args` is what the constructor expects; `out` is null
///   or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn polyplug_create(
    contract: *const PolyplugContract,
    args: *const (),
    out: *mut GuestContractInstance,
) -> u32 {
    border::code(|| {
        let out = border::place("out", out)?;
        // SAFETY: the caller's promise.
        unsafe { border::write(out, GuestContractInstance::null()) };
        // SAFETY: as above.
        let host = unsafe { host_of(contract) }?;
        // SAFETY: as above.
        let instance = unsafe { embedding::create(contract::interface_of(contract), host, args) }?;
        // SAFETY: as above.
        unsafe { border::write(out, instance) };
        Ok(())
    })
}

/// Destroys an object. [thread-safe]
///
/// `contract` is the one that it was made with. {NULL, 0} is nothing to destroy. One that is gone
/// already answers POLYPLUG_ERROR_STALE_HANDLE.
///
/// # Safety
/// - `contract` is null or of a living runtime.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn polyplug_destroy(
    contract: *const PolyplugContract,
    instance: GuestContractInstance,
) -> u32 {
    border::code(|| {
        // SAFETY: the caller's promise.
        let host = unsafe { host_of(contract) }?;
        let interface = contract::interface_of(contract);
        let offset = offset_of!(GuestContractInterface, contract_id);
        // SAFETY: the contract was checked.
        let id: GuestContractId = unsafe { border::field(interface, offset) };
        if !instance.data.is_null() && instance.contract_id != id {
            return Err(Failure::argument("instance", "is of another contract"));
        }
        // SAFETY: the caller's promise.
        Ok(unsafe { embedding::destroy(interface, host, instance) }?)
    })
}

/// The table of the contract's runtime.
///
/// # Safety
/// - `contract` is null or readable as an interface.
unsafe fn host_of(contract: *const PolyplugContract) -> Result<*const HostApi, Failure> {
    if contract.is_null() {
        return Err(contract::null());
    }
    // SAFETY: the caller's promise.
    let host = unsafe { embedding::host_of(contract::interface_of(contract)) };
    host.ok_or_else(|| Failure::pointer("contract", "is not one that polyplug_contract returned"))
}

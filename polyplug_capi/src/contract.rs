//! Contracts: found once, called for ever.

use crate::border::{self, Failure};
use crate::hosts;
use polyplug::embedding;
use polyplug_abi::{CallArena, GuestContractInstance, GuestContractInterface, HostApi};
use std::ffi::c_char;
use std::ptr;

/// A contract of a bundle. It lives as long as the runtime and follows its bundle through every
/// reload; after an unload calls answer POLYPLUG_ERROR_STALE_HANDLE, and work again when the bundle
/// comes back.
pub struct PolyplugContract {
    _private: [u8; 0],
}

/// Finds a contract by its name. [thread-safe]
///
/// `name` is `demo.add@1` for any version with that major, `demo.add@1.2` for at least that minor,
/// and stays the caller's. The first provider is meant: that of the highest priority, then by name.
/// The runtime owns the result. Null if nobody provides it; the reason is polyplug_last_error().
///
/// # Safety
/// - `name` is null or a text that ends with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn polyplug_contract(
    host: *const HostApi,
    name: *const c_char,
) -> *const PolyplugContract {
    border::value(ptr::null(), || {
        let host = hosts::find(host)?;
        // SAFETY: the caller's promise.
        let name = unsafe { border::text("name", name) }?;
        Ok(host.runtime.contract(name)?.interface().cast())
    })
}

/// Calls a function of a contract under the runtime's protection. [thread-safe]
///
/// The version that is entered is not closed before the call returns, so this is safe beside every
/// reload. `function` counts from 0 in the order of the contract. `args` is null for no parameter,
/// points at the value for one, and at a struct of them in order for more. `out` points at the
/// result, or is null for none; after a failure it is not to be read. Both stay the caller's.
/// `instance` is {NULL, 0} or one of polyplug_create(). What is variable in size in the result
/// belongs to `arena`, which is this thread's; if that is null, the caller owns it and gives it back
/// with host->free.
///
/// The answer is 0, a code of the runtime, or from 256 on one of the plugin; the message is
/// polyplug_last_error().
///
/// # Safety
/// - `contract` is null or of a living runtime; the rest is what the function expects.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn polyplug_call(
    contract: *const PolyplugContract,
    instance: GuestContractInstance,
    function: u32,
    args: *const (),
    out: *mut (),
    arena: *mut CallArena,
) -> u32 {
    let interface = contract.cast::<GuestContractInterface>();
    border::code(|| {
        // SAFETY: the caller's promise.
        unsafe { embedding::call(interface, instance, function, args, out, arena) }
            .map_err(Failure::from)
    })
}

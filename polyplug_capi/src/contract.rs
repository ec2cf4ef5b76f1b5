//! Contracts: found once, called for ever.

use crate::border::{self, Failure};
use crate::hosts;
use polyplug::CallError;
use polyplug::embedding;
use polyplug::loader::manifest::ContractName;
use polyplug::runtime::Runtime;
use polyplug_abi::{
    BundleId, CallArena, ERROR_OK, GuestContractHandle, GuestContractInstance,
    GuestContractInterface, HostApi,
};
use std::ffi::c_char;
use std::ptr;

/// A contract of a bundle, for protected calls. It lives as long as the runtime and follows its
/// bundle through every reload; after an unload calls answer POLYPLUG_ERROR_STALE_HANDLE, and work
/// again when the bundle comes back.
///
/// It is the interface of the contract, whose address is all that is needed here.
pub struct PolyplugContract {
    _private: [u8; 0],
}

/// Finds a contract by its name. [thread-safe]
///
/// `name` is `demo.add@1` for any version with that major, `demo.add@1.2` for at least that minor,
/// and stays the caller's. Of several providers the first is meant: that of the highest priority,
/// then by name. The runtime owns the result, which is not freed. Null if nobody provides it; the
/// reason is polyplug_last_error().
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
        let name = contract_name(unsafe { border::text("name", name) }?)?;
        let found = embedding::find(&host.runtime, &name, None);
        Ok(found.map_err(|error| nobody(&host.runtime, &name, error.code()))?.cast())
    })
}

/// As polyplug_contract(), of one bundle. [thread-safe]
///
/// `bundle` is the bundle's name, and stays the caller's.
///
/// # Safety
/// - `bundle` and `name` are null or texts that end with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn polyplug_contract_of_bundle(
    host: *const HostApi,
    bundle: *const c_char,
    name: *const c_char,
) -> *const PolyplugContract {
    border::value(ptr::null(), || {
        let host = hosts::find(host)?;
        // SAFETY: the caller's promise.
        let bundle = unsafe { border::text("bundle", bundle) }?;
        // SAFETY: as above.
        let name = contract_name(unsafe { border::text("name", name) }?)?;
        let found = embedding::find(&host.runtime, &name, Some(BundleId::of(bundle)));
        Ok(found.map_err(|error| not_of(bundle, &name, error.code()))?.cast())
    })
}

/// The contract that a handle names, for protected calls. [thread-safe]
///
/// Null if the handle is null or stale. Unlike polyplug_resolve() this makes nobody a raw caller:
/// native code is closed as soon as the last protected call has left it.
#[unsafe(no_mangle)]
pub extern "C" fn polyplug_bind(
    host: *const HostApi,
    handle: GuestContractHandle,
) -> *const PolyplugContract {
    border::value(ptr::null(), || Ok(embedding::bind(&hosts::find(host)?.runtime, handle)?.cast()))
}

/// Calls a function of a contract under the runtime's protection. [thread-safe]
///
/// The version that is entered is not closed before the call returns, so this is safe beside every
/// reload. `function` counts from 0 in the order of the contract. `args` is null for no parameter,
/// points at the value for one, and at a struct of them in order for more. `out` points at the
/// result, or is null for none; after a failure it is not to be read. Both stay the caller's.
/// `instance` is one that polyplug_create() made, or {NULL, 0} for the stateless default. What is
/// variable in size in the result belongs to `arena`, which is this thread's; if that is null, the
/// caller owns it and gives it back with host->free.
///
/// The answer is 0, a code of the runtime, or from 256 on one of the plugin; the message is
/// polyplug_last_error(). The function ran at most once; what it did before it failed stays done.
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
    let interface = interface_of(contract);
    // SAFETY: the caller's promise; null is checked.
    match unsafe { embedding::call_at_once(interface, instance, function, args, out, arena) } {
        Some(Ok(())) => ERROR_OK,
        Some(Err(error)) => failed(error),
        // SAFETY: as above.
        None => unsafe { call_at_length(contract, instance, function, args, out, arena) },
    }
}

/// A function that was called at once reported a failure.
#[cold]
#[inline(never)]
fn failed(error: Box<CallError>) -> u32 {
    border::code(|| Err(error.into()))
}

/// The whole of [`polyplug_call`], for what is not done at once. Its parameters are the same ones, so
/// that it is jumped to, and what it keeps is not kept by every call.
///
/// # Safety
/// - As for [`polyplug_call`].
#[inline(never)]
unsafe extern "C" fn call_at_length(
    contract: *const PolyplugContract,
    instance: GuestContractInstance,
    function: u32,
    args: *const (),
    out: *mut (),
    arena: *mut CallArena,
) -> u32 {
    let interface = interface_of(contract);
    border::code(|| {
        if contract.is_null() {
            return Err(null());
        }
        // SAFETY: the caller's promise.
        Ok(unsafe { embedding::call(interface, instance, function, args, out, arena) }?)
    })
}

/// The interface behind a contract.
pub(crate) fn interface_of(contract: *const PolyplugContract) -> *const GuestContractInterface {
    contract.cast()
}

/// A null contract.
#[cold]
pub(crate) fn null() -> Failure {
    Failure::pointer("contract", "is null; pass what polyplug_contract returned")
}

fn contract_name(text: &str) -> Result<ContractName, Failure> {
    text.parse().map_err(|error| Failure::argument("name", format!("is `{text}`: {error}")))
}

fn nobody(runtime: &Runtime, name: &ContractName, code: u32) -> Failure {
    let instead = embedding::instead_of(runtime, name);
    Failure::with_code(code, format!("no loaded bundle provides contract `{name}`; {instead}"))
}

fn not_of(bundle: &str, name: &ContractName, code: u32) -> Failure {
    Failure::with_code(code, format!("bundle `{bundle}` does not provide contract `{name}`"))
}

//! For libraries that put this runtime behind an interface of their own, such as libpolyplug: guarded
//! calls by interface pointer, and the calling thread's last error.

use crate::border;
use crate::dispatch::call::{self, Request};
use crate::dispatch::{CallError, instance, trampoline};
use crate::error::{RegistryError, RuntimeError};
use crate::registry::lookup;
use crate::runtime::Runtime;
use polyplug_abi::{
    AbiErrorCode, CallArena, GuestContractHandle, GuestContractInstance, GuestContractInterface,
    HostApi, StringView,
};

/// The interface behind a handle, for guarded calls only: it does not count as handed out.
///
/// # Errors
/// `StaleHandle` if the bundle was unloaded since the handle was found.
pub fn bind(
    runtime: &Runtime,
    handle: GuestContractHandle,
) -> Result<*const GuestContractInterface, RegistryError> {
    lookup::resolve(runtime.core(), handle).map(|slot| slot.interface())
}

/// The guarded call. Not stopped: a panic of the runtime itself.
///
/// # Errors
/// The plugin's own error, or why the call could not be made.
///
/// # Safety
/// - `interface` is null or one of a living runtime.
/// - `args`, `out` and `instance` are what the function expects; `arena` is null or this thread's.
#[inline]
pub unsafe fn call(
    interface: *const GuestContractInterface,
    instance: GuestContractInstance,
    function: u32,
    args: *const (),
    out: *mut (),
    arena: *mut CallArena,
) -> Result<(), Box<CallError>> {
    // SAFETY: the caller's promise.
    let Some(slot) = (unsafe { trampoline::slot_of(interface) }) else { return Err(not_ours()) };
    // SAFETY: the caller's promise.
    unsafe { call::guarded(slot, Request { instance, function, args, out, arena }) }
}

/// Makes an instance.
///
/// # Errors
/// What the constructor said.
///
/// # Safety
/// - `interface` is null or one of a living runtime, `host` its table; `args` is what the
///   constructor expects.
pub unsafe fn create(
    interface: *const GuestContractInterface,
    host: *const HostApi,
    args: *const (),
) -> Result<GuestContractInstance, Box<CallError>> {
    // SAFETY: the caller's promise.
    let Some(slot) = (unsafe { trampoline::slot_of(interface) }) else { return Err(not_ours()) };
    // SAFETY: the caller's promise.
    unsafe { instance::create(slot, host, args) }
}

/// Destroys an instance; the null instance is nothing to destroy.
///
/// # Errors
/// `StaleHandle` if it was destroyed before, or its bundle unloaded.
///
/// # Safety
/// - As for [`create`]; the instance came from it.
pub unsafe fn destroy(
    interface: *const GuestContractInterface,
    host: *const HostApi,
    instance: GuestContractInstance,
) -> Result<(), Box<CallError>> {
    // SAFETY: the caller's promise.
    let Some(slot) = (unsafe { trampoline::slot_of(interface) }) else { return Err(not_ours()) };
    // SAFETY: the caller's promise.
    unsafe { instance::destroy(slot, host, instance) }
}

/// Whether the runtime may be destroyed from where this thread is.
///
/// # Errors
/// `ReentrantCall` inside a call, a callback or a pin.
pub fn may_end(runtime: &Runtime) -> Result<(), RuntimeError> {
    match runtime.core().thread().inside() {
        None => Ok(()),
        Some(within) => Err(RuntimeError::ReentrantCall {
            operation: "destroy",
            within,
            advice: "do it after that has returned",
        }),
    }
}

/// Keeps `message` as the calling thread's last error, for 16 further failures.
pub fn remember(message: String) -> StringView {
    border::remember(message)
}

/// The calling thread's last error; null without one.
pub fn last_error() -> StringView {
    border::last_error()
}

#[cold]
fn not_ours() -> Box<CallError> {
    CallError::new(
        AbiErrorCode::InvalidPointer,
        "the contract is null or not one that the runtime gave",
    )
}

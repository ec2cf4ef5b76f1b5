//! The C functions that slots point at. They find the slot, run the guarded operation and report
//! through `out_err` or the last error; nothing unwinds out of them.

use super::CallError;
use super::call::{self, Request};
use super::instance;
use crate::border;
use crate::registry::slot::{Slot, Trampolines};
use polyplug_abi::{
    AbiError, AbiErrorCode, CallArena, GuestContractInstance, GuestContractInterface, HostApi,
    VmLoaderData,
};
use std::mem::offset_of;

/// What every slot of every runtime points at.
pub(crate) static TRAMPOLINES: Trampolines = Trampolines {
    call: vm_call,
    create: create_instance,
    destroy: destroy_instance,
    missing: missing_function,
    stale: stale_function,
};

/// The slot behind an interface pointer that a caller handed in; `None` if it is null or not one of
/// ours, which the constructor field tells.
///
/// # Safety
/// - `interface` is null or readable as an interface, and its runtime lives during `'a`.
#[inline(always)]
pub(crate) unsafe fn slot_of<'a>(interface: *const GuestContractInterface) -> Option<&'a Slot> {
    if interface.is_null() {
        return None;
    }
    let field = offset_of!(GuestContractInterface, create_instance);
    let constructor: *const usize = interface.wrapping_byte_add(field).cast();
    // SAFETY: the caller's promise; the word is compared only.
    if unsafe { constructor.read() } != TRAMPOLINES.create as usize {
        return None;
    }
    // SAFETY: only slots have this constructor.
    Some(unsafe { Slot::of(interface) })
}

/// Reports how an operation ended.
///
/// # Safety
/// - `out_error` is null or valid for writing.
#[inline(always)]
pub(crate) unsafe fn report(out_error: *mut AbiError, result: Result<(), Box<CallError>>) {
    match result {
        // SAFETY: the caller's promise.
        Ok(()) => unsafe { border::succeed(out_error) },
        // SAFETY: as above.
        Err(error) => unsafe { fail(out_error, &error) },
    }
}

/// Reports a failed call: `out_error` has the message, the last error also what failed.
///
/// # Safety
/// - As for [`report`].
#[cold]
pub(crate) unsafe fn fail(out_error: *mut AbiError, error: &CallError) {
    let text = error.text();
    let own_words = text.len() - error.message.len();
    // SAFETY: the caller's promise.
    unsafe { border::fail_behind(out_error, error.code, text, own_words) };
}

unsafe extern "C" fn vm_call(
    loader_data: VmLoaderData,
    instance: GuestContractInstance,
    function: u32,
    args: *const (),
    out: *mut (),
    arena: *mut CallArena,
    out_error: *mut AbiError,
) {
    let body = || {
        let interface = loader_data.data.cast_const().cast::<GuestContractInterface>();
        // SAFETY: `loader_data` of a slot is the slot's address.
        let slot = unsafe { Slot::of(interface) };
        let request = Request { instance, function, args, out, arena };
        // SAFETY: the caller's promise, see the ABI.
        let result = unsafe { call::guarded(slot, request) };
        // SAFETY: as above.
        unsafe { report(out_error, result) };
    };
    // SAFETY: as above.
    unsafe { border::catch_to(out_error, body) };
}

/// `loader_data` is the slot's own (VM contracts), or the interface's address (native contracts,
/// whose interface has no loader data).
unsafe extern "C" fn create_instance(
    loader_data: VmLoaderData,
    host: *const HostApi,
    args: *const (),
    out_instance: *mut GuestContractInstance,
) {
    let instance = border::catch(GuestContractInstance::null(), || {
        // SAFETY: see above.
        let Some(slot) = (unsafe { slot_of(loader_data.data.cast_const().cast()) }) else {
            return not_ours(GuestContractInstance::null());
        };
        // SAFETY: the caller's promise, see the ABI.
        match unsafe { instance::create(slot, host, args) } {
            Ok(instance) => instance,
            Err(error) => {
                border::remember(error.text());
                GuestContractInstance::null()
            }
        }
    });
    // SAFETY: the caller's promise, see the ABI.
    unsafe { border::write(out_instance, instance) };
}

unsafe extern "C" fn destroy_instance(
    loader_data: VmLoaderData,
    host: *const HostApi,
    instance: GuestContractInstance,
) {
    border::catch((), || {
        // SAFETY: see `create_instance`.
        let Some(slot) = (unsafe { slot_of(loader_data.data.cast_const().cast()) }) else {
            return not_ours(());
        };
        // SAFETY: the caller's promise, see the ABI.
        if let Err(error) = unsafe { instance::destroy(slot, host, instance) } {
            border::remember(error.text());
        }
    });
}

#[cold]
fn not_ours<T>(fallback: T) -> T {
    border::remember(
        "this is not an interface of the runtime; pass the one that `resolve` gave".to_owned(),
    );
    fallback
}

unsafe extern "C" fn missing_function(
    _instance: GuestContractInstance,
    _args: *const (),
    _out: *mut (),
    out_error: *mut AbiError,
) {
    const TEXT: &str = "the present version of the bundle lacks this function";
    let message = border::view(TEXT);
    let code = AbiErrorCode::FunctionNotAvailable as u32;
    // SAFETY: the caller's promise, see the ABI.
    unsafe { border::write(out_error, AbiError { code, message }) };
}

unsafe extern "C" fn stale_function(
    _instance: GuestContractInstance,
    _args: *const (),
    _out: *mut (),
    out_error: *mut AbiError,
) {
    const TEXT: &str = "the bundle is not loaded any more";
    let message = border::view(TEXT);
    let code = AbiErrorCode::StaleHandle as u32;
    // SAFETY: the caller's promise, see the ABI.
    unsafe { border::write(out_error, AbiError { code, message }) };
}

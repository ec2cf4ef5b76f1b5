//! Guarded calls, instances, pins, poll.

use super::context;
use super::contracts::{null, report};
use crate::border;
use crate::dispatch::call::{self, Request};
use crate::dispatch::{instance, trampoline};
use crate::error::RuntimeError;
use crate::pin;
use crate::reload::operation::{self, Quiescence};
use polyplug_abi::{
    AbiError, CallArena, GuestContractInstance, GuestContractInterface, HostApi, POLL_QUIESCENT,
};

pub(super) unsafe extern "C" fn call(
    _: *const HostApi,
    interface: *const GuestContractInterface,
    instance: GuestContractInstance,
    function: u32,
    args: *const (),
    out: *mut (),
    arena: *mut CallArena,
    out_err: *mut AbiError,
) {
    let request = Request { instance, function, args, out, arena };
    // SAFETY: the caller's promise, see the ABI.
    if let Some(slot) = unsafe { trampoline::slot_of(interface) }
        && !out_err.is_null()
        // SAFETY: as above.
        && let Some(result) = unsafe { call::at_once(slot, request, out_err) }
    {
        if let Err(error) = result {
            // SAFETY: as above.
            unsafe { trampoline::fail(out_err, &error) };
        }
        return;
    }
    // SAFETY: as above.
    unsafe { call_at_length(interface, instance, function, args, out, arena, out_err) };
}

/// # Safety
/// As for [`call`].
#[inline(never)]
unsafe fn call_at_length(
    interface: *const GuestContractInterface,
    instance: GuestContractInstance,
    function: u32,
    args: *const (),
    out: *mut (),
    arena: *mut CallArena,
    out_err: *mut AbiError,
) {
    let body = || {
        // SAFETY: the caller's promise.
        let Some(slot) = (unsafe { trampoline::slot_of(interface) }) else {
            // SAFETY: as above.
            return unsafe { report(out_err, Err(not_ours(interface))) };
        };
        let request = Request { instance, function, args, out, arena };
        // SAFETY: as above.
        let result = unsafe { call::at_length(slot, request) };
        // SAFETY: as above.
        unsafe { trampoline::report(out_err, result) };
    };
    // SAFETY: as above.
    unsafe { border::catch_to(out_err, body) };
}

pub(super) unsafe extern "C" fn create(
    host: *const HostApi,
    interface: *const GuestContractInterface,
    args: *const (),
    out: *mut GuestContractInstance,
    out_err: *mut AbiError,
) {
    let body = || {
        // SAFETY: the caller's promise, see the ABI.
        unsafe { border::write(out, GuestContractInstance::null()) };
        // SAFETY: as above.
        let Some(slot) = (unsafe { trampoline::slot_of(interface) }) else {
            // SAFETY: as above.
            return unsafe { report(out_err, Err(not_ours(interface))) };
        };
        // SAFETY: as above.
        let result = unsafe { instance::create(slot, host, args) }.map(|instance| {
            // SAFETY: as above.
            unsafe { border::write(out, instance) };
        });
        // SAFETY: as above.
        unsafe { trampoline::report(out_err, result) };
    };
    // SAFETY: as above.
    unsafe { border::catch_to(out_err, body) };
}

pub(super) unsafe extern "C" fn destroy(
    host: *const HostApi,
    interface: *const GuestContractInterface,
    instance: GuestContractInstance,
    out_err: *mut AbiError,
) {
    let body = || {
        // SAFETY: the caller's promise, see the ABI.
        let Some(slot) = (unsafe { trampoline::slot_of(interface) }) else {
            // SAFETY: as above.
            return unsafe { report(out_err, Err(not_ours(interface))) };
        };
        // SAFETY: as above.
        let result = unsafe { instance::destroy(slot, host, instance) };
        // SAFETY: as above.
        unsafe { trampoline::report(out_err, result) };
    };
    // SAFETY: as above.
    unsafe { border::catch_to(out_err, body) };
}

/// The table's function without an error struct: failure is the null instance plus the last error.
pub(super) unsafe extern "C" fn create_guest_instance(
    host: *const HostApi,
    interface: *const GuestContractInterface,
    args: *const (),
    out_instance: *mut GuestContractInstance,
) {
    let mut error = AbiError::ok();
    // SAFETY: the caller's promise, see the ABI; `error` is a local.
    unsafe { create(host, interface, args, out_instance, &raw mut error) };
}

pub(super) unsafe extern "C" fn destroy_guest_instance(
    host: *const HostApi,
    interface: *const GuestContractInterface,
    instance: GuestContractInstance,
) {
    let mut error = AbiError::ok();
    // SAFETY: the caller's promise, see the ABI; `error` is a local.
    unsafe { destroy(host, interface, instance, &raw mut error) };
}

pub(super) unsafe extern "C" fn pin(
    host: *const HostApi,
    out_token: *mut u64,
    out_err: *mut AbiError,
) {
    let body = || {
        // SAFETY: the caller's promise, see the ABI.
        let result = match unsafe { context(host) } {
            None => Err(null("host")),
            Some(context) => pin::take(context.core()).map(|token| {
                // SAFETY: as above.
                unsafe { border::write(out_token, token) };
            }),
        };
        // SAFETY: as above.
        unsafe { report(out_err, result) };
    };
    // SAFETY: as above.
    unsafe { border::catch_to(out_err, body) };
}

pub(super) unsafe extern "C" fn unpin(host: *const HostApi, token: u64, out_err: *mut AbiError) {
    let body = || {
        // SAFETY: the caller's promise, see the ABI.
        let result = match unsafe { context(host) } {
            None => Err(null("host")),
            Some(context) => pin::give_back(context.core(), token),
        };
        // SAFETY: as above.
        unsafe { report(out_err, result) };
    };
    // SAFETY: as above.
    unsafe { border::catch_to(out_err, body) };
}

pub(super) unsafe extern "C" fn poll(
    host: *const HostApi,
    flags: u32,
    out_err: *mut AbiError,
) -> u32 {
    let mut committed = 0;
    let body = || {
        // SAFETY: the caller's promise, see the ABI.
        let result = match unsafe { context(host) } {
            None => Err(null("host")),
            Some(context) => {
                let quiescence = match flags & POLL_QUIESCENT {
                    0 => Quiescence::Unknown,
                    _ => Quiescence::Declared,
                };
                operation::poll(context.core(), quiescence).map(|count| committed = count)
            }
        };
        // SAFETY: as above.
        unsafe { report(out_err, result) };
    };
    // SAFETY: as above.
    unsafe { border::catch_to(out_err, body) };
    committed
}

#[cold]
fn not_ours(interface: *const GuestContractInterface) -> RuntimeError {
    if interface.is_null() {
        return null("interface");
    }
    RuntimeError::InvalidArgument {
        what: "interface",
        problem: "it is not one of this runtime's; pass the pointer that `resolve` gave".into(),
    }
}

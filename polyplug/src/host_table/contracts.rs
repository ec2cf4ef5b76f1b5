//! Contracts of bundles and of the host: register, find, resolve.

use super::context;
use crate::border;
use crate::error::RuntimeError;
use crate::registration::foreign;
use crate::registry::lookup;
use polyplug_abi::{
    AbiError, Array, GuestContractHandle, GuestContractInterface, HostApi, HostContractId,
    HostContractInstance, HostContractInterface, PluginDescriptor,
};
use std::ptr;

pub(super) unsafe extern "C" fn register_guest_contract(
    host: *const HostApi,
    descriptor: *const PluginDescriptor,
    interface: *const GuestContractInterface,
    out_err: *mut AbiError,
) {
    let body = || {
        // SAFETY: the caller's promise, see the ABI.
        let result = match unsafe { context(host) } {
            None => Err(null("host")),
            Some(context) => {
                // SAFETY: as above.
                unsafe { foreign::register(context.core(), descriptor, interface) }
            }
        };
        // SAFETY: as above.
        unsafe { report(out_err, result) };
    };
    // SAFETY: as above.
    unsafe { border::catch_to(out_err, body) };
}

pub(super) unsafe extern "C" fn find_guest_contract(
    host: *const HostApi,
    contract_id: u64,
    min_version: u32,
) -> GuestContractHandle {
    border::catch(GuestContractHandle::null(), || {
        // SAFETY: the caller's promise, see the ABI.
        let Some(context) = (unsafe { context(host) }) else {
            return failed(null("host"), GuestContractHandle::null());
        };
        match lookup::find(context.core(), contract_id, min_version) {
            Ok(handle) => handle,
            Err(error) => failed(error.into(), GuestContractHandle::null()),
        }
    })
}

pub(super) unsafe extern "C" fn find_all_guest_contracts(
    host: *const HostApi,
    contract_id: u64,
    min_version: u32,
) -> Array<GuestContractHandle> {
    border::catch(Array::empty(), || {
        // SAFETY: the caller's promise, see the ABI.
        let Some(context) = (unsafe { context(host) }) else {
            return failed(null("host"), Array::empty());
        };
        array(&lookup::list(context.core(), contract_id, min_version))
    })
}

pub(super) unsafe extern "C" fn resolve_guest_contract(
    host: *const HostApi,
    handle: GuestContractHandle,
) -> *const GuestContractInterface {
    border::catch(ptr::null(), || {
        // SAFETY: the caller's promise, see the ABI.
        let Some(context) = (unsafe { context(host) }) else {
            return failed(null("host"), ptr::null());
        };
        match lookup::resolve(context.core(), handle) {
            Ok(slot) => slot.hand_out(),
            Err(error) => failed(error.into(), ptr::null()),
        }
    })
}

pub(super) unsafe extern "C" fn bind_guest_contract(
    host: *const HostApi,
    handle: GuestContractHandle,
) -> *const GuestContractInterface {
    border::catch(ptr::null(), || {
        // SAFETY: the caller's promise, see the ABI.
        let Some(context) = (unsafe { context(host) }) else {
            return failed(null("host"), ptr::null());
        };
        match lookup::resolve(context.core(), handle) {
            Ok(slot) => slot.interface(),
            Err(error) => failed(error.into(), ptr::null()),
        }
    })
}

pub(super) unsafe extern "C" fn get_host_contract(
    host: *const HostApi,
    contract_id: u64,
    min_version: u32,
) -> HostContractInstance {
    let none = HostContractInstance { data: ptr::null_mut() };
    border::catch(none, || {
        // SAFETY: the caller's promise, see the ABI.
        let Some(context) = (unsafe { context(host) }) else { return failed(null("host"), none) };
        let id = HostContractId::from_u64(contract_id);
        match context.core().host_contracts.instance(id, min_version) {
            Ok(instance) => instance,
            Err((_, message)) => {
                border::remember(message);
                none
            }
        }
    })
}

pub(super) unsafe extern "C" fn resolve_host_contract_interface(
    host: *const HostApi,
    contract_id: u64,
    min_version: u32,
) -> *const HostContractInterface {
    border::catch(ptr::null(), || {
        // SAFETY: the caller's promise, see the ABI.
        let Some(context) = (unsafe { context(host) }) else {
            return failed(null("host"), ptr::null());
        };
        let id = HostContractId::from_u64(contract_id);
        match context.core().host_contracts.interface(id, min_version) {
            Ok(interface) => interface,
            Err((_, message)) => {
                border::remember(message);
                ptr::null()
            }
        }
    })
}

pub(super) unsafe extern "C" fn register_host_contract(
    host: *const HostApi,
    interface: *const HostContractInterface,
    out_err: *mut AbiError,
) {
    let body = || {
        // SAFETY: the caller's promise, see the ABI.
        let result = match unsafe { context(host) } {
            None => Err(null("host")),
            // Its functions would go with the bundle's code, and their addresses would stay.
            Some(context) if context.bundle().is_some() => Err(RuntimeError::InvalidArgument {
                what: "host contract",
                problem: "a bundle cannot provide one; use register_guest_contract".to_owned(),
            }),
            Some(context) => {
                // SAFETY: as above.
                unsafe { foreign::read_host_interface(context.core(), interface) }
                    .and_then(|interface| context.core().host_contracts.register(interface))
            }
        };
        // SAFETY: as above.
        unsafe { report(out_err, result) };
    };
    // SAFETY: as above.
    unsafe { border::catch_to(out_err, body) };
}

/// Reports how an operation ended.
///
/// # Safety
/// - `out_err` is null or valid for writing.
pub(super) unsafe fn report(out_err: *mut AbiError, result: Result<(), RuntimeError>) {
    match result {
        // SAFETY: the caller's promise.
        Ok(()) => unsafe { border::succeed(out_err) },
        // SAFETY: as above.
        Err(error) => unsafe { border::fail(out_err, error.code(), error.to_string()) },
    }
}

/// A null where a pointer is needed.
#[cold]
pub(super) fn null(what: &'static str) -> RuntimeError {
    RuntimeError::InvalidPointer { what }
}

/// Keeps the error as the last one and answers `fallback`.
#[cold]
pub(super) fn failed<T>(error: RuntimeError, fallback: T) -> T {
    border::remember(error.to_string());
    fallback
}

/// A copy of `items` that the caller frees with `host->free`.
pub(super) fn array<T: Copy>(items: &[T]) -> Array<T> {
    if items.is_empty() {
        return Array::empty();
    }
    let place = border::allocate(size_of_val(items), align_of::<T>()).cast::<T>();
    if place.is_null() {
        return failed(
            RuntimeError::InvalidArgument { what: "list", problem: "out of memory".into() },
            Array::empty(),
        );
    }
    // SAFETY: the place was allocated for exactly these items.
    unsafe { ptr::copy_nonoverlapping(items.as_ptr(), place, items.len()) };
    Array { items: place, len: items.len(), align: align_of::<T>() }
}

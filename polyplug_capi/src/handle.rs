//! Handles and interfaces: for programs that look contracts up by id and make raw calls.

use crate::border;
use crate::hosts;
use polyplug_abi::{GuestContractHandle, GuestContractId, GuestContractInterface, HostApi};
use std::ptr;

/// Finds a bundle that provides a contract. [thread-safe]
///
/// `min_version` is 0 for any version, a value below 65536 for that major version or later, from
/// 65536 on `major << 16 | minor` for the same major and at least this minor. The handle is a
/// value: it owns nothing, stays valid through reloads, and is stale after an unload. Its `index`
/// is UINT32_MAX if nobody provides the contract; the reason is polyplug_last_error().
#[unsafe(no_mangle)]
pub extern "C" fn polyplug_find(
    host: *const HostApi,
    contract_id: u64,
    min_version: u32,
) -> GuestContractHandle {
    border::value(GuestContractHandle::null(), || {
        Ok(hosts::find(host)?.runtime.find_guest_contract(contract_id, min_version)?)
    })
}

/// As polyplug_find(), of one bundle. [thread-safe]
#[unsafe(no_mangle)]
pub extern "C" fn polyplug_find_by_bundle(
    host: *const HostApi,
    bundle_id: u64,
    contract_id: u64,
    min_version: u32,
) -> GuestContractHandle {
    border::value(GuestContractHandle::null(), || {
        let runtime = &hosts::find(host)?.runtime;
        Ok(runtime.find_guest_contract_by_bundle(bundle_id, contract_id, min_version)?)
    })
}

/// Finds every bundle that provides a contract: by priority, then by name. [thread-safe]
///
/// Writes up to `capacity` handles to `out`, which belongs to the caller and may be null if
/// `capacity` is 0. Returns how many there are, which may be more than were written.
///
/// # Safety
/// - `capacity` handles can be written at `out`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn polyplug_find_all(
    host: *const HostApi,
    contract_id: u64,
    min_version: u32,
    out: *mut GuestContractHandle,
    capacity: usize,
) -> usize {
    border::value(0, || {
        let host = hosts::find(host)?;
        if capacity > 0 {
            border::place("out", out)?;
        }
        let contract = GuestContractId::from_u64(contract_id);
        let found = host.runtime.registry().find_all(contract, min_version);
        for (at, handle) in found.iter().take(capacity).enumerate() {
            // SAFETY: the caller's promise.
            unsafe { border::write(out.wrapping_add(at), *handle) };
        }
        Ok(found.len())
    })
}

/// The interface of the contract that a handle names, for raw calls. [thread-safe]
///
/// The runtime owns it, and it stays at its address until the runtime is destroyed. After a reload
/// the same interface calls the new code, after an unload every function of it answers
/// POLYPLUG_ERROR_STALE_HANDLE. Functions are read anew for every call, with polyplug_fn(). From
/// now on native code of this bundle is closed only after polyplug_quiescent() or its like. Null
/// if the handle is null or stale.
#[unsafe(no_mangle)]
pub extern "C" fn polyplug_resolve(
    host: *const HostApi,
    handle: GuestContractHandle,
) -> *const GuestContractInterface {
    border::value(ptr::null(), || {
        let host = hosts::find(host)?;
        Ok(host.runtime.registry().resolve_guest_contract(handle)?)
    })
}

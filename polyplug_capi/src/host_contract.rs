//! Host contracts: what the program provides to bundles.

use crate::border;
use crate::hosts;
use polyplug_abi::{AbiError, HostApi, HostContractInterface};

/// Provides a contract of the program's to bundles. [thread-safe]
///
/// `iface` is copied and stays the caller's; the functions, the table and the user data that it
/// names have to outlive the runtime, and may be used from any thread. Refused with
/// POLYPLUG_ERROR_DUPLICATE_PROVIDER if the id is taken.
///
/// # Safety
/// - `iface` is null or points at an interface.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn polyplug_register_host_contract(
    host: *const HostApi,
    iface: *const HostContractInterface,
) -> u32 {
    border::code(|| {
        let host = hosts::find(host)?;
        let iface = border::readable("iface", iface)?;
        let mut error = AbiError::ok();
        // SAFETY: it is the runtime's table; the caller's promise for the interface.
        unsafe { (host.api().register_host_contract)(host.api(), iface, &raw mut error) };
        border::outcome(&error)
    })
}

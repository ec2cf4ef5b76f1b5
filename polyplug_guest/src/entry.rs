//! What the library exports; used by [`plugin!`](crate::plugin) alone.

use crate::bundle::Bundle;
use crate::error::Error;
use crate::{border, host, shape, state};
use polyplug_abi::{AbiError, BundleInitContext, GuestContractId, HostApi};
use std::ffi::c_void;

/// Defines what a plugin exports. `start` is `fn(&mut Bundle) -> Result<(), Error>`; the optional
/// `stop` is `fn(u32)`: it takes one of the `SHUTDOWN_` reasons, joins the plugin's threads and takes
/// back its callbacks before the library is closed.
#[macro_export]
macro_rules! plugin {
    ($start:path) => {
        $crate::plugin!($start, $crate::entry::nothing_to_stop);
    };
    ($start:path, $stop:path) => {
        const _: () = {
            use $crate::abi::{AbiError, BundleInitContext, HostApi};

            #[unsafe(no_mangle)]
            extern "C" fn polyplug_abi_version() -> u32 {
                $crate::abi::ABI_VERSION
            }

            #[unsafe(no_mangle)]
            unsafe extern "C" fn polyplug_init(
                host: *const HostApi,
                context: *const BundleInitContext,
            ) -> AbiError {
                // SAFETY: the runtime's promise.
                unsafe { $crate::entry::start(host, context, $start) }
            }

            #[unsafe(no_mangle)]
            extern "C" fn polyplug_shape_hash(contract_id: u64) -> u64 {
                $crate::entry::shape_hash(contract_id)
            }

            #[unsafe(no_mangle)]
            extern "C" fn polyplug_state_version(contract_id: u64) -> u32 {
                $crate::entry::state_version(contract_id)
            }

            #[unsafe(no_mangle)]
            unsafe extern "C" fn polyplug_adopt_check(
                _: *const HostApi,
                contract_id: u64,
                data: *mut ::core::ffi::c_void,
                from_version: u32,
                out_err: *mut AbiError,
            ) {
                // SAFETY: the runtime's promise.
                unsafe { $crate::entry::adopt_check(contract_id, data, from_version, out_err) }
            }

            #[unsafe(no_mangle)]
            unsafe extern "C" fn polyplug_adopt(
                _: *const HostApi,
                contract_id: u64,
                data: *mut ::core::ffi::c_void,
                from_version: u32,
            ) {
                // SAFETY: the runtime's promise.
                unsafe { $crate::entry::adopt(contract_id, data, from_version) }
            }

            #[unsafe(no_mangle)]
            extern "C" fn polyplug_shutdown(_: *const HostApi, reason: u32) {
                $crate::entry::stop(reason, $stop)
            }
        };
    };
}

/// The `stop` of a plugin that has none.
pub fn nothing_to_stop(_: u32) {}

/// # Safety
/// - Both pointers are those of the bundle that starts on this thread.
pub unsafe fn start(
    host: *const HostApi,
    context: *const BundleInitContext,
    body: fn(&mut Bundle) -> Result<(), Error>,
) -> AbiError {
    // SAFETY: the caller's promise.
    unsafe { host::set(host) };
    // SAFETY: as above.
    let mut bundle = unsafe { Bundle::new(host, context) };
    border::run(|| body(&mut bundle))
}

/// The hash of the shape that a contract was built for; 0 if it has no description.
pub fn shape_hash(contract_id: u64) -> u64 {
    shape::of(GuestContractId::from_u64(contract_id))
}

/// The version of a contract's objects; 0 if they are not taken over.
pub fn state_version(contract_id: u64) -> u32 {
    state::version(GuestContractId::from_u64(contract_id))
}

/// # Safety
/// - As the ABI says for `polyplug_adopt_check`.
pub unsafe fn adopt_check(contract_id: u64, data: *mut c_void, from: u32, out_err: *mut AbiError) {
    let contract = GuestContractId::from_u64(contract_id);
    // SAFETY: the caller's promise.
    let body = || unsafe { state::check(contract, data, from) };
    // SAFETY: as above.
    unsafe { border::run_into(out_err, body) };
}

/// # Safety
/// - As the ABI says for `polyplug_adopt`.
pub unsafe fn adopt(contract_id: u64, data: *mut c_void, from: u32) {
    // SAFETY: the caller's promise.
    unsafe { state::adopt(GuestContractId::from_u64(contract_id), data, from) };
}

/// Runs the plugin's `stop`.
pub fn stop(reason: u32, body: fn(u32)) {
    border::run(|| {
        body(reason);
        Ok(())
    });
}

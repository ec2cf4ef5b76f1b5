//! Pins: a consistent view of all contracts.

use crate::border;
use crate::hosts;
use polyplug_abi::{AbiError, HostApi};

/// Holds back every change until polyplug_unpin(), so that this thread sees one revision of all
/// contracts. [thread-safe]
///
/// `out_token` receives what polyplug_unpin() takes; after a failure it is 0. The outermost pin of
/// a thread waits while a change is being committed; pins nest. A pin that is held for longer than
/// two seconds makes the change fail that waits for it. While this thread holds one, load, reload,
/// unload, poll and destroy answer POLYPLUG_ERROR_REENTRANT_CALL.
///
/// # Safety
/// - `out_token` is null or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn polyplug_pin(host: *const HostApi, out_token: *mut u64) -> u32 {
    border::code(|| {
        let out_token = border::place("out_token", out_token)?;
        // SAFETY: the caller's promise.
        unsafe { border::write(out_token, 0) };
        let host = hosts::find(host)?;
        let mut error = AbiError::ok();
        // SAFETY: it is the runtime's table; the places can be written.
        unsafe { (host.extensions().pin)(host.api(), out_token, &raw mut error) };
        border::outcome(&error)
    })
}

/// Gives the innermost pin of this thread back. [same-thread]
///
/// POLYPLUG_ERROR_WRONG_THREAD if `token` is of another thread, POLYPLUG_ERROR_INVALID_ARGUMENT if
/// it is not that of the innermost pin.
#[unsafe(no_mangle)]
pub extern "C" fn polyplug_unpin(host: *const HostApi, token: u64) -> u32 {
    border::code(|| {
        let host = hosts::find(host)?;
        let mut error = AbiError::ok();
        // SAFETY: it is the runtime's table; `error` is a local.
        unsafe { (host.extensions().unpin)(host.api(), token, &raw mut error) };
        border::outcome(&error)
    })
}

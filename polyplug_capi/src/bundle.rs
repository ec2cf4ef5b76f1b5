//! Load, reload, unload.

use crate::border;
use crate::hosts;
use polyplug_abi::HostApi;
use std::ffi::c_char;

/// Loads the bundle in a folder. [thread-safe]
///
/// `path` is the folder or its manifest, and stays the caller's. A failure leaves nothing of the
/// bundle behind. From inside a call this works as well; from callbacks and pins the answer is
/// POLYPLUG_ERROR_REENTRANT_CALL.
///
/// # Safety
/// - `path` is null or a text that ends with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn polyplug_load_bundle(host: *const HostApi, path: *const c_char) -> u32 {
    border::code(|| {
        let host = hosts::find(host)?;
        // SAFETY: the caller's promise.
        let path = unsafe { border::text("path", path) }?;
        Ok(host.runtime.load_bundle(path)?)
    })
}

/// Loads every bundle of a folder, each after those that it depends on. [thread-safe]
///
/// One broken bundle never stops the others: the answer is POLYPLUG_ERROR_OK if the folder could be
/// read, and what is wrong with single bundles is in the log, the events and the listing.
/// `out_loaded` and `out_failed` receive how many were loaded and how many were not; each may be
/// null. Both are 0 after a failure.
///
/// # Safety
/// - `path` is null or a text that ends with a NUL; the places are null or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn polyplug_load_folder(
    host: *const HostApi,
    path: *const c_char,
    out_loaded: *mut u32,
    out_failed: *mut u32,
) -> u32 {
    let mut counts = (0, 0);
    let code = border::code(|| {
        let host = hosts::find(host)?;
        // SAFETY: the caller's promise.
        let path = unsafe { border::text("path", path) }?;
        let report = host.runtime.load_folder(path)?;
        counts = (report.loaded.len() as u32, report.failed.len() as u32);
        Ok(())
    });
    // SAFETY: the caller's promise.
    unsafe { border::write(out_loaded, counts.0) };
    // SAFETY: as above.
    unsafe { border::write(out_failed, counts.1) };
    code
}

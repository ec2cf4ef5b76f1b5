//! Watched folders.

use crate::border;
use crate::hosts;
use polyplug_abi::HostApi;
use std::ffi::c_char;

/// Follows the files of a folder of bundles, and turns reloading on. [thread-safe]
///
/// From now on bundles of it are replaced when their files change, unloaded when they go, and
/// loaded when they appear: at the next poll, or at once under POLYPLUG_RELOAD_IMMEDIATE. What is
/// there already is not loaded; polyplug_load_folder() does that, before or after. `folder` stays
/// the caller's.
///
/// # Safety
/// - `folder` is null or a text that ends with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn polyplug_watch(host: *const HostApi, folder: *const c_char) -> u32 {
    border::code(|| {
        let host = hosts::find(host)?;
        // SAFETY: the caller's promise.
        let folder = unsafe { border::text("folder", folder) }?;
        Ok(host.runtime.watch_folder(folder)?)
    })
}

/// Follows a folder no longer, or, if `folder` is null, any. [thread-safe]
///
/// `folder` is written as it was for polyplug_watch(), and stays the caller's. The bundles of it
/// stay loaded. Not following anything is no failure; not having followed `folder` is.
///
/// # Safety
/// - `folder` is null or a text that ends with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn polyplug_unwatch(host: *const HostApi, folder: *const c_char) -> u32 {
    border::code(|| {
        let host = hosts::find(host)?;
        if folder.is_null() {
            return Ok(host.runtime.unwatch_all()?);
        }
        // SAFETY: the caller's promise.
        let folder = unsafe { border::text("folder", folder) }?;
        Ok(host.runtime.unwatch_folder(folder)?)
    })
}

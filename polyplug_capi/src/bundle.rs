//! Load, reload, unload.

use crate::border::{self, Failure};
use crate::hosts;
use polyplug::trust::BundleTree;
use polyplug_abi::{BundleFile, BundleId, HostApi, LogLevel};
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

/// Loads the bundle of this name out of the plugin and search folders. [thread-safe]
///
/// Before it those are loaded that it needs and nobody provides yet, as far as their manifests say what
/// they provide; they stay if it fails. Of one name the first folder's bundle is taken, and no other if
/// that one is refused. `name` stays the caller's. As polyplug_load_bundle() otherwise;
/// POLYPLUG_ERROR_NOT_FOUND if no folder has it.
///
/// # Safety
/// - `name` is null or a text that ends with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn polyplug_load_by_name(host: *const HostApi, name: *const c_char) -> u32 {
    border::code(|| {
        let host = hosts::find(host)?;
        // SAFETY: the caller's promise.
        let name = unsafe { border::text("name", name) }?;
        host.runtime.load_by_name(name)?;
        Ok(())
    })
}

/// Loads a whole bundle that is in memory. [thread-safe]
///
/// `files` are `count` files with paths like `manifest.toml` or `lib/a.lua`; the bundle.sig is one of
/// them if the bundle is signed. They are copied and stay the caller's.
///
/// # Safety
/// - `files` is null or `count` files can be read there, and what they point at.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn polyplug_load_files(
    host: *const HostApi,
    files: *const BundleFile,
    count: usize,
) -> u32 {
    border::code(|| {
        let host = hosts::find(host)?;
        // SAFETY: the caller's promise.
        let files = unsafe { tree(files, count) }?;
        Ok(host.runtime.load_files(files)?)
    })
}

/// Replaces the loaded bundle that the manifest of these files names. [frame-boundary]
///
/// As polyplug_load_files() and polyplug_reload_bundle().
///
/// # Safety
/// - `files` is null or `count` files can be read there, and what they point at.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn polyplug_reload_files(
    host: *const HostApi,
    files: *const BundleFile,
    count: usize,
) -> u32 {
    border::code(|| {
        let host = hosts::find(host)?;
        // SAFETY: the caller's promise.
        let files = unsafe { tree(files, count) }?;
        Ok(host.runtime.reload_files(files)?)
    })
}

/// Loads every bundle of a folder, each after those that it depends on. [thread-safe]
///
/// One broken bundle never stops the others: the answer is POLYPLUG_ERROR_OK if the folder could
/// be read, and what is wrong with single bundles is in the log, the events and the listing.
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
        for failed in &report.failed {
            host.runtime.log(LogLevel::Error, "runtime", &failed.error.to_string());
        }
        counts = (report.loaded.len() as u32, report.failed.len() as u32);
        Ok(())
    });
    // SAFETY: the caller's promise.
    unsafe { border::write(out_loaded, counts.0) };
    // SAFETY: as above.
    unsafe { border::write(out_failed, counts.1) };
    code
}

/// Replaces a loaded bundle by what is now in its folder, unchanged files included.
/// [frame-boundary]
///
/// `path` is the folder or its manifest, and stays the caller's. Needs `hot_reload_enabled` or a
/// watched folder, else the answer is POLYPLUG_ERROR_HOT_RELOAD_DISABLED. When it returns, the new
/// version runs; after a failure the old one still does.
///
/// # Safety
/// - `path` is null or a text that ends with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn polyplug_reload_bundle(host: *const HostApi, path: *const c_char) -> u32 {
    border::code(|| {
        let host = hosts::find(host)?;
        // SAFETY: the caller's promise.
        let path = unsafe { border::text("path", path) }?;
        Ok(host.runtime.reload_bundle(path)?)
    })
}

/// As polyplug_reload_bundle(), for the bundle with this id, from where it was loaded.
/// [frame-boundary]
#[unsafe(no_mangle)]
pub extern "C" fn polyplug_reload_bundle_by_id(host: *const HostApi, bundle_id: u64) -> u32 {
    border::code(|| {
        Ok(hosts::find(host)?.runtime.reload_bundle_by_id(BundleId::from_u64(bundle_id))?)
    })
}

/// Asks for a reload that happens later: at the next poll, or on the runtime's worker.
/// [thread-safe]
///
/// Success means that it was queued; how it ended is told as an event.
#[unsafe(no_mangle)]
pub extern "C" fn polyplug_request_reload(host: *const HostApi, bundle_id: u64) -> u32 {
    border::code(|| Ok(hosts::find(host)?.runtime.request_reload(BundleId::from_u64(bundle_id))?))
}

/// Unloads a bundle that no other bundle needs. [frame-boundary]
///
/// Calls of its contracts answer POLYPLUG_ERROR_STALE_HANDLE from then on, until it is loaded
/// again. Its instances are gone.
#[unsafe(no_mangle)]
pub extern "C" fn polyplug_unload_bundle(host: *const HostApi, bundle_id: u64) -> u32 {
    border::code(|| Ok(hosts::find(host)?.runtime.unload_bundle(BundleId::from_u64(bundle_id))?))
}

/// Unloads a bundle and, before it, all that need it: either all of them or none. [frame-boundary]
#[unsafe(no_mangle)]
pub extern "C" fn polyplug_unload_bundle_cascade(host: *const HostApi, bundle_id: u64) -> u32 {
    border::code(|| {
        let id = BundleId::from_u64(bundle_id);
        hosts::find(host)?.runtime.unload_bundle_cascade(id)?;
        Ok(())
    })
}

/// More than a bundle may have, so that the rule for bundles is what a program is told.
const MOST_FILES: usize = 65_536;

/// More bytes than a bundle may have.
const MOST_BYTES: usize = 1 << 30;

/// # Safety
/// - `files` is null or `count` files can be read there, and what they point at.
unsafe fn tree(files: *const BundleFile, count: usize) -> Result<BundleTree, Failure> {
    let mut copied = Vec::new();
    // SAFETY: the caller's promise.
    for file in unsafe { border::list("files", files, count, MOST_FILES) }? {
        // SAFETY: as above.
        let path = unsafe { border::viewed("files.path", file.path) }?;
        let path = path.ok_or_else(|| Failure::pointer("files.path", "is null; pass a path"))?;
        // SAFETY: as above.
        let content = unsafe { border::list("files.content", file.content, file.len, MOST_BYTES) }?;
        copied.push((path.to_owned(), content));
    }
    BundleTree::of_files(copied).map_err(|error| Failure::argument("files", error.to_string()))
}

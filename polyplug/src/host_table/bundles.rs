//! Bundles: list, load, reload, unload, dependencies.

use super::context;
use super::contracts::{array, failed, null, report};
use crate::border;
use crate::core::Core;
use crate::error::RuntimeError;
use crate::reload::{dependencies, known, operation, unload};
use polyplug_abi::{AbiError, Array, BundleId, DependencyInfo, HostApi, StringView};
use std::ffi::c_void;
use std::path::Path;
use std::ptr;

/// Runs `body` with the core behind `host` and reports how it ended.
///
/// # Safety
/// - `host` is null or a table of a living runtime; `out_err` is null or valid for writing.
unsafe fn with_core(
    host: *const HostApi,
    out_err: *mut AbiError,
    body: impl FnOnce(&Core) -> Result<(), RuntimeError>,
) {
    let body = || {
        // SAFETY: the caller's promise.
        let result = match unsafe { context(host) } {
            None => Err(null("host")),
            Some(context) => body(context.core()),
        };
        // SAFETY: as above.
        unsafe { report(out_err, result) };
    };
    // SAFETY: as above.
    unsafe { border::catch_to(out_err, body) };
}

/// As [`with_core`], for an operation on a path.
///
/// # Safety
/// - As for `with_core`; `len` bytes at `path` are readable, or `path` is null.
unsafe fn with_path(
    host: *const HostApi,
    path: *const u8,
    len: usize,
    out_err: *mut AbiError,
    operation: fn(&Core, &Path) -> Result<(), RuntimeError>,
) {
    // SAFETY: the caller's promise.
    let path = unsafe { border::text_at(path, len) };
    let body = |core: &Core| match path {
        Some(path) => operation(core, Path::new(path)),
        None => Err(RuntimeError::InvalidArgument {
            what: "path",
            problem: "it is null or not UTF-8".into(),
        }),
    };
    // SAFETY: the caller's promise.
    unsafe { with_core(host, out_err, body) };
}

pub(super) unsafe extern "C" fn list_bundles(host: *const HostApi) -> Array<BundleId> {
    border::catch(Array::empty(), || {
        // SAFETY: the caller's promise, see the ABI.
        let Some(context) = (unsafe { context(host) }) else {
            return failed(null("host"), Array::empty());
        };
        array(&known::loaded_bundles(context.core()))
    })
}

pub(super) unsafe extern "C" fn get_dependencies(host: *const HostApi) -> Array<DependencyInfo> {
    border::catch(Array::empty(), || {
        // SAFETY: the caller's promise, see the ABI.
        let Some(context) = (unsafe { context(host) }) else {
            return failed(null("host"), Array::empty());
        };
        array(&dependencies::of_starting(context.core(), context.bundle()))
    })
}

pub(super) unsafe extern "C" fn load_bundle(
    host: *const HostApi,
    place: *const u8,
    len: usize,
    out_err: *mut AbiError,
) {
    // SAFETY: the caller's promise, see the ABI.
    unsafe { with_path(host, place, len, out_err, operation::load) };
}

pub(super) unsafe extern "C" fn reload_bundle(
    host: *const HostApi,
    place: *const u8,
    len: usize,
    out_err: *mut AbiError,
) {
    // SAFETY: the caller's promise, see the ABI.
    unsafe { with_path(host, place, len, out_err, operation::reload) };
}

pub(super) unsafe extern "C" fn unload_bundle(
    host: *const HostApi,
    bundle_id: u64,
    out_err: *mut AbiError,
) {
    let id = BundleId::from_u64(bundle_id);
    // SAFETY: the caller's promise, see the ABI.
    unsafe { with_core(host, out_err, |core| unload::unload(core, id)) };
}

pub(super) unsafe extern "C" fn unload_bundle_cascade(
    host: *const HostApi,
    bundle_id: u64,
    out_err: *mut AbiError,
) {
    let id = BundleId::from_u64(bundle_id);
    // SAFETY: the caller's promise, see the ABI.
    unsafe {
        with_core(host, out_err, |core| unload::unload_cascade(core, id).map(|_| ()));
    };
}

pub(super) unsafe extern "C" fn request_reload(
    host: *const HostApi,
    bundle_id: u64,
    out_err: *mut AbiError,
) {
    let id = BundleId::from_u64(bundle_id);
    // SAFETY: the caller's promise, see the ABI.
    unsafe { with_core(host, out_err, |core| operation::request_reload(core, id)) };
}

/// Only a loader made by this same library could be trusted to have the layout of our trait object,
/// and a bare address cannot prove that, so every one is refused.
pub(super) unsafe extern "C" fn register_loader(
    host: *const HostApi,
    loader: *mut c_void,
    out_err: *mut AbiError,
) {
    let body = |_: &Core| {
        let problem = match loader.is_null() {
            true => "it is null".to_owned(),
            false => "it was not made by this library; give loaders to the builder".to_owned(),
        };
        Err(RuntimeError::InvalidArgument { what: "loader", problem })
    };
    // SAFETY: the caller's promise, see the ABI.
    unsafe { with_core(host, out_err, body) };
}

pub(super) unsafe extern "C" fn revision_counter(host: *const HostApi) -> *const u64 {
    // SAFETY: the caller's promise, see the ABI.
    match unsafe { context(host) } {
        Some(context) => context.core().revision.as_ptr().cast_const(),
        None => failed(null("host"), ptr::null()),
    }
}

pub(super) unsafe extern "C" fn revision(host: *const HostApi) -> u64 {
    // SAFETY: the caller's promise, see the ABI.
    match unsafe { context(host) } {
        Some(context) => context.core().revision(),
        None => failed(null("host"), 0),
    }
}

/// The name lives as long as the runtime.
pub(super) unsafe extern "C" fn bundle_name(host: *const HostApi, bundle_id: u64) -> StringView {
    border::catch(StringView::null(), || {
        // SAFETY: the caller's promise, see the ABI.
        let Some(context) = (unsafe { context(host) }) else {
            return failed(null("host"), StringView::null());
        };
        match context.core().bundle(bundle_id) {
            // The record is never dropped before the runtime, so the view outlives this `Arc`.
            Some(bundle) => border::view(&bundle.name),
            None => {
                let bundle = BundleId::from_u64(bundle_id).to_string();
                failed(RuntimeError::BundleNotLoaded { bundle }, StringView::null())
            }
        }
    })
}

/// No addition has a name yet: what there is stands in the extension table.
pub(super) unsafe extern "C" fn query(_: *const HostApi, _: StringView) -> *const c_void {
    ptr::null()
}

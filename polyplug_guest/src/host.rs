//! The host of this plugin.

use crate::error::Error;
use polyplug_abi::{AbiError, AbiErrorCode, HostApi, HostApiExtensions, LogLevel, StringView};
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

/// Set before anything else of the plugin runs.
static HOST: AtomicPtr<HostApi> = AtomicPtr::new(ptr::null_mut());

/// # Safety
/// - `host` is the table of the bundle that starts, and lives until the library is closed.
pub(crate) unsafe fn set(host: *const HostApi) {
    HOST.store(host.cast_mut(), Ordering::Release);
}

/// The functions that the runtime lends to this plugin, from its start until it is closed; null
/// before.
pub fn host_api() -> *const HostApi {
    HOST.load(Ordering::Acquire)
}

/// Writes a log record; before the start of the plugin, nothing.
pub fn log(level: LogLevel, scope: &str, message: &str) {
    let Some(host) = table() else { return };
    let (scope, message) = (StringView::from_str(scope), StringView::from_str(message));
    // SAFETY: the table is the runtime's; the texts live until it returns.
    unsafe { (host.log)(host, level as u32, scope, message) };
}

fn table() -> Option<&'static HostApi> {
    // SAFETY: null, or a table that lives as long as this code.
    unsafe { host_api().as_ref() }
}

fn extensions() -> Option<(&'static HostApi, &'static HostApiExtensions)> {
    let host = table()?;
    // SAFETY: the runtime sets it, and it lives as long as the table.
    let extensions = unsafe { host.reserved.as_ref() }?;
    Some((host, extensions))
}

/// Memory of the host, or null.
pub(crate) fn allocate(size: usize, align: usize) -> *mut u8 {
    let Some(host) = table() else { return ptr::null_mut() };
    // SAFETY: the table is the runtime's.
    unsafe { (host.alloc)(host, size, align) }
}

/// # Safety
/// - The memory came from [`allocate`] with this size and alignment, and is not used any more.
pub(crate) unsafe fn free(memory: *mut u8, size: usize, align: usize) {
    let Some(host) = table() else { return };
    // SAFETY: the caller's promise.
    unsafe { (host.free)(host, memory, size, align) };
}

/// Memory that belongs to the result of the running call, or null.
pub(crate) fn result_memory(size: usize, align: usize) -> *mut u8 {
    extensions().map_or(ptr::null_mut(), |(host, extensions)| {
        // SAFETY: the table is the runtime's.
        unsafe { (extensions.result_alloc)(host, size, align) }
    })
}

/// A copy of the text that belongs to the result of the running call.
pub(crate) fn result_text(text: &str) -> Result<StringView, Error> {
    let place = result_memory(text.len(), 1);
    if place.is_null() {
        let message = "there is no memory for the result";
        return Err(Error::of_kind(AbiErrorCode::MemoryLimit, message));
    }
    // SAFETY: the place is new and that long.
    unsafe { place.copy_from_nonoverlapping(text.as_ptr(), text.len()) };
    Ok(StringView { ptr: place, len: text.len() })
}

/// Says why a constructor failed.
#[cold]
pub(crate) fn set_last_error(error: &AbiError) {
    if let Some((host, extensions)) = extensions() {
        // SAFETY: the table is the runtime's.
        unsafe { (extensions.set_last_error)(host, error.code, error.message) };
    }
}

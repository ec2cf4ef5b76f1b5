//! What this library is.

use crate::border;
use crate::hosts;
use crate::loaders;
use polyplug_abi::{ABI_VERSION, HostApi, Version};
use std::ffi::c_char;

/// The version of this library. [thread-safe]
#[unsafe(no_mangle)]
pub extern "C" fn polyplug_version() -> Version {
    let number = |text: &str| text.parse().unwrap_or(0);
    Version::new(
        number(env!("CARGO_PKG_VERSION_MAJOR")),
        number(env!("CARGO_PKG_VERSION_MINOR")),
        number(env!("CARGO_PKG_VERSION_PATCH")),
    )
}

/// The version of the ABI between this library and plugins: POLYPLUG_ABI_VERSION of its header.
/// [thread-safe]
#[unsafe(no_mangle)]
pub extern "C" fn polyplug_abi() -> u32 {
    ABI_VERSION
}

/// Whether a runtime can open bundles of this kind: "lua", "native" ... [thread-safe]
///
/// False too if `host` or `name` cannot be used; the reason is polyplug_last_error().
///
/// # Safety
/// - `name` is null or a text that ends with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn polyplug_has_loader(host: *const HostApi, name: *const c_char) -> bool {
    border::value(false, || {
        hosts::find(host)?;
        // SAFETY: the caller's promise.
        let name = unsafe { border::text("name", name) }?;
        Ok(loaders::NAMES.contains(&name))
    })
}

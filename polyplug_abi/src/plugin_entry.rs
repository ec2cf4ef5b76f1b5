//! What a native plugin exports.

use core::ffi::CStr;

use crate::{AbiError, BundleInitContext, HostApi};

/// The version of this ABI, which `polyplug_abi_version` of a plugin returns.
pub const ABI_VERSION: u32 = 1;

/// The export that tells the version of the ABI a plugin was built for.
pub const ABI_VERSION_SYMBOL: &CStr = c"polyplug_abi_version";

/// The export that starts a plugin.
pub const PLUGIN_INIT_SYMBOL: &CStr = c"polyplug_init";

/// The export `polyplug_abi_version`. [init-thread]
///
/// Called before anything else of the plugin. A result other than the version of the runtime
/// refuses the plugin.
pub type AbiVersion = unsafe extern "C" fn() -> u32;

/// The export `polyplug_init`. [init-thread]
///
/// The plugin registers its contracts here. `host` is never null, belongs to the runtime and stays
/// valid until the plugin is closed; `context` is never null and is valid until the function
/// returns. A failure discards what was registered; the message of the returned error is copied
/// before the plugin is closed.
pub type PluginInit =
    unsafe extern "C" fn(host: *const HostApi, context: *const BundleInitContext) -> AbiError;

const _: () = assert!(size_of::<PluginInit>() == 8 && size_of::<AbiVersion>() == 8);

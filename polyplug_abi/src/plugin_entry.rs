//! What a native plugin exports.

use core::ffi::{CStr, c_void};

use crate::{AbiError, BundleInitContext, HostApi};

/// The version of this ABI, which `polyplug_abi_version` of a plugin returns.
pub const ABI_VERSION: u32 = 1;

/// The export that tells the version of the ABI a plugin was built for.
pub const ABI_VERSION_SYMBOL: &CStr = c"polyplug_abi_version";

/// The export that starts a plugin.
pub const PLUGIN_INIT_SYMBOL: &CStr = c"polyplug_init";

/// The optional export that tells the version of a contract's instances.
pub const STATE_VERSION_SYMBOL: &CStr = c"polyplug_state_version";

/// The optional export that is asked whether an instance can be adopted.
pub const ADOPT_CHECK_SYMBOL: &CStr = c"polyplug_adopt_check";

/// The optional export that adopts an instance.
pub const ADOPT_SYMBOL: &CStr = c"polyplug_adopt";

/// The optional export that tells the shape of a contract.
pub const SHAPE_HASH_SYMBOL: &CStr = c"polyplug_shape_hash";

/// The optional export that is called before a plugin is closed.
pub const SHUTDOWN_SYMBOL: &CStr = c"polyplug_shutdown";

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

/// The optional export `polyplug_shape_hash`. [init-thread]
///
/// Returns the hash of the shape that a contract of this plugin was built for, or 0 if it does not
/// know the contract. Asked after `polyplug_init`; a shape that differs from the contract's
/// description, or from what its callers were built for, refuses the plugin.
pub type ShapeHash = unsafe extern "C" fn(contract_id: u64) -> u64;

/// The optional export `polyplug_state_version`. [thread-safe]
///
/// Returns a number for the layout of the instances of a contract. A plugin that exports this,
/// `polyplug_adopt_check` and `polyplug_adopt` promises that the data of its instances came from
/// `host->alloc` and holds no pointer into its library; then instances survive a reload in place.
pub type StateVersion = unsafe extern "C" fn(contract_id: u64) -> u32;

/// The optional export `polyplug_adopt_check`. [commit]
///
/// No call is inside of the version that made the instance. The new version is asked whether it
/// will take an instance over whose layout is that of `from_version`. It only reads: a refusal (a
/// code other than 0 in `out_err`, which is never null) leaves the version before running.
/// Loading, reloading and calls into the bundle answer `ReentrantCall`.
pub type AdoptCheck = unsafe extern "C" fn(
    host: *const HostApi,
    contract_id: u64,
    data: *mut c_void,
    from_version: u32,
    out_err: *mut AbiError,
);

/// The optional export `polyplug_adopt`. [commit]
///
/// As `polyplug_adopt_check`, which has agreed. May not fail, wait, or call anything of the
/// runtime but `alloc` and `free`. The instance keeps its address.
pub type Adopt = unsafe extern "C" fn(
    host: *const HostApi,
    contract_id: u64,
    data: *mut c_void,
    from_version: u32,
);

/// The optional export `polyplug_shutdown`. [commit]
///
/// No call is inside any more. The plugin joins its threads and takes back what it registered with
/// the system: its code is about to be unmapped. `reason` is one of the shutdown reasons.
/// Instances that are left are destroyed afterwards. Not called if `polyplug_init` failed.
pub type Shutdown = unsafe extern "C" fn(host: *const HostApi, reason: u32);

const _: () = assert!(size_of::<PluginInit>() == 8 && size_of::<AbiVersion>() == 8);

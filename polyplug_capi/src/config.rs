//! What a C program asks of the runtime that it makes, read word by word and checked before it
//! becomes a typed value.

use crate::border::{self, Failure};
use polyplug_abi::{
    Array, Compatibility, Ed25519PublicKey, LogSink, OnReload, RuntimeConfig, SignaturePolicy,
};
use std::ffi::c_void;
use std::mem::offset_of;

/// More keys than anybody has: a length above it is not believed.
pub(crate) const MOST_KEYS: usize = 4096;

/// A configuration, and the keys that it lists.
pub(crate) struct Config {
    pub(crate) abi: RuntimeConfig,
    pub(crate) keys: Vec<Ed25519PublicKey>,
}

/// Reads a configuration; null means the defaults.
///
/// # Safety
/// - `config` is null or readable, and so are the keys that it lists.
pub(crate) unsafe fn read(config: *const RuntimeConfig) -> Result<Config, Failure> {
    if config.is_null() {
        return Ok(Config { abi: RuntimeConfig::default(), keys: Vec::new() });
    }
    let config = border::readable("config", config)?;
    // SAFETY: the caller's promise; numbers, addresses and nullable functions take any bits.
    let compatibility: u32 =
        unsafe { border::field(config, offset_of!(RuntimeConfig, compatibility)) };
    // SAFETY: as above.
    let hot_reload: u8 =
        unsafe { border::field(config, offset_of!(RuntimeConfig, hot_reload_enabled)) };
    // SAFETY: as above.
    let on_reload: Option<OnReload> =
        unsafe { border::field(config, offset_of!(RuntimeConfig, on_reload)) };
    // SAFETY: as above.
    let on_reload_user_data: *mut c_void =
        unsafe { border::field(config, offset_of!(RuntimeConfig, on_reload_user_data)) };
    // SAFETY: as above.
    let log: Option<LogSink> = unsafe { border::field(config, offset_of!(RuntimeConfig, log)) };
    // SAFETY: as above.
    let log_user_data: *mut c_void =
        unsafe { border::field(config, offset_of!(RuntimeConfig, log_user_data)) };
    // SAFETY: as above.
    let log_max_level: u32 =
        unsafe { border::field(config, offset_of!(RuntimeConfig, log_max_level)) };
    // SAFETY: as above.
    let signatures: u32 =
        unsafe { border::field(config, offset_of!(RuntimeConfig, signature_policy)) };
    // SAFETY: as above.
    let keys: Array<Ed25519PublicKey> =
        unsafe { border::field(config, offset_of!(RuntimeConfig, trusted_keys)) };
    let abi = RuntimeConfig {
        compatibility: Compatibility::from_u32(compatibility).ok_or_else(|| {
            Failure::argument("config.compatibility", format!("is {compatibility}, not 0, 1 or 2"))
        })?,
        hot_reload_enabled: border::flag("config.hot_reload_enabled", hot_reload)?,
        on_reload,
        on_reload_user_data,
        log,
        log_user_data,
        log_max_level,
        signature_policy: SignaturePolicy::from_u32(signatures).ok_or_else(|| {
            Failure::argument("config.signature_policy", format!("is {signatures}, not 0, 1 or 2"))
        })?,
        trusted_keys: Array::empty(),
    };
    // SAFETY: as above.
    let keys =
        unsafe { border::list("config.trusted_keys", keys.items, keys.len, MOST_KEYS) }?.to_vec();
    Ok(Config { abi, keys })
}

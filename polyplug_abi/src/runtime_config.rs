//! What a host asks of the runtime that it creates.

use core::ffi::c_void;
use core::mem::offset_of;
use core::ptr;

use crate::{
    Array, Compatibility, Ed25519PublicKey, LogLevel, ReloadPhase, SignaturePolicy, StringView,
};

/// Hears about each step of a reload. [thread-safe]
///
/// `user_data` is the pointer that was configured. `phase` is never null and lives until the
/// function returns. With a polling watcher the polling thread calls it, otherwise the thread that
/// commits; no lock is held. Load, reload, unload and poll answer `ReentrantCall` from inside.
pub type OnReload = unsafe extern "C" fn(user_data: *mut c_void, phase: *const ReloadPhase);

/// Takes a log record. [thread-safe]
///
/// `user_data` is the pointer that was configured. `level` is one of the log levels. The texts are
/// UTF-8, never null, and live until the function returns. Several threads may call it at once.
/// Load, reload, unload and poll answer `ReentrantCall` from inside.
pub type LogSink = unsafe extern "C" fn(
    user_data: *mut c_void,
    level: u32,
    scope: StringView,
    message: StringView,
);

/// What a host asks of the runtime that it creates.
///
/// It is read, and the keys are copied, before the creating function returns. What the two user
/// data pointers point at stays the property of the host and outlives the runtime.
#[repr(C)]
#[derive(Clone, Debug)]
pub struct RuntimeConfig {
    /// How strictly a new version is held to the old one: a `COMPATIBILITY_` value.
    pub compatibility: Compatibility,
    /// Whether bundles may be reloaded at all.
    pub hot_reload_enabled: bool,
    /// Hears about reloads, as `OnReload` says; may be null. [thread-safe]
    pub on_reload: Option<unsafe extern "C" fn(user_data: *mut c_void, phase: *const ReloadPhase)>,
    /// The first argument of `on_reload`; may be null.
    pub on_reload_user_data: *mut c_void,
    /// Takes log records, as `LogSink` says; null sends them to standard error. [thread-safe]
    pub log: Option<
        unsafe extern "C" fn(
            user_data: *mut c_void,
            level: u32,
            scope: StringView,
            message: StringView,
        ),
    >,
    /// The first argument of `log`; may be null.
    pub log_user_data: *mut c_void,
    /// Records with a level above this `LOG_` value reach neither `log` nor standard error, so that
    /// 0 keeps all away.
    pub log_max_level: u32,
    /// Whether bundles have to be signed: a `SIGNATURE_` value.
    pub signature_policy: SignaturePolicy,
    /// The keys that may sign bundles. The list stays the property of the host.
    pub trusted_keys: Array<Ed25519PublicKey>,
}

const _: () = {
    assert!(size_of::<RuntimeConfig>() == 72 && align_of::<RuntimeConfig>() == 8);
    assert!(offset_of!(RuntimeConfig, compatibility) == 0);
    assert!(offset_of!(RuntimeConfig, hot_reload_enabled) == 4);
    assert!(offset_of!(RuntimeConfig, on_reload) == 8);
    assert!(offset_of!(RuntimeConfig, on_reload_user_data) == 16);
    assert!(offset_of!(RuntimeConfig, log) == 24);
    assert!(offset_of!(RuntimeConfig, log_user_data) == 32);
    assert!(offset_of!(RuntimeConfig, log_max_level) == 40);
    assert!(offset_of!(RuntimeConfig, signature_policy) == 44);
    assert!(offset_of!(RuntimeConfig, trusted_keys) == 48);
};

impl Default for RuntimeConfig {
    fn default() -> Self {
        Self {
            compatibility: Compatibility::Strict,
            hot_reload_enabled: false,
            on_reload: None,
            on_reload_user_data: ptr::null_mut(),
            log: None,
            log_user_data: ptr::null_mut(),
            log_max_level: LogLevel::Warn as u32,
            signature_policy: SignaturePolicy::Off,
            trusted_keys: Array::empty(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    extern "C" fn ignore_phase(_: *mut c_void, _: *const ReloadPhase) {}

    #[test]
    fn the_default_is_strict_and_quiet_and_does_not_reload() {
        let config = RuntimeConfig::default();
        assert_eq!(config.compatibility, Compatibility::Strict);
        assert!(!config.hot_reload_enabled);
        assert_eq!(config.log_max_level, 2);
        assert_eq!(config.signature_policy, SignaturePolicy::Off);
        assert_eq!(config.trusted_keys.len, 0);
    }

    #[test]
    fn the_aliases_are_the_types_of_the_fields() {
        let on_reload: OnReload = ignore_phase;
        let config = RuntimeConfig { on_reload: Some(on_reload), ..Default::default() };
        assert!(config.clone().on_reload.is_some());
    }
}

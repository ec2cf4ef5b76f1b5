//! What a host asks of the runtime that it creates, beyond the configuration of version 1.

use core::ffi::c_void;
use core::mem::offset_of;

use crate::{
    BundleOffer, EgressAnswer, EgressRequest, Event, Grant, KeyId, MinimumVersion, RuntimeConfig,
    StringView,
};

/// Is told every event. [thread-safe]
///
/// `user_data` is the pointer that was configured. `event` is never null and lives, with its texts,
/// until the function returns. With a polling watcher the polling thread calls it, otherwise the
/// thread that makes the change; no lock is held. Load, reload, unload and poll answer
/// `ReentrantCall` from inside.
pub type OnEvent = unsafe extern "C" fn(user_data: *mut c_void, event: *const Event);

/// What a host asks of the runtime that it creates, in a struct that grows at its end.
///
/// `polyplug_runtime_options` fills in the defaults; only the fields that differ are then written.
/// It is read, and what it points at is copied, before the creating function returns.
#[repr(C)]
#[derive(Clone, Debug)]
pub struct RuntimeOptions {
    /// The size of this struct as the host knows it. Fields beyond it have their defaults.
    pub struct_size: u32,
    /// When changes are committed: `RELOAD_ON_POLL` or `RELOAD_IMMEDIATE`.
    pub reload_mode: u32,
    /// The configuration of version 1.
    pub config: RuntimeConfig,
    /// Folders of bundles that are loaded when the runtime is created; null if there are none.
    pub plugin_dirs: *const StringView,
    /// The number of those folders.
    pub plugin_dir_count: usize,
    /// 1 to watch those folders, which turns reloading on; 0 not to.
    pub watch: u8,
    /// How many milliseconds a folder is quiet before a change is acted on of which the system does
    /// not say that it is complete; 0 means 30.
    pub quiet_ms: u32,
    /// How many events the queue of `polyplug_next_event` holds before it drops the oldest; 0 means
    /// 4096.
    pub event_capacity: u32,
    /// How many milliseconds a call into a bundle may take that names no limit of its own; 0 means
    /// any.
    pub call_ms: u32,
    /// How many bytes a bundle may use that names no limit of its own; 0 means any.
    pub memory_limit: u64,
    /// Is told every event, as `OnEvent` says; may be null. [thread-safe]
    pub on_event: Option<unsafe extern "C" fn(user_data: *mut c_void, event: *const Event)>,
    /// The first argument of `on_event`; may be null.
    pub on_event_user_data: *mut c_void,
    /// What bundles may reach beyond clocks and random numbers; null if that is all.
    pub grants: *const Grant,
    /// The number of those grants.
    pub grant_count: usize,
    /// Keys whose signatures do not count any more, whoever trusts them; null if there are none.
    pub revoked_keys: *const KeyId,
    /// The number of those keys.
    pub revoked_key_count: usize,
    /// The operator's file of trusted and revoked keys, which has to be there; null if there is none.
    pub trust_store: StringView,
    /// The file that keeps over restarts which versions signatures have called too old; null to forget
    /// that when the runtime ends. Its folder has to be there.
    pub version_floors: StringView,
    /// Folders of bundles that are found by name and by discovery, after the plugin folders, and are
    /// not loaded with the runtime; null if there are none.
    pub search_dirs: *const StringView,
    /// The number of those folders.
    pub search_dir_count: usize,
    /// Is asked whether a bundle may be loaded, as `Admission` says; null lets all in that the
    /// signature policy lets in. [thread-safe]
    pub admission: Option<
        unsafe extern "C" fn(
            user_data: *mut c_void,
            offer: *const BundleOffer,
            out_reason: *mut StringView,
        ) -> u32,
    >,
    /// The first argument of `admission`; may be null.
    pub admission_user_data: *mut c_void,
    /// What the host itself calls too old; null if that is nothing.
    pub minimum_versions: *const MinimumVersion,
    /// The number of those bundles.
    pub minimum_version_count: usize,
    /// 1 to obey the file of `version_floors` and leave it as it is: what signatures call too old from
    /// now on is forgotten when the runtime ends. 0 to keep that there.
    pub version_floors_read_only: u8,
    /// 0.
    pub floors_padding: [u8; 7],
    /// Is asked about every request of bundles with the capability `http`, as `Egress` says; null sends
    /// nothing. A library without the feature `http` takes only null. [thread-safe]
    pub egress: Option<
        unsafe extern "C" fn(
            user_data: *mut c_void,
            request: *const EgressRequest,
            out_answer: *mut EgressAnswer,
        ) -> u32,
    >,
    /// The first argument of `egress`; may be null.
    pub egress_user_data: *mut c_void,
}

const _: () = {
    assert!(size_of::<RuntimeOptions>() == 272 && align_of::<RuntimeOptions>() == 8);
    assert!(offset_of!(RuntimeOptions, struct_size) == 0);
    assert!(offset_of!(RuntimeOptions, reload_mode) == 4);
    assert!(offset_of!(RuntimeOptions, config) == 8);
    assert!(offset_of!(RuntimeOptions, plugin_dirs) == 80);
    assert!(offset_of!(RuntimeOptions, plugin_dir_count) == 88);
    assert!(offset_of!(RuntimeOptions, watch) == 96);
    assert!(offset_of!(RuntimeOptions, quiet_ms) == 100);
    assert!(offset_of!(RuntimeOptions, event_capacity) == 104);
    assert!(offset_of!(RuntimeOptions, call_ms) == 108);
    assert!(offset_of!(RuntimeOptions, memory_limit) == 112);
    assert!(offset_of!(RuntimeOptions, on_event) == 120);
    assert!(offset_of!(RuntimeOptions, on_event_user_data) == 128);
    assert!(offset_of!(RuntimeOptions, grants) == 136);
    assert!(offset_of!(RuntimeOptions, grant_count) == 144);
    assert!(offset_of!(RuntimeOptions, revoked_keys) == 152);
    assert!(offset_of!(RuntimeOptions, revoked_key_count) == 160);
    assert!(offset_of!(RuntimeOptions, trust_store) == 168);
    assert!(offset_of!(RuntimeOptions, version_floors) == 184);
    assert!(offset_of!(RuntimeOptions, search_dirs) == 200);
    assert!(offset_of!(RuntimeOptions, search_dir_count) == 208);
    assert!(offset_of!(RuntimeOptions, admission) == 216);
    assert!(offset_of!(RuntimeOptions, admission_user_data) == 224);
    assert!(offset_of!(RuntimeOptions, minimum_versions) == 232);
    assert!(offset_of!(RuntimeOptions, minimum_version_count) == 240);
    assert!(offset_of!(RuntimeOptions, version_floors_read_only) == 248);
    assert!(offset_of!(RuntimeOptions, floors_padding) == 249);
    assert!(offset_of!(RuntimeOptions, egress) == 256);
    assert!(offset_of!(RuntimeOptions, egress_user_data) == 264);
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ADMISSION_DENY, Admission, EGRESS_REFUSE, Egress};

    extern "C" fn ignore_event(_: *mut c_void, _: *const Event) {}

    extern "C" fn deny(_: *mut c_void, _: *const BundleOffer, _: *mut StringView) -> u32 {
        ADMISSION_DENY
    }

    extern "C" fn refuse(_: *mut c_void, _: *const EgressRequest, _: *mut EgressAnswer) -> u32 {
        EGRESS_REFUSE
    }

    type Callbacks = (Option<OnEvent>, Option<Admission>, Option<Egress>);

    /// Compiles only if the aliases are the types of the fields.
    fn callbacks(options: &RuntimeOptions) -> Callbacks {
        (options.on_event, options.admission, options.egress)
    }

    #[test]
    fn the_aliases_are_the_types_of_the_fields() {
        let given: Callbacks = (Some(ignore_event), Some(deny), Some(refuse));
        assert_eq!(size_of_val(&given), size_of_val(&callbacks) + 24);
    }
}

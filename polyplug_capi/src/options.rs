//! The options of a runtime, read as far as the program knows them and checked.

use crate::admission::{self, Gate};
use crate::border::{self, Failure};
use crate::config::{self, Config, MOST_KEYS};
use crate::egress::Egress;
use crate::event::{self, Listener};
use crate::loaders;
use polyplug::loader::manifest::Limits;
use polyplug::runtime::{ReloadMode, RuntimeBuilder};
use polyplug_abi::{
    self as abi, Admission, Grant, KeyId, MinimumVersion, OnEvent, RELOAD_IMMEDIATE,
    RELOAD_ON_POLL, RuntimeOptions, StringView,
};
use std::ffi::c_void;
use std::mem::offset_of;
use std::slice;
use std::time::Duration;

const SIZE: usize = size_of::<RuntimeOptions>();

/// A size above it is not believed: no later version will need so many options.
const LARGEST: usize = 4096;

/// More folders than anybody has.
const MOST_FOLDERS: usize = 4096;

/// More grants than anybody writes.
const MOST_GRANTS: usize = 65_536;

/// More bundles than a host knows; a bound for a number that is none.
const MOST_MINIMUMS: usize = 65_536;

/// A builder as the options ask.
///
/// # Safety
/// - `options` is null, or `struct_size` bytes are readable there, as is what they point at.
pub(crate) unsafe fn builder(
    options: *const RuntimeOptions,
) -> Result<(RuntimeBuilder, bool), Failure> {
    if options.is_null() {
        // SAFETY: null is the defaults.
        let config = unsafe { config::read(std::ptr::null()) }?;
        return Ok(with_config(config, Egress::none()));
    }
    // SAFETY: the caller's promise.
    let words = unsafe { known_part(border::readable("options", options)?) }?;
    let options: *const RuntimeOptions = words.as_ptr().cast();
    // SAFETY: `words` has the size and alignment of the struct.
    let config = unsafe { config::read(options.wrapping_byte_add(CONFIG).cast()) }?;
    // SAFETY: as above; numbers, addresses and nullable functions take any bits.
    let asked: Option<abi::Egress> =
        unsafe { border::field(options, offset_of!(RuntimeOptions, egress)) };
    // SAFETY: as above.
    let user_data: *mut c_void =
        unsafe { border::field(options, offset_of!(RuntimeOptions, egress_user_data)) };
    let egress = Egress::of(asked, user_data, &config.abi)?;
    let (mut builder, has_log) = with_config(config, egress);

    // SAFETY: as above.
    let mode: u32 = unsafe { border::field(options, offset_of!(RuntimeOptions, reload_mode)) };
    builder = builder.reload_mode(match mode {
        RELOAD_ON_POLL => ReloadMode::OnPoll,
        RELOAD_IMMEDIATE => ReloadMode::Immediate,
        other => {
            return Err(Failure::argument(
                "options.reload_mode",
                format!("is {other}, not 0 or 1"),
            ));
        }
    });
    // SAFETY: `words` is the caller's options.
    let plugin_dirs = unsafe { folders(options, "options.plugin_dirs", PLUGIN_DIRS) }?;
    builder = plugin_dirs.into_iter().fold(builder, RuntimeBuilder::plugin_dir);
    // SAFETY: as above.
    let search_dirs = unsafe { folders(options, "options.search_dirs", SEARCH_DIRS) }?;
    builder = search_dirs.into_iter().fold(builder, RuntimeBuilder::search_dir);
    // SAFETY: as above.
    let grants: *const Grant =
        unsafe { border::field(options, offset_of!(RuntimeOptions, grants)) };
    // SAFETY: as above.
    let count: usize = unsafe { border::field(options, offset_of!(RuntimeOptions, grant_count)) };
    // SAFETY: the caller's promise.
    for grant in unsafe { border::list("options.grants", grants, count, MOST_GRANTS) }? {
        let absent = || Failure::pointer("options.grants", "holds a null; pass texts");
        // SAFETY: the caller's promise.
        let bundles = unsafe { border::viewed("options.grants", grant.bundles) }?;
        // SAFETY: the caller's promise.
        let capability = unsafe { border::viewed("options.grants", grant.capability) }?;
        builder = builder.grant(bundles.ok_or_else(absent)?, [capability.ok_or_else(absent)?]);
    }
    // SAFETY: as above.
    let revoked: *const KeyId =
        unsafe { border::field(options, offset_of!(RuntimeOptions, revoked_keys)) };
    // SAFETY: as above.
    let count: usize =
        unsafe { border::field(options, offset_of!(RuntimeOptions, revoked_key_count)) };
    // SAFETY: the caller's promise.
    let revoked = unsafe { border::list("options.revoked_keys", revoked, count, MOST_KEYS) }?;
    builder = builder.revoked_keys(revoked.iter().map(|key| key.bytes.into()));
    // SAFETY: as above.
    let store: StringView =
        unsafe { border::field(options, offset_of!(RuntimeOptions, trust_store)) };
    // SAFETY: the caller's promise.
    if let Some(store) = unsafe { border::viewed("options.trust_store", store) }? {
        builder = builder.trust_store(store);
    }
    // SAFETY: as above.
    let floors: StringView =
        unsafe { border::field(options, offset_of!(RuntimeOptions, version_floors)) };
    // SAFETY: the caller's promise.
    let floors = unsafe { border::viewed("options.version_floors", floors) }?;
    // SAFETY: as above.
    let read_only: u8 =
        unsafe { border::field(options, offset_of!(RuntimeOptions, version_floors_read_only)) };
    builder = match (floors, border::flag("options.version_floors_read_only", read_only)?) {
        (Some(floors), true) => builder.version_floors_read_only(floors),
        (Some(floors), false) => builder.version_floors(floors),
        (None, false) => builder,
        (None, true) => {
            let problem = "is 1, but `options.version_floors` names no file";
            return Err(Failure::argument("options.version_floors_read_only", problem));
        }
    };
    // SAFETY: as above.
    let minimums: *const MinimumVersion =
        unsafe { border::field(options, offset_of!(RuntimeOptions, minimum_versions)) };
    // SAFETY: as above.
    let count: usize =
        unsafe { border::field(options, offset_of!(RuntimeOptions, minimum_version_count)) };
    // SAFETY: the caller's promise.
    let minimums =
        unsafe { border::list("options.minimum_versions", minimums, count, MOST_MINIMUMS) }?;
    for minimum in minimums {
        // SAFETY: the caller's promise.
        let bundle = unsafe { border::viewed("options.minimum_versions", minimum.bundle) }?;
        let absent = "holds a null; name the bundle";
        let bundle = bundle.ok_or_else(|| Failure::pointer("options.minimum_versions", absent))?;
        builder = builder.minimum_version(bundle, minimum.version);
    }
    // SAFETY: as above.
    let watch: u8 = unsafe { border::field(options, offset_of!(RuntimeOptions, watch)) };
    builder = builder.watch(border::flag("options.watch", watch)?);
    // SAFETY: as above.
    let quiet: u32 = unsafe { border::field(options, offset_of!(RuntimeOptions, quiet_ms)) };
    if quiet > 0 {
        builder = builder.quiet_time(Duration::from_millis(quiet.into()));
    }
    // SAFETY: as above.
    let capacity: u32 =
        unsafe { border::field(options, offset_of!(RuntimeOptions, event_capacity)) };
    if capacity > 0 {
        builder = builder.event_capacity(capacity as usize);
    }
    // SAFETY: as above.
    let call: u32 = unsafe { border::field(options, offset_of!(RuntimeOptions, call_ms)) };
    // SAFETY: as above.
    let memory: u64 = unsafe { border::field(options, offset_of!(RuntimeOptions, memory_limit)) };
    builder = builder.default_limits(Limits {
        memory: (memory > 0).then_some(memory),
        call_time: (call > 0).then(|| Duration::from_millis(call.into())),
    });
    // SAFETY: as above.
    let on_event: Option<OnEvent> =
        unsafe { border::field(options, offset_of!(RuntimeOptions, on_event)) };
    // SAFETY: as above.
    let user_data: *mut c_void =
        unsafe { border::field(options, offset_of!(RuntimeOptions, on_event_user_data)) };
    if let Some(on_event) = on_event {
        builder = builder.on_reload(event::teller(Listener { on_event, user_data }));
    }
    // SAFETY: as above.
    let admission: Option<Admission> =
        unsafe { border::field(options, offset_of!(RuntimeOptions, admission)) };
    // SAFETY: as above.
    let user_data: *mut c_void =
        unsafe { border::field(options, offset_of!(RuntimeOptions, admission_user_data)) };
    if let Some(admission) = admission {
        builder = builder.admission(admission::asker(Gate { admission, user_data }));
    }
    Ok((builder, has_log))
}

/// Where a list of folders and its length are.
type Folders = (usize, usize);

const PLUGIN_DIRS: Folders =
    (offset_of!(RuntimeOptions, plugin_dirs), offset_of!(RuntimeOptions, plugin_dir_count));

const SEARCH_DIRS: Folders =
    (offset_of!(RuntimeOptions, search_dirs), offset_of!(RuntimeOptions, search_dir_count));

/// # Safety
/// - `options` is readable, and the folders that it lists are.
unsafe fn folders<'a>(
    options: *const RuntimeOptions,
    what: &str,
    place: Folders,
) -> Result<Vec<&'a str>, Failure> {
    // SAFETY: the caller's promise; addresses and numbers take any bits.
    let folders: *const StringView = unsafe { border::field(options, place.0) };
    // SAFETY: as above.
    let count: usize = unsafe { border::field(options, place.1) };
    // SAFETY: as above.
    let folders = unsafe { border::list(what, folders, count, MOST_FOLDERS) }?;
    let text = |folder: &StringView| {
        // SAFETY: as above.
        let folder = unsafe { border::viewed(what, *folder) }?;
        folder.ok_or_else(|| Failure::pointer(what, "holds a null; pass the paths of folders"))
    };
    folders.iter().map(text).collect()
}

const CONFIG: usize = offset_of!(RuntimeOptions, config);

/// A builder, and whether it has a log callback.
pub(crate) fn with_config(config: Config, egress: Egress) -> (RuntimeBuilder, bool) {
    let has_log = config.abi.log.is_some();
    let builder = RuntimeBuilder::new().config(config.abi).trusted_keys(config.keys);
    (loaders::add_to(builder, egress), has_log)
}

/// The options in their present size: what the program does not know is 0.
///
/// # Safety
/// - `struct_size` bytes are readable at `options`.
unsafe fn known_part(options: *const RuntimeOptions) -> Result<[u64; SIZE / 8], Failure> {
    // SAFETY: the caller's promise; the size comes first.
    let size: u32 = unsafe { border::field(options, 0) };
    let size = size as usize;
    if !(CONFIG..=LARGEST).contains(&size) {
        let problem = format!("is {size}; set it to sizeof(PolyplugRuntimeOptions)");
        return Err(Failure::argument("options.struct_size", problem));
    }
    // SAFETY: the caller's promise.
    let bytes = unsafe { slice::from_raw_parts(options.cast::<u8>(), size) };
    let (known, unknown) = bytes.split_at(size.min(SIZE));
    if unknown.iter().any(|byte| *byte != 0) {
        let problem = "sets options of a newer header, which this library does not know";
        return Err(Failure::argument("options", problem));
    }
    let mut whole = [0_u64; SIZE / 8];
    for (word, bytes) in whole.iter_mut().zip(known.chunks(8)) {
        let mut eight = [0; 8];
        eight[..bytes.len()].copy_from_slice(bytes);
        *word = u64::from_ne_bytes(eight);
    }
    Ok(whole)
}

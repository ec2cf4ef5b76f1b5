//! A plugin: an opened library with the functions that every plugin exports, and the optional ones.

use crate::inspection::Inspection;
use crate::library::{Library, NotCode, is_open, may_have_thread_keys};
use crate::private_copy::PrivateCopy;
use crate::settings::{Settings, shown};
use crate::thrown::{Thrown, catch};
use polyplug::error::printable;
use polyplug::guest::{Aftermath, GuestError};
use polyplug::native_code::{Adoption, Closed, NativeCode};
use polyplug_abi::{
    ABI_VERSION, ADOPT_CHECK_SYMBOL, ADOPT_SYMBOL, AbiError, AbiErrorCode, AbiVersion, Adopt,
    BundleInitContext, GuestContractId, HostApi, LogLevel, SHAPE_HASH_SYMBOL, SHUTDOWN_SYMBOL,
    STATE_VERSION_SYMBOL, ShapeHash, StateVersion, StringView,
};
use std::ffi::{CStr, c_void};
use std::path::Path;
use std::{mem, slice};

// None of these may unwind. What does all the same is stopped.
type Init = unsafe extern "C-unwind" fn(*const HostApi, *const BundleInitContext) -> AbiError;
type AdoptCheck = unsafe extern "C-unwind" fn(*const HostApi, u64, *mut c_void, u32, *mut AbiError);
type Shutdown = unsafe extern "C-unwind" fn(*const HostApi, u32);

/// Longer messages are cut: a length that a plugin made up must not be read to its end.
const LONGEST_MESSAGE: usize = 64 * 1024;

const UNDEFINED: &str = "; link what defines it (the linker names all that is missing if it is \
                         given -Wl,-z,defs)";

const THREAD_KEY: &str = "it has made a thread-specific key (`pthread_key_create`) that threads will \
                          call into at their end; delete it in `polyplug_shutdown`. In Rust the \
                          standard library makes one for `thread::current` and for panics";

/// What kept a plugin from starting.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum StartError {
    /// The system's linker refused it.
    NotOpened(String),
    /// It lacks a function.
    SymbolMissing(String),
    /// It exports something else by the name of a function.
    NotCode(String),
    /// It was built for this version of the ABI.
    AbiMismatch(u32),
    /// Its start reported this.
    Failed { code: u32, message: Option<String> },
    /// Its start did not return: it "panicked", it "threw an exception ..".
    Threw(String),
}

/// A start that failed, and whether the system let go of the library.
pub(crate) struct FailedStart {
    pub(crate) error: StartError,
    pub(crate) closed: Closed,
}

/// A started plugin. Dropping it closes it.
pub(crate) struct Plugin {
    /// Taken when it is closed.
    library: Option<Library>,
    adoption: AdoptionHooks,
    shutdown: Option<Shutdown>,
    shape_hash: Option<ShapeHash>,
    inspection: Inspection,
    /// Removed after the library was closed.
    copy: PrivateCopy,
}

/// The three hooks of a library that adopts instances. One alone is of no use.
#[derive(Clone, Copy, Default)]
struct AdoptionHooks {
    state_version: Option<StateVersion>,
    check: Option<AdoptCheck>,
    adopt: Option<Adopt>,
}

impl Plugin {
    /// Opens the copy of a library and runs its start. After a failure it is closed.
    ///
    /// # Safety
    /// - The library is a plugin: its constructors are sound, and what it exports under the names
    ///   of the ABI has the ABI's types.
    /// - `host` and `context` are those of the bundle that starts.
    pub(crate) unsafe fn start(
        copy: PrivateCopy,
        inspection: Inspection,
        settings: &Settings,
        host: *const HostApi,
        context: *const BundleInitContext,
    ) -> Result<Self, FailedStart> {
        // SAFETY: the caller's promise.
        let library = unsafe { Library::open(copy.library()) }.map_err(|reason| {
            // The copy's path says nothing to the author.
            let reason = reason.replace(&format!("{}: ", copy.library().display()), "");
            // It names what the library needs, as the library says it.
            let mut reason = printable(&reason);
            if reason.contains("undefined symbol") {
                reason.push_str(UNDEFINED);
            }
            let (error, closed) = (StartError::NotOpened(reason), Closed::Gone);
            FailedStart { error, closed }
        })?;
        let adoption = AdoptionHooks::default();
        let mut plugin = Self {
            library: Some(library),
            adoption,
            shutdown: None,
            shape_hash: None,
            inspection,
            copy,
        };
        // SAFETY: the caller's promise.
        match unsafe { plugin.run(settings, host, context) } {
            Ok(()) => Ok(plugin),
            Err(error) => Err(FailedStart { error, closed: plugin.close_now() }),
        }
    }

    /// Asks for the version of the ABI, looks the functions up, runs the start.
    ///
    /// # Safety
    /// - As for [`Plugin::start`].
    unsafe fn run(
        &mut self,
        settings: &Settings,
        host: *const HostApi,
        context: *const BundleInitContext,
    ) -> Result<(), StartError> {
        let Some(library) = &self.library else { return Ok(()) };
        // SAFETY: the caller's promise.
        let abi_version = unsafe { needed::<AbiVersion>(library, &settings.abi_version) }?;
        // SAFETY: the caller's promise.
        let found = unsafe { abi_version() };
        if found != ABI_VERSION {
            return Err(StartError::AbiMismatch(found));
        }
        // SAFETY: the caller's promise.
        let init = unsafe { needed::<Init>(library, &settings.init) }?;
        // SAFETY: the caller's promise.
        self.adoption = unsafe { AdoptionHooks::of(library) }?;
        // SAFETY: the caller's promise.
        self.shutdown = unsafe { optional(library, SHUTDOWN_SYMBOL) }?;
        // SAFETY: the caller's promise.
        self.shape_hash = unsafe { optional(library, SHAPE_HASH_SYMBOL) }?;

        // SAFETY: the caller's promise.
        let start = || unsafe { init(host, context) };
        let error = catch(start).map_err(|thrown| StartError::Threw(self.told(thrown)))?;
        if error.code == 0 {
            return Ok(());
        }
        // SAFETY: the library, where the text may lie, is still open.
        let message = unsafe { text(error.message) };
        Err(StartError::Failed { code: error.code, message })
    }

    /// The shape that the plugin was built for, if it says so.
    pub(crate) fn shape_of(&self, contract: GuestContractId) -> Option<u64> {
        let shape_hash = self.shape_hash?;
        // SAFETY: the export of a library that is open, on the thread that started it.
        let shape = unsafe { shape_hash(contract.as_u64()) };
        (shape != 0).then_some(shape)
    }

    /// The names of the adoption hooks that it lacks though it has others.
    pub(crate) fn missing_adoption_hooks(&self) -> Option<String> {
        let AdoptionHooks { state_version, check, adopt } = self.adoption;
        let hooks = [
            (STATE_VERSION_SYMBOL, state_version.is_some()),
            (ADOPT_CHECK_SYMBOL, check.is_some()),
            (ADOPT_SYMBOL, adopt.is_some()),
        ];
        let missing = hooks.iter().filter(|(_, is_there)| !is_there);
        let names: Vec<_> = missing.map(|(name, _)| format!("`{}`", shown(name))).collect();
        (1..hooks.len()).contains(&names.len()).then(|| names.join(" and "))
    }

    /// What a function of the library, which is open, has just thrown.
    fn told(&self, thrown: Thrown) -> String {
        let Some(library) = &self.library else { return "did not return".to_owned() };
        // SAFETY: this library threw it, and it is over.
        unsafe { thrown.end(library) }
    }

    fn close_now(&mut self) -> Closed {
        let Some(library) = self.library.take() else { return Closed::Gone };
        let is_ours = |path: &Path| self.copy.contains(path);
        if self.inspection.makes_thread_keys && may_have_thread_keys(&is_ours) {
            // Closed, it would be unmapped, and the next thread that ends would call what is gone.
            mem::forget(library);
            return Closed::Kept { reason: THREAD_KEY.to_owned() };
        }
        if let Err(reason) = library.close() {
            return Closed::Kept { reason };
        }
        match is_open(&is_ours) {
            false => Closed::Gone,
            true => Closed::Kept { reason: self.inspection.probable_cause() },
        }
    }
}

impl Drop for Plugin {
    fn drop(&mut self) {
        self.close_now();
    }
}

// SAFETY: the library stays open until `close` or the drop.
unsafe impl NativeCode for Plugin {
    fn state_version(&self, contract: GuestContractId) -> Option<u32> {
        let AdoptionHooks { state_version, check, adopt } = self.adoption;
        let (state_version, _, _) = (state_version?, check?, adopt?);
        // SAFETY: the hook of an open library; any thread may ask it.
        Some(unsafe { state_version(contract.as_u64()) })
    }

    unsafe fn adopt_check(&self, instance: &Adoption) -> Result<(), Box<GuestError>> {
        let Some(check) = self.adoption.check else {
            let missing = "its library does not export the adoption hooks";
            return Err(GuestError::new(AbiErrorCode::FunctionNotAvailable, missing));
        };
        let Adoption { host, contract, data, from_version } = *instance;
        let mut error = AbiError::ok();
        let place = &raw mut error;
        // SAFETY: the caller's promise; the library is open.
        let asked = catch(|| unsafe { check(host, contract.as_u64(), data, from_version, place) });
        if let Err(thrown) = asked {
            let what = format!("`{}` {}", shown(ADOPT_CHECK_SYMBOL), self.told(thrown));
            return Err(GuestError::new(AbiErrorCode::Generic, what));
        }
        if error.code == 0 {
            return Ok(());
        }
        // SAFETY: the hook wrote it, and its library is open.
        let message = unsafe { text(error.message) };
        let message = message.unwrap_or_else(|| format!("error code {}", error.code));
        let (code, record, aftermath) = (error.code, None, Aftermath::None);
        Err(Box::new(GuestError { code, message, record, aftermath }))
    }

    unsafe fn adopt(&self, instance: &Adoption) {
        let Some(adopt) = self.adoption.adopt else { return };
        let Adoption { host, contract, data, from_version } = *instance;
        // SAFETY: the caller's promise; the library is open.
        unsafe { adopt(host, contract.as_u64(), data, from_version) };
    }

    unsafe fn shutdown(&self, host: *const HostApi, reason: u32) {
        let Some(shutdown) = self.shutdown else { return };
        // SAFETY: the caller's promise; the library is open.
        let Err(thrown) = catch(|| unsafe { shutdown(host, reason) }) else { return };
        let message = format!("`{}` {}", shown(SHUTDOWN_SYMBOL), self.told(thrown));
        let (scope, message) = (StringView::from_static("native"), StringView::from_str(&message));
        // SAFETY: the caller's promise.
        let log = unsafe { (*host).log };
        // SAFETY: as above; both texts live until it returns.
        unsafe { log(host, LogLevel::Error as u32, scope, message) };
    }

    fn close(mut self: Box<Self>) -> Closed {
        self.close_now()
    }
}

impl AdoptionHooks {
    /// Those that are there.
    ///
    /// # Safety
    /// - As for [`Plugin::start`].
    unsafe fn of(library: &Library) -> Result<Self, StartError> {
        // SAFETY: the caller's promise.
        let state_version = unsafe { optional(library, STATE_VERSION_SYMBOL) }?;
        // SAFETY: the caller's promise.
        let check = unsafe { optional(library, ADOPT_CHECK_SYMBOL) }?;
        // SAFETY: the caller's promise.
        let adopt = unsafe { optional(library, ADOPT_SYMBOL) }?;
        Ok(Self { state_version, check, adopt })
    }
}

/// A function that every plugin exports.
///
/// # Safety
/// - As for [`Library::function`].
unsafe fn needed<F: Copy>(library: &Library, name: &CStr) -> Result<F, StartError> {
    // SAFETY: the caller's promise.
    let function = unsafe { optional(library, name) }?;
    function.ok_or_else(|| StartError::SymbolMissing(shown(name)))
}

/// A function that a plugin may export.
///
/// # Safety
/// - As for [`Library::function`].
unsafe fn optional<F: Copy>(library: &Library, name: &CStr) -> Result<Option<F>, StartError> {
    // SAFETY: the caller's promise.
    unsafe { library.function(name) }.map_err(|NotCode| StartError::NotCode(shown(name)))
}

// SAFETY: nothing of a library that is open belongs to a thread; the ABI says which thread may call
// which function.
unsafe impl Send for Plugin {}
// SAFETY: as above.
unsafe impl Sync for Plugin {}

/// A copy of a plugin's text; `None` if it is absent or empty. What is not UTF-8 is replaced.
///
/// # Safety
/// - A pointer that is not null is readable for the length.
unsafe fn text(view: StringView) -> Option<String> {
    if view.ptr.is_null() || view.len == 0 {
        return None;
    }
    let len = view.len.min(LONGEST_MESSAGE);
    // SAFETY: the caller's promise.
    let bytes = unsafe { slice::from_raw_parts(view.ptr, len) };
    Some(String::from_utf8_lossy(bytes).into_owned())
}

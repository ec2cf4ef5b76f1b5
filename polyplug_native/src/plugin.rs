//! A plugin: an opened library with the functions that every plugin exports, and the optional ones.

use crate::inspection::Inspection;
use crate::library::{Library, is_open, may_have_thread_keys};
use crate::private_copy::PrivateCopy;
use crate::settings::{Settings, shown};
use polyplug::guest::{Aftermath, GuestError};
use polyplug::native_code::{Adoption, Closed, NativeCode};
use polyplug_abi::{
    ABI_VERSION, ADOPT_CHECK_SYMBOL, ADOPT_SYMBOL, AbiError, AbiErrorCode, AbiVersion, Adopt,
    AdoptCheck, BundleInitContext, GuestContractId, HostApi, SHUTDOWN_SYMBOL, STATE_VERSION_SYMBOL,
    Shutdown, StateVersion, StringView,
};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::{mem, slice};

/// `polyplug_init`, which must not unwind. If it does all the same, the process ends with the words
/// of Rust's runtime instead of in undefined behaviour.
type Init = unsafe extern "C-unwind" fn(*const HostApi, *const BundleInitContext) -> AbiError;

/// Longer messages are cut: a length that a plugin made up must not be read to its end.
const LONGEST_MESSAGE: usize = 64 * 1024;

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
    /// It was built for this version of the ABI.
    AbiMismatch(u32),
    /// Its start reported this.
    Failed { code: u32, message: Option<String> },
    /// Its start panicked.
    Panicked,
}

/// A started plugin. Dropping it closes it.
pub(crate) struct Plugin {
    /// Taken when it is closed.
    library: Option<Library>,
    adoption: Option<AdoptionHooks>,
    shutdown: Option<Shutdown>,
    inspection: Inspection,
    /// Removed after the library was closed.
    copy: PrivateCopy,
}

/// The three hooks of a library that adopts instances.
#[derive(Clone, Copy)]
struct AdoptionHooks {
    state_version: StateVersion,
    check: AdoptCheck,
    adopt: Adopt,
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
    ) -> Result<Self, StartError> {
        // SAFETY: the caller's promise.
        let library = unsafe { Library::open(copy.library()) }.map_err(StartError::NotOpened)?;
        let mut plugin = Self { library: None, adoption: None, shutdown: None, inspection, copy };
        let library = plugin.library.insert(library);

        let symbol = settings.abi_version.as_c_str();
        // SAFETY: the caller's promise.
        let abi_version = unsafe { library.function::<AbiVersion>(symbol) };
        let abi_version = abi_version.ok_or_else(|| StartError::SymbolMissing(shown(symbol)))?;
        // SAFETY: the caller's promise.
        let found = unsafe { abi_version() };
        if found != ABI_VERSION {
            return Err(StartError::AbiMismatch(found));
        }
        let symbol = settings.init.as_c_str();
        // SAFETY: the caller's promise.
        let init = unsafe { library.function::<Init>(symbol) };
        let init = init.ok_or_else(|| StartError::SymbolMissing(shown(symbol)))?;
        // SAFETY: the caller's promise.
        plugin.adoption = unsafe { AdoptionHooks::of(library) };
        // SAFETY: the caller's promise.
        plugin.shutdown = unsafe { library.function(SHUTDOWN_SYMBOL) };

        // SAFETY: the caller's promise.
        let start = || unsafe { init(host, context) };
        let error = catch_unwind(AssertUnwindSafe(start)).map_err(|panic| {
            // Its destructor is code of the library.
            mem::forget(panic);
            StartError::Panicked
        })?;
        match error.code {
            0 => Ok(plugin),
            code => {
                // SAFETY: the library, where the text may lie, is still open.
                let message = unsafe { text(error.message) };
                Err(StartError::Failed { code, message })
            }
        }
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
        let hooks = self.adoption?;
        // SAFETY: the hook of an open library; any thread may ask it.
        Some(unsafe { (hooks.state_version)(contract.as_u64()) })
    }

    unsafe fn adopt_check(&self, instance: &Adoption) -> Result<(), Box<GuestError>> {
        let Some(hooks) = self.adoption else {
            let missing = "its library does not export the adoption hooks";
            return Err(GuestError::new(AbiErrorCode::FunctionNotAvailable, missing));
        };
        let Adoption { host, contract, data, from_version } = *instance;
        let mut error = AbiError::ok();
        // SAFETY: the caller's promise; the library is open.
        unsafe { (hooks.check)(host, contract.as_u64(), data, from_version, &raw mut error) };
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
        let Some(hooks) = self.adoption else { return };
        let Adoption { host, contract, data, from_version } = *instance;
        // SAFETY: the caller's promise; the library is open.
        unsafe { (hooks.adopt)(host, contract.as_u64(), data, from_version) };
    }

    unsafe fn shutdown(&self, host: *const HostApi, reason: u32) {
        let Some(shutdown) = self.shutdown else { return };
        // SAFETY: the caller's promise; the library is open.
        unsafe { shutdown(host, reason) };
    }

    fn close(mut self: Box<Self>) -> Closed {
        self.close_now()
    }
}

impl AdoptionHooks {
    /// The hooks, if all three are there.
    ///
    /// # Safety
    /// - As for [`Plugin::start`].
    unsafe fn of(library: &Library) -> Option<Self> {
        // SAFETY: the caller's promise.
        let state_version = unsafe { library.function(STATE_VERSION_SYMBOL) }?;
        // SAFETY: the caller's promise.
        let check = unsafe { library.function(ADOPT_CHECK_SYMBOL) }?;
        // SAFETY: the caller's promise.
        let adopt = unsafe { library.function(ADOPT_SYMBOL) }?;
        Some(Self { state_version, check, adopt })
    }
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

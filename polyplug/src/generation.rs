//! A generation: one load of one bundle, with everything that it needs to be called and closed.
//!
//! A generation is constant from its commit on. It is reached through its bundle's one pointer and
//! closed by being dropped, after the drain has shown that no call record names it.

use crate::guest::Guest;
use crate::loader::manifest::Manifest;
use crate::loader::{BundleFiles, BundleSource};
use crate::version::from_semver;
use crate::vm_lock::VmLock;
use polyplug_abi::{
    CreateInstance, DestroyInstance, NativeFunction, Version, VmCall, VmLoaderData,
};
use std::ops::Deref;
use std::path::Path;
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// One load of one bundle.
pub(crate) struct Generation {
    /// The bundle's count of loads at this one, from 1.
    pub(crate) number: u32,
    /// By the ordinal of the slot in its bundle.
    pub(crate) entries: Box<[Entry]>,
    /// The VM behind the entries of kind `Guest`.
    pub(crate) guest: Option<VmGuest>,
    /// Calls are refused on any thread but the one that built the runtime.
    pub(crate) main_thread_only: bool,
    /// Stopped in the middle of something; a rebuild is on its way, unless it failed.
    pub(crate) broken: AtomicBool,
    /// Live instances of native contracts; a guest counts its own.
    pub(crate) native_instances: AtomicUsize,
    /// What it was made from.
    pub(crate) origin: Origin,
}

/// A generation that was taken out of its cell. Callers may still be inside of it and the commit still
/// holds its lock, so it is owned by its address: a `Box` would claim that nobody else looks at it.
/// Dropping it closes it.
pub(crate) struct Replaced(NonNull<Generation>);

// SAFETY: a generation is `Send` and `Sync`, and this owns one.
unsafe impl Send for Replaced {}
// SAFETY: as above.
unsafe impl Sync for Replaced {}

impl Replaced {
    /// Takes over what was in a cell; null is nothing.
    ///
    /// # Safety
    /// - The cell owned it, from `Box::into_raw`, and it is in no cell any more.
    pub(crate) unsafe fn new(taken: *mut Generation) -> Option<Self> {
        NonNull::new(taken).map(Self)
    }
}

impl Deref for Replaced {
    type Target = Generation;

    fn deref(&self) -> &Generation {
        // SAFETY: it lives until this is dropped.
        unsafe { self.0.as_ref() }
    }
}

impl Drop for Replaced {
    fn drop(&mut self) {
        // SAFETY: `new` took it over; the drain has shown that nobody is inside.
        drop(unsafe { Box::from_raw(self.0.as_ptr()) });
    }
}

/// A guest and the lock around it.
pub(crate) struct VmGuest {
    pub(crate) lock: VmLock,
    pub(crate) guest: Box<dyn Guest>,
}

/// What a generation was made from.
pub(crate) struct Origin {
    pub(crate) manifest: Manifest,
    pub(crate) source: BundleSource,
    /// The bytes that its loader took, and which it takes.
    pub(crate) files: Option<TakenFiles>,
}

/// The bytes of a bundle that a loader took.
#[derive(Clone)]
pub(crate) struct TakenFiles {
    pub(crate) files: Arc<BundleFiles>,
    pub(crate) takes: fn(&Path) -> bool,
}

/// What one generation provides in one slot of its bundle.
pub(crate) enum Entry {
    /// Not provided by this generation.
    Absent,
    /// Served by the generation's guest.
    Guest(GuestEntry),
    /// Native functions.
    Native(NativeEntry),
    /// A dispatcher that a plugin registered through the C ABI.
    ForeignVm(ForeignVmEntry),
}

/// A contract of the generation's guest.
pub(crate) struct GuestEntry {
    pub(crate) contract: u32,
    pub(crate) function_count: u32,
    pub(crate) version: Version,
}

/// A contract of native functions.
pub(crate) struct NativeEntry {
    pub(crate) functions: Box<[NativeFunction]>,
    pub(crate) version: Version,
    pub(crate) create: Option<CreateInstance>,
    pub(crate) destroy: Option<DestroyInstance>,
}

/// A contract behind a plugin's own dispatcher.
pub(crate) struct ForeignVmEntry {
    pub(crate) call: VmCall,
    pub(crate) loader_data: VmLoaderData,
    pub(crate) version: Version,
    pub(crate) create: Option<CreateInstance>,
    pub(crate) destroy: Option<DestroyInstance>,
}

// SAFETY: the plugin that registered the dispatcher promises, by the ABI, that it may be called with
// its loader data from any thread.
unsafe impl Send for ForeignVmEntry {}
// SAFETY: as above.
unsafe impl Sync for ForeignVmEntry {}

impl Entry {
    /// The contract's version and the count of functions, if there is a contract; a foreign
    /// dispatcher does not say how many functions it has.
    pub(crate) fn shape(&self) -> Option<(Version, Option<u32>)> {
        match self {
            Self::Absent => None,
            Self::Guest(entry) => Some((entry.version, Some(entry.function_count))),
            Self::Native(entry) => Some((entry.version, Some(entry.functions.len() as u32))),
            Self::ForeignVm(entry) => Some((entry.version, None)),
        }
    }
}

impl Generation {
    /// The entry of the slot with this ordinal.
    #[inline(always)]
    pub(crate) fn entry(&self, ordinal: u32) -> &Entry {
        self.entries.get(ordinal as usize).unwrap_or(&Entry::Absent)
    }

    /// Marks it as stopped in the middle of something; whether this is the first time.
    pub(crate) fn breaks(&self) -> bool {
        !self.broken.swap(true, Ordering::Relaxed)
    }

    /// A change failed, perhaps the rebuild: if it is stopped once more, that is the first time again.
    pub(crate) fn runs_on(&self) {
        self.broken.store(false, Ordering::Relaxed);
    }

    /// The bundle's own version.
    pub(crate) fn version(&self) -> Version {
        // The manifest was checked when it was read.
        self.origin
            .manifest
            .data
            .parsed_version()
            .map_or(Version::default(), |version| from_semver(&version))
    }

    /// Live instances, native and of the guest.
    pub(crate) fn live_instances(&self) -> usize {
        let native = self.native_instances.load(Ordering::Relaxed);
        native + self.guest.as_ref().map_or(0, |vm| vm.guest.live_instances())
    }

    /// Whether a native contract is among the entries.
    pub(crate) fn has_native(&self) -> bool {
        self.entries.iter().any(|entry| matches!(entry, Entry::Native(_)))
    }
}

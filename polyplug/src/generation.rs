//! A generation: one load of one bundle, with everything that it needs to be called and closed.
//!
//! A generation is constant from its commit on. It is reached through its bundle's one pointer and
//! closed after the drain has shown that no call record names it; dropping it closes it too.

use crate::core::Core;
use crate::description::Described;
use crate::guest::Guest;
use crate::host_table::core_of;
use crate::loader::manifest::Manifest;
use crate::loader::{BundleFiles, BundleSource};
use crate::native_code::{Closed, NativeCode};
use crate::native_instances::NativeInstances;
use crate::thread::Within;
use crate::trust::TrustRecord;
use crate::version::from_semver;
use crate::vm_lock::VmLock;
use polyplug_abi::{
    CreateInstance, DestroyInstance, GuestContractInstance, HostApi, NativeFunction,
    SHUTDOWN_REFUSED, Version, VmCall, VmLoaderData,
};
use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::path::Path;
use std::ptr::{self, NonNull};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// One load of one bundle.
pub(crate) struct Generation {
    /// The bundle's count of loads at this one, from 1.
    pub(crate) number: u32,
    /// By the ordinal of the slot in its bundle.
    pub(crate) entries: Box<[Entry]>,
    /// What the plugin behind each entry calls itself; for listings.
    pub(crate) plugins: Box<[Box<str>]>,
    /// What is known of the contract behind each entry.
    pub(crate) descriptions: Box<[Described]>,
    /// Descriptions of contracts of others that the bundle brings along.
    pub(crate) expected: Box<[Arc<polyplug_schema::Contract>]>,
    /// By ordinal as well: the functions of native contracts that every thread may call. All that the
    /// short path of a call looks at.
    pub(crate) functions: Box<[Box<[NativeFunction]>]>,
    /// The VM behind the entries of kind `Guest`.
    pub(crate) guest: Option<VmGuest>,
    /// Calls are refused on any thread but the one that built the runtime.
    pub(crate) main_thread_only: bool,
    /// Stopped in the middle of something; a rebuild is on its way, unless it failed.
    pub(crate) broken: AtomicBool,
    /// Live instances of native contracts; a guest counts its own.
    pub(crate) native_instances: NativeInstances,
    /// The library behind native entries, until it is closed.
    pub(crate) code: Option<Box<dyn NativeCode>>,
    /// The bundle's host table.
    pub(crate) host: HostPointer,
    /// What it was made from.
    pub(crate) origin: Origin,
}

/// A generation that was taken out of its cell. Callers may still be inside of it and the commit still
/// holds its lock, so it is owned by its address: a `Box` would claim that nobody else looks at it.
/// Dropping it closes it, without a word about how that went.
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

    /// Closes it for one of the `SHUTDOWN_` reasons.
    pub(crate) fn close(self, reason: u32) -> Closed {
        let owned = ManuallyDrop::new(self);
        // SAFETY: `new` took it over; the drain has shown that nobody is inside.
        let mut generation = unsafe { Box::from_raw(owned.0.as_ptr()) };
        generation.close(reason)
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

/// A bundle's host table, which lives as long as the runtime.
#[derive(Clone, Copy)]
pub(crate) struct HostPointer(pub(crate) *const HostApi);

// SAFETY: the table is constant and may be used from any thread.
unsafe impl Send for HostPointer {}
// SAFETY: as above.
unsafe impl Sync for HostPointer {}

/// What a generation was made from.
#[derive(Clone)]
pub(crate) struct Origin {
    pub(crate) manifest: Manifest,
    pub(crate) source: BundleSource,
    /// The bytes that its loader took, and which it takes.
    pub(crate) files: Option<TakenFiles>,
    /// What was decided about them.
    pub(crate) trust: Arc<TrustRecord>,
}

/// Which files of a bundle a loader takes, by their path below its folder.
pub(crate) type Takes = dyn Fn(&Path) -> bool + Send + Sync;

/// The bytes of a bundle that a loader took.
#[derive(Clone)]
pub(crate) struct TakenFiles {
    pub(crate) files: Arc<BundleFiles>,
    pub(crate) takes: Arc<Takes>,
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

    /// The plugin's destructor and its loader data.
    pub(crate) fn destructor(&self) -> Option<(DestroyInstance, VmLoaderData)> {
        match self {
            Self::Native(entry) => Some((entry.destroy?, VmLoaderData { data: ptr::null_mut() })),
            Self::ForeignVm(entry) => Some((entry.destroy?, entry.loader_data)),
            Self::Guest(_) | Self::Absent => None,
        }
    }
}

impl Generation {
    /// The entry of the slot with this ordinal.
    #[inline(always)]
    pub(crate) fn entry(&self, ordinal: u32) -> &Entry {
        self.entries.get(ordinal as usize).unwrap_or(&Entry::Absent)
    }

    /// What is known of the contract of the slot with this ordinal.
    pub(crate) fn described(&self, ordinal: u32) -> &Described {
        static UNKNOWN: Described = Described { contract: None, built: None };
        self.descriptions.get(ordinal as usize).unwrap_or(&UNKNOWN)
    }

    /// A native function that every thread may call.
    #[inline(always)]
    pub(crate) fn function(&self, ordinal: u32, function: u32) -> Option<NativeFunction> {
        self.functions.get(ordinal as usize)?.get(function as usize).copied()
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
        self.native_instances.count()
            + self.guest.as_ref().map_or(0, |vm| vm.guest.live_instances())
    }

    /// Lets the library end what it has running, destroys what is left of the instances, closes it.
    /// Nobody is inside.
    fn close(&mut self, reason: u32) -> Closed {
        let Some(code) = self.code.take() else {
            self.destroy_instances();
            return Closed::Gone;
        };
        // SAFETY: the host table is this bundle's; nobody is inside, and only destructors follow.
        unsafe { code.shutdown(self.host.0, reason) };
        self.destroy_instances();
        code.close()
    }

    fn destroy_instances(&self) {
        for instance in self.native_instances.take() {
            let Some((destroy, loader_data)) = self.entry(instance.slot).destructor() else {
                continue;
            };
            let (data, contract_id) = (instance.data, instance.contract);
            // SAFETY: the code is open; the instance was made by it and not destroyed since.
            unsafe {
                destroy(loader_data, self.host.0, GuestContractInstance { data, contract_id })
            };
        }
    }

    /// Whether a native contract is among the entries.
    pub(crate) fn has_native(&self) -> bool {
        self.entries.iter().any(|entry| matches!(entry, Entry::Native(_)))
    }
}

impl Drop for Generation {
    fn drop(&mut self) {
        // Closed already, unless it was staged and refused.
        if self.code.is_none() {
            return;
        }
        // SAFETY: the table is the bundle's, whose runtime outlives its generations.
        let core = unsafe { core_of(self.host.0) };
        // Whoever drops it may hold what a change waits for: the library is not to ask for one.
        match core.map(Core::thread) {
            Some(thread) => thread.while_within(Within::Closing, || self.close(SHUTDOWN_REFUSED)),
            None => self.close(SHUTDOWN_REFUSED),
        };
    }
}

//! A slot: the stable home of one (bundle, contract, dispatch type).
//!
//! Everything in a slot is constant from its making to the end of the runtime, except the contract's
//! version, the native table and the handle's generation; these are atomics in place, in the layout
//! of the ABI's `GuestContractInterface`, because callers keep pointers to it. They change only at a
//! commit. A VM contract's functions live behind the bundle's generation pointer and need no change
//! here at all.

use crate::barrier;
use crate::bundle::Bundle;
use crate::core::Core;
use crate::description::expectation::Expectations;
use crate::thread::{self, Thread};
use parking_lot::Mutex;
use polyplug_abi::{
    CreateInstance, DestroyInstance, DispatchType, GuestContractHandle, GuestContractId,
    GuestContractInterface, NativeFunction, Version, VmCall, VmLoaderData,
};
use std::mem::offset_of;
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, Ordering};

/// Entries that a native table has room for at first; it doubles from there.
const FIRST_CAPACITY: usize = 8;

/// The stable home of one contract of one bundle.
#[repr(C)]
pub(crate) struct Slot {
    interface: Interface,
    /// The bundle, which lives as long as the runtime.
    bundle: *const Bundle,
    core: *const Core,
    /// The runtime's number, by which a thread's record is found.
    runtime: u64,
    /// The position in the bundle's generations.
    pub(crate) ordinal: u32,
    /// The position in the slot table.
    pub(crate) index: u32,
    /// Rises when the bundle is unloaded.
    handle_generation: AtomicU32,
    /// Some caller holds the interface's address.
    handed_out: AtomicBool,
    /// What typed callers rely on.
    pub(crate) expectations: Expectations,
    /// `name@major`, as registered.
    pub(crate) contract: Box<str>,
    /// Native tables of all sizes so far; the last one is in use, the others may be known to some
    /// caller.
    tables: Mutex<Vec<Box<[AtomicPtr<()>]>>>,
}

/// `GuestContractInterface` with the changing words as atomics.
#[repr(C)]
struct Interface {
    contract_id: GuestContractId,
    version: [AtomicU32; 3],
    dispatch_type: DispatchType,
    create_instance: CreateInstance,
    destroy_instance: DestroyInstance,
    dispatch: Dispatch,
}

#[repr(C)]
union Dispatch {
    native: std::mem::ManuallyDrop<NativeWords>,
    vm: VmWords,
}

#[repr(C)]
struct NativeWords {
    function_count: AtomicU32,
    functions: AtomicPtr<AtomicPtr<()>>,
}

#[repr(C)]
#[derive(Clone, Copy)]
struct VmWords {
    call: VmCall,
    loader_data: VmLoaderData,
}

const _: () = {
    assert!(size_of::<Interface>() == size_of::<GuestContractInterface>());
    assert!(align_of::<Interface>() == align_of::<GuestContractInterface>());
    assert!(offset_of!(Interface, version) == offset_of!(GuestContractInterface, contract_version));
    assert!(
        offset_of!(Interface, dispatch_type) == offset_of!(GuestContractInterface, dispatch_type)
    );
    assert!(
        offset_of!(Interface, create_instance)
            == offset_of!(GuestContractInterface, create_instance)
    );
    assert!(
        offset_of!(Interface, destroy_instance)
            == offset_of!(GuestContractInterface, destroy_instance)
    );
    assert!(offset_of!(Interface, dispatch) == offset_of!(GuestContractInterface, dispatch));
    assert!(offset_of!(NativeWords, functions) == 8);
    assert!(offset_of!(VmWords, loader_data) == 8);
    assert!(offset_of!(Slot, interface) == 0);
};

// SAFETY: everything that changes is an atomic or behind the mutex; the pointers are to parts of the
// runtime that outlive the slot and are themselves `Sync`.
unsafe impl Sync for Slot {}
// SAFETY: as above; nothing is tied to a thread.
unsafe impl Send for Slot {}

/// What a slot is made from.
pub(crate) struct SlotParts<'a> {
    pub(crate) core: *const Core,
    pub(crate) runtime: u64,
    pub(crate) bundle: *const Bundle,
    pub(crate) contract_id: GuestContractId,
    pub(crate) contract: &'a str,
    pub(crate) dispatch_type: DispatchType,
    pub(crate) ordinal: u32,
    pub(crate) index: u32,
    pub(crate) trampolines: &'a Trampolines,
}

/// The runtime's own functions that a slot points at.
pub(crate) struct Trampolines {
    pub(crate) call: VmCall,
    pub(crate) create: CreateInstance,
    pub(crate) destroy: DestroyInstance,
    /// What a native entry answers that the present generation lacks.
    pub(crate) missing: NativeFunction,
    /// What a native entry answers after an unload.
    pub(crate) stale: NativeFunction,
}

impl Slot {
    /// Writes a new slot to `place`, which becomes its address for good.
    ///
    /// # Safety
    /// - `place` is valid for writing a slot and will not move.
    pub(crate) unsafe fn write(place: *mut Slot, parts: &SlotParts<'_>) {
        let dispatch = match parts.dispatch_type {
            DispatchType::Native => Dispatch {
                native: std::mem::ManuallyDrop::new(NativeWords {
                    function_count: AtomicU32::new(0),
                    functions: AtomicPtr::new(ptr::null_mut()),
                }),
            },
            DispatchType::VirtualMachine => Dispatch {
                vm: VmWords {
                    call: parts.trampolines.call,
                    loader_data: VmLoaderData { data: place.cast() },
                },
            },
        };
        let slot = Slot {
            interface: Interface {
                contract_id: parts.contract_id,
                version: [const { AtomicU32::new(0) }; 3],
                dispatch_type: parts.dispatch_type,
                create_instance: parts.trampolines.create,
                destroy_instance: parts.trampolines.destroy,
                dispatch,
            },
            bundle: parts.bundle,
            core: parts.core,
            runtime: parts.runtime,
            ordinal: parts.ordinal,
            index: parts.index,
            handle_generation: AtomicU32::new(0),
            handed_out: AtomicBool::new(false),
            expectations: Expectations::default(),
            contract: parts.contract.into(),
            tables: Mutex::default(),
        };
        // SAFETY: the caller's promise.
        unsafe { place.write(slot) };
    }

    /// The slot whose interface is at `interface`.
    ///
    /// # Safety
    /// - The interface is a slot's, of a runtime that lives during `'a`.
    #[inline(always)]
    pub(crate) unsafe fn of<'a>(interface: *const GuestContractInterface) -> &'a Slot {
        // SAFETY: the interface is the slot's first field.
        unsafe { &*interface.cast::<Slot>() }
    }

    /// The address that callers get.
    #[inline(always)]
    pub(crate) fn interface(&self) -> *const GuestContractInterface {
        ptr::from_ref(self).cast()
    }

    /// As [`Slot::interface`], and remembers that some caller now holds it. While the instances of
    /// native code are being adopted it waits: the caller would call the old code meanwhile.
    #[inline]
    pub(crate) fn hand_out(&self) -> *const GuestContractInterface {
        if !self.handed_out.load(Ordering::Relaxed) {
            self.handed_out.store(true, Ordering::Relaxed);
        }
        // Pairs with the heavy barriers in `drain::retire` and `Adoptions::prepare`: the mark before
        // what the caller reads.
        barrier::light();
        if self.dispatch_type() == DispatchType::Native && self.bundle().is_paused() {
            self.bundle().wait_while_paused(self.core().thread());
        }
        self.interface()
    }

    /// Whether some caller holds the interface's address.
    pub(crate) fn was_handed_out(&self) -> bool {
        self.handed_out.load(Ordering::Relaxed)
    }

    #[inline(always)]
    pub(crate) fn bundle(&self) -> &Bundle {
        // SAFETY: a bundle lives as long as its runtime, and so does the slot.
        unsafe { &*self.bundle }
    }

    #[inline(always)]
    pub(crate) fn core(&self) -> &Core {
        // SAFETY: the core owns the table that this slot is in.
        unsafe { &*self.core }
    }

    /// The calling thread, if this runtime was the last that it was in.
    #[inline(always)]
    pub(crate) fn cached_thread(&self) -> Option<&Thread> {
        // SAFETY: the runtime lives as long as its slots.
        unsafe { thread::cached(self.runtime) }
    }

    pub(crate) fn contract_id(&self) -> GuestContractId {
        self.interface.contract_id
    }

    pub(crate) fn dispatch_type(&self) -> DispatchType {
        self.interface.dispatch_type
    }

    /// The version that the present or last generation provided.
    pub(crate) fn version(&self) -> Version {
        let [major, minor, patch] = &self.interface.version;
        Version {
            major: major.load(Ordering::Relaxed),
            minor: minor.load(Ordering::Relaxed),
            patch: patch.load(Ordering::Relaxed),
        }
    }

    /// At a commit only.
    pub(crate) fn set_version(&self, version: Version) {
        let [major, minor, patch] = &self.interface.version;
        major.store(version.major, Ordering::Relaxed);
        minor.store(version.minor, Ordering::Relaxed);
        patch.store(version.patch, Ordering::Relaxed);
    }

    /// The handle that finds this slot until its bundle is unloaded.
    #[inline(always)]
    pub(crate) fn handle(&self) -> GuestContractHandle {
        GuestContractHandle {
            index: self.index,
            generation: self.handle_generation.load(Ordering::Acquire),
        }
    }

    #[inline(always)]
    pub(crate) fn is_current(&self, handle: GuestContractHandle) -> bool {
        self.handle_generation.load(Ordering::Acquire) == handle.generation
    }

    /// Makes all handles stale. At the commit of an unload only.
    pub(crate) fn retire_handles(&self) {
        self.handle_generation.fetch_add(1, Ordering::Release);
    }

    /// Makes room for `count` native functions before a commit, so that the commit allocates nothing.
    pub(crate) fn reserve(&self, count: usize, filler: NativeFunction) {
        let mut tables = self.tables.lock();
        let capacity = tables.last().map_or(0, |table| table.len());
        if count > capacity {
            let capacity = count.max(capacity * 2).max(FIRST_CAPACITY);
            let table = (0..capacity).map(|_| AtomicPtr::new(filler as *mut ()));
            tables.push(table.collect());
        }
    }

    /// Points the native table at `functions`; entries beyond get `filler`. At a commit only, after
    /// `reserve`. A table never shrinks, so callers may keep the count they read; the smaller tables
    /// of before are kept up to date for callers that kept their address.
    pub(crate) fn point_at(&self, functions: &[NativeFunction], filler: NativeFunction) {
        let tables = self.tables.lock();
        let Some(table) = tables.last() else { return };
        for (at, entry) in tables.iter().flat_map(|table| table.iter().enumerate()) {
            let function = functions.get(at).copied().unwrap_or(filler);
            // Release pairs with the acquire in `polyplug_fn` of the header.
            entry.store(function as *mut (), Ordering::Release);
        }
        let words = self.native_words();
        // The table before the count: a reader of the new count sees the table that has it.
        words.functions.store(table.as_ptr().cast_mut(), Ordering::Release);
        let count = functions.len().min(table.len()) as u32;
        words.function_count.fetch_max(count, Ordering::Release);
    }

    fn native_words(&self) -> &NativeWords {
        debug_assert_eq!(self.interface.dispatch_type, DispatchType::Native);
        // SAFETY: the union was made with `native`, as the constant dispatch type says.
        unsafe { &self.interface.dispatch.native }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dispatch::trampoline::TRAMPOLINES;
    use std::mem::MaybeUninit;

    #[test]
    fn tables_of_every_size_follow_a_commit() {
        let mut place = Box::new(MaybeUninit::<Slot>::uninit());
        let parts = SlotParts {
            core: ptr::null(),
            runtime: 0,
            bundle: ptr::null(),
            contract_id: GuestContractId::from_u64(1),
            contract: "test@1",
            dispatch_type: DispatchType::Native,
            ordinal: 0,
            index: 0,
            trampolines: &TRAMPOLINES,
        };
        // SAFETY: the box is as large as a slot and stays where it is.
        unsafe { Slot::write(place.as_mut_ptr(), &parts) };
        // SAFETY: written just above.
        let slot = unsafe { place.assume_init_mut() };
        for (count, filler) in [(3, TRAMPOLINES.missing), (20, TRAMPOLINES.stale)] {
            slot.reserve(count, TRAMPOLINES.missing);
            slot.point_at(&vec![TRAMPOLINES.missing; count], filler);
        }
        slot.point_at(&[], TRAMPOLINES.stale);
        let tables = slot.tables.lock();
        assert_eq!(tables.iter().map(|table| table.len()).collect::<Vec<_>>(), [8, 20]);
        let stale = TRAMPOLINES.stale as *mut ();
        let entries = tables.iter().flat_map(|table| table.iter());
        assert!(entries.into_iter().all(|entry| entry.load(Ordering::Relaxed) == stale));
        assert_eq!(slot.native_words().function_count.load(Ordering::Relaxed), 20);
        drop(tables);
        // SAFETY: written above and not used afterwards.
        unsafe { place.assume_init_drop() };
    }
}

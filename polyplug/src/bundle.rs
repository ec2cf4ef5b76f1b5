//! A bundle as the runtime knows it: one record for each name, for as long as the runtime lives.
//!
//! The record is the stable home of the bundle's one generation pointer, its host table and the
//! numbering of its slots. Unloading empties the pointer and keeps the record.

use crate::core::{Core, Writer};
use crate::generation::Generation;
use crate::host_table::HostTable;
use crate::loader::manifest::ManifestData;
use crate::registry::slot::Slot;
use crate::sync::AtomicPtr;
use crate::thread::{Thread, Within};
use crate::trust::{Refusal, TrustDecision, TrustRecord};
use parking_lot::Mutex;
use polyplug_abi::{BundleId, DispatchType, GuestContractId};
use std::collections::HashMap;
use std::path::PathBuf;
use std::ptr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// How long a thread sleeps between two looks at a bundle that is paused.
const PAUSE: Duration = Duration::from_micros(20);

/// One bundle of one runtime.
pub(crate) struct Bundle {
    pub(crate) id: BundleId,
    pub(crate) name: Box<str>,
    /// The current generation; null while the bundle is not loaded or is paused. All contracts of
    /// the bundle switch by this one pointer. Written at a commit only.
    pub(crate) cell: AtomicPtr<Generation>,
    /// The current generation while a commit lets no call in, else null.
    paused: AtomicPtr<Generation>,
    /// Loads so far.
    loads: AtomicU32,
    /// The bundle's own host table.
    pub(crate) host: HostTable,
    slots: Mutex<Slots>,
    /// The failure that the listing shows, until a load or reload succeeds.
    pub(crate) last_error: Mutex<Option<String>>,
    /// The last bytes whose signature made a warning, and that warning: it is logged once.
    warned_of: Mutex<Option<([u8; 32], Refusal)>>,
}

/// The bundle's slots.
#[derive(Default)]
struct Slots {
    /// By ordinal.
    list: Vec<*const Slot>,
    by_contract: HashMap<(GuestContractId, DispatchType), *const Slot>,
}

// SAFETY: the slot pointers are to the runtime's slot table, which outlives the record, and slots
// are `Sync`; everything else is atomic, constant or behind a mutex. The host table's pointers are to
// parts of the runtime and of this record.
unsafe impl Sync for Bundle {}
// SAFETY: as above; nothing is tied to a thread.
unsafe impl Send for Bundle {}

impl Bundle {
    pub(crate) fn new(name: &str, host: HostTable) -> Self {
        Self {
            id: BundleId::of(name),
            name: name.into(),
            cell: AtomicPtr::new(ptr::null_mut()),
            paused: AtomicPtr::new(ptr::null_mut()),
            loads: AtomicU32::new(0),
            host,
            slots: Mutex::default(),
            last_error: Mutex::default(),
            warned_of: Mutex::default(),
        }
    }

    /// Whether what was decided about the bundle's bytes is a warning that was not logged yet.
    pub(crate) fn must_warn(&self, record: &TrustRecord) -> bool {
        let warning = match &record.decision {
            TrustDecision::AcceptedWithWarning(refusal) => refusal,
            _ => {
                *self.warned_of.lock() = None;
                return false;
            }
        };
        // Of what has no digest nobody can say that it is the same.
        let now = record.digest.map(|digest| (digest, warning.clone()));
        let is_new = now.is_none() || *self.warned_of.lock() != now;
        *self.warned_of.lock() = now;
        is_new
    }

    /// Whether a generation is loaded. It may be replaced at any moment.
    pub(crate) fn is_loaded(&self) -> bool {
        !self.current().is_null()
    }

    /// The current generation, paused or not. What it points at is open only as long as the commit
    /// lock or the writer lock is held.
    pub(crate) fn current(&self) -> *mut Generation {
        loop {
            let current = self.cell.load(Ordering::Acquire);
            if !current.is_null() {
                return current;
            }
            let paused = self.paused.load(Ordering::Acquire);
            // A pause that ends sets the cell first.
            if !paused.is_null() || self.cell.load(Ordering::Acquire).is_null() {
                return paused;
            }
        }
    }

    /// Lets no call in until `resume` or `replace`: a call that comes waits. Commit lock held.
    pub(crate) fn pause(&self) {
        let current = self.cell.load(Ordering::Relaxed);
        // In this order, so that a loaded bundle never looks unloaded.
        self.paused.store(current, Ordering::Release);
        self.cell.store(ptr::null_mut(), Ordering::Release);
    }

    /// Lets calls in again. Commit lock held.
    pub(crate) fn resume(&self) {
        self.replace_current(self.paused.load(Ordering::Relaxed));
    }

    /// Makes `new` the current generation, or none with null, and lets calls in. Returns the one
    /// before. Commit lock and writer lock held.
    pub(crate) fn replace(&self, new: *mut Generation) -> *mut Generation {
        let before = self.current();
        self.replace_current(new);
        before
    }

    fn replace_current(&self, new: *mut Generation) {
        // Release: who reads the pointer sees the generation.
        self.cell.store(new, Ordering::Release);
        self.paused.store(ptr::null_mut(), Ordering::Release);
    }

    /// Whether calls wait for the end of a commit.
    pub(crate) fn is_paused(&self) -> bool {
        !self.paused.load(Ordering::Acquire).is_null()
    }

    /// Waits for the end of the commit, which lets calls in after some milliseconds, committed or not;
    /// the thread that makes it does not wait for itself.
    #[cold]
    pub(crate) fn wait_while_paused(&self, thread: &Thread) {
        while self.is_paused() && thread.within.get() != Within::HandOver {
            std::thread::park_timeout(PAUSE);
        }
    }

    /// Looks at the current generation, which stays open meanwhile because the caller holds the
    /// writer lock, without which no commit replaces it and no drain closes it.
    pub(crate) fn with_generation<R>(
        &self,
        _writer: &Writer,
        look: impl FnOnce(&Generation) -> R,
    ) -> Option<R> {
        // SAFETY: a current generation is open; it is replaced and closed only under the writer
        // lock, which the caller holds.
        unsafe { self.current().as_ref() }.map(look)
    }

    /// The load number of the current generation.
    pub(crate) fn load_number(&self, core: &Core) -> Option<u32> {
        let writer = core.writer.lock();
        self.with_generation(&writer, |generation| generation.number)
    }

    /// Where the loaded generation came from.
    pub(crate) fn folder(&self, core: &Core) -> Option<PathBuf> {
        self.manifest(core).map(|manifest| manifest.path)
    }

    /// The loaded generation's manifest.
    pub(crate) fn manifest(&self, core: &Core) -> Option<ManifestData> {
        let writer = core.writer.lock();
        self.with_generation(&writer, |generation| generation.origin.manifest.data.clone())
    }

    /// What the loaded generation provides.
    pub(crate) fn contracts(&self, core: &Core) -> Vec<&Slot> {
        let writer = core.writer.lock();
        let slots = self.slots();
        self.with_generation(&writer, |generation| {
            slots
                .into_iter()
                .filter(|slot| generation.entry(slot.ordinal).shape().is_some())
                .collect()
        })
        .unwrap_or_default()
    }

    /// The number of the next load. Attempts that are never committed use none up.
    pub(crate) fn next_load(&self) -> u32 {
        self.loads.load(Ordering::Relaxed) + 1
    }

    /// Counts a load. At its commit only.
    pub(crate) fn count_load(&self, number: u32) {
        self.loads.store(number, Ordering::Relaxed);
    }

    /// The slot of (contract, dispatch type), and its ordinal.
    pub(crate) fn slot(&self, contract: GuestContractId, dispatch: DispatchType) -> Option<&Slot> {
        let found = *self.slots.lock().by_contract.get(&(contract, dispatch))?;
        // SAFETY: slots live as long as the runtime, and so does the record.
        Some(unsafe { &*found })
    }

    /// Remembers a new slot; its ordinal is the count of slots before.
    pub(crate) fn add_slot(&self, slot: &Slot) {
        let slots = &mut *self.slots.lock();
        slots.list.push(slot);
        slots.by_contract.insert((slot.contract_id(), slot.dispatch_type()), slot);
    }

    /// How many slots the bundle has.
    pub(crate) fn slot_count(&self) -> u32 {
        self.slots.lock().list.len() as u32
    }

    /// Runs `body` for all slots that the bundle ever had, by ordinal. Allocates nothing.
    pub(crate) fn for_each_slot(&self, mut body: impl FnMut(&Slot)) {
        for slot in &self.slots.lock().list {
            // SAFETY: slots live as long as the runtime, and so does the record.
            body(unsafe { &**slot });
        }
    }

    /// All slots that the bundle ever had, by ordinal.
    pub(crate) fn slots(&self) -> Vec<&Slot> {
        // SAFETY: slots live as long as the runtime, and so does the record.
        self.slots.lock().list.iter().map(|slot| unsafe { &**slot }).collect()
    }
}

//! The index from a contract's id to its providers, best first; readers take no lock.
//!
//! Open addressing over the id itself: FNV-1a has mixed its bits already. Entries are added and never
//! removed; the providers of one contract change in place, under a sequence counter (a seqlock as in
//! Lameter, "Effective Synchronization on Linux/NUMA Systems", 2005).
//!
//! Invariants: an entry's `id` never changes once `entry` is stored; with an even `sequence` that did
//! not change during the read, `providers[..count]` were the active ones, in order.

use parking_lot::Mutex;
use polyplug_abi::GuestContractHandle;
use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicU32, AtomicU64, Ordering, fence};

const FIRST_CAPACITY: usize = 64;

/// No provider: the packed null handle.
const NONE: u64 = u64::MAX;

/// Contract ids and their providers.
pub(crate) struct ContractIndex {
    table: AtomicPtr<Table>,
    /// Everything that readers may still hold a pointer to. Capacities double, so what is retired is
    /// at most as large as what is in use.
    owned: Mutex<Owned>,
}

#[derive(Default)]
struct Owned {
    #[expect(clippy::vec_box, reason = "readers hold their addresses")]
    tables: Vec<Box<Table>>,
    #[expect(clippy::vec_box, reason = "readers hold their addresses")]
    entries: Vec<Box<ContractEntry>>,
    lists: Vec<Box<[AtomicU64]>>,
}

struct Table {
    mask: usize,
    places: Box<[Place]>,
}

struct Place {
    id: AtomicU64,
    entry: AtomicPtr<ContractEntry>,
}

/// One contract id.
pub(crate) struct ContractEntry {
    /// The first provider as a packed handle, or `NONE`: what most look-ups want.
    best: AtomicU64,
    sequence: AtomicU32,
    count: AtomicU32,
    providers: AtomicPtr<AtomicU64>,
    capacity: AtomicU32,
}

// SAFETY: the raw pointers are to boxes in `owned`, which are kept until the index is dropped, and
// everything behind them is atomic.
unsafe impl Send for ContractIndex {}
// SAFETY: as above.
unsafe impl Sync for ContractIndex {}

impl ContractIndex {
    pub(crate) fn new() -> Self {
        let index = Self { table: AtomicPtr::new(ptr::null_mut()), owned: Mutex::default() };
        index.publish(&mut index.owned.lock(), Table::new(FIRST_CAPACITY));
        index
    }

    /// The entry of `id`, if any bundle ever provided it.
    #[inline(always)]
    pub(crate) fn get(&self, id: u64) -> Option<&ContractEntry> {
        // SAFETY: a published table is kept until the index is dropped.
        let table = unsafe { &*self.table.load(Ordering::Acquire) };
        let mut at = id as usize & table.mask;
        loop {
            let place = &table.places[at];
            // Acquire pairs with the release in `insert`: the id was stored before.
            let entry = place.entry.load(Ordering::Acquire);
            if entry.is_null() {
                return None;
            }
            if place.id.load(Ordering::Relaxed) == id {
                // SAFETY: entries are kept until the index is dropped.
                return Some(unsafe { &*entry });
            }
            at = (at + 1) & table.mask;
        }
    }

    /// Replaces the providers of `id`, best first. One thread at a time: the writer lock is held.
    /// Allocates only if there are more providers, or more contracts, than ever before: call
    /// [`ContractIndex::reserve`] first where that must not happen.
    pub(crate) fn set(&self, id: u64, providers: &[GuestContractHandle]) {
        self.reserve(id, providers.len());
        if let Some(entry) = self.get(id) {
            entry.set(providers);
        }
    }

    /// Makes room for `count` providers of `id`.
    pub(crate) fn reserve(&self, id: u64, count: usize) {
        let owned = &mut *self.owned.lock();
        let entry = match self.get(id) {
            Some(entry) => entry,
            None => self.insert(owned, id),
        };
        let capacity = entry.capacity.load(Ordering::Relaxed) as usize;
        if count > capacity {
            entry.grow(owned, count.max(capacity * 2));
        }
    }

    fn insert(&self, owned: &mut Owned, id: u64) -> &ContractEntry {
        owned.entries.push(Box::new(ContractEntry::new()));
        let entry: *const ContractEntry = &raw const **owned.entries.last().expect("just pushed");
        // SAFETY: published tables are kept; only this function writes them, under the mutex.
        let table = unsafe { &*self.table.load(Ordering::Relaxed) };
        if owned.entries.len() * 2 > table.places.len() {
            let larger = Table::new(table.places.len() * 2);
            for place in &table.places {
                let entry = place.entry.load(Ordering::Relaxed);
                if !entry.is_null() {
                    larger.insert(place.id.load(Ordering::Relaxed), entry);
                }
            }
            larger.insert(id, entry.cast_mut());
            self.publish(owned, larger);
        } else {
            table.insert(id, entry.cast_mut());
        }
        // SAFETY: boxed in `owned`, kept until the index is dropped.
        unsafe { &*entry }
    }

    fn publish(&self, owned: &mut Owned, table: Table) {
        owned.tables.push(Box::new(table));
        let table: *const Table = &raw const **owned.tables.last().expect("just pushed");
        self.table.store(table.cast_mut(), Ordering::Release);
    }
}

impl Table {
    fn new(capacity: usize) -> Self {
        let places = (0..capacity)
            .map(|_| Place { id: AtomicU64::new(0), entry: AtomicPtr::new(ptr::null_mut()) })
            .collect();
        Self { mask: capacity - 1, places }
    }

    fn insert(&self, id: u64, entry: *mut ContractEntry) {
        let mut at = id as usize & self.mask;
        while !self.places[at].entry.load(Ordering::Relaxed).is_null() {
            at = (at + 1) & self.mask;
        }
        self.places[at].id.store(id, Ordering::Relaxed);
        self.places[at].entry.store(entry, Ordering::Release);
    }
}

impl ContractEntry {
    fn new() -> Self {
        Self {
            best: AtomicU64::new(NONE),
            sequence: AtomicU32::new(0),
            count: AtomicU32::new(0),
            providers: AtomicPtr::new(ptr::null_mut()),
            capacity: AtomicU32::new(0),
        }
    }

    /// The first provider.
    #[inline(always)]
    pub(crate) fn best(&self) -> Option<GuestContractHandle> {
        unpack(self.best.load(Ordering::Acquire))
    }

    /// All providers, in order.
    pub(crate) fn providers(&self) -> Vec<GuestContractHandle> {
        loop {
            let before = self.sequence.load(Ordering::Acquire);
            if before.is_multiple_of(2) {
                let read = self.read();
                fence(Ordering::Acquire);
                if self.sequence.load(Ordering::Relaxed) == before {
                    return read;
                }
            }
            std::hint::spin_loop();
        }
    }

    fn read(&self) -> Vec<GuestContractHandle> {
        // The count before the list: `set` raises the count only after `grow` stored a list with
        // room for it, so a list that is loaded later has at least that many places.
        let count = self.count.load(Ordering::Acquire) as usize;
        let providers = self.providers.load(Ordering::Acquire);
        (0..count)
            .filter_map(|at| {
                // SAFETY: see above; lists are kept until the index is dropped.
                let provider = unsafe { &*providers.wrapping_add(at) };
                unpack(provider.load(Ordering::Relaxed))
            })
            .collect()
    }

    fn set(&self, handles: &[GuestContractHandle]) {
        let sequence = self.sequence.load(Ordering::Relaxed);
        self.sequence.store(sequence + 1, Ordering::Relaxed);
        // Orders the odd sequence before the changes, for readers that see a change.
        fence(Ordering::Release);
        let providers = self.providers.load(Ordering::Relaxed);
        for (at, handle) in handles.iter().enumerate() {
            // SAFETY: `reserve` made room for that many.
            let provider = unsafe { &*providers.wrapping_add(at) };
            provider.store(pack(*handle), Ordering::Relaxed);
        }
        self.count.store(handles.len() as u32, Ordering::Release);
        self.best.store(handles.first().map_or(NONE, |handle| pack(*handle)), Ordering::Release);
        self.sequence.store(sequence + 2, Ordering::Release);
    }

    fn grow(&self, owned: &mut Owned, capacity: usize) {
        let old = self.providers.load(Ordering::Relaxed);
        let count = self.count.load(Ordering::Relaxed) as usize;
        let list: Box<[AtomicU64]> = (0..capacity)
            .map(|at| {
                if at >= count {
                    return AtomicU64::new(NONE);
                }
                // SAFETY: the old list has at least `count` places.
                AtomicU64::new(unsafe { &*old.wrapping_add(at) }.load(Ordering::Relaxed))
            })
            .collect();
        owned.lists.push(list);
        let list = owned.lists.last().expect("just pushed").as_ptr();
        self.providers.store(list.cast_mut(), Ordering::Release);
        self.capacity.store(capacity as u32, Ordering::Release);
    }
}

fn pack(handle: GuestContractHandle) -> u64 {
    u64::from(handle.generation) << 32 | u64::from(handle.index)
}

#[inline(always)]
fn unpack(packed: u64) -> Option<GuestContractHandle> {
    if packed == NONE {
        return None;
    }
    Some(GuestContractHandle { index: packed as u32, generation: (packed >> 32) as u32 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn handle(index: u32) -> GuestContractHandle {
        GuestContractHandle { index, generation: index + 1 }
    }

    #[test]
    fn ten_thousand_contracts_are_found_again() {
        let index = ContractIndex::new();
        for number in 0..10_000_u32 {
            index.set(u64::from(number) << 20, &[handle(number)]);
        }
        for number in 0..10_000_u32 {
            let entry = index.get(u64::from(number) << 20).unwrap();
            assert_eq!(entry.best(), Some(handle(number)));
        }
        assert!(index.get(1).is_none());
    }

    #[test]
    fn providers_keep_the_order_they_were_given() {
        let index = ContractIndex::new();
        let three = [handle(3), handle(1), handle(2)];
        index.set(7, &three);
        assert_eq!(index.get(7).unwrap().providers(), three);
        index.set(7, &three[1..]);
        assert_eq!(index.get(7).unwrap().best(), Some(handle(1)));
        index.set(7, &[]);
        assert_eq!(index.get(7).unwrap().best(), None);
        assert!(index.get(7).unwrap().providers().is_empty());
    }

    #[test]
    fn readers_see_whole_lists_while_a_writer_changes_them() {
        let index = ContractIndex::new();
        index.set(0, &[handle(0)]);
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    for _ in 0..20_000 {
                        let seen = index.get(0).unwrap().providers();
                        let first = seen[0].index;
                        let whole = seen.iter().enumerate().all(|(at, provider)| {
                            provider.index == first + at as u32
                                && provider.generation == provider.index + 1
                        });
                        assert!(whole && seen.len() == first as usize % 5 + 1, "{seen:?}");
                    }
                });
            }
            for round in 0..20_000_u32 {
                let list: Vec<_> = (0..round % 5 + 1).map(|at| handle(round + at)).collect();
                index.set(0, &list);
            }
        });
    }
}

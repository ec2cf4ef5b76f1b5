//! The objects that were made of a bundle's contracts, and the handles that others hold of them.
//!
//! A handle is `stamp << 32 | index + 1`, never an address. Stamps are not used twice by one
//! process, so a handle that outlived its object is told apart from the one that has its place now,
//! also after a reload, which keeps handles as they are.

use std::ffi::{c_int, c_void};
use std::ptr;
use std::sync::atomic::{AtomicU32, Ordering};

/// The live instances of one generation.
#[derive(Default)]
pub(crate) struct Instances {
    slots: Vec<Slot>,
    free: Vec<u32>,
}

#[derive(Clone, Copy)]
struct Slot {
    stamp: u32,
    object: Option<Instance>,
}

/// A live instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Instance {
    pub(crate) contract: u32,
    /// The object's number in the VM's registry.
    pub(crate) object: c_int,
}

static NEXT_STAMP: AtomicU32 = AtomicU32::new(1);

impl Instances {
    /// Adds an instance and returns its handle, which is not null.
    pub(crate) fn add(&mut self, instance: Instance) -> *mut c_void {
        let stamp = NEXT_STAMP.fetch_add(1, Ordering::Relaxed);
        let slot = Slot { stamp, object: Some(instance) };
        let index = match self.free.pop() {
            Some(index) => {
                self.slots[index as usize] = slot;
                index as usize
            }
            None => {
                self.slots.push(slot);
                self.slots.len() - 1
            }
        };
        handle(stamp, index)
    }

    /// The instance of `data`, unless it was destroyed.
    pub(crate) fn find(&self, data: *mut c_void) -> Option<Instance> {
        self.slot(data)?.object
    }

    /// Takes the instance of `data` out.
    pub(crate) fn remove(&mut self, data: *mut c_void) -> Option<Instance> {
        let index = index_of(data)?;
        self.slot(data)?;
        let instance = self.slots[index].object.take()?;
        self.free.push(u32::try_from(index).ok()?);
        Some(instance)
    }

    /// The live instances and their indices.
    pub(crate) fn live(&self) -> impl Iterator<Item = (usize, Instance)> {
        let slots = self.slots.iter().enumerate();
        slots.filter_map(|(index, slot)| Some((index, slot.object?)))
    }

    /// The same handles for other objects: `instances` has the new ones by index, and an instance
    /// that it lacks is gone.
    pub(crate) fn with_objects(&self, instances: &[(usize, Instance)]) -> Self {
        let mut slots = self.slots.clone();
        for slot in &mut slots {
            slot.object = None;
        }
        for (index, instance) in instances {
            slots[*index].object = Some(*instance);
        }
        let free = (0..slots.len()).filter(|index| slots[*index].object.is_none());
        let free = free.filter_map(|index| u32::try_from(index).ok()).collect();
        Self { slots, free }
    }

    fn slot(&self, data: *mut c_void) -> Option<&Slot> {
        let slot = self.slots.get(index_of(data)?)?;
        (slot.stamp == (data.addr() >> 32) as u32).then_some(slot)
    }
}

fn handle(stamp: u32, index: usize) -> *mut c_void {
    ptr::without_provenance_mut((stamp as usize) << 32 | (index + 1))
}

fn index_of(data: *mut c_void) -> Option<usize> {
    (data.addr() & 0xFFFF_FFFF).checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: Instance = Instance { contract: 0, object: 7 };
    const SECOND: Instance = Instance { contract: 0, object: 8 };

    #[test]
    fn a_handle_of_a_destroyed_instance_is_stale_when_its_place_is_used_again() {
        let mut instances = Instances::default();
        let first = instances.add(FIRST);
        assert_eq!(instances.find(first), Some(FIRST));
        assert_eq!(instances.remove(first), Some(FIRST));
        let second = instances.add(SECOND);
        assert_eq!(index_of(first), index_of(second));
        assert_eq!(instances.find(first), None);
        assert_eq!(instances.remove(first), None);
        assert_eq!(instances.find(second), Some(SECOND));
    }

    #[test]
    fn handles_stay_as_they_are_when_objects_are_replaced() {
        let mut old = Instances::default();
        let (gone, kept) = (old.add(FIRST), old.add(SECOND));
        let mut new = old.with_objects(&[(1, Instance { contract: 3, object: 9 })]);
        assert_eq!(new.find(gone), None);
        assert_eq!(new.find(kept), Some(Instance { contract: 3, object: 9 }));
        let added = new.add(FIRST);
        assert_eq!(index_of(added), index_of(gone));
        assert_eq!(new.find(gone), None);
    }

    #[test]
    fn what_is_no_handle_finds_nothing() {
        let instances = Instances::default();
        for data in [0, 1, 1 << 32, usize::MAX] {
            assert_eq!(instances.find(ptr::without_provenance_mut(data)), None, "{data:#x}");
        }
    }
}

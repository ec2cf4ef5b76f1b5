//! The objects that were made of a bundle's contracts, and the handles that others hold of them.
//!
//! A handle is `stamp << 32 | index + 1`, never an address. Stamps are not used twice by one process, so
//! a handle that outlived its object is told apart from the one that has its place now, also after a
//! reload, which keeps handles as they are.

use std::ffi::c_void;
use std::ptr;
use std::sync::atomic::{AtomicU32, Ordering};

/// The live objects of one generation.
pub(crate) struct Instances<T> {
    slots: Vec<Slot<T>>,
    free: Vec<u32>,
}

struct Slot<T> {
    stamp: u32,
    object: Option<T>,
}

static NEXT_STAMP: AtomicU32 = AtomicU32::new(1);

impl<T> Default for Instances<T> {
    fn default() -> Self {
        Self { slots: Vec::new(), free: Vec::new() }
    }
}

impl<T> Instances<T> {
    /// Adds an object and returns its handle, which is not null.
    pub(crate) fn add(&mut self, object: T) -> *mut c_void {
        let stamp = NEXT_STAMP.fetch_add(1, Ordering::Relaxed);
        let slot = Slot { stamp, object: Some(object) };
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
        ptr::without_provenance_mut((stamp as usize) << 32 | (index + 1))
    }

    /// The object of `data`, unless it was destroyed.
    #[inline]
    pub(crate) fn find(&self, data: *mut c_void) -> Option<&T> {
        let slot = self.slots.get(index_of(data)?)?;
        slot.object.as_ref().filter(|_| slot.stamp == (data.addr() >> 32) as u32)
    }

    /// Takes the object of `data` out.
    pub(crate) fn remove(&mut self, data: *mut c_void) -> Option<T> {
        self.find(data)?;
        let index = index_of(data)?;
        let object = self.slots[index].object.take()?;
        self.free.push(u32::try_from(index).ok()?);
        Some(object)
    }

    /// The objects and their indices.
    pub(crate) fn live(&self) -> impl Iterator<Item = (usize, &T)> {
        let slots = self.slots.iter().enumerate();
        slots.filter_map(|(index, slot)| Some((index, slot.object.as_ref()?)))
    }

    /// The same handles for other objects: `heirs` has them by index, and who lacks one is gone.
    pub(crate) fn with_heirs<U>(&self, heirs: Vec<(usize, U)>) -> Instances<U> {
        let slots = self.slots.iter().map(|slot| Slot { stamp: slot.stamp, object: None });
        let mut slots: Vec<Slot<U>> = slots.collect();
        for (index, heir) in heirs {
            slots[index].object = Some(heir);
        }
        let free = (0..slots.len()).filter(|index| slots[*index].object.is_none());
        let free = free.filter_map(|index| u32::try_from(index).ok()).collect();
        Instances { slots, free }
    }
}

#[inline]
fn index_of(data: *mut c_void) -> Option<usize> {
    (data.addr() & 0xFFFF_FFFF).checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handle_of_a_destroyed_object_is_stale_when_its_place_is_used_again() {
        let mut instances = Instances::default();
        let first = instances.add('a');
        assert_eq!(instances.find(first), Some(&'a'));
        assert_eq!(instances.remove(first), Some('a'));
        let second = instances.add('b');
        assert_eq!(index_of(first), index_of(second));
        assert_eq!(instances.find(first), None);
        assert_eq!(instances.remove(first), None);
        assert_eq!(instances.find(second), Some(&'b'));
    }

    #[test]
    fn handles_stay_as_they_are_when_objects_are_replaced() {
        let mut old = Instances::default();
        let (gone, kept) = (old.add('a'), old.add('b'));
        let mut new = old.with_heirs(vec![(1, 2)]);
        assert_eq!(new.find(gone), None);
        assert_eq!(new.find(kept), Some(&2));
        let added = new.add(3);
        assert_eq!(index_of(added), index_of(gone));
        assert_eq!(new.find(gone), None);
    }

    #[test]
    fn what_is_no_handle_finds_nothing() {
        let instances = Instances::<char>::default();
        for data in [0, 1, 1 << 32, usize::MAX] {
            assert_eq!(instances.find(ptr::without_provenance_mut(data)), None, "{data:#x}");
        }
    }
}

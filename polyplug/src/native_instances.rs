//! The live instances of native contracts in one generation: what a reload must adopt, and what is
//! destroyed when the generation is closed.

use parking_lot::Mutex;
use polyplug_abi::GuestContractId;
use std::collections::HashMap;
use std::ffi::c_void;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The instances that constructors made and destructors have not destroyed.
#[derive(Default)]
pub(crate) struct NativeInstances {
    /// How often each was handed out: a constructor may return one object again and again.
    alive: Mutex<HashMap<NativeInstance, usize>>,
    /// The sum, for readers without the lock.
    count: AtomicUsize,
}

/// One instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct NativeInstance {
    /// The ordinal of its slot in the bundle.
    pub(crate) slot: u32,
    pub(crate) contract: GuestContractId,
    pub(crate) data: *mut c_void,
}

// SAFETY: the pointer is only compared here; whoever follows it answers for that.
unsafe impl Send for NativeInstance {}

impl NativeInstances {
    /// Notes a new instance.
    pub(crate) fn add(&self, instance: NativeInstance) {
        *self.alive.lock().entry(instance).or_insert(0) += 1;
        self.count.fetch_add(1, Ordering::Relaxed);
    }

    /// Forgets an instance; whether it was alive.
    pub(crate) fn remove(&self, instance: NativeInstance) -> bool {
        let mut alive = self.alive.lock();
        let Some(times) = alive.get_mut(&instance) else { return false };
        *times -= 1;
        if *times == 0 {
            alive.remove(&instance);
        }
        self.count.fetch_sub(1, Ordering::Relaxed);
        true
    }

    /// How many are alive.
    pub(crate) fn count(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }

    /// Every instance once.
    pub(crate) fn all(&self) -> Vec<NativeInstance> {
        self.alive.lock().keys().copied().collect()
    }

    /// Takes everything out, each as often as it was handed out.
    pub(crate) fn take(&self) -> Vec<NativeInstance> {
        let alive = std::mem::take(&mut *self.alive.lock());
        self.count.store(0, Ordering::Relaxed);
        alive.into_iter().flat_map(|(one, times)| std::iter::repeat_n(one, times)).collect()
    }

    /// Gives everything to `heir`, which has none. Allocates nothing.
    pub(crate) fn pass_to(&self, heir: &Self) {
        std::mem::swap(&mut *self.alive.lock(), &mut *heir.alive.lock());
        heir.count.store(self.count.swap(0, Ordering::Relaxed), Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instance(data: usize) -> NativeInstance {
        let contract = GuestContractId::of("a.test", 1);
        NativeInstance { slot: 0, contract, data: std::ptr::without_provenance_mut(data) }
    }

    #[test]
    fn an_instance_is_alive_as_often_as_it_was_made() {
        let instances = NativeInstances::default();
        instances.add(instance(8));
        instances.add(instance(8));
        assert_eq!((instances.count(), instances.all().len()), (2, 1));
        assert!(instances.remove(instance(8)));
        assert!(instances.remove(instance(8)));
        assert!(!instances.remove(instance(8)));
        assert_eq!(instances.count(), 0);
    }

    #[test]
    fn an_heir_gets_everything() {
        let (old, new) = (NativeInstances::default(), NativeInstances::default());
        old.add(instance(8));
        old.pass_to(&new);
        assert_eq!((old.count(), new.count()), (0, 1));
        assert!(new.remove(instance(8)));
    }
}

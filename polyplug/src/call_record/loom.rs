use super::CallRecord;
use crate::barrier;
use crate::explore::explore;
use crate::sync::{AtomicPtr, Ordering};
use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::thread;

/// What a generation holds while it is open; taken out when it is closed.
type Generation = UnsafeCell<Option<u32>>;

struct World {
    cell: AtomicPtr<Generation>,
    records: [CallRecord<Generation>; 2],
    generations: [Generation; 2],
}

// SAFETY: each record's owner is one thread; loom checks the accesses to the generations.
unsafe impl Sync for World {}
// SAFETY: as above.
unsafe impl Send for World {}

impl World {
    fn new() -> Arc<Self> {
        let world = Arc::new(Self {
            cell: AtomicPtr::new(std::ptr::null_mut()),
            records: [CallRecord::new(), CallRecord::new()],
            generations: [UnsafeCell::new(Some(1)), UnsafeCell::new(None)],
        });
        world.cell.store(world.place(0), Ordering::Release);
        world
    }

    fn place(&self, generation: usize) -> *mut Generation {
        (&raw const self.generations[generation]).cast_mut()
    }

    /// Calls once; what the generation held that was entered.
    fn call(&self, caller: usize) -> u32 {
        let record = &self.records[caller];
        let arena = std::ptr::null_mut();
        let at_once = record.enter_at_once(&self.cell, || 0, arena);
        let (generation, depth) =
            at_once.unwrap_or_else(|| record.enter(&self.cell, 0, arena).unwrap());
        // SAFETY: it is in the world, and loom checks that it is not written meanwhile.
        let held = unsafe { (*generation).with(|contents| *contents) };
        record.leave(depth);
        held.expect("the generation was closed while a call was inside")
    }

    fn is_named(&self, generation: usize) -> bool {
        barrier::heavy();
        self.records.iter().any(|record| record.names(self.place(generation)))
    }

    fn close(&self, generation: usize) {
        // SAFETY: loom checks that nobody reads it meanwhile.
        self.generations[generation].with_mut(|contents| unsafe { *contents = None });
    }

    /// Replaces the first generation by the second.
    fn commit(&self) {
        // SAFETY: it is not published yet.
        self.generations[1].with_mut(|contents| unsafe { *contents = Some(2) });
        self.cell.swap(self.place(1), Ordering::AcqRel);
    }
}

fn replace_under_calls(calls: [u32; 2]) {
    let world = World::new();
    let callers: Vec<_> = calls
        .into_iter()
        .enumerate()
        .filter(|(_, count)| *count > 0)
        .map(|(caller, count)| {
            let world = Arc::clone(&world);
            thread::spawn(move || {
                let mut last = 0;
                for _ in 0..count {
                    let held = world.call(caller);
                    assert!(held >= last, "a call went back to the older generation");
                    last = held;
                }
            })
        })
        .collect();
    world.commit();
    let closed = !world.is_named(0);
    if closed {
        world.close(0);
    }
    callers.into_iter().for_each(|caller| caller.join().unwrap());
    if !closed {
        assert!(!world.is_named(0), "a call was left and is still named");
        world.close(0);
    }
    assert_eq!(world.call(0), 2);
}

#[test]
fn a_closed_generation_is_in_nobodys_call() {
    explore("two callers and a commit", 3, || replace_under_calls([1, 1]));
}

#[test]
fn the_name_of_the_next_call_does_not_hide_the_end_of_the_last() {
    explore("one caller, two calls and a commit", 6, || replace_under_calls([2, 0]));
}

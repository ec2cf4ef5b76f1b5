use super::Gate;
use crate::call_record::CallRecord;
use crate::explore::explore;
use crate::sync::{AtomicPtr, AtomicU32, Ordering, yield_now};
use loom::sync::Arc;
use loom::thread;

const READERS: usize = 2;

struct Generation {
    has_instance: AtomicU32,
}

struct World {
    gate: Gate,
    records: [CallRecord<Generation>; READERS],
    /// Two contracts that switch together.
    cells: [AtomicU32; 2],
    generations: [Generation; 2],
    current: AtomicPtr<Generation>,
}

// SAFETY: each record's owner is one thread.
unsafe impl Sync for World {}
// SAFETY: as above.
unsafe impl Send for World {}

impl World {
    fn new() -> Arc<Self> {
        let generation = || Generation { has_instance: AtomicU32::new(0) };
        let world = Arc::new(Self {
            gate: Gate::new(),
            records: [CallRecord::new(), CallRecord::new()],
            cells: [AtomicU32::new(1), AtomicU32::new(1)],
            generations: [generation(), generation()],
            current: AtomicPtr::new(std::ptr::null_mut()),
        });
        world.current.store(world.place(0), Ordering::Release);
        world
    }

    fn place(&self, generation: usize) -> *mut Generation {
        (&raw const self.generations[generation]).cast_mut()
    }

    /// One attempt of a commit; `Err` if it has to be tried again.
    fn attempt(&self) -> Result<(), ()> {
        self.gate.close();
        let pinned = || self.records.iter().any(|record| record.is_pinned());
        let sealed = match pinned() {
            true => Err(()),
            false => self.gate.seal(self.records.iter()).map_err(drop),
        };
        if sealed.is_ok() {
            // Relaxed: the gate alone makes them change together.
            self.cells.iter().for_each(|cell| cell.store(2, Ordering::Relaxed));
        }
        self.gate.open();
        sealed
    }

    fn read_pinned(&self, reader: usize) -> u32 {
        let record = &self.records[reader];
        self.gate.pin(record);
        let seen = [0, 1].map(|cell| self.cells[cell].load(Ordering::Relaxed));
        self.gate.unpin(record);
        assert_eq!(seen[0], seen[1], "a commit was made under a pin");
        seen[0]
    }
}

#[test]
fn a_pin_sees_one_revision() {
    explore("two pins and a commit", 3, || {
        let world = World::new();
        let readers = [0, 1].map(|reader| {
            let world = Arc::clone(&world);
            thread::spawn(move || world.read_pinned(reader))
        });
        let committed = world.attempt().is_ok();
        for reader in readers {
            reader.join().unwrap();
        }
        assert_eq!(world.read_pinned(0), if committed { 2 } else { 1 });
    });
}

#[test]
fn a_commit_that_is_tried_again_comes_through() {
    explore("two pins on a thread and a stubborn commit", 3, || {
        let world = World::new();
        let reader = {
            let world = Arc::clone(&world);
            thread::spawn(move || {
                let first = world.read_pinned(0);
                assert!(world.read_pinned(0) >= first);
            })
        };
        while world.attempt().is_err() {
            yield_now();
        }
        reader.join().unwrap();
        assert_eq!(world.read_pinned(0), 2);
    });
}

#[test]
fn a_pin_inside_a_call_holds_the_commit_back_without_waiting() {
    explore("a pin inside a call, one outside, and a commit", 3, || {
        let world = World::new();
        let inside = {
            let world = Arc::clone(&world);
            thread::spawn(move || {
                let (_, depth) =
                    world.records[0].enter(&world.current, 0, std::ptr::null_mut()).unwrap();
                world.read_pinned(0);
                world.records[0].leave(depth);
            })
        };
        let outside = {
            let world = Arc::clone(&world);
            thread::spawn(move || world.read_pinned(1))
        };
        let _ = world.attempt();
        inside.join().unwrap();
        outside.join().unwrap();
    });
}

#[test]
fn nested_pins_count_as_one() {
    explore("nested pins and a commit", 4, || {
        let world = World::new();
        let reader = {
            let world = Arc::clone(&world);
            thread::spawn(move || {
                let record = &world.records[0];
                world.gate.pin(record);
                let before = world.cells[0].load(Ordering::Relaxed);
                world.read_pinned(0);
                assert_eq!(before, world.cells[1].load(Ordering::Relaxed));
                world.gate.unpin(record);
            })
        };
        let _ = world.attempt();
        reader.join().unwrap();
    });
}

/// A bundle without state is replaced without its lock, while a constructor runs in it.
#[test]
fn an_instance_that_is_made_during_a_commit_is_not_lost() {
    explore("a constructor and a commit", 8, || {
        let world = World::new();
        let constructors = [0].map(|maker| {
            let world = Arc::clone(&world);
            thread::spawn(move || {
                let record = &world.records[maker];
                loop {
                    let (generation, depth) =
                        record.enter(&world.current, 0, std::ptr::null_mut()).unwrap();
                    // SAFETY: generations are in the world.
                    let instances = unsafe { &(*generation).has_instance };
                    instances.fetch_add(1, Ordering::Relaxed);
                    let kept = world.gate.is_still_current(&world.current, generation);
                    if !kept {
                        instances.fetch_sub(1, Ordering::Relaxed);
                    }
                    record.leave(depth);
                    if kept {
                        return;
                    }
                }
            })
        });
        world.gate.close();
        if world.gate.seal(world.records.iter()).is_ok()
            && world.generations[0].has_instance.load(Ordering::Relaxed) == 0
        {
            world.current.swap(world.place(1), Ordering::AcqRel);
        }
        world.gate.open();
        constructors.into_iter().for_each(|constructor| constructor.join().unwrap());
        // SAFETY: as above.
        let current = unsafe { &*world.current.load(Ordering::Acquire) };
        assert_eq!(current.has_instance.load(Ordering::Relaxed), 1);
    });
}

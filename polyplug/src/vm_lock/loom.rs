use super::wait_graph::WaitGraph;
use super::{Entry, ThreadNumber, VmLock};
use crate::call_record::CallRecord;
use crate::explore::explore;
use crate::sync::{AtomicPtr, Ordering, yield_now};
use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::thread;

/// A VM with a counter that only the lock protects.
struct Vm {
    lock: VmLock,
    count: UnsafeCell<u32>,
}

// SAFETY: loom checks every access to the counter.
unsafe impl Sync for Vm {}
// SAFETY: as above.
unsafe impl Send for Vm {}

impl Vm {
    fn new() -> Self {
        Self { lock: VmLock::new(), count: UnsafeCell::new(0) }
    }

    /// Inside the lock only.
    fn add(&self, number: u32) {
        // SAFETY: loom checks that nobody else is there.
        self.count.with_mut(|count| unsafe { *count += number });
    }

    /// Inside the lock only.
    fn count(&self) -> u32 {
        // SAFETY: as above.
        self.count.with(|count| unsafe { *count })
    }
}

struct World {
    vms: [Vm; 2],
    waits: WaitGraph,
    numbers: [ThreadNumber; 3],
}

impl World {
    fn new() -> Arc<Self> {
        let numbers = [0, 1, 2].map(|_| ThreadNumber::next());
        Arc::new(Self { vms: [Vm::new(), Vm::new()], waits: WaitGraph::default(), numbers })
    }

    fn spawn(
        world: &Arc<Self>,
        body: impl FnOnce(&Self) + Send + 'static,
    ) -> thread::JoinHandle<()> {
        let world = Arc::clone(world);
        thread::spawn(move || body(&world))
    }

    fn enter(&self, thread: usize, vm: usize) -> bool {
        let entered = self.vms[vm].lock.enter(self.numbers[thread], &self.waits, "vm");
        entered.is_ok()
    }

    fn increment(&self, thread: usize) {
        let entered = self.vms[0].lock.enter(self.numbers[thread], &self.waits, "vm");
        assert_eq!(entered, Ok(Entry::First));
        self.vms[0].add(1);
        self.vms[0].lock.leave();
    }

    fn assert_free_and_counted(&self, count: u32) {
        for vm in &self.vms {
            assert_eq!(vm.lock.owner(), None);
            assert_eq!(vm.lock.heir.load(Ordering::Relaxed), super::NOBODY);
            assert_eq!(vm.lock.sleepers.load(Ordering::Relaxed), 0);
        }
        assert!(self.enter(0, 0));
        assert_eq!(self.vms[0].count(), count);
        self.vms[0].lock.leave();
    }
}

#[test]
fn one_thread_at_a_time_is_inside() {
    explore("three threads on a lock", 3, || {
        let world = World::new();
        let others = [1, 2].map(|thread| World::spawn(&world, move |w| w.increment(thread)));
        world.increment(0);
        others.into_iter().for_each(|other| other.join().unwrap());
        world.assert_free_and_counted(3);
    });
}

#[test]
fn a_thread_that_calls_in_a_loop_wakes_the_one_that_waits() {
    explore("two threads, twice each", 4, || {
        let world = World::new();
        let other = World::spawn(&world, |w| (0..2).for_each(|_| w.increment(1)));
        (0..2).for_each(|_| world.increment(0));
        other.join().unwrap();
        world.assert_free_and_counted(4);
    });
}

#[test]
fn only_the_outermost_leave_gives_the_lock_away() {
    explore("nested entries", 6, || {
        let world = World::new();
        let other = World::spawn(&world, |w| w.increment(1));
        let enter = || world.vms[0].lock.enter(world.numbers[0], &world.waits, "vm");
        assert_eq!(enter(), Ok(Entry::First));
        world.vms[0].add(1);
        assert_eq!(enter(), Ok(Entry::Nested));
        world.vms[0].add(1);
        world.vms[0].lock.leave();
        world.vms[0].add(1);
        world.vms[0].lock.leave();
        other.join().unwrap();
        world.assert_free_and_counted(4);
    });
}

/// The heir gives up at the moment at which the lock is handed to it.
#[test]
fn an_heir_that_gives_up_keeps_nothing() {
    explore("an heir that gives up", 8, || {
        let world = World::new();
        assert!(world.enter(0, 0));
        let heir = World::spawn(&world, |w| {
            if w.vms[0].lock.enter_unless(w.numbers[1], || true) {
                w.vms[0].add(1);
                w.vms[0].add(u32::MAX);
                w.vms[0].lock.leave();
            }
        });
        world.vms[0].add(1);
        world.vms[0].lock.leave();
        heir.join().unwrap();
        world.assert_free_and_counted(1);
    });
}

#[test]
fn an_heir_that_gives_up_leaves_nobody_behind_asleep() {
    explore("an heir that gives up and one that waits", 3, || {
        let world = World::new();
        assert!(world.enter(0, 0));
        let heir = World::spawn(&world, |w| {
            if w.vms[0].lock.enter_unless(w.numbers[1], || true) {
                w.vms[0].lock.leave();
            }
        });
        let waiter = World::spawn(&world, |w| w.increment(2));
        world.vms[0].add(1);
        world.vms[0].lock.leave();
        heir.join().unwrap();
        waiter.join().unwrap();
        world.assert_free_and_counted(2);
    });
}

#[test]
fn opposite_orders_do_not_deadlock() {
    explore("two threads and two locks in opposite orders", 5, || {
        let world = World::new();
        let both = |w: &World, thread: usize, order: [usize; 2]| {
            assert!(w.enter(thread, order[0]), "a thread that holds nothing closes no circle");
            let second = w.enter(thread, order[1]);
            if second {
                w.vms[order[1]].lock.leave();
            }
            w.vms[order[0]].lock.leave();
            second
        };
        let other = World::spawn(&world, move |w| {
            both(w, 1, [1, 0]);
        });
        both(&world, 0, [0, 1]);
        other.join().unwrap();
        world.assert_free_and_counted(0);
    });
}

/// A bundle with two generations.
struct Bundle {
    cell: AtomicPtr<Vm>,
    vms: [Vm; 2],
    waits: WaitGraph,
    records: [CallRecord<Vm>; 2],
}

// SAFETY: each record's owner is one thread.
unsafe impl Sync for Bundle {}
// SAFETY: as above.
unsafe impl Send for Bundle {}

impl Bundle {
    fn new() -> Arc<Self> {
        let bundle = Arc::new(Self {
            cell: AtomicPtr::new(std::ptr::null_mut()),
            vms: [Vm::new(), Vm::new()],
            waits: WaitGraph::default(),
            records: [CallRecord::new(), CallRecord::new()],
        });
        bundle.cell.store(bundle.place(0), Ordering::Release);
        bundle
    }

    fn place(&self, vm: usize) -> *mut Vm {
        (&raw const self.vms[vm]).cast_mut()
    }

    /// As `Guard::enter` and its drop do it.
    fn call(&self, caller: usize, number: ThreadNumber) {
        let record = &self.records[caller];
        loop {
            let (vm, depth) = record.enter(&self.cell, 0, std::ptr::null_mut()).unwrap();
            // SAFETY: both VMs are in the bundle.
            let current = unsafe { &*vm };
            assert_eq!(current.lock.enter(number, &self.waits, "vm"), Ok(Entry::First));
            let is_current = std::ptr::eq(self.cell.load(Ordering::Acquire), vm);
            if is_current {
                current.add(1);
            }
            current.lock.leave();
            record.leave(depth);
            if is_current {
                return;
            }
        }
    }
}

#[test]
fn nothing_that_is_written_during_a_hand_over_is_lost() {
    explore("two callers and a hand-over", 3, || {
        let bundle = Bundle::new();
        let callers = [0, 1].map(|caller| {
            let bundle = Arc::clone(&bundle);
            let number = ThreadNumber::next();
            thread::spawn(move || bundle.call(caller, number))
        });
        let [old, new] = &bundle.vms;
        let me = ThreadNumber::next();
        // As the commit does it: a timed attempt, and another one later.
        while !old.lock.enter_unless(me, || true) {
            yield_now();
        }
        let count = old.count();
        // SAFETY: nobody knows the new VM yet.
        new.count.with_mut(|place| unsafe { *place = count });
        bundle.cell.swap(bundle.place(1), Ordering::AcqRel);
        old.lock.leave();
        callers.into_iter().for_each(|caller| caller.join().unwrap());
        assert_eq!(new.count(), 2);
        assert!(old.lock.owner().is_none() && new.lock.owner().is_none());
    });
}

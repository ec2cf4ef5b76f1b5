use super::wait_graph::WaitGraph;
use super::{ThreadNumber, VmLock};
use std::cell::UnsafeCell;
use std::sync::Barrier;
use std::time::{Duration, Instant};

const ROUNDS: usize = 5_000;

struct Counter(UnsafeCell<u64>);

// SAFETY: the tests touch it inside the lock.
unsafe impl Sync for Counter {}

#[test]
fn threads_with_opposite_orders_all_come_through() {
    let locks = [VmLock::new(), VmLock::new(), VmLock::new()];
    let (waits, start) = (WaitGraph::default(), Barrier::new(3));
    let refused: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..3_usize)
            .map(|first| {
                let (locks, waits, start) = (&locks, &waits, &start);
                scope.spawn(move || {
                    let me = ThreadNumber::next();
                    let mut refused = 0;
                    start.wait();
                    for round in 0..ROUNDS {
                        let second = (first + 1 + round % 2) % 3;
                        locks[first].enter(me, waits, "first").unwrap();
                        // Gives the others time to be in each other's way.
                        std::thread::yield_now();
                        match locks[second].enter(me, waits, "second") {
                            Ok(_) => locks[second].leave(),
                            Err(_) => refused += 1,
                        }
                        locks[first].leave();
                    }
                    refused
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    println!("{refused} of {} entries would have closed a circle", 3 * ROUNDS);
    assert!(locks.iter().all(|lock| lock.owner().is_none()));
}

#[test]
fn nothing_is_lost_while_a_commit_tries_now_and_then() {
    let (lock, waits) = (VmLock::new(), WaitGraph::default());
    let count = Counter(UnsafeCell::new(0));
    let add = || {
        let count: &Counter = &count;
        // SAFETY: called inside the lock.
        unsafe { *count.0.get() += 1 };
    };
    let taken: u64 = std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let me = ThreadNumber::next();
                for _ in 0..20 * ROUNDS {
                    lock.enter(me, &waits, "vm").unwrap();
                    add();
                    lock.leave();
                }
            });
        }
        let me = ThreadNumber::next();
        let mut taken = 0;
        for round in 0..500 {
            let deadline = Instant::now() + Duration::from_micros(round % 100);
            if lock.enter_before(me, deadline) {
                add();
                lock.leave();
                taken += 1;
            }
        }
        taken
    });
    assert_eq!(count.0.into_inner(), 40 * ROUNDS as u64 + taken);
}

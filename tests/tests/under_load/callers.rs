//! Two threads that call, and check every answer.

use parking_lot::{Condvar, Mutex};
use polyplug::Contract;
use polyplug_abi::GuestContractInstance;
use polyplug_tests::call::{self, Raw};
use polyplug_tests::host::Host;
use polyplug_tests::patience::wait_until;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;

/// How they call.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    /// Through `Contract`.
    Guarded,
    /// Through interface pointers that were resolved once.
    Raw,
}

/// The threads.
pub(crate) struct Callers {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<u64>>,
}

#[derive(Default)]
struct Shared {
    stop: AtomicBool,
    calls: AtomicU64,
    /// Whether they are to wait, and how many do.
    pause: Mutex<(bool, usize)>,
    changed: Condvar,
}

/// What one thread calls.
struct Caller {
    how: How,
    runtime: Arc<polyplug::runtime::Runtime>,
    left: Contract,
    right: Contract,
    counter: Contract,
    shared: Arc<Shared>,
}

impl Callers {
    pub(crate) fn start(host: &Host, how: How) -> Self {
        let shared = Arc::new(Shared::default());
        let threads = ["test.left@1", "test.right@1"].map(|counter| {
            let counter = host.contract(counter);
            let caller = Caller {
                how,
                runtime: Arc::clone(&host.runtime),
                left: host.contract("test.left@1"),
                right: host.contract("test.right@1"),
                counter,
                shared: Arc::clone(&shared),
            };
            std::thread::spawn(move || caller.run())
        });
        wait_until("both call", || shared.calls.load(Ordering::Relaxed) > 10);
        Self { shared, threads: threads.into_iter().collect() }
    }

    /// Runs `body` while nobody calls.
    pub(crate) fn paused<R>(&self, body: impl FnOnce() -> R) -> R {
        self.shared.pause.lock().0 = true;
        wait_until("both threads wait", || self.shared.pause.lock().1 == self.threads.len());
        let result = body();
        self.shared.pause.lock().0 = false;
        self.shared.changed.notify_all();
        result
    }

    /// Stops the threads; how often they called.
    pub(crate) fn stop(self) -> u64 {
        self.shared.stop.store(true, Ordering::Relaxed);
        self.threads.into_iter().map(|thread| thread.join().expect("no check failed")).sum()
    }
}

impl Caller {
    fn run(self) -> u64 {
        let instance = call::create(&self.counter).unwrap();
        let mut rounds = 0;
        while !self.shared.stop.load(Ordering::Relaxed) {
            rounds += 1;
            self.shared.calls.fetch_add(1, Ordering::Relaxed);
            self.round(instance, rounds);
            self.wait_if_asked();
        }
        let counted = self.number(&self.counter, instance, 1);
        assert_eq!(u64::from(counted), rounds + 1, "not one count was lost or made twice");
        rounds
    }

    fn round(&self, instance: GuestContractInstance, rounds: u64) {
        let none = GuestContractInstance::null();
        let counted = self.number(&self.counter, instance, 1);
        assert_eq!(u64::from(counted), rounds, "the instance's state is kept");
        let before = self.number(&self.left, none, 0);
        let nested = self.number(&self.right, none, 2);
        assert!(nested >= before || nested.abs_diff(before) <= 1, "{before} then {nested}");
        if rounds.is_multiple_of(8) {
            let pin = self.runtime.pin();
            let pair = (self.number(&self.left, none, 0), self.number(&self.right, none, 0));
            assert_eq!(pair.0, pair.1, "a torn pair");
            assert_eq!(self.number(&self.right, none, 2), pair.0, "a torn nested call");
            drop(pin);
        }
    }

    fn number(&self, contract: &Contract, instance: GuestContractInstance, function: u32) -> u32 {
        match self.how {
            How::Guarded => call::on(contract, instance, function).expect("no call fails"),
            How::Raw => Raw::of(contract).on(instance, function).expect("no call fails"),
        }
    }

    fn wait_if_asked(&self) {
        let mut pause = self.shared.pause.lock();
        if pause.0 {
            pause.1 += 1;
            while pause.0 {
                self.shared.changed.wait(&mut pause);
            }
            pause.1 -= 1;
        }
    }
}

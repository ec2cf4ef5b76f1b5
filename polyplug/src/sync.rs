//! The atomics and the wait primitives of the lock-free core: the standard ones, or loom's.
//!
//! Only `barrier`, `call_record`, `gate` and `vm_lock` use this, and `bundle` for its cell; everything
//! else is not part of what loom explores.

pub(crate) use platform::{
    AtomicPtr, AtomicU32, AtomicU64, Cell, Mutex, Ordering, Sleepers, spin_loop, yield_now,
};

#[cfg(not(loom))]
mod platform {
    pub(crate) use parking_lot::Mutex;
    pub(crate) use std::cell::Cell;
    pub(crate) use std::hint::spin_loop;
    pub(crate) use std::sync::atomic::{AtomicPtr, AtomicU32, AtomicU64, Ordering};
    pub(crate) use std::thread::yield_now;

    use parking_lot::Condvar;
    use std::time::Duration;

    /// How long a sleeper sleeps before it looks for itself.
    const NAP: Duration = Duration::from_millis(1);

    /// Threads that sleep until something has changed.
    #[derive(Default)]
    pub(crate) struct Sleepers {
        looking: Mutex<()>,
        changed: Condvar,
    }

    impl Sleepers {
        /// Sleeps until `done`, which is asked first and after every wake-up.
        pub(crate) fn sleep_until(&self, mut done: impl FnMut() -> bool) {
            let mut looking = self.looking.lock();
            while !done() {
                self.changed.wait_for(&mut looking, NAP);
            }
        }

        /// Wakes all, also one that has just looked and is about to sleep.
        pub(crate) fn wake(&self) {
            drop(self.looking.lock());
            self.changed.notify_all();
        }
    }
}

#[cfg(loom)]
mod platform {
    pub(crate) use loom::cell::Cell;
    pub(crate) use loom::sync::atomic::{AtomicPtr, AtomicU32, AtomicU64, Ordering};
    pub(crate) use loom::thread::yield_now;

    use loom::sync::{Condvar, MutexGuard};

    /// Nothing: loom's own gives way to the other threads, and would hide what happens if they do not
    /// come before the look that follows. Only for looks that are counted.
    pub(crate) fn spin_loop() {}

    /// loom's mutex with the face of the other one.
    #[derive(Default)]
    pub(crate) struct Mutex<T>(loom::sync::Mutex<T>);

    impl<T> Mutex<T> {
        pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
            self.0.lock().expect("loom ends at the first panic")
        }
    }

    /// The twin without naps: a wake-up that is lost is a deadlock, which loom reports.
    #[derive(Default)]
    pub(crate) struct Sleepers {
        looking: Mutex<()>,
        changed: Condvar,
    }

    impl Sleepers {
        pub(crate) fn sleep_until(&self, mut done: impl FnMut() -> bool) {
            let mut looking = self.looking.lock();
            while !done() {
                looking = self.changed.wait(looking).expect("loom ends at the first panic");
            }
        }

        pub(crate) fn wake(&self) {
            drop(self.looking.lock());
            self.changed.notify_all();
        }
    }
}

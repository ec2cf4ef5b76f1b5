//! Raw callers: threads that call native functions through pointers they read from a slot, which no
//! call record names. Code that was handed out is closed only when the host has said that they left.
//!
//! The host says so in one of two forms. It declares, for the whole process, that at this moment no
//! thread is inside a raw call or keeps a function pointer; or, from the first attached thread on,
//! each attached thread says it for itself.
//!
//! Invariant: what was retired at count `n` may be closed when every raw caller has said, after it
//! could see the count `n`, that it keeps nothing. Seeing the count means seeing the slots as they
//! were rewritten before, so a pointer that is read afterwards is not of the retired code.

use crate::thread::{Thread, Threads};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// One runtime's raw callers.
#[derive(Default)]
pub(crate) struct RawCallers {
    /// How often code that was handed out was retired.
    retired: AtomicU64,
    /// The count that the last declaration for the whole process saw.
    declared: AtomicU64,
    /// Threads speak for themselves.
    by_thread: AtomicBool,
    /// The runtime is going: nobody is a raw caller any more.
    ended: AtomicBool,
}

impl RawCallers {
    /// The slots no longer lead to some code: the count that must be seen before it is closed.
    pub(crate) fn retire(&self) -> u64 {
        // Release pairs with the acquire loads of whoever speaks for raw callers.
        self.retired.fetch_add(1, Ordering::AcqRel) + 1
    }

    /// No thread of the process is a raw caller at this moment; refused, with `false`, once threads
    /// speak for themselves.
    pub(crate) fn declare(&self) -> bool {
        if self.by_thread.load(Ordering::Acquire) {
            return false;
        }
        let seen = self.retired.load(Ordering::Acquire);
        self.declared.fetch_max(seen, Ordering::AcqRel);
        true
    }

    /// The calling thread begins to speak for itself.
    pub(crate) fn attach(&self, thread: &Thread) {
        // Who attaches first may keep pointers from before: it has seen nothing yet. It is marked
        // before the form changes, so that whoever sees the new form sees this thread.
        thread.set_raw_caller(RawCaller::seen(0));
        if self.by_thread.swap(true, Ordering::AcqRel) {
            thread.set_raw_caller(self.quiescent());
        }
    }

    /// The mark of a thread that keeps nothing at this moment.
    pub(crate) fn quiescent(&self) -> RawCaller {
        RawCaller::seen(self.retired.load(Ordering::Acquire))
    }

    /// There are no raw callers any more, for good.
    pub(crate) fn end(&self) {
        self.ended.store(true, Ordering::Release);
    }

    /// Whether all raw callers have left what was retired at `count`.
    pub(crate) fn have_left(&self, count: u64, threads: &Threads) -> bool {
        if self.ended.load(Ordering::Acquire) {
            return true;
        }
        if !self.by_thread.load(Ordering::Acquire) {
            return self.declared.load(Ordering::Acquire) >= count;
        }
        threads.with_all(|threads| threads.iter().all(|thread| thread.raw_caller().has_seen(count)))
    }

    /// Whether no thread can be a raw caller while the present one polls: nobody attached but it.
    pub(crate) fn only_this_thread(&self, threads: &Threads) -> bool {
        let this = threads.current().number;
        self.by_thread.load(Ordering::Acquire)
            && threads.with_all(|threads| {
                let mut others = threads.iter().filter(|thread| thread.number != this);
                others.all(|thread| !thread.raw_caller().is_attached())
            })
    }

    /// Whether threads speak for themselves.
    pub(crate) fn by_thread(&self) -> bool {
        self.by_thread.load(Ordering::Acquire)
    }
}

/// What one thread has said: nothing, or up to which count it has left everything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct RawCaller(u64);

impl RawCaller {
    /// Not a raw caller.
    pub(crate) const DETACHED: Self = Self(0);

    fn seen(count: u64) -> Self {
        Self(count + 1)
    }

    pub(crate) fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    pub(crate) fn bits(self) -> u64 {
        self.0
    }

    pub(crate) fn is_attached(self) -> bool {
        self != Self::DETACHED
    }

    fn has_seen(self, count: u64) -> bool {
        !self.is_attached() || self.0 > count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(threads: &Threads, caller: RawCaller) {
        threads.current().set_raw_caller(caller);
    }

    #[test]
    fn a_declaration_releases_what_was_retired_before_it() {
        let (callers, threads) = (RawCallers::default(), Threads::new());
        let first = callers.retire();
        assert!(!callers.have_left(first, &threads));
        assert!(callers.declare());
        let second = callers.retire();
        assert!(callers.have_left(first, &threads));
        assert!(!callers.have_left(second, &threads));
    }

    #[test]
    fn the_first_to_attach_must_speak_before_anything_is_released() {
        let (callers, threads) = (RawCallers::default(), Threads::new());
        let count = callers.retire();
        callers.attach(threads.current());
        assert!(!callers.declare());
        assert!(!callers.have_left(count, &threads));
        mark(&threads, callers.quiescent());
        assert!(callers.have_left(count, &threads));
    }

    #[test]
    fn nothing_is_released_while_the_first_attaches() {
        for _ in 0..100 {
            let (callers, threads) = (RawCallers::default(), Threads::new());
            let count = callers.retire();
            let (ready, released) = (AtomicBool::new(false), AtomicU64::new(0));
            std::thread::scope(|scope| {
                let attaching = scope.spawn(|| {
                    let thread = threads.current();
                    ready.store(true, Ordering::Release);
                    callers.attach(thread);
                    // It stays attached as long as it is looked at.
                    while ready.load(Ordering::Acquire) {
                        std::hint::spin_loop();
                    }
                });
                while !ready.load(Ordering::Acquire) {
                    std::hint::spin_loop();
                }
                for _ in 0..100 {
                    if callers.have_left(count, &threads) {
                        released.fetch_add(1, Ordering::Relaxed);
                    }
                }
                ready.store(false, Ordering::Release);
                attaching.join().unwrap();
            });
            assert_eq!(released.into_inner(), 0);
        }
    }

    #[test]
    fn a_thread_that_attaches_later_holds_nothing_older_back() {
        let (callers, threads) = (RawCallers::default(), Threads::new());
        callers.attach(threads.current());
        mark(&threads, RawCaller::DETACHED);
        let count = callers.retire();
        callers.attach(threads.current());
        assert!(callers.have_left(count, &threads));
        let newer = callers.retire();
        assert!(!callers.have_left(newer, &threads));
        mark(&threads, RawCaller::DETACHED);
        assert!(callers.have_left(newer, &threads));
    }

    #[test]
    fn a_thread_that_ends_is_detached() {
        let (callers, threads) = (RawCallers::default(), Threads::new());
        std::thread::scope(|scope| {
            scope.spawn(|| callers.attach(threads.current()));
        });
        let count = callers.retire();
        crate::test_bundle::wait_until(|| callers.have_left(count, &threads));
    }
}

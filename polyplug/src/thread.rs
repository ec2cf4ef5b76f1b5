//! What a runtime knows about a thread: its call record, what it is inside of, its transaction.
//!
//! The records belong to the runtime; a thread-local cache finds the right one with one compare. A
//! record outlives both the thread and the runtime, whichever goes first.

mod current;

use crate::call_record::CallRecord;
use crate::core::Core;
use crate::generation::Generation;
use crate::raw_callers::RawCaller;
use crate::reload::open_transaction::OpenTransaction;
use crate::vm_lock::ThreadNumber;
use parking_lot::Mutex;
use std::cell::{Cell, RefCell};
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::ThreadId;

/// What keeps a thread from changing bundles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Within {
    /// Nothing.
    Nothing,
    /// The start of a bundle.
    Init,
    /// `save`, a constructor or `restore` while state is handed over.
    HandOver,
    /// A callback of the host.
    Callback,
    /// The closing of a generation, which may run the bundle's finalizers.
    Closing,
}

/// One thread in one runtime. On cache lines of its own: its owner writes it at every call.
#[repr(align(128))]
pub(crate) struct Thread {
    /// Generations and pins.
    pub(crate) record: CallRecord<Generation>,
    /// Its number as the owner of locks.
    pub(crate) number: ThreadNumber,
    /// Owner only.
    pub(crate) within: Cell<Within>,
    /// The transaction that is open on this thread. Owner only; valid while not null.
    pub(crate) transaction: Cell<*const OpenTransaction>,
    /// What it has said as a raw caller; others only read it.
    raw_caller: AtomicU64,
    /// What the thread is called, for reports.
    name: Mutex<String>,
    id: Mutex<Option<ThreadId>>,
    in_use: AtomicBool,
}

// SAFETY: the `Cell`s are read and written by the owning thread alone; a record passes to another
// owner through the acquire/release pair on `in_use`.
unsafe impl Sync for Thread {}
// SAFETY: nothing in it belongs to a particular thread but through the owner rule above; the raw
// pointers are only ever dereferenced by the owner.
unsafe impl Send for Thread {}

/// All threads that ever were inside of one runtime.
pub(crate) struct Threads {
    /// The runtime's number, which no other has in this process.
    pub(crate) runtime: u64,
    list: Mutex<Vec<Arc<Thread>>>,
}

thread_local! {
    static HELD: RefCell<Held> = const { RefCell::new(Held(Vec::new())) };
}

/// The records of this thread, by runtime.
struct Held(Vec<(u64, Arc<Thread>)>);

impl Drop for Held {
    fn drop(&mut self) {
        current::set(0, ptr::null());
        for (_, thread) in self.0.drain(..) {
            // A thread that has ended holds nothing back, whether it gave its pins back or not.
            thread.record.set_pins(0);
            thread.set_raw_caller(RawCaller::DETACHED);
            // Release pairs with the acquire in `adopt_free`.
            thread.in_use.store(false, Ordering::Release);
        }
    }
}

/// The calling thread in the runtime of this number, if it was the last that the thread was in.
///
/// # Safety
/// - The runtime lives during `'a`.
#[inline(always)]
pub(crate) unsafe fn cached<'a>(runtime: u64) -> Option<&'a Thread> {
    let (last, thread) = current::get();
    // SAFETY: the cached record is held by `HELD` or by the runtime's list until this thread ends.
    (last == runtime).then(|| unsafe { &*thread })
}

impl Threads {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Self { runtime: NEXT.fetch_add(1, Ordering::Relaxed), list: Mutex::default() }
    }

    /// The calling thread.
    #[inline(always)]
    pub(crate) fn current(&self) -> &Thread {
        // SAFETY: the runtime lives at least as long as its list.
        let cached = unsafe { cached(self.runtime) };
        cached.unwrap_or_else(|| self.find_current())
    }

    #[cold]
    #[inline(never)]
    fn find_current(&self) -> &Thread {
        let held = HELD.try_with(|held| {
            let known = &mut held.borrow_mut().0;
            // A record that only this thread holds belongs to a runtime that is gone.
            known.retain(|(runtime, thread)| {
                *runtime == self.runtime || Arc::strong_count(thread) > 1
            });
            if let Some((_, thread)) = known.iter().find(|(runtime, _)| *runtime == self.runtime) {
                return Arc::as_ptr(thread);
            }
            let thread = self.adopt();
            let place = Arc::as_ptr(&thread);
            known.push((self.runtime, thread));
            place
        });
        // Without `HELD` the thread is ending and has given its records back. This one stays in use,
        // which costs its memory until the runtime ends; it is cached like any other, so that what
        // the thread still enters it leaves in the same record.
        let thread = held.unwrap_or_else(|_| Arc::as_ptr(&self.adopt()));
        current::set(self.runtime, thread);
        // SAFETY: the list holds it as long as `self` lives.
        unsafe { &*thread }
    }

    fn adopt(&self) -> Arc<Thread> {
        let current = std::thread::current();
        let mut list = self.list.lock();
        let free = list.iter().find(|thread| {
            thread
                .in_use
                .compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed)
                .is_ok()
        });
        let thread = match free {
            Some(thread) => Arc::clone(thread),
            None => {
                let thread = Arc::new(Thread::new());
                list.push(Arc::clone(&thread));
                thread
            }
        };
        *thread.name.lock() = match current.name() {
            Some(name) => name.to_owned(),
            None => format!("{:?}", current.id()),
        };
        *thread.id.lock() = Some(current.id());
        thread
    }

    /// Runs `body` with every record there is; none is added meanwhile.
    pub(crate) fn with_all<R>(&self, body: impl FnOnce(&[Arc<Thread>]) -> R) -> R {
        body(&self.list.lock())
    }

    /// Whether a call of any thread is inside `generation`. After `barrier::heavy`.
    pub(crate) fn name(&self, generation: &Generation) -> bool {
        self.with_all(|threads| threads.iter().any(|thread| thread.record.names(generation)))
    }

    /// A copy of the list, for use without its lock.
    pub(crate) fn all(&self) -> Vec<Arc<Thread>> {
        self.list.lock().clone()
    }
}

impl Thread {
    fn new() -> Self {
        Self {
            record: CallRecord::new(),
            number: ThreadNumber::next(),
            within: Cell::new(Within::Nothing),
            transaction: Cell::new(ptr::null()),
            raw_caller: AtomicU64::new(RawCaller::DETACHED.bits()),
            name: Mutex::default(),
            id: Mutex::default(),
            in_use: AtomicBool::new(true),
        }
    }

    /// What the thread has said as a raw caller. Any thread. Acquire pairs with `set_raw_caller`:
    /// what it did before it said so has happened.
    pub(crate) fn raw_caller(&self) -> RawCaller {
        RawCaller::from_bits(self.raw_caller.load(Ordering::Acquire))
    }

    /// Owner only.
    pub(crate) fn set_raw_caller(&self, caller: RawCaller) {
        self.raw_caller.store(caller.bits(), Ordering::Release);
    }

    /// The thread's name, for reports.
    pub(crate) fn name(&self) -> String {
        self.name.lock().clone()
    }

    /// What the thread is in that forbids changing bundles. Owner only.
    pub(crate) fn inside(&self) -> Option<&'static str> {
        match self.within.get() {
            Within::Init => Some("the start of a bundle"),
            Within::HandOver => Some("a hand-over of state"),
            Within::Callback => Some("a callback of the runtime"),
            Within::Closing => Some("the closing of a bundle"),
            Within::Nothing if self.record.depth() > 0 => Some("a call into a bundle"),
            Within::Nothing if self.record.pins() > 0 => Some("a pin"),
            Within::Nothing => None,
        }
    }

    /// Runs `body` marked as `within`. Owner only.
    pub(crate) fn while_within<R>(&self, within: Within, body: impl FnOnce() -> R) -> R {
        let before = self.within.replace(within);
        let _restore = Restore { cell: &self.within, before };
        body()
    }

    /// The transaction that is open on this thread. Owner only.
    pub(crate) fn open_transaction(&self, _core: &Core) -> Option<&OpenTransaction> {
        // SAFETY: set only for the duration of a scope that outlives every use, see `OpenTransaction`.
        unsafe { self.transaction.get().as_ref() }
    }
}

/// Puts a cell's value back, also when the body panics.
pub(crate) struct Restore<'a, T: Copy> {
    pub(crate) cell: &'a Cell<T>,
    pub(crate) before: T,
}

impl<T: Copy> Drop for Restore<'_, T> {
    fn drop(&mut self) {
        self.cell.set(self.before);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_that_ends_takes_its_pins_along() {
        let threads = Threads::new();
        std::thread::scope(|scope| {
            scope.spawn(|| threads.current().record.set_pins(1));
        });
        let pinned = || threads.all().iter().any(|thread| thread.record.is_pinned());
        crate::test_bundle::wait_until(|| !pinned());
    }

    /// Uses the runtime when the records of its thread are gone.
    struct Late(Arc<Threads>, Arc<Mutex<Vec<u64>>>);

    impl Drop for Late {
        fn drop(&mut self) {
            let numbers = [self.0.current().number, self.0.current().number];
            self.1.lock().extend(numbers.map(ThreadNumber::as_u64));
        }
    }

    thread_local! {
        static LATE: RefCell<Option<Late>> = const { RefCell::new(None) };
    }

    #[test]
    fn a_thread_that_is_ending_keeps_one_record() {
        let (threads, seen) = (Arc::new(Threads::new()), Arc::default());
        let late = Late(Arc::clone(&threads), Arc::clone(&seen));
        // Destructors run last in, first out on some systems and first in, first out on others.
        std::thread::spawn(move || {
            LATE.set(Some(late));
            threads.current();
        })
        .join()
        .unwrap();
        let seen = seen.lock();
        assert_eq!(seen.len(), 2);
        assert_eq!(seen[0], seen[1]);
    }
}

//! The place of one store: a store that runs is not entered again, and one that failed in the middle is
//! dropped and made anew at the next call.
//!
//! The runtime's lock of the bundle keeps all threads but one out. That thread may come back while a
//! store of the bundle runs, because what a component calls may call the bundle: into another store.

use crate::failure::Failure;
use crate::program::{Open, Program};
use polyplug_abi::AbiErrorCode;
use std::cell::{Cell, UnsafeCell};

/// A place for a store.
#[derive(Default)]
pub(crate) struct StoreCell {
    is_running: Cell<bool>,
    open: UnsafeCell<Option<Open>>,
}

/// The thread is inside of the store.
pub(crate) struct Inside<'a> {
    cell: &'a StoreCell,
    program: &'a Program,
}

impl StoreCell {
    /// Whether a call is inside.
    pub(crate) fn is_running(&self) -> bool {
        self.is_running.get()
    }

    /// Enters the store for a call; makes it first, if there is none.
    ///
    /// # Errors
    /// A call is inside already, the thread's stack is used up, or the store cannot be made.
    #[inline]
    pub(crate) fn enter<'a>(&'a self, program: &'a Program) -> Result<Inside<'a>, Failure> {
        if self.is_running.get() {
            return Err(running());
        }
        program.check_stack()?;
        self.is_running.set(true);
        if let Some(activity) = &program.activity {
            activity.begin();
        }
        let inside = Inside { cell: self, program };
        // SAFETY: `is_running` was false, so nobody has a reference to what is inside.
        let open = unsafe { &mut *self.open.get() };
        match open {
            Some(open) => program.begin_call(&mut open.store),
            None => *open = Some(program.open()?),
        }
        Ok(inside)
    }

    /// Puts the store of another place here. No call is inside of either.
    pub(crate) fn replace(&self, other: Self) {
        debug_assert!(!self.is_running.get(), "a store that runs is not replaced");
        // SAFETY: nobody is inside, so nobody has a reference to what is.
        let open = unsafe { &mut *self.open.get() };
        *open = other.open.into_inner();
    }
}

impl Inside<'_> {
    /// The store.
    #[inline]
    pub(crate) fn open(&mut self) -> &mut Open {
        // SAFETY: `is_running` keeps everybody else out, and the borrow of `self` whoever is inside.
        let open = unsafe { &mut *self.cell.open.get() };
        match open {
            Some(open) => open,
            None => unreachable!("`enter` made the store, and only `give_up` takes it away"),
        }
    }

    /// What is said about an error that ended a call in the middle. The store is dropped.
    #[cold]
    pub(crate) fn give_up(mut self, error: &wasmtime::Error) -> Failure {
        let program = self.program;
        let failure = program.failure(&mut self.open().store, error);
        // SAFETY: as in `open`; no reference is left.
        drop(unsafe { (*self.cell.open.get()).take() });
        failure
    }
}

impl Drop for Inside<'_> {
    #[inline]
    fn drop(&mut self) {
        if let Some(activity) = &self.program.activity {
            activity.end();
        }
        self.cell.is_running.set(false);
    }
}

#[cold]
fn running() -> Failure {
    Failure::new(
        AbiErrorCode::ReentrantCall,
        "the component is inside of a call of this object, and cannot be entered again before that has \
         returned; use another instance, or call it from outside",
    )
}

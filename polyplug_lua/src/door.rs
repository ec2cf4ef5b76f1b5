//! Who is inside a VM, how deep, and whether the thread that is inside may come in once more.
//!
//! Compiled Lua code keeps its state in registers, and it saves that state only where it calls one
//! of our C functions. So the door stands open exactly while the innermost frame left Lua through
//! one of those; a call that comes back through `ffi` finds it shut.

use crate::state::State;
use std::cell::Cell;

/// The entrance of one VM.
pub(crate) struct Door {
    depth: Cell<u32>,
    open: Cell<bool>,
    inside: Cell<Option<State>>,
}

/// What has to be as before when a frame is left: given back to [`Door::close`] or [`Door::leave`].
#[must_use]
pub(crate) struct Before {
    open: bool,
    inside: Option<State>,
}

impl Door {
    pub(crate) fn new() -> Self {
        Self { depth: Cell::new(0), open: Cell::new(false), inside: Cell::new(None) }
    }

    /// The Lua thread that left through the open door; `None` is the main thread.
    pub(crate) fn inside(&self) -> Option<State> {
        self.inside.get()
    }

    pub(crate) fn is_open(&self) -> bool {
        self.open.get()
    }

    pub(crate) fn depth(&self) -> u32 {
        self.depth.get()
    }

    /// Lua begins to run.
    pub(crate) fn enter(&self) -> Before {
        self.depth.set(self.depth.get() + 1);
        Before { open: self.open.replace(false), inside: self.inside.get() }
    }

    /// Lua has returned.
    pub(crate) fn leave(&self, before: Before) {
        self.depth.set(self.depth.get() - 1);
        self.open.set(before.open);
        self.inside.set(before.inside);
    }

    /// One of our C functions, running on `thread`, calls out of the VM.
    pub(crate) fn open(&self, thread: State) -> Before {
        Before { open: self.open.replace(true), inside: self.inside.replace(Some(thread)) }
    }

    /// The call out of the VM has returned.
    pub(crate) fn close(&self, before: Before) {
        self.open.set(before.open);
        self.inside.set(before.inside);
    }
}

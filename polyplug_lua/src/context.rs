//! What belongs to one VM outside of Lua's heap. Every C function finds it through the allocator's
//! data, so nothing has to be carried in upvalues and it is there when memory has run out.

use crate::allocator::Memory;
use crate::door::Door;
use crate::libraries::Libraries;
use crate::sources::Sources;
use crate::state::State;
use crate::traceback::Traceback;
use crate::watchdog::Leash;
use polyplug_abi::HostApi;
use std::cell::{Cell, RefCell};
use std::sync::Arc;

/// The surroundings of one VM.
pub(crate) struct Context {
    /// The VM's main thread while the VM is open.
    pub(crate) main: Cell<Option<State>>,
    pub(crate) memory: Memory,
    pub(crate) door: Door,
    pub(crate) traceback: RefCell<Traceback>,
    /// Present if calls have a time limit.
    pub(crate) leash: Option<Arc<Leash>>,
    pub(crate) sources: Sources,
    pub(crate) libraries: Libraries,
    /// The bundle's own host table; null only in tests.
    pub(crate) host: *const HostApi,
}

impl Context {
    /// The context of the VM that `state` belongs to.
    pub(crate) fn of(state: &State) -> &Self {
        let context: *const Self = state.allocator_data().cast_const().cast();
        // SAFETY: `Vm::open` gives the VM the address of its context, which outlives it.
        unsafe { &*context }
    }
}

//! What belongs to one VM outside of Lua's heap. Every C function finds it through the allocator's
//! data, so nothing has to be carried in upvalues and it is there when memory has run out.

use crate::allocator::Memory;
use crate::binding::Binding;
use crate::door::Door;
use crate::failure::Noted;
use crate::kept::Kept;
use crate::levels::Levels;
use crate::libraries::Libraries;
use crate::marshal::names::Names;
use crate::sources::Sources;
use crate::state::State;
use crate::traceback::Traceback;
use crate::watchdog::Leash;
use polyplug::schema::Descriptions;
use polyplug_abi::HostApi;
use std::cell::{Cell, RefCell};
use std::ffi::c_int;
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
    /// What marshalling names by number.
    pub(crate) names: Names,
    /// Where the registry has the C function that calls methods with values.
    pub(crate) runner: Cell<c_int>,
    /// What the script calls, and the memory for that.
    pub(crate) bindings: Kept<Binding>,
    pub(crate) levels: Levels,
    /// Failures that are about to be raised.
    pub(crate) failures: RefCell<Vec<Noted>>,
    /// What the bundle's own WIT says.
    pub(crate) descriptions: Option<Arc<Descriptions>>,
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

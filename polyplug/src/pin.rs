//! Pins: while a thread holds one, no commit happens, so it sees one revision of all contracts.

use crate::core::Core;
use crate::error::RuntimeError;
use std::marker::PhantomData;
use std::sync::Arc;

/// A consistent view: until it is dropped, no commit happens in its runtime.
///
/// Pins of one thread nest. A pin stays on its thread. Loading, reloading, unloading and polling
/// answer `ReentrantCall` on a thread that holds one.
#[must_use = "a pin that is dropped at once pins nothing"]
pub struct Pin {
    core: Arc<Core>,
    /// Pins are given back on their own thread.
    _not_send: PhantomData<*const ()>,
}

impl Pin {
    pub(crate) fn new(core: Arc<Core>) -> Self {
        core.gate.pin(&core.thread().record);
        Self { core, _not_send: PhantomData }
    }

    /// The registry's revision, which does not change while the pin is held.
    pub fn revision(&self) -> u64 {
        self.core.revision()
    }
}

impl Drop for Pin {
    fn drop(&mut self) {
        self.core.gate.unpin(&self.core.thread().record);
    }
}

/// A pin for C: the token names the thread it was taken on and the depth.
pub(crate) fn take(core: &Core) -> u64 {
    let thread = core.thread();
    core.gate.pin(&thread.record);
    token(core)
}

/// Gives the innermost pin of this thread back.
pub(crate) fn give_back(core: &Core, token: u64) -> Result<(), RuntimeError> {
    let thread = core.thread();
    if thread.record.pins() == 0 || token != self::token(core) {
        return Err(RuntimeError::InvalidArgument {
            what: "token",
            problem: "it is not the innermost pin of this thread".into(),
        });
    }
    core.gate.unpin(&thread.record);
    Ok(())
}

fn token(core: &Core) -> u64 {
    let thread = core.thread();
    thread.number.as_u64() << 16 | u64::from(thread.record.pins())
}

//! Pins: while a thread holds one, no commit happens, so it sees one revision of all contracts.

use crate::core::Core;
use crate::error::RuntimeError;
use crate::thread::Within;
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
        hold(&core);
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

/// The low bits of a token are the depth, the rest is the thread.
const PINS_BITS: u32 = 16;

/// A pin for C: the token names the thread it was taken on and the depth.
pub(crate) fn take(core: &Core) -> Result<u64, RuntimeError> {
    if core.thread().within.get() == Within::HandOver {
        return Err(RuntimeError::ReentrantCall {
            operation: "pin",
            within: "a hand-over of state",
            advice: "nothing can change before it ends",
        });
    }
    hold(core);
    Ok(token(core))
}

fn hold(core: &Core) {
    let thread = core.thread();
    match thread.within.get() {
        // The gate is closed, and this is the thread that would open it again. If the pin outlives
        // the hand-over, the commit finds it when it seals the gate.
        Within::HandOver => thread.record.set_pins(thread.record.pins() + 1),
        _ => core.gate.pin(&thread.record),
    }
}

/// Gives the innermost pin of this thread back.
pub(crate) fn give_back(core: &Core, token: u64) -> Result<(), RuntimeError> {
    let thread = core.thread();
    let taken_by = token >> PINS_BITS;
    let is_elsewhere = || core.threads.all().iter().any(|one| one.number.as_u64() == taken_by);
    if taken_by != thread.number.as_u64() && is_elsewhere() {
        return Err(RuntimeError::WrongThread {
            what: "token",
            advice: "give a pin back on the thread that took it",
        });
    }
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
    thread.number.as_u64() << PINS_BITS | u64::from(thread.record.pins())
}

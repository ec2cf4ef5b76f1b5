//! Where an operation that changes bundles may be asked for: outside of calls, callbacks and pins.

use super::open_transaction;
use crate::core::Core;
use crate::error::RuntimeError;
use crate::thread::Within;

/// Where an operation may be asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Allowed {
    /// Outside of everything.
    Outside,
    /// Also from inside a call.
    InsideCalls,
}

/// Refuses `operation` where it may not be asked for. The first thing that every operation does: one
/// that is refused changes nothing and tells nobody but its caller, who may be a callback.
pub(crate) fn allow(
    core: &Core,
    operation: &'static str,
    allowed: Allowed,
) -> Result<(), RuntimeError> {
    let thread = core.thread();
    let Some(within) = thread.inside() else { return Ok(()) };
    if core.thread().open_transaction(core).is_some() && operation == "load" {
        return Err(open_transaction::nested());
    }
    let only_a_call = thread.record.pins() == 0
        && thread.within.get() == Within::Nothing
        && thread.record.depth() > 0;
    if allowed == Allowed::InsideCalls && only_a_call {
        return Ok(());
    }
    let within = if thread.record.pins() > 0 { "a pin" } else { within };
    Err(RuntimeError::ReentrantCall {
        operation,
        within,
        advice: "do it at the frame boundary, or use request_reload",
    })
}

/// Refuses what asks the host's callbacks from inside of one: it would be asked for ever.
pub(crate) fn outside_callbacks(core: &Core, operation: &'static str) -> Result<(), RuntimeError> {
    let thread = core.thread();
    match thread.inside() {
        Some(within) if thread.within.get() == Within::Callback => {
            Err(RuntimeError::ReentrantCall { operation, within, advice: "do it before or after" })
        }
        _ => Ok(()),
    }
}

//! What happens between two instructions of a script that runs too long or needs too much: the VM's
//! one hook. It is set by the watchdog or by the allocator, and otherwise off.
//!
//! Compiled code is not interrupted; it looks for hooks once in every loop and then leaves to the
//! interpreter, which calls the hook at a place where errors may be raised.

use crate::context::Context;
use crate::frame::Frame;
use crate::report::NOT_ENOUGH_MEMORY;
use crate::state::RawState;

/// LuaJIT's hook function.
///
/// # Safety
/// Called by LuaJIT as a hook.
pub(crate) unsafe extern "C-unwind" fn look(
    raw: *mut RawState,
    _record: *mut mlua::ffi::lua_Debug,
) {
    // SAFETY: hooks run where errors may be raised.
    let frame = unsafe { Frame::from_raw(raw) };
    let context = Context::of(&frame);
    if let Some(leash) = context.leash.as_ref().filter(|leash| leash.is_expired()) {
        leash.notice();
        stop(frame, context);
    } else if context.memory.is_armed() {
        reclaim(frame, context);
    }
}

/// Raises at every instruction until the outermost call is left.
///
/// The error is LuaJIT's out-of-memory error, because no handler of the script runs for it: a handler
/// would run with hooks off and could not be stopped. Until the call is left the VM gets no memory;
/// `Vm::leave` opens the allocator again.
fn stop(frame: Frame, context: &Context) {
    if !context.memory.is_shut() {
        if let Ok(mut traceback) = context.traceback.try_borrow_mut() {
            traceback.record(*frame, 0);
        }
        frame.collect_automatically(false);
        context.memory.shut(true);
    }
    frame.push_userdata(1);
}

/// Collects, and raises if that did not help.
fn reclaim(frame: Frame, context: &Context) {
    frame.collect();
    if context.memory.has_room_again() {
        context.memory.disarm();
        // SAFETY: the VM is open. If the watchdog has set the hook meanwhile, it sets it again.
        unsafe { frame.set_hook(None) };
        return;
    }
    context.memory.note_refusal();
    frame.push_text(NOT_ENOUGH_MEMORY);
    frame.raise();
}

//! Failures of our own C functions, on their way to Lua: noted first, and raised when nothing is left
//! that would have to be dropped.

use crate::context::Context;
use crate::frame::Frame;
use crate::state::RawState;
use polyplug_abi::{AbiErrorCode, ERROR_FIRST_OF_PLUGINS};
use std::ffi::c_int;
use std::fmt::Display;

/// A failure that is about to be raised.
pub(crate) struct Noted {
    code: u32,
    message: String,
}

/// Keeps a message until it is raised.
#[cold]
pub(crate) fn note<T>(context: &Context, message: impl Display) -> Option<T> {
    let code = AbiErrorCode::Generic as u32;
    note_error(context, code, message.to_string())
}

#[cold]
pub(crate) fn note_error<T>(context: &Context, code: u32, message: String) -> Option<T> {
    context.failures.borrow_mut().push(Noted { code, message });
    None
}

/// Pushes the message that was noted last, and forgets it; its code.
pub(crate) fn push_failure(frame: Frame) -> u32 {
    let failures = &Context::of(&frame).failures;
    let last = failures.borrow().len().saturating_sub(1);
    let noted: Option<(u32, *const [u8])> =
        failures.borrow().last().map(|noted| (noted.code, &raw const *noted.message.as_bytes()));
    let Some((code, message)) = noted else {
        frame.push_bytes(b"unknown failure");
        return AbiErrorCode::Internal as u32;
    };
    // SAFETY: the message stays where it is until it is taken out below: whoever notes another
    // meanwhile takes only that one out.
    frame.push_bytes(unsafe { &*message });
    failures.borrow_mut().truncate(last);
    code
}

/// Raises the message that was noted last, behind the place that called.
pub(crate) fn raise_failure(frame: Frame) -> ! {
    frame.push_place(1);
    if frame.length(-1) == 0 {
        // The caller is a function of ours.
        frame.pop(1);
        frame.push_place(2);
    }
    let code = push_failure(frame);
    frame.concatenate(2);
    if code >= ERROR_FIRST_OF_PLUGINS {
        push_coded(frame, code);
    }
    frame.raise()
}

/// Replaces the message on top by a table with it and the code, which prints as the message.
fn push_coded(frame: Frame, code: u32) {
    frame.push_table_for(2);
    frame.insert(-2);
    frame.set_field(-2, c"message");
    frame.push_number(code.into());
    frame.set_field(-2, c"code");
    frame.push_table_for(1);
    frame.push_function(print_coded);
    frame.set_field(-2, c"__tostring");
    frame.set_metatable(-2);
}

/// `__tostring` of an error with a code.
///
/// # Safety
/// Called by LuaJIT as a C function.
unsafe extern "C-unwind" fn print_coded(raw: *mut RawState) -> c_int {
    // SAFETY: LuaJIT calls with the running state, protected.
    let frame = unsafe { Frame::from_raw(raw) };
    frame.get_field(1, c"message");
    1
}

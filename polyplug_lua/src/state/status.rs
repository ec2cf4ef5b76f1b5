//! How a protected call ended.

use mlua::ffi;
use std::ffi::c_int;

/// How a protected call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Done,
    /// An error was raised; its value is on the stack.
    Raised,
    /// The text could not be compiled; the message is on the stack.
    Syntax,
    /// The allocator refused; the message is on the stack.
    Memory,
    /// An error in the message handler; a message is on the stack.
    Handler,
}

impl Status {
    pub(crate) fn from_raw(status: c_int) -> Self {
        match status {
            ffi::LUA_OK => Self::Done,
            ffi::LUA_ERRSYNTAX => Self::Syntax,
            ffi::LUA_ERRMEM => Self::Memory,
            ffi::LUA_ERRERR => Self::Handler,
            _ => Self::Raised,
        }
    }
}

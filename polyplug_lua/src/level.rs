//! One level of Lua's call stack, as a traceback shows it. Reading it neither raises nor allocates,
//! so it can be done when memory has run out.

use crate::state::State;
use mlua::ffi;
use std::ffi::{CStr, c_char, c_int};

/// One level of the call stack.
pub(crate) struct Level {
    record: ffi::lua_Debug,
}

impl Level {
    /// Whether there is a function `level` steps above the running one.
    pub(crate) fn exists(state: State, level: c_int) -> bool {
        Self::find(state, level).is_some()
    }

    /// The function `level` steps above the running one, which is 0.
    pub(crate) fn of(state: State, level: c_int) -> Option<Self> {
        let mut record = Self::find(state, level)?;
        // SAFETY: `record` was filled for this state; none of these options pushes or raises.
        unsafe { ffi::lua_getinfo(state.as_raw(), c"Snl".as_ptr(), &raw mut record) };
        Some(Self { record })
    }

    fn find(state: State, level: c_int) -> Option<ffi::lua_Debug> {
        // SAFETY: the record is plain data for which all zeroes is a value.
        let mut record: ffi::lua_Debug = unsafe { std::mem::zeroed() };
        // SAFETY: the VM is open.
        let found = unsafe { ffi::lua_getstack(state.as_raw(), level, &raw mut record) };
        (found != 0).then_some(record)
    }

    /// The chunk's name with its leading `@`, or `=[C]`.
    pub(crate) fn source(&self) -> &CStr {
        text_of(&self.record.source)
    }

    /// The chunk's name as messages show it.
    pub(crate) fn short_source(&self) -> &CStr {
        CStr::from_bytes_until_nul(self.short_source_bytes()).unwrap_or_default()
    }

    /// The line that runs; 0 if that is not known.
    pub(crate) fn line(&self) -> u32 {
        u32::try_from(self.record.currentline).unwrap_or(0)
    }

    /// Where the function begins; 0 for a chunk.
    pub(crate) fn first_line(&self) -> u32 {
        u32::try_from(self.record.linedefined).unwrap_or(0)
    }

    /// `Lua`, `C` or `main`.
    pub(crate) fn what(&self) -> &CStr {
        text_of(&self.record.what)
    }

    /// The function's name, if its caller has one for it.
    pub(crate) fn name(&self) -> Option<&CStr> {
        (!self.record.name.is_null()).then(|| text_of(&self.record.name))
    }

    fn short_source_bytes(&self) -> &[u8] {
        let text: &[c_char] = &self.record.short_src;
        // SAFETY: `c_char` and `u8` have the same layout.
        unsafe { std::slice::from_raw_parts(text.as_ptr().cast(), text.len()) }
    }
}

/// The text that a field of a record points at, which lives as long as the function on the stack.
fn text_of(field: &*const c_char) -> &CStr {
    if field.is_null() {
        return c"";
    }
    // SAFETY: LuaJIT fills the field with a terminated text that the running function holds.
    unsafe { CStr::from_ptr(*field) }
}

//! The part of LuaJIT's C API that may raise.
//!
//! A [`Frame`] exists only inside a C function that runs under a protected call, so an error always
//! has somewhere to go. A raise leaves the Rust frames between without their knowledge on some
//! targets: nothing with a `Drop` lives in a frame across a method of [`Frame`], and no
//! `catch_unwind` surrounds one, because Rust may not catch what is not its own.

use crate::state::{CFunction, REGISTRY, RawState, State, Status};
use mlua::ffi;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::ops::Deref;

// LuaJIT's own addition, which the bindings lack.
unsafe extern "C-unwind" {
    fn luaL_loadbufferx(
        state: *mut RawState,
        text: *const c_char,
        length: usize,
        name: *const c_char,
        mode: *const c_char,
    ) -> c_int;
}

/// A [`State`] inside a protected C function.
#[derive(Clone, Copy)]
pub(crate) struct Frame(State);

impl Frame {
    /// # Safety
    /// - As for [`State::from_raw`], and the caller is a C function that runs protected.
    pub(crate) unsafe fn from_raw(raw: *mut RawState) -> Self {
        // SAFETY: the caller's promise.
        Self(unsafe { State::from_raw(raw) })
    }

    pub(crate) fn push_bytes(self, bytes: &[u8]) {
        // SAFETY: inside a protected call; the bytes are copied.
        unsafe { ffi::lua_pushlstring_(self.as_raw(), bytes.as_ptr().cast(), bytes.len()) }
    }

    pub(crate) fn push_text(self, text: &str) {
        self.push_bytes(text.as_bytes());
    }

    pub(crate) fn push_function(self, function: CFunction) {
        self.push_closure(function, 0);
    }

    /// Replaces the topmost `upvalues` values by a function that owns them.
    pub(crate) fn push_closure(self, function: CFunction, upvalues: c_int) {
        // SAFETY: inside a protected call.
        unsafe { ffi::lua_pushcclosure(self.as_raw(), function, upvalues) }
    }

    pub(crate) fn push_table(self) {
        self.push_table_for(0);
    }

    /// Pushes a table with room for `fields` named fields.
    pub(crate) fn push_table_for(self, fields: usize) {
        self.push_list_for(0, fields);
    }

    /// Pushes a table with room for `elements` from 1 on, and for `fields`.
    pub(crate) fn push_list_for(self, elements: usize, fields: usize) {
        let elements = c_int::try_from(elements).unwrap_or(0);
        let fields = c_int::try_from(fields).unwrap_or(0);
        // SAFETY: inside a protected call.
        unsafe { ffi::lua_createtable(self.as_raw(), elements, fields) }
    }

    /// Pops a table and makes it the metatable of the value at `index`.
    pub(crate) fn set_metatable(self, index: c_int) {
        // SAFETY: inside a protected call.
        unsafe { ffi::lua_setmetatable(self.as_raw(), index) };
    }

    /// Pushes a fresh block of memory that Lua owns.
    pub(crate) fn push_userdata(self, size: usize) -> *mut c_void {
        // SAFETY: inside a protected call.
        unsafe { ffi::lua_newuserdata(self.as_raw(), size) }
    }

    /// Pushes `table[name]`.
    pub(crate) fn get_field(self, table: c_int, name: &CStr) {
        // SAFETY: inside a protected call; the name is copied.
        unsafe { ffi::lua_getfield_(self.as_raw(), table, name.as_ptr()) }
    }

    /// Replaces the topmost value by `table[value]`.
    pub(crate) fn get_value(self, table: c_int) {
        // SAFETY: inside a protected call.
        unsafe { ffi::lua_gettable_(self.as_raw(), table) }
    }

    /// `table[name] = ` the topmost value, which is popped.
    pub(crate) fn set_field(self, table: c_int, name: &CStr) {
        // SAFETY: inside a protected call; the name is copied.
        unsafe { ffi::lua_setfield(self.as_raw(), table, name.as_ptr()) }
    }

    /// `table[key] = value` without metamethods; both are popped, the value is the topmost.
    pub(crate) fn raw_set(self, table: c_int) {
        // SAFETY: inside a protected call.
        unsafe { ffi::lua_rawset(self.as_raw(), table) }
    }

    /// `table[number] = ` the topmost value, without metamethods.
    pub(crate) fn raw_set_number(self, table: c_int, number: c_int) {
        // SAFETY: inside a protected call.
        unsafe { ffi::lua_rawseti_(self.as_raw(), table, number) }
    }

    /// Replaces the topmost value, a key of `table`, by the next key and its value; false at the end.
    pub(crate) fn next(self, table: c_int) -> bool {
        // SAFETY: inside a protected call.
        unsafe { ffi::lua_next(self.as_raw(), table) != 0 }
    }

    /// Calls the function below its `arguments`.
    pub(crate) fn call(self, arguments: c_int, results: c_int) {
        // SAFETY: inside a protected call.
        unsafe { ffi::lua_call(self.as_raw(), arguments, results) }
    }

    /// Pushes what the value's metamethod `name` returns for it, if it has one.
    pub(crate) fn call_metamethod(self, index: c_int, name: &CStr) -> bool {
        // SAFETY: inside a protected call.
        unsafe { ffi::luaL_callmeta(self.as_raw(), index, name.as_ptr()) != 0 }
    }

    /// Collects all garbage.
    pub(crate) fn collect(self) {
        // SAFETY: inside a protected call.
        unsafe { ffi::lua_gc(self.as_raw(), ffi::LUA_GCCOLLECT, 0) };
    }

    /// Raises the topmost value.
    pub(crate) fn raise(self) -> ! {
        // SAFETY: inside a protected call.
        unsafe { ffi::lua_error(self.as_raw()) }
    }

    /// Raises `text` behind the place that called the running function.
    pub(crate) fn raise_text(self, text: &'static str) -> ! {
        self.push_place(1);
        self.push_text(text);
        self.concatenate(2);
        self.raise()
    }

    /// Pushes the place of the function at `level`, as errors begin with it.
    pub(crate) fn push_place(self, level: c_int) {
        // SAFETY: inside a protected call.
        unsafe { ffi::luaL_where(self.as_raw(), level) }
    }

    /// Replaces the topmost `count` strings by one.
    pub(crate) fn concatenate(self, count: c_int) {
        // SAFETY: inside a protected call.
        unsafe { ffi::lua_concat(self.as_raw(), count) }
    }

    /// Compiles source text, never bytecode, and pushes the function or the message.
    pub(crate) fn load_text(self, text: &[u8], name: &CStr) -> Status {
        self.load(text, name, c"t")
    }

    /// Pushes the function of a chunk that this process compiled itself.
    pub(crate) fn load_bytecode(self, code: &[u8], name: &CStr) -> Status {
        self.load(code, name, c"b")
    }

    fn load(self, chunk: &[u8], name: &CStr, mode: &CStr) -> Status {
        let (text, length) = (chunk.as_ptr().cast(), chunk.len());
        let (name, mode) = (name.as_ptr(), mode.as_ptr());
        // SAFETY: inside a protected call; everything is read during the call only.
        Status::from_raw(unsafe { luaL_loadbufferx(self.as_raw(), text, length, name, mode) })
    }

    /// The bytecode of the Lua function on top, added to `code`.
    pub(crate) fn dump(self, code: &mut Vec<u8>) {
        let code: *mut Vec<u8> = code;
        // SAFETY: inside a protected call; `append_code` gets the vector that it expects.
        unsafe { ffi::lua_dump_(self.as_raw(), append_code, code.cast()) };
    }

    /// Pops a value and keeps it in the registry under the number returned.
    pub(crate) fn keep(self) -> c_int {
        // SAFETY: inside a protected call.
        unsafe { ffi::luaL_ref(self.as_raw(), REGISTRY) }
    }

    /// Gives a number of [`Frame::keep`] back.
    pub(crate) fn forget(self, reference: c_int) {
        // SAFETY: inside a protected call.
        unsafe { ffi::luaL_unref(self.as_raw(), REGISTRY, reference) }
    }

    /// Runs one of LuaJIT's `luaopen_` functions.
    pub(crate) fn open_library(self, open: CFunction, name: &CStr) {
        self.push_function(open);
        self.push_bytes(name.to_bytes());
        self.call(1, 0);
    }
}

impl Deref for Frame {
    type Target = State;

    fn deref(&self) -> &State {
        &self.0
    }
}

/// # Safety
/// Called by `lua_dump` with the vector that `Frame::dump` gave.
unsafe extern "C-unwind" fn append_code(
    _state: *mut RawState,
    piece: *const c_void,
    size: usize,
    code: *mut c_void,
) -> c_int {
    // SAFETY: the caller's promise.
    let code = unsafe { &mut *code.cast::<Vec<u8>>() };
    // SAFETY: LuaJIT gives `size` readable bytes.
    code.extend_from_slice(unsafe { std::slice::from_raw_parts(piece.cast(), size) });
    0
}

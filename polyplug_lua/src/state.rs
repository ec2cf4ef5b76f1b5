//! LuaJIT's C API, one method per function: what never raises and never allocates, and therefore may
//! be used anywhere. What may raise is in [`Frame`].
//!
//! Not checked here: stack indices and room. Whoever makes a [`State`] promises the discipline.

mod kind;
mod status;

pub(crate) use kind::Kind;
pub(crate) use status::Status;

use crate::frame::Frame;
use mlua::ffi;
use std::ffi::{c_int, c_void};
use std::ptr::{self, NonNull};

/// The index of the registry.
pub(crate) const REGISTRY: c_int = ffi::LUA_REGISTRYINDEX;
/// The index of the table of globals.
pub(crate) const GLOBALS: c_int = ffi::LUA_GLOBALSINDEX;
/// Where the registry holds [`run_body`] and the message handler: the first two references.
pub(crate) const RUNNER: c_int = 1;
pub(crate) const HANDLER: c_int = 2;
/// For [`Frame::call`] and [`State::protected_call`]: keep every result.
pub(crate) const ALL_RESULTS: c_int = ffi::LUA_MULTRET;

pub(crate) use ffi::{
    lua_Alloc as Allocate, lua_CFunction as CFunction, lua_Hook as Hook, lua_State as RawState,
};

// LuaJIT's own addition, which the bindings lack.
unsafe extern "C-unwind" {
    fn luaJIT_setmode(state: *mut RawState, index: c_int, mode: c_int) -> c_int;
}

/// `LUAJIT_MODE_ENGINE | LUAJIT_MODE_OFF`, `luajit.h`.
const ENGINE_OFF: c_int = 0;

/// The index of what the running C function was made with.
pub(crate) const fn upvalue(number: c_int) -> c_int {
    ffi::lua_upvalueindex(number)
}

/// One Lua thread of an open VM.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct State(NonNull<RawState>);

impl State {
    /// Opens a VM without libraries whose memory comes from `allocate(data, ..)`.
    ///
    /// # Safety
    /// - `allocate` is a correct allocator for `data` until the VM is closed.
    /// - The promises of [`State::from_raw`], for every copy of the result.
    pub(crate) unsafe fn open(allocate: Allocate, data: *mut c_void) -> Option<Self> {
        // SAFETY: the caller's promise.
        NonNull::new(unsafe { ffi::lua_newstate(allocate, data) }).map(Self)
    }

    /// # Safety
    /// For as long as copies of the result are used:
    /// - `raw` belongs to an open VM that no other thread is inside;
    /// - every index names a value of the kind that the method takes;
    /// - pushes stay within the room asked for with [`State::has_room`], or within the 20 slots that
    ///   a C function starts with.
    pub(crate) unsafe fn from_raw(raw: *mut RawState) -> Self {
        debug_assert!(!raw.is_null());
        // SAFETY: a state is never null.
        Self(unsafe { NonNull::new_unchecked(raw) })
    }

    pub(crate) fn as_raw(self) -> *mut RawState {
        self.0.as_ptr()
    }

    /// Closes the VM.
    ///
    /// # Safety
    /// - `self` is the VM's main thread, and no copy is used afterwards.
    pub(crate) unsafe fn close(self) {
        // SAFETY: the caller's promise; finalizers run protected, so nothing raises.
        unsafe { ffi::lua_close(self.as_raw()) }
    }

    /// The data that the VM was opened with.
    pub(crate) fn allocator_data(self) -> *mut c_void {
        let mut data = ptr::null_mut();
        // SAFETY: the VM is open.
        unsafe { ffi::lua_getallocf(self.as_raw(), &raw mut data) };
        data
    }

    /// Whether `count` more values fit; makes room if it can.
    pub(crate) fn has_room(self, count: c_int) -> bool {
        // SAFETY: the VM is open; growing is protected inside LuaJIT and answers 0.
        unsafe { ffi::lua_checkstack(self.as_raw(), count) != 0 }
    }

    /// How many values the present frame has.
    pub(crate) fn top(self) -> c_int {
        // SAFETY: the VM is open.
        unsafe { ffi::lua_gettop(self.as_raw()) }
    }

    pub(crate) fn set_top(self, top: c_int) {
        // SAFETY: the VM is open, and there is room (see `from_raw`).
        unsafe { ffi::lua_settop(self.as_raw(), top) }
    }

    pub(crate) fn pop(self, count: c_int) {
        self.set_top(-count - 1);
    }

    pub(crate) fn push_value(self, index: c_int) {
        // SAFETY: index and room, see `from_raw`.
        unsafe { ffi::lua_pushvalue(self.as_raw(), index) }
    }

    /// Moves the topmost value below `index`.
    pub(crate) fn insert(self, index: c_int) {
        // SAFETY: index, see `from_raw`.
        unsafe { ffi::lua_insert(self.as_raw(), index) }
    }

    pub(crate) fn remove(self, index: c_int) {
        // SAFETY: index, see `from_raw`.
        unsafe { ffi::lua_remove(self.as_raw(), index) }
    }

    /// Pops a value into the slot at `index`.
    pub(crate) fn replace(self, index: c_int) {
        // SAFETY: index, see `from_raw`.
        unsafe { ffi::lua_replace(self.as_raw(), index) }
    }

    /// Pushes what the running C function was made with.
    pub(crate) fn push_upvalue(self, number: c_int) {
        self.push_value(upvalue(number));
    }

    pub(crate) fn push_nil(self) {
        // SAFETY: room, see `from_raw`.
        unsafe { ffi::lua_pushnil(self.as_raw()) }
    }

    pub(crate) fn push_boolean(self, value: bool) {
        // SAFETY: room, see `from_raw`.
        unsafe { ffi::lua_pushboolean(self.as_raw(), c_int::from(value)) }
    }

    pub(crate) fn push_number(self, value: f64) {
        // SAFETY: room, see `from_raw`.
        unsafe { ffi::lua_pushnumber(self.as_raw(), value) }
    }

    /// Pushes an address as a number; exact, because addresses lie below 2^53 (`Vm::open`).
    pub(crate) fn push_address<T>(self, pointer: *const T) {
        self.push_number(pointer.addr() as f64);
    }

    pub(crate) fn kind(self, index: c_int) -> Kind {
        // SAFETY: the VM is open; any index is allowed.
        Kind::from_raw(unsafe { ffi::lua_type(self.as_raw(), index) })
    }

    /// The number, or the string read as one, or 0.
    pub(crate) fn number(self, index: c_int) -> f64 {
        // SAFETY: the VM is open; any index is allowed.
        unsafe { ffi::lua_tonumber(self.as_raw(), index) }
    }

    pub(crate) fn boolean(self, index: c_int) -> bool {
        // SAFETY: the VM is open; any index is allowed.
        unsafe { ffi::lua_toboolean(self.as_raw(), index) != 0 }
    }

    /// Adds the bytes of a string to `bytes`; nothing, if the value is no string.
    pub(crate) fn append_bytes(self, index: c_int, bytes: &mut Vec<u8>) {
        self.with_bytes(index, |text| bytes.extend_from_slice(text));
    }

    /// Gives the bytes of a string to `read`, which does not touch the stack; none, if the value is no
    /// string.
    #[inline]
    pub(crate) fn with_bytes<R>(self, index: c_int, read: impl FnOnce(&[u8]) -> R) -> R {
        if self.kind(index) != Kind::String {
            return read(&[]);
        }
        let mut length = 0;
        // SAFETY: a string is not converted, so this neither allocates nor raises.
        let text = unsafe { ffi::lua_tolstring(self.as_raw(), index, &raw mut length) };
        // SAFETY: LuaJIT's string has `length` bytes and stays while its slot does.
        read(unsafe { std::slice::from_raw_parts(text.cast(), length) })
    }

    /// The length of a table (without metamethods), of a string, or of userdata in bytes.
    pub(crate) fn length(self, index: c_int) -> usize {
        debug_assert!(self.kind(index) != Kind::Number, "a number would become a string");
        // SAFETY: the VM is open; nothing is converted.
        unsafe { ffi::lua_objlen(self.as_raw(), index) }
    }

    /// Whether two values are the same, without metamethods.
    pub(crate) fn is_same(self, one: c_int, other: c_int) -> bool {
        // SAFETY: the VM is open; any index is allowed.
        unsafe { ffi::lua_rawequal(self.as_raw(), one, other) != 0 }
    }

    /// A copy of a string; what is not UTF-8 is replaced. Empty, if the value is no string.
    pub(crate) fn text(self, index: c_int) -> String {
        let mut bytes = Vec::new();
        self.append_bytes(index, &mut bytes);
        match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
        }
    }

    /// What tells two tables, functions or cdata apart.
    pub(crate) fn identity(self, index: c_int) -> usize {
        // SAFETY: the VM is open; any index is allowed.
        unsafe { ffi::lua_topointer(self.as_raw(), index) }.addr()
    }

    pub(crate) fn userdata(self, index: c_int) -> *mut c_void {
        // SAFETY: the VM is open; any index is allowed.
        unsafe { ffi::lua_touserdata(self.as_raw(), index) }
    }

    /// Pushes `table[number]` without metamethods.
    pub(crate) fn raw_get_number(self, table: c_int, number: c_int) {
        // SAFETY: index and room, see `from_raw`; a raw read does not raise.
        unsafe { ffi::lua_rawgeti_(self.as_raw(), table, number) }
    }

    /// Replaces the topmost value by `table[value]`, without metamethods.
    pub(crate) fn raw_get(self, table: c_int) {
        // SAFETY: index, see `from_raw`; a raw read does not raise.
        unsafe { ffi::lua_rawget_(self.as_raw(), table) }
    }

    /// Pushes the value's metatable, if it has one.
    pub(crate) fn push_metatable(self, index: c_int) -> bool {
        // SAFETY: index and room, see `from_raw`.
        unsafe { ffi::lua_getmetatable(self.as_raw(), index) != 0 }
    }

    pub(crate) fn has_metatable(self, index: c_int) -> bool {
        let found = self.push_metatable(index);
        if found {
            self.pop(1);
        }
        found
    }

    /// Calls the function below its `arguments`. Both are replaced by `results` values, or by the
    /// error's value. `handler` is the index of the message handler.
    pub(crate) fn protected_call(self, arguments: c_int, results: c_int, handler: c_int) -> Status {
        // SAFETY: indices and room, see `from_raw`; errors stop at this call.
        Status::from_raw(unsafe { ffi::lua_pcall(self.as_raw(), arguments, results, handler) })
    }

    /// Runs `body` in a C function, with the topmost `arguments` values as its stack, which are
    /// taken away. On failure the error's value is left in their place.
    pub(crate) fn protect(self, arguments: c_int, body: &mut dyn FnMut(Frame)) -> Status {
        if !self.has_room(4) {
            self.pop(arguments);
            self.push_nil();
            return Status::Memory;
        }
        let handler = self.top() - arguments + 1;
        let mut body: *mut (dyn FnMut(Frame) + '_) = body;
        self.raw_get_number(REGISTRY, HANDLER);
        self.insert(handler);
        self.raw_get_number(REGISTRY, RUNNER);
        self.insert(handler + 1);
        self.push_number((&raw mut body).expose_provenance() as f64);
        self.insert(handler + 2);
        let status = self.protected_call(arguments + 1, 0, handler);
        self.remove(handler);
        status
    }

    /// As [`State::protect`], for a VM that has no registry yet. Errors have no traceback.
    pub(crate) fn protect_opening<F: FnMut(Frame)>(self, body: &mut F) -> Status {
        let body: *mut F = body;
        // SAFETY: `run_opening::<F>` gets what it expects, and errors stop at this call.
        let status = unsafe { ffi::lua_cpcall(self.as_raw(), run_opening::<F>, body.cast()) };
        Status::from_raw(status)
    }

    /// Stops automatic garbage collection, or lets it go on.
    pub(crate) fn collect_automatically(self, on: bool) {
        let (what, data) = if on { (ffi::LUA_GCRESTART, -1) } else { (ffi::LUA_GCSTOP, 0) };
        // SAFETY: neither runs the collector.
        unsafe { ffi::lua_gc(self.as_raw(), what, data) };
    }

    /// Has `hook` called at the next instruction, or never again.
    ///
    /// # Safety
    /// - The VM is open. This one method may be called while another thread is inside.
    pub(crate) unsafe fn set_hook(self, hook: Option<Hook>) {
        let mask = if hook.is_some() { ffi::LUA_MASKCOUNT } else { 0 };
        // SAFETY: the caller's promise.
        unsafe { ffi::lua_sethook(self.as_raw(), hook, mask, 1) };
    }

    /// Switches the compiler off for good.
    pub(crate) fn compile_nothing(self) {
        // SAFETY: the VM is open; called before any code runs.
        unsafe { luaJIT_setmode(self.as_raw(), 0, ENGINE_OFF) };
    }
}

/// # Safety
/// Called by LuaJIT with the address of an `F`, that nobody else uses, as its one argument.
unsafe extern "C-unwind" fn run_opening<F: FnMut(Frame)>(raw: *mut RawState) -> c_int {
    // SAFETY: LuaJIT calls with the running state.
    let frame = unsafe { Frame::from_raw(raw) };
    let body: *mut F = frame.userdata(1).cast();
    frame.set_top(0);
    // SAFETY: the caller's promise.
    let body = unsafe { &mut *body };
    body(frame);
    0
}

/// What the registry holds at [`RUNNER`].
///
/// # Safety
/// Called by [`State::protect`] alone, which gives the address of a pointer to the body as the first
/// argument.
pub(crate) unsafe extern "C-unwind" fn run_body(raw: *mut RawState) -> c_int {
    // SAFETY: LuaJIT calls with the running state.
    let frame = unsafe { Frame::from_raw(raw) };
    let address = frame.number(1) as usize;
    frame.remove(1);
    let body: *mut *mut dyn FnMut(Frame) = ptr::with_exposed_provenance_mut(address);
    // SAFETY: the caller's promise.
    let body = unsafe { *body };
    // SAFETY: `protect` borrows the body exclusively until this call has ended.
    let body = unsafe { &mut *body };
    body(frame);
    0
}

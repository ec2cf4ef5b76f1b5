//! The typed form of Lua, and its floor: the same functions called with values by C API code as a careful
//! programmer writes it by hand, for these types only.

#![expect(unsafe_code, reason = "the floor is the C API itself")]

use crate::lua::{close, get_global, new_state, run};
use mlua::ffi;
use std::ffi::{CStr, c_int};
use std::slice;

/// What `bench.typed@1` looks like.
pub const WIT: &str = "package bench:typed@1.0.0;
interface typed {
    record body {
        id: u32, x: f64, y: f64, vx: f64, vy: f64, mass: f32, alive: bool, samples: list<f64>,
    }
    add: func(a: u32, b: u32) -> u32;
    echo: func(text: string) -> string;
    step: func(body: body) -> body;
    add-often: func(times: u32);
}";

/// What `bench.native@1` looks like, which is `native::add`.
pub const NATIVE_WIT: &str = "package bench:native@1.0.0;
interface native { add: func(a: u32, b: u32) -> u32; }";

/// A bundle that provides it; `add-often` calls `add` through a proxy.
pub const SCRIPT: &str = "
local Typed = {}
Typed.__index = Typed
function Typed.new() return setmetatable({}, Typed) end
function Typed:add(a, b) return a + b end
function Typed:echo(text) return text end
function Typed:step(body) return body end
local proxy
function Typed:add_often(times)
    proxy = proxy or polyplug.contract('bench.native@1')
    for i = 1, times do proxy:add(i, 1) end
end
return { ['bench.typed@1'] = Typed }";

/// `body` in the layout of C.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[expect(missing_docs, reason = "the names are those of the record")]
pub struct Body {
    pub id: u32,
    pub x: f64,
    pub y: f64,
    pub vx: f64,
    pub vy: f64,
    pub mass: f32,
    pub alive: bool,
    pub samples: Samples,
}

/// `list<f64>` in the layout of C.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "a pointer and a length")]
pub struct Samples {
    pub items: *const f64,
    pub len: usize,
}

impl Default for Samples {
    fn default() -> Self {
        Self { items: std::ptr::null(), len: 0 }
    }
}

impl Body {
    /// A body with these samples, which have to outlive it.
    pub fn with(samples: &[f64]) -> Self {
        let samples = Samples { items: samples.as_ptr(), len: samples.len() };
        Self { id: 7, x: 1.5, y: 2.5, vx: 0.1, vy: 0.2, mass: 3.0, alive: true, samples }
    }
}

/// A state that has run `SCRIPT`, with its methods and an object at known references.
pub struct BareTyped {
    state: *mut ffi::lua_State,
    object: c_int,
    methods: [c_int; 3],
    /// Where results of variable size go.
    text: Vec<u8>,
    samples: Vec<f64>,
}

impl BareTyped {
    /// A new state with all libraries.
    pub fn new() -> Self {
        let state = new_state();
        run(state, &SCRIPT.replace("return {", "class, object, all = Typed, Typed.new(), {"));
        get_global(state, c"object");
        // SAFETY: the object is on top.
        let object = unsafe { ffi::luaL_ref(state, ffi::LUA_REGISTRYINDEX) };
        let methods = [c"add", c"echo", c"step"].map(|name| {
            get_global(state, c"class");
            // SAFETY: the class is on top.
            unsafe { ffi::lua_getfield_(state, -1, name.as_ptr()) };
            // SAFETY: the method is on top.
            unsafe { ffi::luaL_ref(state, ffi::LUA_REGISTRYINDEX) }
        });
        // SAFETY: nothing on the stack is needed any more.
        unsafe { ffi::lua_settop(state, 0) };
        Self { state, object, methods, text: Vec::new(), samples: Vec::new() }
    }

    /// Pushes a method and the object.
    fn begin(&self, method: usize) {
        for reference in [self.methods[method], self.object] {
            // SAFETY: the state is ours, and its stack has room.
            unsafe { ffi::lua_rawgeti_(self.state, ffi::LUA_REGISTRYINDEX, reference) };
        }
    }

    /// `add(a, b)`.
    pub fn add(&self, args: &[u32; 2]) -> u32 {
        let raw = self.state;
        self.begin(0);
        for number in args {
            // SAFETY: there is room for the 20 values of a fresh frame.
            unsafe { ffi::lua_pushnumber(raw, f64::from(*number)) };
        }
        self.end(3);
        // SAFETY: the result is on top.
        let sum = unsafe { ffi::lua_tonumber(raw, -1) };
        self.pop(1);
        let whole = sum as u32;
        assert_eq!(f64::from(whole), sum);
        whole
    }

    /// `echo(text)`; the result is checked and copied.
    pub fn echo(&mut self, text: &str) -> usize {
        let raw = self.state;
        self.begin(1);
        // SAFETY: as in `add`; the text is copied.
        unsafe { ffi::lua_pushlstring_(raw, text.as_ptr().cast(), text.len()) };
        self.end(2);
        let mut len = 0;
        // SAFETY: the result is a string on top.
        let bytes = unsafe { ffi::lua_tolstring(raw, -1, &raw mut len) };
        // SAFETY: it has this many bytes, and stays until it is popped.
        let bytes = unsafe { slice::from_raw_parts(bytes.cast::<u8>(), len) };
        assert!(std::str::from_utf8(bytes).is_ok());
        self.text.clear();
        self.text.extend_from_slice(bytes);
        self.pop(1);
        len
    }

    /// `step(body)`; the samples of the result are copied.
    pub fn step(&mut self, body: &Body) -> Body {
        self.begin(2);
        self.push_body(body);
        self.end(2);
        let mut out = self.read_body();
        self.samples.clear();
        let raw = self.state;
        // SAFETY: the result is a table on top.
        unsafe { ffi::lua_getfield_(raw, -1, c"samples".as_ptr()) };
        // SAFETY: the field is a table.
        let len = unsafe { ffi::lua_objlen(raw, -1) };
        for index in 1..=len as c_int {
            // SAFETY: as above.
            unsafe { ffi::lua_rawgeti_(raw, -1, index) };
            // SAFETY: as above.
            let is_number = unsafe { ffi::lua_type(raw, -1) } == ffi::LUA_TNUMBER;
            assert!(is_number);
            // SAFETY: as above.
            self.samples.push(unsafe { ffi::lua_tonumber(raw, -1) });
            self.pop(1);
        }
        self.pop(2);
        out.samples = Samples { items: self.samples.as_ptr(), len };
        out
    }

    fn push_body(&self, body: &Body) {
        let raw = self.state;
        // SAFETY: as in `add`.
        unsafe { ffi::lua_createtable(raw, 0, 8) };
        let numbers = [f64::from(body.id), body.x, body.y, body.vx, body.vy, f64::from(body.mass)];
        for (name, number) in NUMBERS.iter().zip(numbers) {
            // SAFETY: as above.
            unsafe { ffi::lua_pushnumber(raw, number) };
            // SAFETY: the table is below the number.
            unsafe { ffi::lua_setfield(raw, -2, name.as_ptr()) };
        }
        // SAFETY: as above.
        unsafe { ffi::lua_pushboolean(raw, c_int::from(body.alive)) };
        // SAFETY: as above.
        unsafe { ffi::lua_setfield(raw, -2, c"alive".as_ptr()) };
        // SAFETY: the samples outlive the body.
        let samples = unsafe { slice::from_raw_parts(body.samples.items, body.samples.len) };
        // SAFETY: as above.
        unsafe { ffi::lua_createtable(raw, samples.len() as c_int, 0) };
        for (index, sample) in (1..).zip(samples) {
            // SAFETY: as above.
            unsafe { ffi::lua_pushnumber(raw, *sample) };
            // SAFETY: as above.
            unsafe { ffi::lua_rawseti_(raw, -2, index) };
        }
        // SAFETY: as above.
        unsafe { ffi::lua_setfield(raw, -2, c"samples".as_ptr()) };
    }

    /// The fields of the table on top, but for the samples.
    fn read_body(&self) -> Body {
        let raw = self.state;
        let number = |name: &CStr| {
            // SAFETY: a table is on top.
            unsafe { ffi::lua_getfield_(raw, -1, name.as_ptr()) };
            // SAFETY: the field is on top.
            let is_number = unsafe { ffi::lua_type(raw, -1) } == ffi::LUA_TNUMBER;
            assert!(is_number);
            // SAFETY: as above.
            let number = unsafe { ffi::lua_tonumber(raw, -1) };
            self.pop(1);
            number
        };
        let [id, x, y, vx, vy, mass] = NUMBERS.map(number);
        // SAFETY: a table is on top.
        unsafe { ffi::lua_getfield_(raw, -1, c"alive".as_ptr()) };
        // SAFETY: the field is on top.
        let alive = unsafe { ffi::lua_toboolean(raw, -1) } != 0;
        self.pop(1);
        let (id, mass) = (id as u32, mass as f32);
        Body { id, x, y, vx, vy, mass, alive, samples: Samples::default() }
    }

    fn end(&self, arguments: c_int) {
        // SAFETY: the method and its arguments are on the stack.
        let status = unsafe { ffi::lua_pcall(self.state, arguments, 1, 0) };
        assert_eq!(status, 0);
    }

    fn pop(&self, count: c_int) {
        // SAFETY: as many values are on the stack.
        unsafe { ffi::lua_settop(self.state, -count - 1) };
    }
}

impl Drop for BareTyped {
    fn drop(&mut self) {
        close(self.state);
    }
}

impl Default for BareTyped {
    fn default() -> Self {
        Self::new()
    }
}

const NUMBERS: [&CStr; 6] = [c"id", c"x", c"y", c"vx", c"vy", c"mass"];

/// A text of 32 bytes.
pub const TEXT: &str = "a greeting of thirty-two bytes..";

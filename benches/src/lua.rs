//! The bare library, called the way a careful C programmer would: the floor of the Lua rows.

#![expect(unsafe_code, reason = "the floor is the C API itself")]

use mlua::ffi;
use std::ffi::{CString, c_int};

/// The source of the bundle that is measured: `bench.add@1` with `add` and `fail`.
pub const ADD: &str = r#"
local ffi = require("ffi")
local cast = ffi.cast
local numbers = ffi.typeof("const uint32_t *")
local number = ffi.typeof("uint32_t *")
local function add(_, args, out)
    local a = cast(numbers, args)
    cast(number, out)[0] = a[0] + a[1]
end
local function fail() error("bench") end
function polyplug_init()
    return {
        ["bench.add"] = {
            plugin_name = "bench",
            factory = function() return {} end,
            functions = { [0] = add, [1] = fail },
        },
    }, { code = 0 }
end
"#;

/// A state with `polyplug_init` run by hand and the functions at known references.
pub struct Bare {
    state: *mut ffi::lua_State,
    functions: [c_int; 2],
}

impl Bare {
    /// A new state with all libraries that has run `ADD`.
    pub fn new() -> Self {
        let state = new_state();
        run(state, ADD);
        run(state, "r = polyplug_init()['bench.add'].functions");
        let function = |index: i64| {
            get_global(state, c"r");
            // SAFETY: the table was just pushed, and references are made of what it holds.
            unsafe { ffi::lua_rawgeti(state, -1, index) };
            // SAFETY: the function is on top of the stack.
            unsafe { ffi::luaL_ref(state, ffi::LUA_REGISTRYINDEX) }
        };
        Self { state, functions: [function(0), function(1)] }
    }

    /// `add(a, b)` with addresses as numbers, under `lua_pcall`.
    pub fn add(&self, args: &[u32; 2]) -> u32 {
        let mut out = 0_u32;
        self.call(0, std::ptr::from_ref(args) as usize, &raw mut out as usize);
        out
    }

    /// A function that raises an error; whether it did.
    pub fn fail(&self) -> bool {
        self.call(1, 0, 0) != 0
    }

    fn call(&self, function: usize, args: usize, out: usize) -> c_int {
        let state = self.state;
        // SAFETY: the state is this struct's own, has room for five values, and no error can be
        // raised by pushing numbers.
        unsafe {
            ffi::lua_rawgeti(state, ffi::LUA_REGISTRYINDEX, i64::from(self.functions[function]))
        };
        for number in [0, args, out, 0] {
            // SAFETY: as above.
            unsafe { ffi::lua_pushnumber(state, number as f64) };
        }
        // SAFETY: a function and four arguments are on the stack.
        let code = unsafe { ffi::lua_pcall(state, 4, 0, 0) };
        // SAFETY: whatever is on the stack belongs to this call.
        unsafe { ffi::lua_settop(state, 0) };
        code
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        close(self.state);
    }
}

impl Default for Bare {
    fn default() -> Self {
        Self::new()
    }
}

/// What a bundle costs at least: a state with all libraries that has run its script and its init.
pub fn new_state_and_script() {
    let state = new_state();
    run(state, ADD);
    run(state, "return polyplug_init()");
    close(state);
}

pub(crate) fn new_state() -> *mut ffi::lua_State {
    // SAFETY: creates a state of its own.
    let state = unsafe { ffi::luaL_newstate() };
    assert!(!state.is_null());
    // SAFETY: the state is fresh.
    unsafe { ffi::luaL_openlibs(state) };
    state
}

pub(crate) fn run(state: *mut ffi::lua_State, source: &str) {
    let source = CString::new(source).expect("no NUL in a literal");
    // SAFETY: the state is live and the text ends with NUL.
    let loaded = unsafe { ffi::luaL_loadstring(state, source.as_ptr()) };
    assert_eq!(loaded, 0);
    // SAFETY: the chunk is on the stack.
    let ran = unsafe { ffi::lua_pcall(state, 0, 0, 0) };
    assert_eq!(ran, 0);
}

pub(crate) fn get_global(state: *mut ffi::lua_State, name: &std::ffi::CStr) {
    // SAFETY: the state is live and the text ends with NUL.
    unsafe { ffi::lua_getglobal(state, name.as_ptr()) };
}

pub(crate) fn close(state: *mut ffi::lua_State) {
    // SAFETY: the state is ours and not used afterwards.
    unsafe { ffi::lua_close(state) };
}

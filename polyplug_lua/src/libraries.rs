//! What a script finds in its VM: LuaJIT's libraries, `polyplug`, and a `require` that knows the
//! bundle's files and the built-in modules and nothing else.
//!
//! A sandbox has no way to files, processes, `ffi`, `debug` or bytecode. It keeps honest scripts
//! honest; LuaJIT is no boundary for hostile ones.

use crate::frame::Frame;
use crate::modules;
use crate::require;
use crate::state::{ALL_RESULTS, CFunction, GLOBALS, REGISTRY, RawState};
use mlua::ffi;
use std::ffi::{CStr, c_int};

/// Which libraries a VM has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Libraries {
    /// None: the VM only compiles.
    None,
    /// Everything, `ffi` included.
    All,
    /// What a sandboxed script may use.
    Sandbox,
}

const ALWAYS: &[(&CStr, CFunction)] = &[
    (c"", ffi::luaopen_base),
    (c"package", ffi::luaopen_package),
    (c"table", ffi::luaopen_table),
    (c"string", ffi::luaopen_string),
    (c"math", ffi::luaopen_math),
    (c"bit", ffi::luaopen_bit),
    (c"os", ffi::luaopen_os),
    // Opening it is what switches the compiler on.
    (c"jit", ffi::luaopen_jit),
];

const UNSANDBOXED: &[(&CStr, CFunction)] =
    &[(c"io", ffi::luaopen_io), (c"debug", ffi::luaopen_debug)];

/// What a sandbox loses, by the library that has it; "" is the globals.
const NOT_IN_SANDBOX: &[(&CStr, &[&CStr])] = &[
    (c"", &[c"dofile", c"loadfile", c"jit", c"newproxy"]),
    (c"package", &[c"loadlib"]),
    (c"string", &[c"dump"]),
    (c"os", &[c"execute", c"exit", c"getenv", c"remove", c"rename", c"setlocale", c"tmpname"]),
];

/// Opens the libraries.
pub(crate) fn open(frame: Frame, libraries: Libraries) {
    if libraries == Libraries::None {
        return;
    }
    for (name, open) in ALWAYS {
        frame.open_library(*open, name);
    }
    if libraries == Libraries::All {
        for (name, open) in UNSANDBOXED {
            frame.open_library(*open, name);
        }
    }
    require::install(frame, libraries);
    modules::install(frame);
    if libraries == Libraries::All {
        keep_the_host_alive(frame);
    } else {
        restrict(frame);
    }
    frame.set_top(0);
}

/// A script may end itself, not the program that it is in.
fn keep_the_host_alive(frame: Frame) {
    frame.get_field(GLOBALS, c"os");
    frame.push_function(refuse_exit);
    frame.set_field(-2, c"exit");
}

fn restrict(frame: Frame) {
    require::hide_ffi(frame);
    for (library, names) in NOT_IN_SANDBOX {
        let table = if library.is_empty() {
            GLOBALS
        } else {
            frame.get_field(GLOBALS, library);
            frame.top()
        };
        for name in *names {
            frame.push_nil();
            frame.set_field(table, name);
        }
        frame.set_top(0);
    }
    frame.get_field(REGISTRY, c"_LOADED");
    frame.push_nil();
    frame.set_field(1, c"jit");
    for name in [c"jit.opt", c"jit.util", c"jit.profile"] {
        frame.push_nil();
        frame.set_field(1, name);
    }
    // `string.buffer` hands out pointers, and the rest is about the compiler.
    frame.push_table();
    for name in [c"table.new", c"table.clear"] {
        frame.get_field(REGISTRY, c"_PRELOAD");
        frame.get_field(-1, name);
        frame.set_field(2, name);
        frame.pop(1);
    }
    frame.get_field(GLOBALS, c"package");
    frame.push_value(2);
    frame.set_field(-2, c"preload");
    frame.push_value(2);
    frame.set_field(REGISTRY, c"_PRELOAD");
    for name in [c"load", c"loadstring"] {
        frame.get_field(GLOBALS, name);
        frame.push_closure(load_text_only, 1);
        frame.set_field(GLOBALS, name);
    }
}

/// `os.exit`.
///
/// # Safety
/// Called by LuaJIT as a C function.
unsafe extern "C-unwind" fn refuse_exit(raw: *mut RawState) -> c_int {
    // SAFETY: LuaJIT calls with the running state, protected.
    let frame = unsafe { Frame::from_raw(raw) };
    frame.raise_text("os.exit would end the host program; return from the function instead")
}

/// `load` and `loadstring` of a sandbox: the original, which is the upvalue, with mode "t".
///
/// # Safety
/// Called by LuaJIT as a C function with one upvalue.
unsafe extern "C-unwind" fn load_text_only(raw: *mut RawState) -> c_int {
    const MODE: c_int = 3;
    // SAFETY: LuaJIT calls with the running state, protected.
    let frame = unsafe { Frame::from_raw(raw) };
    if frame.top() < MODE {
        frame.set_top(MODE);
    }
    frame.push_bytes(b"t");
    frame.replace(MODE);
    frame.push_upvalue(1);
    frame.insert(1);
    let arguments = frame.top() - 1;
    frame.call(arguments, ALL_RESULTS);
    frame.top()
}

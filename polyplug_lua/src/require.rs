//! How `require` finds a module: among those built in, then among the bundle's staged files. The
//! file system is never asked.

use crate::context::Context;
use crate::frame::Frame;
use crate::libraries::Libraries;
use crate::outgoing;
use crate::state::{CFunction, GLOBALS, Kind, REGISTRY, RawState, Status};
use crate::vm::{Opening, Vm};
use mlua::ffi;
use std::ffi::{CStr, c_int};
use std::sync::OnceLock;

/// A module in Lua that is part of the loader.
struct BuiltIn {
    chunk: &'static CStr,
    text: &'static str,
    code: OnceLock<Vec<u8>>,
}

static ABI: BuiltIn = BuiltIn {
    chunk: c"=polyplug_abi",
    text: include_str!("lua/polyplug_abi.lua"),
    code: OnceLock::new(),
};
static GUEST: BuiltIn = BuiltIn {
    chunk: c"=polyplug_guest",
    text: include_str!("lua/polyplug_guest.lua"),
    code: OnceLock::new(),
};
static WIDE: BuiltIn = BuiltIn {
    chunk: c"=polyplug_wide",
    text: include_str!("lua/polyplug_wide.lua"),
    code: OnceLock::new(),
};

/// Where the registry keeps `ffi` once it is open; a sandboxed script does not see it.
const FFI: &CStr = c"polyplug.ffi";

/// Replaces LuaJIT's searchers, and adds the built-in modules.
pub(crate) fn install(frame: Frame, libraries: Libraries) {
    frame.get_field(GLOBALS, c"package");
    let package = frame.top();
    for name in [c"path", c"cpath"] {
        frame.push_bytes(b"");
        frame.set_field(package, name);
    }
    // Of LuaJIT's four searchers only the first, for preloaded modules, stays.
    frame.get_field(package, c"loaders");
    frame.push_function(find_in_bundle);
    frame.raw_set_number(-2, 2);
    for number in 3..=4 {
        frame.push_nil();
        frame.raw_set_number(-2, number);
    }
    frame.pop(1);
    if libraries == Libraries::All {
        let modules: [(&CStr, CFunction); 3] =
            [(c"ffi", load_ffi), (c"polyplug_abi", load_abi), (c"polyplug_guest", load_guest)];
        frame.get_field(REGISTRY, c"_PRELOAD");
        for (name, open) in modules {
            frame.push_function(open);
            frame.set_field(-2, name);
        }
    }
    frame.set_top(package - 1);
}

/// Pushes the three functions of `lua/polyplug_wide.lua`.
pub(crate) fn push_wide_helpers(frame: Frame) {
    WIDE.push(frame);
    push_ffi(frame);
    frame.call(1, 3);
}

/// Opens `ffi` where no script finds it. Otherwise a number such as `1LL` in a script's text would make
/// LuaJIT open it, and hand it out in `package.loaded`.
pub(crate) fn hide_ffi(frame: Frame) {
    push_ffi(frame);
    frame.pop(1);
    frame.get_field(REGISTRY, c"_LOADED");
    frame.push_nil();
    frame.set_field(-2, c"ffi");
    frame.pop(1);
}

/// Pushes the module `ffi`, which is opened once.
fn push_ffi(frame: Frame) {
    frame.get_field(REGISTRY, FFI);
    if frame.kind(-1) == Kind::Table {
        return;
    }
    frame.get_field(REGISTRY, c"_LOADED");
    frame.get_field(-1, c"ffi");
    if frame.kind(-1) != Kind::Table {
        frame.push_function(load_ffi);
        frame.call(0, 1);
        frame.replace(-2);
    }
    frame.replace(-3);
    frame.pop(1);
    frame.push_value(-1);
    frame.set_field(REGISTRY, FFI);
}

/// The searcher of `package.loaders`: the module's chunk, or why there is none.
///
/// # Safety
/// Called by LuaJIT as a C function.
unsafe extern "C-unwind" fn find_in_bundle(raw: *mut RawState) -> c_int {
    // SAFETY: LuaJIT calls with the running state, protected.
    let frame = unsafe { Frame::from_raw(raw) };
    let Some(file) = Context::of(&frame).sources.module(&frame.text(1)) else {
        frame.push_bytes(b"\n\tno such file in the bundle ('a.b' means a/b.lua or a/b/init.lua)");
        return 1;
    };
    if frame.load_text(&file.bytes, &file.chunk) != Status::Done {
        frame.raise();
    }
    1
}

/// `require("ffi")`, which may go beyond the memory limit: LuaJIT loses a block for good when it
/// runs out of memory on the way.
///
/// # Safety
/// Called by LuaJIT as a C function.
unsafe extern "C-unwind" fn load_ffi(raw: *mut RawState) -> c_int {
    // SAFETY: LuaJIT calls with the running state, protected.
    let frame = unsafe { Frame::from_raw(raw) };
    let memory = &Context::of(&frame).memory;
    memory.suspend_limit(true);
    // SAFETY: called as LuaJIT would have called it.
    let results = unsafe { ffi::luaopen_ffi(raw) };
    memory.suspend_limit(false);
    results
}

/// `require("polyplug_abi")`.
///
/// # Safety
/// Called by LuaJIT as a C function.
unsafe extern "C-unwind" fn load_abi(raw: *mut RawState) -> c_int {
    // SAFETY: LuaJIT calls with the running state, protected.
    let frame = unsafe { Frame::from_raw(raw) };
    ABI.push(frame);
    frame.call(0, 1);
    1
}

/// `require("polyplug_guest")`.
///
/// # Safety
/// Called by LuaJIT as a C function.
unsafe extern "C-unwind" fn load_guest(raw: *mut RawState) -> c_int {
    // SAFETY: LuaJIT calls with the running state, protected.
    let frame = unsafe { Frame::from_raw(raw) };
    GUEST.push(frame);
    outgoing::push_functions(frame);
    frame.call(1, 1);
    1
}

impl BuiltIn {
    /// Pushes the module's chunk. It is compiled once per process.
    fn push(&self, frame: Frame) {
        let code = self.code.get_or_init(|| compile(self.text, self.chunk));
        if frame.load_bytecode(code, self.chunk) != Status::Done {
            frame.raise();
        }
    }
}

/// The bytecode of `text`, made in a VM of its own; empty if there is no memory for one.
fn compile(text: &str, chunk: &CStr) -> Vec<u8> {
    let mut code = Vec::new();
    if let Ok(vm) = Vm::open(Opening::bare(Libraries::None)) {
        let _ = vm.run(&mut |frame| {
            if frame.load_text(text.as_bytes(), chunk) == Status::Done {
                frame.dump(&mut code);
            }
        });
    }
    code
}

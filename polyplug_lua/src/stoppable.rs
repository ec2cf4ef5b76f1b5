//! Whether the LuaJIT in this process looks for hooks in compiled loops, which it does only if it was
//! built with `LUAJIT_ENABLE_CHECKHOOK` (`.cargo/config.toml`). Found out by trying, once.

use crate::frame::Frame;
use crate::libraries::Libraries;
use crate::state::{GLOBALS, RawState, State};
use crate::vm::{Opening, Vm};
use std::sync::OnceLock;

/// Late enough for the loop to have been compiled.
const ARMED_AT: f64 = 200.0;

/// A loop that tells its count to a C function, which compiled code calls like any other.
const LOOP: &str = "
local ffi = require('ffi')
local tell = ffi.cast('void (*)(void *, double *, double)', tell)
local state, count = ffi.cast('void *', state), ffi.cast('double *', count)
for number = 1, 300 do tell(state, count, number) end
";

/// Whether a hook that is set from outside stops a compiled loop.
pub(crate) fn compiled_loops_stop() -> bool {
    static ANSWER: OnceLock<bool> = OnceLock::new();
    *ANSWER.get_or_init(|| try_it().is_some_and(|count| count < ARMED_AT + 10.0))
}

/// How far the loop came.
fn try_it() -> Option<f64> {
    let vm = Vm::open(Opening::bare(Libraries::All)).ok()?;
    let mut count = 0.0_f64;
    let address = &raw mut count;
    let stopped = vm.run(&mut |frame| {
        frame.push_address(tell as *const ());
        frame.set_field(GLOBALS, c"tell");
        frame.push_address(frame.as_raw());
        frame.set_field(GLOBALS, c"state");
        frame.push_address(address);
        frame.set_field(GLOBALS, c"count");
        frame.load_text(LOOP.as_bytes(), c"=loop");
        frame.call(0, 0);
    });
    // SAFETY: the VM is open, and nobody is inside.
    unsafe { vm.main().set_hook(None) };
    stopped.is_err().then_some(count)
}

/// # Safety
/// Called by the loop above with the running state and the address of the count.
unsafe extern "C" fn tell(state: *mut RawState, count: *mut f64, number: f64) {
    // SAFETY: the count outlives the loop.
    unsafe { *count = number };
    if number == ARMED_AT {
        // SAFETY: the state is the one that runs the loop.
        let state = unsafe { State::from_raw(state) };
        // SAFETY: the VM is open.
        unsafe { state.set_hook(Some(stop)) };
    }
}

/// # Safety
/// Called by LuaJIT as a hook.
unsafe extern "C-unwind" fn stop(raw: *mut RawState, _record: *mut mlua::ffi::lua_Debug) {
    // SAFETY: hooks run where errors may be raised.
    let frame = unsafe { Frame::from_raw(raw) };
    frame.raise_text("stopped")
}

#[cfg(test)]
mod tests {
    #[test]
    fn this_build_can_stop_compiled_loops() {
        assert!(
            super::compiled_loops_stop(),
            "CFLAGS did not reach LuaJIT: see .cargo/config.toml"
        );
    }
}

//! The global table `polyplug`: what every bundle may use, sandboxed or not.

use crate::context::Context;
use crate::frame::Frame;
use crate::outgoing;
use crate::proxy;
use crate::state::{GLOBALS, Kind, REGISTRY, RawState};
use std::ffi::{CStr, c_int};

/// The registry's table of the tables that `polyplug.keep` has given to the script, by name.
pub(crate) const KEPT: &CStr = c"polyplug.kept";
/// The registry's table of the tables that came from the generation before and that the script has
/// not asked for yet.
pub(crate) const CARRIED: &CStr = c"polyplug.carried";

/// The registry's table of what the kept tables held when the bundle had started, by name.
const DEFAULTS: &CStr = c"polyplug.defaults";

/// Puts `polyplug` into the globals.
pub(crate) fn install(frame: Frame) {
    for table in [KEPT, CARRIED] {
        frame.push_table();
        frame.set_field(REGISTRY, table);
    }
    frame.push_table();
    frame.push_function(keep);
    frame.set_field(-2, c"keep");
    frame.push_function(outgoing::log_of_bundle);
    frame.set_field(-2, c"log");
    frame.push_text(Context::of(&frame).sources.bundle());
    frame.set_field(-2, c"bundle");
    proxy::install(frame);
    frame.set_field(GLOBALS, c"polyplug");
}

/// `polyplug.keep(name, default)`: the table that survives reloads under `name`. The first version
/// that asks gets `default`; later ones get what there was, with the fields of `default` that were
/// missing.
///
/// # Safety
/// Called by LuaJIT as a C function.
unsafe extern "C-unwind" fn keep(raw: *mut RawState) -> c_int {
    const NAME: c_int = 1;
    const DEFAULT: c_int = 2;
    // SAFETY: LuaJIT calls with the running state, protected.
    let frame = unsafe { Frame::from_raw(raw) };
    frame.set_top(DEFAULT);
    if frame.kind(NAME) != Kind::String {
        frame.raise_text("polyplug.keep(name, default): the name must be a string");
    }
    if frame.kind(DEFAULT) == Kind::Nil {
        frame.push_table();
        frame.replace(DEFAULT);
    }
    if frame.kind(DEFAULT) != Kind::Table {
        frame.raise_text("polyplug.keep(name, default): the default must be a table");
    }
    frame.get_field(REGISTRY, KEPT);
    let kept = frame.top();
    frame.push_value(NAME);
    frame.raw_get(kept);
    if frame.kind(-1) == Kind::Table {
        return 1;
    }
    frame.pop(1);
    frame.get_field(REGISTRY, CARRIED);
    let carried = frame.top();
    frame.push_value(NAME);
    frame.raw_get(carried);
    if frame.kind(-1) == Kind::Table {
        fill(frame, frame.top(), DEFAULT);
        frame.push_value(NAME);
        frame.push_nil();
        frame.raw_set(carried);
    } else {
        frame.push_value(DEFAULT);
        frame.replace(-2);
    }
    frame.push_value(NAME);
    frame.push_value(-2);
    frame.raw_set(kept);
    1
}

/// Makes the kept tables ready to be given what the generation before had in them: as they were
/// after the start, also if this is done `again`.
pub(crate) fn prepare_kept(frame: Frame, again: bool) {
    const SAVED: c_int = 1;
    const KEPT_NOW: c_int = 2;
    const NAME: c_int = 3;
    const TABLE: c_int = 4;
    frame.push_table();
    frame.set_field(REGISTRY, CARRIED);
    if again {
        frame.get_field(REGISTRY, DEFAULTS);
    } else {
        frame.push_table();
        frame.push_value(-1);
        frame.set_field(REGISTRY, DEFAULTS);
    }
    frame.get_field(REGISTRY, KEPT);
    frame.push_nil();
    while frame.next(KEPT_NOW) {
        if again {
            clear(frame, TABLE);
            frame.push_value(NAME);
            frame.raw_get(SAVED);
            fill(frame, TABLE, frame.top());
        } else {
            frame.push_value(NAME);
            frame.push_table();
            fill(frame, frame.top(), TABLE);
            frame.raw_set(SAVED);
        }
        frame.set_top(NAME);
    }
}

fn clear(frame: Frame, table: c_int) {
    frame.push_nil();
    while frame.next(table) {
        // Giving nil to a field that is there may be done while going through the table.
        frame.pop(1);
        frame.push_value(-1);
        frame.push_nil();
        frame.raw_set(table);
    }
}

/// Gives `table` the fields of `defaults` that it lacks.
fn fill(frame: Frame, table: c_int, defaults: c_int) {
    frame.push_nil();
    while frame.next(defaults) {
        frame.push_value(-2);
        frame.raw_get(table);
        let missing = frame.kind(-1) == Kind::Nil;
        frame.pop(1);
        if missing {
            frame.push_value(-2);
            frame.insert(-2);
            frame.raw_set(table);
        } else {
            frame.pop(1);
        }
    }
}

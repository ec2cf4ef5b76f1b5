//! The message handler: where an error was raised, written down at the moment it is raised.
//!
//! It writes into the VM's context and asks Lua for no memory, so it works when there is none left.

use crate::context::Context;
use crate::frame::Frame;
use crate::level::Level;
use crate::state::{RawState, State};
use std::ffi::{CStr, c_int};
use std::fmt::Write;

/// Levels shown at the top of a traceback, and at its bottom; the ones between are left out.
const TOP_LEVELS: c_int = 12;
const BOTTOM_LEVELS: c_int = 10;

/// How the function looks that everything but a plain call runs in; it is ours, and outermost.
const OWN_LEVEL: &str = "\n\t[C]: in C function";

/// The most recent traceback of a VM.
#[derive(Default)]
pub(crate) struct Traceback {
    text: String,
    chunk: String,
    line: u32,
}

impl Traceback {
    /// Writes down the call stack from `first` on, 0 being the running function.
    pub(crate) fn record(&mut self, state: State, first: c_int) {
        self.clear();
        let last = depth(state);
        let mut level = first;
        while let Some(entry) = Level::of(state, level) {
            if level - first == TOP_LEVELS && last - level > BOTTOM_LEVELS {
                self.text.push_str("\n\t...");
                level = last - BOTTOM_LEVELS + 1;
                continue;
            }
            if self.chunk.is_empty() && entry.line() > 0 {
                append(&mut self.chunk, entry.source());
                self.line = entry.line();
            }
            append_level(&mut self.text, &entry);
            level += 1;
        }
        if let Some(kept) = self.text.strip_suffix(OWN_LEVEL).map(str::len) {
            self.text.truncate(kept);
        }
    }

    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.chunk.clear();
        self.line = 0;
    }

    /// The levels, one a line, each beginning with a line break; empty if nothing was written down.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The innermost chunk that ran, and its line.
    pub(crate) fn place(&self) -> Option<(&str, u32)> {
        (!self.chunk.is_empty()).then_some((self.chunk.as_str(), self.line))
    }
}

/// Lua's message handler: writes the traceback down and leaves the error as it is.
///
/// # Safety
/// Called by LuaJIT as a message handler.
pub(crate) unsafe extern "C-unwind" fn handle_message(raw: *mut RawState) -> c_int {
    // SAFETY: LuaJIT calls with the running state, and whoever set the handler is protected.
    let frame = unsafe { Frame::from_raw(raw) };
    frame.set_top(1);
    // Nothing below raises, so the borrow ends here.
    if let Ok(mut traceback) = Context::of(&frame).traceback.try_borrow_mut() {
        traceback.record(*frame, 1);
    }
    1
}

fn append_level(text: &mut String, level: &Level) {
    text.push_str("\n\t");
    append(text, level.short_source());
    text.push(':');
    if level.line() > 0 {
        let _ = write!(text, "{}:", level.line());
    }
    if let Some(name) = level.name() {
        text.push_str(" in function '");
        append(text, name);
        text.push('\'');
    } else if level.what() == c"main" {
        text.push_str(" in main chunk");
    } else if level.what() == c"C" {
        text.push_str(" in C function");
    } else {
        text.push_str(" in function <");
        append(text, level.short_source());
        let _ = write!(text, ":{}>", level.first_line());
    }
}

fn append(text: &mut String, piece: &CStr) {
    text.push_str(&piece.to_string_lossy());
}

/// The number of the outermost level.
fn depth(state: State) -> c_int {
    // Doubling, then halving: a stack overflow has very many levels.
    let (mut known, mut beyond) = (0, 1);
    while Level::exists(state, beyond) {
        known = beyond;
        beyond *= 2;
    }
    while beyond - known > 1 {
        let middle = known + (beyond - known) / 2;
        if Level::exists(state, middle) {
            known = middle;
        } else {
            beyond = middle;
        }
    }
    known
}

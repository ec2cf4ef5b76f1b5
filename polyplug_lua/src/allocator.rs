//! The memory of one VM: the system's allocator behind a counter and a limit.
//!
//! It is as fast as LuaJIT's own, opens a VM several times faster, and lets the bundle's limit hold
//! for everything but machine code. Used by one thread at a time, like the VM.
//!
//! A script is not refused at the limit but somewhat below it, by the VM's [hook](crate::hook), after
//! a collection that did not help. The allocator itself refuses only what would go over the limit.
//! LuaJIT does neither for us: it knows no emergency collection, and compiled code that is refused
//! memory at the wrong moment goes on with a value that was never made.

use crate::context::Context;
use crate::hook;
use crate::state::State;
use std::cell::Cell;
use std::ffi::c_void;
use std::ptr;

/// How far below the limit a script has to make do with what it has: room for what one round of a
/// compiled loop may take before it looks for hooks. At most a quarter of the limit.
const RESERVE: usize = 512 * 1024;

/// How much a VM uses, and how much it may.
pub(crate) struct Memory {
    used: Cell<usize>,
    limit: Cell<usize>,
    /// The limit without the reserve.
    mark: Cell<usize>,
    /// Whether the hook is set because the mark was passed.
    armed: Cell<bool>,
    suspended: Cell<bool>,
    refused: Cell<bool>,
    shut: Cell<bool>,
}

impl Memory {
    /// No limit yet.
    pub(crate) fn new() -> Self {
        Self {
            used: Cell::new(0),
            limit: Cell::new(usize::MAX),
            mark: Cell::new(usize::MAX),
            armed: Cell::new(false),
            suspended: Cell::new(false),
            refused: Cell::new(false),
            shut: Cell::new(false),
        }
    }

    /// Sets the limit, which may be below what is used already: then nothing more is given.
    pub(crate) fn set_limit(&self, limit: Option<u64>) {
        let limit = limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
        self.limit.set(limit);
        self.mark.set(limit - RESERVE.min(limit / 4));
    }

    /// The bytes that the VM holds now.
    pub(crate) fn used(&self) -> usize {
        self.used.get()
    }

    /// The limit in bytes, if there is one.
    pub(crate) fn limit(&self) -> Option<usize> {
        (self.limit.get() != usize::MAX).then(|| self.limit.get())
    }

    /// Lets the VM go beyond its limit, or no longer.
    pub(crate) fn suspend_limit(&self, suspended: bool) {
        self.suspended.set(suspended);
    }

    /// Refuses all growth, or no longer.
    pub(crate) fn shut(&self, shut: bool) {
        self.shut.set(shut);
    }

    /// Whether all growth is refused.
    pub(crate) fn is_shut(&self) -> bool {
        self.shut.get()
    }

    /// Whether the hook is set because there is too little memory.
    pub(crate) fn is_armed(&self) -> bool {
        self.armed.get()
    }

    /// The hook was taken off.
    pub(crate) fn disarm(&self) {
        self.armed.set(false);
    }

    /// Whether a collection has made enough room for the script to go on: so much that the next one
    /// is some work away.
    pub(crate) fn has_room_again(&self) -> bool {
        let mark = self.mark.get();
        self.used.get() <= mark - mark / 16
    }

    /// The script is about to be refused memory.
    pub(crate) fn note_refusal(&self) {
        self.refused.set(true);
    }

    /// Whether the script was refused memory since this was asked last.
    pub(crate) fn take_refused(&self) -> bool {
        self.refused.replace(false)
    }

    fn may_grow(&self, bytes: usize, main: Option<State>) -> bool {
        if self.shut.get() {
            return false;
        }
        if self.suspended.get() {
            return true;
        }
        let total = self.used.get().saturating_add(bytes);
        if total > self.limit.get() {
            self.refused.set(true);
            return false;
        }
        if total > self.mark.get()
            && let Some(main) = main
            && !self.armed.replace(true)
        {
            // SAFETY: an open VM allocates, and hooks may be set at any moment.
            unsafe { main.set_hook(Some(hook::look)) };
        }
        true
    }
}

/// Lua's allocation function.
///
/// # Safety
/// - `data` is the address of a [`Context`], and nobody else uses its memory counter meanwhile.
/// - `block` is null or came from here with `old` bytes.
pub(crate) unsafe extern "C" fn allocate(
    data: *mut c_void,
    block: *mut c_void,
    old: usize,
    new: usize,
) -> *mut c_void {
    // SAFETY: the caller's promise.
    let context = unsafe { &*data.cast::<Context>() };
    let memory = &context.memory;
    let used = memory.used.get();
    if new == 0 {
        // SAFETY: null, or from `realloc` below.
        unsafe { libc::free(block) };
        memory.used.set(used - old);
        return ptr::null_mut();
    }
    if new > old && !memory.may_grow(new - old, context.main.get()) {
        return ptr::null_mut();
    }
    // SAFETY: null, or from `realloc`; `new` is not 0.
    let moved = unsafe { libc::realloc(block, new) };
    if !moved.is_null() {
        memory.used.set(used - old + new);
        return moved;
    }
    // Lua relies on shrinking never to fail; the larger block does as well.
    if new < old {
        memory.used.set(used - old + new);
        return block;
    }
    ptr::null_mut()
}

//! Memory, the last error, log records and arenas. None of these takes a lock of the runtime.

use super::context;
use crate::arena;
use crate::border;
use polyplug_abi::{CallArena, HostApi, LogLevel, StringView};
use std::ptr;
use std::slice;

pub(super) unsafe extern "C" fn alloc(_: *const HostApi, size: usize, align: usize) -> *mut u8 {
    border::catch(ptr::null_mut(), || border::allocate(size, align))
}

pub(super) unsafe extern "C" fn free(
    _: *const HostApi,
    memory: *mut u8,
    size: usize,
    align: usize,
) {
    // SAFETY: the caller's promise, see the ABI.
    unsafe { border::free(memory, size, align) };
}

/// The arena of the innermost guarded call on this thread, else the host's allocator.
pub(super) unsafe extern "C" fn result_alloc(
    host: *const HostApi,
    size: usize,
    align: usize,
) -> *mut u8 {
    border::catch(ptr::null_mut(), || {
        // SAFETY: the caller's promise, see the ABI.
        let arena = unsafe { context(host) }
            .map_or(ptr::null_mut(), |context| context.core().thread().record.arena());
        if arena.is_null() {
            return border::allocate(size, align);
        }
        // SAFETY: the arena of a running guarded call is this thread's.
        unsafe { arena::allocate(arena, size, align) }
    })
}

pub(super) unsafe extern "C" fn arena_alloc(
    _: *const HostApi,
    arena: *mut CallArena,
    size: usize,
    align: usize,
) -> *mut u8 {
    border::catch(ptr::null_mut(), || {
        if arena.is_null() {
            return border::allocate(size, align);
        }
        // SAFETY: the caller's promise, see the ABI.
        unsafe { arena::allocate(arena, size, align) }
    })
}

pub(super) unsafe extern "C" fn arena_reset(_: *const HostApi, arena: *mut CallArena) {
    if !arena.is_null() {
        // SAFETY: the caller's promise, see the ABI.
        unsafe { arena::reset(arena) };
    }
}

pub(super) unsafe extern "C" fn arena_release(_: *const HostApi, arena: *mut CallArena) {
    if !arena.is_null() {
        // SAFETY: the caller's promise, see the ABI.
        unsafe { arena::release(arena) };
    }
}

pub(super) unsafe extern "C" fn get_last_error(
    _: *const HostApi,
    buf: *mut u8,
    len: usize,
) -> usize {
    border::catch(0, || {
        if buf.is_null() || len > isize::MAX as usize {
            return 0;
        }
        // SAFETY: the caller's promise, see the ABI; bytes of any value may be overwritten.
        let into = unsafe { slice::from_raw_parts_mut(buf, len) };
        border::take_last_error(into)
    })
}

pub(super) unsafe extern "C" fn get_error_len(_: *const HostApi) -> usize {
    border::catch(0, border::last_error_len)
}

pub(super) unsafe extern "C" fn last_error(_: *const HostApi) -> StringView {
    border::catch(StringView::null(), border::last_error)
}

pub(super) unsafe extern "C" fn set_last_error(_: *const HostApi, code: u32, message: StringView) {
    border::catch((), || {
        // SAFETY: the caller's promise, see the ABI.
        let text = unsafe { border::text(message) };
        border::remember_as(code, text.unwrap_or("(no message, or not UTF-8)").to_owned());
    });
}

pub(super) unsafe extern "C" fn log(
    host: *const HostApi,
    level: u32,
    scope: StringView,
    message: StringView,
) {
    border::catch((), || {
        // SAFETY: the caller's promise, see the ABI.
        let Some(context) = (unsafe { context(host) }) else { return };
        // SAFETY: as above.
        let scope = unsafe { border::text(scope) };
        // SAFETY: as above.
        let message = unsafe { border::text(message) };
        context.core().log(
            LogLevel::from_u32(level),
            scope.unwrap_or("(no scope, or not UTF-8)"),
            message.unwrap_or("(no message, or not UTF-8)"),
        );
    });
}

//! Arenas: where the variable-sized parts of results live.

use crate::border::{self, Failure};
use crate::hosts;
use polyplug::embedding;
use polyplug_abi::{CallArena, HostApi};
use std::ffi::c_void;
use std::ptr;

/// Makes an arena. [thread-safe]
///
/// `arena` belongs to the caller and is used by one thread at a time. `region`, which may be null
/// if `size` is 0, stays the caller's: `size` bytes that are filled first and must live as long as
/// the arena; after that blocks come from the runtime. polyplug_arena_release() gives them back.
///
/// # Safety
/// - `arena` is null or can be written; `size` bytes can be written at `region`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn polyplug_arena_init(
    host: *const HostApi,
    arena: *mut CallArena,
    region: *mut c_void,
    size: usize,
) -> u32 {
    border::code(|| {
        hosts::find(host)?;
        let arena = border::place("arena", arena)?;
        if region.is_null() && size > 0 {
            return Err(Failure::pointer("region", "is null, but `size` is not 0"));
        }
        let mut made = CallArena::new(host);
        made.base = region.cast();
        made.cur = made.base;
        made.end = made.base.wrapping_add(size);
        // SAFETY: the caller's promise.
        unsafe { border::write(arena, made) };
        Ok(())
    })
}

/// Takes memory from an arena. [same-thread]
///
/// It belongs to the arena and dies with the next reset or release. `align` is a power of two.
/// Null on failure; the arena is then unchanged.
///
/// # Safety
/// - `arena` is null or an arena that no other thread uses.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn polyplug_arena_alloc(
    arena: *mut CallArena,
    size: usize,
    align: usize,
) -> *mut c_void {
    border::value(ptr::null_mut(), || {
        let arena = border::place("arena", arena)?;
        if !align.is_power_of_two() {
            return Err(Failure::argument("align", format!("is {align}, no power of two")));
        }
        // SAFETY: the caller's promise.
        let place = unsafe { embedding::arena_allocate(arena, size, align) };
        if place.is_null() {
            return Err(Failure::argument("size", format!("is {size}: there is no such memory")));
        }
        Ok(place.cast())
    })
}

/// Makes all memory of an arena free for the next call, keeping some blocks. [same-thread]
///
/// Only its creator resets it: everything taken from it becomes invalid.
///
/// # Safety
/// - `arena` is null or an arena that no other thread uses.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn polyplug_arena_reset(arena: *mut CallArena) -> u32 {
    border::code(|| {
        let arena = border::place("arena", arena)?;
        // SAFETY: the caller's promise.
        unsafe { embedding::arena_reset(arena) };
        Ok(())
    })
}

/// Gives the blocks of an arena back. [same-thread]
///
/// As polyplug_arena_reset(); the struct stays the caller's and is an empty arena. It may be
/// released after its runtime was destroyed.
///
/// # Safety
/// - `arena` is null or an arena that no other thread uses.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn polyplug_arena_release(arena: *mut CallArena) -> u32 {
    border::code(|| {
        let arena = border::place("arena", arena)?;
        // SAFETY: the caller's promise.
        unsafe { embedding::arena_release(arena) };
        Ok(())
    })
}

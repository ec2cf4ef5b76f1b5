//! The frame that stops everything: a function in assembly whose personality takes whatever comes.
//!
//! An unwinder asks the personality of each frame twice: whether it stops this, then to do so. This one
//! says yes, notes what came, and lets execution go on behind the call as if it had returned. The
//! frame keeps nothing across the call but its caller's registers, which the unwinder restores.

use super::Thrown;
use std::arch::global_asm;
use std::cell::Cell;
use std::ffi::{c_int, c_void};
use std::ptr;

// Values of the Itanium C++ ABI.
const SEARCH_PHASE: c_int = 1;
const FORCED: c_int = 8;
const HANDLER_FOUND: c_int = 6;
const INSTALL_CONTEXT: c_int = 7;
const CONTINUE_UNWIND: c_int = 8;

thread_local! {
    /// What was stopped last on this thread.
    static STOPPED: Cell<Option<Thrown>> = const { Cell::new(None) };
}

// The personality is found through a pointer, so that it may lie in another library.
#[cfg(target_arch = "x86_64")]
global_asm!(
    ".pushsection .text.polyplug_native_catch,\"ax\",@progbits",
    ".globl polyplug_native_catch",
    ".hidden polyplug_native_catch",
    ".type polyplug_native_catch,@function",
    "polyplug_native_catch:",
    ".cfi_startproc",
    ".cfi_personality 0x9b, .Lpolyplug_native_personality",
    "push rbp",
    ".cfi_def_cfa_offset 16",
    ".cfi_offset rbp, -16",
    "mov rbp, rsp",
    ".cfi_def_cfa_register rbp",
    "mov rax, rdi",
    "mov rdi, rsi",
    "call rax",
    "pop rbp",
    ".cfi_def_cfa rsp, 8",
    "ret",
    ".cfi_endproc",
    ".size polyplug_native_catch, . - polyplug_native_catch",
    ".popsection",
    ".pushsection .data.rel.ro.polyplug_native_catch,\"aw\",@progbits",
    ".p2align 3",
    ".Lpolyplug_native_personality:",
    ".quad {personality}",
    ".popsection",
    personality = sym personality,
);

#[cfg(target_arch = "aarch64")]
global_asm!(
    ".pushsection .text.polyplug_native_catch,\"ax\",@progbits",
    ".globl polyplug_native_catch",
    ".hidden polyplug_native_catch",
    ".type polyplug_native_catch,@function",
    ".p2align 2",
    "polyplug_native_catch:",
    ".cfi_startproc",
    ".cfi_personality 0x9b, .Lpolyplug_native_personality",
    "stp x29, x30, [sp, #-16]!",
    ".cfi_def_cfa_offset 16",
    ".cfi_offset x29, -16",
    ".cfi_offset x30, -8",
    "mov x29, sp",
    ".cfi_def_cfa_register x29",
    "mov x2, x0",
    "mov x0, x1",
    "blr x2",
    "ldp x29, x30, [sp], #16",
    ".cfi_def_cfa sp, 0",
    "ret",
    ".cfi_endproc",
    ".size polyplug_native_catch, . - polyplug_native_catch",
    ".popsection",
    ".pushsection .data.rel.ro.polyplug_native_catch,\"aw\",@progbits",
    ".p2align 3",
    ".Lpolyplug_native_personality:",
    ".xword {personality}",
    ".popsection",
    personality = sym personality,
);

unsafe extern "C" {
    /// Calls `body` with `data`, and returns also if that does not.
    fn polyplug_native_catch(body: unsafe extern "C-unwind" fn(*mut c_void), data: *mut c_void);
}

/// Called by the unwinder when something arrives at the frame.
unsafe extern "C" fn personality(
    _version: c_int,
    actions: c_int,
    class: u64,
    exception: *mut c_void,
    _context: *mut c_void,
) -> c_int {
    // The end of a thread is nothing that may be stopped.
    if actions & FORCED != 0 {
        return CONTINUE_UNWIND;
    }
    if actions & SEARCH_PHASE != 0 {
        return HANDLER_FOUND;
    }
    STOPPED.set(Some(Thrown { class, exception }));
    INSTALL_CONTEXT
}

struct Call<F, T> {
    body: Option<F>,
    result: Option<T>,
}

/// Runs the body of a call.
///
/// # Safety
/// - `call` is a `Call<F, T>` that nobody else touches meanwhile.
unsafe extern "C-unwind" fn run<F: FnOnce() -> T, T>(call: *mut c_void) {
    // SAFETY: the caller's promise.
    let call = unsafe { &mut *call.cast::<Call<F, T>>() };
    call.result = call.body.take().map(|body| body());
}

/// What `body` returns, or what came out of it instead. `body` is a call into a plugin: what a panic of
/// this library throws is not to be stopped like that.
pub(crate) fn catch<T, F: FnOnce() -> T>(body: F) -> Result<T, Thrown> {
    let mut call = Call { body: Some(body), result: None };
    // SAFETY: `run` is given the call that it expects.
    unsafe { polyplug_native_catch(run::<F, T>, (&raw mut call).cast()) };
    let nothing = Thrown { class: 0, exception: ptr::null_mut() };
    call.result.ok_or_else(|| STOPPED.take().unwrap_or(nothing))
}

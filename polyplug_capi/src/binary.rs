//! Calls with values in the binary form: packed bytes that the contract's description tells apart.

use crate::border::{self, Failure};
use crate::contract::{self, PolyplugContract};
use crate::hosts;
use polyplug::embedding;
use polyplug::schema::DEFAULT_LIMIT;
use polyplug_abi::{AbiErrorCode, CallArena, GuestContractInstance, HostApi};
use std::cell::Cell;
use std::ffi::c_char;
use std::ptr;

/// How large a buffer for results a thread keeps; larger ones are made for one call.
const KEPT: usize = 1 << 16;

/// Calls a function by its name, with values in the binary form. [thread-safe]
///
/// `contract` is `demo.greeter@1`, `function` the name in the WIT. `args` are the arguments one behind
/// the other, `args_len` bytes; null if there are none. All three stay the caller's. The form is packed
/// and little-endian: numbers in their size, a text or a list with its length as `uint32_t` in front;
/// docs/binary.md has all of it. The contract must have a description: of the bundle that provides
/// it, or of the host (polyplug_describe()). Bundles are asked first, then the contracts of the host.
///
/// `out` receives the address of the result in the same form and `out_len` the number of its bytes, 0 if
/// the function has none; they belong to `arena`, which is this thread's. None of the three may be
/// null. After a failure nothing is written.
///
/// # Safety
/// - `contract` and `function` are null or texts that end with a NUL; `args` is null or valid for
///   reading `args_len` bytes; `out` and `out_len` are null or valid for writing; `arena` is null or
///   this thread's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn polyplug_call_binary(
    host: *const HostApi,
    contract: *const c_char,
    function: *const c_char,
    args: *const u8,
    args_len: usize,
    arena: *mut CallArena,
    out: *mut *const u8,
    out_len: *mut usize,
) -> u32 {
    border::code(|| {
        let host = hosts::find(host)?;
        // SAFETY: the caller's promise.
        let contract = unsafe { border::text("contract", contract) }?;
        // SAFETY: as above.
        let function = unsafe { border::text("function", function) }?;
        // SAFETY: as above.
        let args = unsafe { border::list("args", args, args_len, DEFAULT_LIMIT) }?;
        let place = Place::checked(arena, out, out_len)?;
        result_of(place, |bytes| Ok(host.runtime.call_binary(contract, function, args, bytes)?))
    })
}

/// As polyplug_call_binary(), of a contract that was found before, and by number. [thread-safe]
///
/// Nothing is looked up by name, and with room in the arena nothing is allocated. `contract` is what
/// polyplug_contract() or polyplug_bind() returned; `function` counts from 0 in the order of the
/// contract; `instance` is one that polyplug_create() made, or {NULL, 0} for the stateless default.
/// The rest is as for polyplug_call_binary().
///
/// # Safety
/// - `contract` is null or of a living runtime, `instance` one of it that is alive; the rest as for
///   polyplug_call_binary().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn polyplug_call_binary_at(
    contract: *const PolyplugContract,
    instance: GuestContractInstance,
    function: u32,
    args: *const u8,
    args_len: usize,
    arena: *mut CallArena,
    out: *mut *const u8,
    out_len: *mut usize,
) -> u32 {
    border::code(|| {
        if contract.is_null() {
            return Err(contract::null());
        }
        let interface = contract::interface_of(contract);
        // SAFETY: the caller's promise.
        let args = unsafe { border::list("args", args, args_len, DEFAULT_LIMIT) }?;
        let place = Place::checked(arena, out, out_len)?;
        result_of(place, |bytes| {
            // SAFETY: as above; null is checked.
            Ok(unsafe { embedding::call_binary(interface, instance, function, args, bytes) }?)
        })
    })
}

/// Where a result goes; nothing of it is null.
struct Place {
    arena: *mut CallArena,
    out: *mut *const u8,
    out_len: *mut usize,
}

impl Place {
    fn checked(
        arena: *mut CallArena,
        out: *mut *const u8,
        out_len: *mut usize,
    ) -> Result<Self, Failure> {
        if arena.is_null() {
            return Err(Failure::pointer("arena", "is null; pass an arena of this thread"));
        }
        if out.is_null() {
            return Err(Failure::pointer("out", "is null; pass where the result is to go"));
        }
        if out_len.is_null() {
            return Err(Failure::pointer("out_len", "is null; pass where the length is to go"));
        }
        Ok(Self { arena, out, out_len })
    }
}

thread_local! {
    /// Where the last result on this thread was made; a call inside of another makes its own.
    static BUFFER: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// Makes a call and copies its result to `place`.
fn result_of(
    place: Place,
    call: impl FnOnce(&mut Vec<u8>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut bytes = BUFFER.try_with(Cell::take).unwrap_or_default();
    bytes.clear();
    let result = call(&mut bytes).and_then(|()| {
        // SAFETY: who made the place checked it for null, and was promised the rest.
        unsafe { copy_to(&place, &bytes) }
    });
    if bytes.capacity() <= KEPT {
        // A thread that is ending keeps nothing.
        let _ = BUFFER.try_with(|buffer| buffer.set(bytes));
    }
    result
}

/// # Safety
/// - The place is one that a caller of the library promised, and nothing of it is null.
unsafe fn copy_to(place: &Place, bytes: &[u8]) -> Result<(), Failure> {
    let mut copy: *const u8 = ptr::null();
    if !bytes.is_empty() {
        // SAFETY: the arena is this thread's.
        let room = unsafe { embedding::arena_allocate(place.arena, bytes.len(), 1) };
        if room.is_null() {
            let message = format!("no memory for a result of {} bytes", bytes.len());
            return Err(Failure::new(AbiErrorCode::MemoryLimit, message));
        }
        // SAFETY: the arena gave as many bytes, and nobody else knows them yet.
        unsafe { ptr::copy_nonoverlapping(bytes.as_ptr(), room, bytes.len()) };
        copy = room;
    }
    // SAFETY: the caller's promise.
    unsafe { border::write(place.out, copy) };
    // SAFETY: as above.
    unsafe { border::write(place.out_len, bytes.len()) };
    Ok(())
}

//! Calls that are written as text, and callers that know the shape they were built for.

use crate::border::{self, Failure};
use crate::contract::PolyplugContract;
use crate::hosts;
use polyplug::embedding;
use polyplug::schema::Value;
use polyplug_abi::{
    AbiErrorCode, CallArena, GuestContractHandle, GuestContractInterface, HostApi, StringView,
};
use std::ffi::c_char;
use std::ptr;

/// Makes a call that is written as text. [thread-safe]
///
/// `contract` is `demo.greeter@1`, `call` is the name of a function and its arguments in WAVE, the
/// text for values of the WASM component model: `greet("Ada")`, `move({x: 1.5, y: 2.0}, [fast])`.
/// Both stay the caller's. The contract must have a description: of the bundle that provides it, or
/// of the host (polyplug_describe()). Bundles are asked first, then the contracts of the host.
///
/// `out` receives the result as text in the same form, empty if the function has none; it belongs to
/// `arena`, which is this thread's. Neither may be null. After a failure `out` is not written.
///
/// # Safety
/// - `contract` and `call` are null or texts that end with a NUL; `out` is null or valid for
///   writing; `arena` is null or this thread's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn polyplug_call_text(
    host: *const HostApi,
    contract: *const c_char,
    call: *const c_char,
    arena: *mut CallArena,
    out: *mut StringView,
) -> u32 {
    border::code(|| {
        let host = hosts::find(host)?;
        if arena.is_null() {
            return Err(Failure::pointer("arena", "is null; pass an arena of this thread"));
        }
        if out.is_null() {
            return Err(Failure::pointer("out", "is null; pass where the result is to go"));
        }
        // SAFETY: the caller's promise.
        let contract = unsafe { border::text("contract", contract) }?;
        // SAFETY: as above.
        let call = unsafe { border::text("call", call) }?;
        let text = match host.runtime.call_text(contract, call)? {
            Value::Tuple(nothing) if nothing.is_empty() => String::new(),
            value => value.to_string(),
        };
        // SAFETY: the caller's promise; both are checked for null.
        let view = unsafe { copy_into(arena, &text) }?;
        // SAFETY: as above.
        unsafe { border::write(out, view) };
        Ok(())
    })
}

/// Describes contracts that the host calls or provides. [thread-safe]
///
/// `path` is a WIT file, or a folder of them with its `deps`; it stays the caller's. A bundle that
/// describes one of the contracts otherwise is refused from now on.
///
/// # Safety
/// - `path` is null or a text that ends with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn polyplug_describe(host: *const HostApi, path: *const c_char) -> u32 {
    border::code(|| {
        let host = hosts::find(host)?;
        // SAFETY: the caller's promise.
        let path = unsafe { border::text("path", path) }?;
        Ok(host.runtime.describe(path)?)
    })
}

/// As polyplug_contract(), for a caller that was built for the shape of this hash. [thread-safe]
///
/// A provider that has more functions, behind those that the caller knows, has the shape too. A
/// version of the bundle that has another shape is refused from now on, so that the calls stay right.
/// Null if nobody provides the contract, if it has another shape, or if nobody says what its shape is.
///
/// # Safety
/// - `name` is null or a text that ends with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn polyplug_contract_checked(
    host: *const HostApi,
    name: *const c_char,
    shape: u64,
) -> *const PolyplugContract {
    border::value(ptr::null(), || {
        let runtime = &hosts::find(host)?.runtime;
        // SAFETY: the caller's promise.
        let name = unsafe { border::text("name", name) }?;
        let contract = runtime.contract(name)?;
        contract.expect_shape(shape)?;
        Ok(embedding::interface(&contract).cast())
    })
}

/// As polyplug_resolve(), for a caller that was built for the shape of this hash. [thread-safe]
///
/// Null if the handle is null or stale, if the contract has another shape, or if nobody says what
/// its shape is. A provider that has more functions, behind those that the caller knows, has the shape
/// too. A version of the bundle that has another shape is refused from now on.
#[unsafe(no_mangle)]
pub extern "C" fn polyplug_resolve_checked(
    host: *const HostApi,
    handle: GuestContractHandle,
    shape: u64,
) -> *const GuestContractInterface {
    border::value(ptr::null(), || {
        let host = hosts::find(host)?;
        Ok(host.runtime.registry().resolve_checked(handle, shape)?)
    })
}

/// # Safety
/// - `arena` is this thread's.
unsafe fn copy_into(arena: *mut CallArena, text: &str) -> Result<StringView, Failure> {
    if text.is_empty() {
        return Ok(StringView::from_static(""));
    }
    // SAFETY: the caller's promise.
    let place = unsafe { embedding::arena_allocate(arena, text.len(), 1) };
    if place.is_null() {
        let message = format!("no memory for a result of {} bytes", text.len());
        return Err(Failure::new(AbiErrorCode::MemoryLimit, message));
    }
    // SAFETY: the arena gave as many bytes, and nobody else knows them yet.
    unsafe { ptr::copy_nonoverlapping(text.as_ptr(), place, text.len()) };
    Ok(StringView { ptr: place, len: text.len() })
}

//! The guarded call: any contract, any dispatch type, always safe across a reload.

use super::guard::{Guard, Opened};
use super::{CallError, CallOrigin, settle};
use crate::border;
use crate::generation::{Entry, Generation};
use crate::guest::GuestCall;
use crate::registry::slot::Slot;
use polyplug_abi::{AbiError, AbiErrorCode, CallArena, DispatchType, GuestContractInstance};
use polyplug_schema::Contract;
use std::cell::Cell;
use std::ffi::c_void;
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::Arc;

/// One call, as it came from the caller.
#[derive(Clone, Copy)]
pub(crate) struct Request {
    pub(crate) instance: GuestContractInstance,
    pub(crate) function: u32,
    pub(crate) args: *const (),
    pub(crate) out: *mut (),
    pub(crate) arena: *mut CallArena,
}

/// Calls a function of the slot's contract in the present generation.
///
/// # Safety
/// - `request` fits the contract: `args` and `out` are what the function expects, `instance` is of
///   this contract, `arena` is null or this thread's.
#[inline(always)]
pub(crate) unsafe fn guarded(slot: &Slot, request: Request) -> Result<(), Box<CallError>> {
    let mut error = MaybeUninit::uninit();
    // SAFETY: the caller's promise; `error` is a local.
    if let Some(result) = unsafe { at_once(slot, request, error.as_mut_ptr()) } {
        return result;
    }
    // SAFETY: the caller's promise.
    unsafe { at_length(slot, request) }
}

/// The short path: a native function, on a thread that the runtime has seen last, with nothing out of
/// the ordinary. `None` if it is not so, and then nothing was called.
///
/// No branch of it comes back from a function out of line: what that would not keep, the plain path
/// would have to keep in memory. Nothing in it panics.
///
/// # Safety
/// - As for [`guarded`].
/// - `error` is valid for writing; it is cleared, and lent to the function.
#[inline(always)]
pub(crate) unsafe fn at_once(
    slot: &Slot,
    request: Request,
    error: *mut AbiError,
) -> Option<Result<(), Box<CallError>>> {
    if slot.dispatch_type() != DispatchType::Native {
        return None;
    }
    let opened = Opened::enter_at_once(slot, request.function, request.arena)?;
    let function = opened.generation.function(slot.ordinal, request.function)?;
    // SAFETY: the caller's promise.
    unsafe { error.write(AbiError::ok()) };
    // SAFETY: the generation is open, so the function is; the caller's promise for the rest.
    unsafe { function(request.instance, request.args, request.out, error) };
    // SAFETY: the caller's promise; the function has returned.
    let error = unsafe { &*error };
    match error.code {
        0 => Some(Ok(())),
        _ => Some(Err(failed(opened, error))),
    }
}

/// The whole of [`guarded`], for what [`at_once`] left.
///
/// # Safety
/// As for [`guarded`].
#[inline(always)]
pub(crate) unsafe fn at_length(slot: &Slot, request: Request) -> Result<(), Box<CallError>> {
    let Request { instance, function, args, out, arena } = request;
    match slot.dispatch_type() {
        // SAFETY: the caller's promise.
        DispatchType::Native => unsafe {
            native(slot, instance, function, args, out, arena, |_| Ok(()))
        },
        // SAFETY: as above.
        DispatchType::VirtualMachine => unsafe {
            vm(slot, function, instance.data, args, out, arena, |_| Ok(()))
        },
    }
}

/// As [`guarded`], if the contract is still described by `description`. `None` if it is not any more,
/// and then nothing was called.
///
/// # Safety
/// - As for [`guarded`], for a contract that is described so.
pub(crate) unsafe fn guarded_as(
    slot: &Slot,
    request: Request,
    description: &Arc<Contract>,
) -> Option<Result<(), Box<CallError>>> {
    let Request { instance, function, args, out, arena } = request;
    let changed = Cell::new(false);
    let accepts = |generation: &Generation| {
        let now = generation.described(slot.ordinal).contract.as_ref();
        if now.is_some_and(|now| Arc::ptr_eq(now, description)) {
            return Ok(());
        }
        changed.set(true);
        Err(absent(slot))
    };
    let result = match slot.dispatch_type() {
        // SAFETY: the caller's promise.
        DispatchType::Native => unsafe {
            native(slot, instance, function, args, out, arena, accepts)
        },
        // SAFETY: as above.
        DispatchType::VirtualMachine => unsafe {
            vm(slot, function, instance.data, args, out, arena, accepts)
        },
    };
    (!changed.get()).then_some(result)
}

/// How the present generation describes the slot's contract.
pub(crate) fn description(slot: &Slot) -> Result<Option<Arc<Contract>>, Box<CallError>> {
    let opened = Opened::enter(slot, 0, ptr::null_mut())?;
    Ok(opened.generation.described(slot.ordinal).contract.clone())
}

/// # Safety
/// As for [`guarded`].
#[cold]
#[inline(never)]
unsafe fn native(
    slot: &Slot,
    instance: GuestContractInstance,
    function: u32,
    args: *const (),
    out: *mut (),
    arena: *mut CallArena,
    accepts: impl FnOnce(&Generation) -> Result<(), Box<CallError>>,
) -> Result<(), Box<CallError>> {
    let opened = Opened::enter(slot, function, arena)?;
    accepts(opened.generation)?;
    let Entry::Native(entry) = opened.generation.entry(slot.ordinal) else {
        return Err(absent(slot));
    };
    let Some(call) = entry.functions.get(function as usize) else {
        return Err(not_available(slot, function, entry.functions.len() as u32));
    };
    let mut error = AbiError::ok();
    // SAFETY: the generation is open, so the function is; the caller's promise for the rest.
    unsafe { call(instance, args, out, &raw mut error) };
    finish(&error, || opened.origin())
}

/// Out of line, so that the short path of native calls keeps its registers; with its parameters one
/// by one, so that they are handed over in registers. As a struct they would be written in words and
/// read in pairs at once, which stalls for as long as the rest of the guard takes.
///
/// # Safety
/// As for [`guarded`].
#[inline(never)]
unsafe fn vm(
    slot: &Slot,
    function: u32,
    instance: *mut c_void,
    args: *const (),
    out: *mut (),
    arena: *mut CallArena,
    accepts: impl FnOnce(&Generation) -> Result<(), Box<CallError>>,
) -> Result<(), Box<CallError>> {
    let guard = Guard::enter_with(slot, function, arena)?;
    accepts(guard.generation())?;
    match guard.generation().entry(slot.ordinal) {
        Entry::Guest(entry) => {
            if function >= entry.function_count {
                return Err(not_available(slot, function, entry.function_count));
            }
            let Some(vm) = guard.vm() else { return Err(absent(slot)) };
            let contract = entry.contract;
            let call = GuestCall { contract, function, instance, args, out, arena };
            // SAFETY: the guard holds the lock; the caller's promise for the rest.
            match unsafe { vm.guest.call(&call) } {
                Ok(()) => Ok(()),
                Err(error) => Err(settle(guard, *error)),
            }
        }
        Entry::ForeignVm(foreign) => {
            let mut error = AbiError::ok();
            // SAFETY: the generation is open, so the plugin's dispatcher is; the caller's promise
            // for the rest.
            unsafe {
                (foreign.call)(
                    foreign.loader_data,
                    GuestContractInstance { data: instance, contract_id: slot.contract_id() },
                    function,
                    args,
                    out,
                    arena,
                    &raw mut error,
                );
            }
            finish(&error, || guard.origin())
        }
        Entry::Native(_) | Entry::Absent => Err(absent(slot)),
    }
}

/// By reference: only the code is looked at when all went well. Copying the struct right after the
/// plugin wrote it in parts would stall on the stores.
#[inline(always)]
pub(crate) fn finish(
    error: &AbiError,
    origin: impl FnOnce() -> Option<Box<CallOrigin>>,
) -> Result<(), Box<CallError>> {
    match error.code {
        0 => Ok(()),
        _ => Err(foreign_failure(error, origin())),
    }
}

/// The function reported a failure: it is copied before its generation is left.
#[cold]
#[inline(never)]
fn failed(opened: Opened<'_>, error: &AbiError) -> Box<CallError> {
    let error = foreign_failure(error, opened.origin());
    drop(opened);
    error
}

/// What a plugin's own code reported, copied while its library is open.
#[cold]
fn foreign_failure(error: &AbiError, origin: Option<Box<CallOrigin>>) -> Box<CallError> {
    // SAFETY: the plugin's message lives at least until its generation is left.
    let message = unsafe { border::text(error.message) }.filter(|text| !text.trim().is_empty());
    let message = message.unwrap_or("the plugin gave no message").to_owned();
    Box::new(CallError { code: error.code, message, origin })
}

/// The present generation no longer provides the contract.
#[cold]
pub(crate) fn absent(slot: &Slot) -> Box<CallError> {
    CallError::new(
        AbiErrorCode::StaleHandle,
        format!("bundle `{}` no longer provides `{}`", slot.bundle().name, slot.contract),
    )
}

#[cold]
fn not_available(slot: &Slot, function: u32, count: u32) -> Box<CallError> {
    CallError::new(
        AbiErrorCode::FunctionNotAvailable,
        format!(
            "`{}` of bundle `{}` has {count} functions; there is no function {function}",
            slot.contract,
            slot.bundle().name
        ),
    )
}

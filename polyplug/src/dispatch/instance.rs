//! Constructors and destructors, guarded like calls.

use super::call::absent;
use super::guard::Guard;
use super::origin::{CONSTRUCTOR, DESTRUCTOR};
use super::{CallError, settle};
use crate::border;
use crate::generation::Entry;
use crate::native_instances::NativeInstance;
use crate::registry::slot::Slot;
use polyplug_abi::{
    AbiErrorCode, CreateInstance, DestroyInstance, GuestContractInstance, HostApi, StringView,
    VmLoaderData,
};
use std::ptr;

/// Makes an instance of the slot's contract.
///
/// # Safety
/// - `args` is what the contract's constructor expects.
pub(crate) unsafe fn create(
    slot: &Slot,
    host: *const HostApi,
    args: *const (),
) -> Result<GuestContractInstance, Box<CallError>> {
    loop {
        // SAFETY: the caller's promise.
        match unsafe { create_once(slot, host, args) }? {
            Some(instance) => return Ok(instance),
            // Replaced while the constructor ran: the instance is made in the new generation.
            None => continue,
        }
    }
}

/// # Safety
/// As for [`create`].
unsafe fn create_once(
    slot: &Slot,
    host: *const HostApi,
    args: *const (),
) -> Result<Option<GuestContractInstance>, Box<CallError>> {
    let guard = Guard::enter(slot, CONSTRUCTOR)?;
    let generation = guard.generation();
    let foreign = match generation.entry(slot.ordinal) {
        Entry::Guest(entry) => {
            let Some(vm) = guard.vm() else { return Err(absent(slot)) };
            // SAFETY: the guard holds the lock; the caller's promise for `args`.
            let data = match unsafe { vm.guest.create_instance(entry.contract, args) } {
                Ok(data) => data,
                Err(error) => return Err(settle(guard, *error)),
            };
            if guard.is_current() {
                let contract_id = slot.contract_id();
                return Ok(Some(GuestContractInstance { data, contract_id }));
            }
            // SAFETY: the guard holds the lock; the instance was made just above.
            let undone = unsafe { vm.guest.destroy_instance(entry.contract, data) };
            return match undone {
                Ok(()) => Ok(None),
                Err(error) => Err(settle(guard, *error)),
            };
        }
        Entry::Native(entry) => (entry.create, VmLoaderData { data: ptr::null_mut() }),
        Entry::ForeignVm(entry) => (entry.create, entry.loader_data),
        Entry::Absent => return Err(absent(slot)),
    };
    let (Some(constructor), loader_data) = foreign else { return Err(no_constructor(slot)) };
    let before = border::last_error();
    // SAFETY: the generation is open; the caller's promise for `args`.
    let instance = unsafe { construct(constructor, loader_data, host, args) };
    if instance.data.is_null() {
        return Err(refused_by_constructor(slot, before));
    }
    let made =
        NativeInstance { slot: slot.ordinal, contract: slot.contract_id(), data: instance.data };
    generation.native_instances.add(made);
    if guard.is_current() {
        let contract_id = slot.contract_id();
        return Ok(Some(GuestContractInstance { data: instance.data, contract_id }));
    }
    // Taken back, unless the generation was closed to new calls and has destroyed it already.
    if generation.native_instances.remove(made)
        && let Some((destructor, loader_data)) = generation.entry(slot.ordinal).destructor()
    {
        // SAFETY: the generation is open; the instance was made just above.
        unsafe { destruct(destructor, loader_data, host, instance) };
    }
    Ok(None)
}

/// Destroys an instance of the slot's contract; the null instance is nothing to destroy.
///
/// # Safety
/// - `instance` came from [`create`] for this contract and is not used afterwards.
pub(crate) unsafe fn destroy(
    slot: &Slot,
    host: *const HostApi,
    instance: GuestContractInstance,
) -> Result<(), Box<CallError>> {
    if instance.is_null() {
        return Ok(());
    }
    let guard = Guard::enter(slot, DESTRUCTOR)?;
    let generation = guard.generation();
    let entry = generation.entry(slot.ordinal);
    match entry {
        Entry::Absent => return Err(absent(slot)),
        Entry::Guest(entry) => {
            let Some(vm) = guard.vm() else { return Err(absent(slot)) };
            // SAFETY: the guard holds the lock; the caller's promise for the instance.
            return match unsafe { vm.guest.destroy_instance(entry.contract, instance.data) } {
                Ok(()) => Ok(()),
                Err(error) => Err(settle(guard, *error)),
            };
        }
        Entry::Native(_) | Entry::ForeignVm(_) => {}
    }
    let alive =
        NativeInstance { slot: slot.ordinal, contract: slot.contract_id(), data: instance.data };
    if !generation.native_instances.remove(alive) {
        return Err(not_alive(slot));
    }
    if let Some((destructor, loader_data)) = entry.destructor() {
        // SAFETY: the generation is open, and the instance was alive in it until now.
        unsafe { destruct(destructor, loader_data, host, instance) };
    }
    Ok(())
}

/// # Safety
/// As for the plugin's constructor.
unsafe fn construct(
    constructor: CreateInstance,
    loader_data: VmLoaderData,
    host: *const HostApi,
    args: *const (),
) -> GuestContractInstance {
    let mut instance = GuestContractInstance::null();
    // SAFETY: the caller's promise.
    unsafe { constructor(loader_data, host, args, &raw mut instance) };
    instance
}

/// # Safety
/// As for the plugin's destructor.
unsafe fn destruct(
    destructor: DestroyInstance,
    loader_data: VmLoaderData,
    host: *const HostApi,
    instance: GuestContractInstance,
) {
    // SAFETY: the caller's promise.
    unsafe { destructor(loader_data, host, instance) };
}

#[cold]
fn not_alive(slot: &Slot) -> Box<CallError> {
    CallError::new(
        AbiErrorCode::StaleHandle,
        format!(
            "this instance of `{}` is not alive: it was destroyed before, or it was never made by \
             bundle `{}`",
            slot.contract,
            slot.bundle().name
        ),
    )
}

#[cold]
fn no_constructor(slot: &Slot) -> Box<CallError> {
    CallError::new(
        AbiErrorCode::FunctionNotAvailable,
        format!("`{}` of bundle `{}` has no constructor", slot.contract, slot.bundle().name),
    )
}

#[cold]
fn refused_by_constructor(slot: &Slot, before: StringView) -> Box<CallError> {
    let now = border::last_error();
    // An older failure is not the constructor's.
    let (code, reason) = match now.ptr == before.ptr {
        true => (AbiErrorCode::Generic as u32, None),
        // SAFETY: the newest message of this thread's ring is alive.
        false => (border::last_error_code(), unsafe { border::text(now) }),
    };
    let reason = reason.unwrap_or("no reason given");
    let message = format!(
        "the constructor of `{}` in bundle `{}` made no instance: {reason}",
        slot.contract,
        slot.bundle().name
    );
    CallError::from_code(code, message)
}

//! Constructors and destructors, guarded like calls.

use super::call::absent;
use super::guard::Guard;
use super::{CallError, settle};
use crate::border;
use crate::generation::Entry;
use crate::registry::slot::Slot;
use polyplug_abi::{
    AbiErrorCode, CreateInstance, DestroyInstance, GuestContractInstance, HostApi, StringView,
    VmLoaderData,
};
use std::ptr;
use std::sync::atomic::Ordering;

/// The function number that reports show for a constructor or destructor.
const CONSTRUCTOR: u32 = u32::MAX;
const DESTRUCTOR: u32 = u32::MAX - 1;

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
    generation.native_instances.fetch_add(1, Ordering::Relaxed);
    if guard.is_current() {
        let contract_id = slot.contract_id();
        return Ok(Some(GuestContractInstance { data: instance.data, contract_id }));
    }
    if let Some(destructor) = destructor_of(generation.entry(slot.ordinal)) {
        // SAFETY: the generation is open; the instance was made just above.
        unsafe { destruct(destructor, loader_data, host, instance) };
    }
    generation.native_instances.fetch_sub(1, Ordering::Relaxed);
    Ok(None)
}

fn destructor_of(entry: &Entry) -> Option<DestroyInstance> {
    match entry {
        Entry::Native(entry) => entry.destroy,
        Entry::ForeignVm(entry) => entry.destroy,
        Entry::Guest(_) | Entry::Absent => None,
    }
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
    let foreign = match generation.entry(slot.ordinal) {
        Entry::Guest(entry) => {
            let Some(vm) = guard.vm() else { return Err(absent(slot)) };
            // SAFETY: the guard holds the lock; the caller's promise for the instance.
            return match unsafe { vm.guest.destroy_instance(entry.contract, instance.data) } {
                Ok(()) => Ok(()),
                Err(error) => Err(settle(guard, *error)),
            };
        }
        Entry::Native(entry) => (entry.destroy, VmLoaderData { data: ptr::null_mut() }),
        Entry::ForeignVm(entry) => (entry.destroy, entry.loader_data),
        Entry::Absent => return Err(absent(slot)),
    };
    if let (Some(destructor), loader_data) = foreign {
        // SAFETY: the generation is open; the caller's promise for the instance.
        unsafe { destruct(destructor, loader_data, host, instance) };
    }
    let live = &generation.native_instances;
    let _ = live.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |count| count.checked_sub(1));
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
    let reason = match now.ptr == before.ptr {
        true => None,
        // SAFETY: the newest message of this thread's ring is alive.
        false => unsafe { border::text(now) },
    };
    let reason = reason.unwrap_or("no reason given");
    CallError::new(
        AbiErrorCode::Generic,
        format!(
            "the constructor of `{}` in bundle `{}` made no instance: {reason}",
            slot.contract,
            slot.bundle().name
        ),
    )
}

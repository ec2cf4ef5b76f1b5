//! Calls, constructors and destructors, by every way that leads to them.

use super::World;
use super::bundle;
use super::chosen::{Instance, Interface};
use super::host::{reported, said, tables};
use arbitrary::Arbitrary;
use polyplug::embedding;
use polyplug_abi::{
    CallArena, GuestContractInstance, GuestContractInterface, HostApi, VmLoaderData,
};
use std::ptr;

/// Through which function.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub(super) enum Way {
    /// The extension that reports.
    Reporting,
    /// As before, without a struct to report to.
    Silent,
    /// The function of the first version.
    Old,
    /// The interface's own.
    Own,
    /// `polyplug::embedding`.
    Embedded,
}

pub(super) fn call(
    world: &World,
    interface: *const GuestContractInterface,
    instance: GuestContractInstance,
    function: u32,
    way: Way,
) {
    let table = world.table();
    let (args, out, arena) = (ptr::null(), ptr::null_mut(), ptr::null_mut::<CallArena>());
    let run = tables(table).1.call;
    match way {
        Way::Embedded => {
            // SAFETY: the interface is null or lives; the functions look at nothing.
            let called =
                unsafe { embedding::call(interface, instance, function, args, out, arena) };
            let _ = called.map_err(|error| said(error.message));
        }
        Way::Silent => {
            // SAFETY: as above.
            unsafe { run(table, interface, instance, function, args, out, arena, ptr::null_mut()) };
        }
        Way::Reporting | Way::Old | Way::Own => {
            // SAFETY: as above.
            let _ = reported(|error| unsafe {
                run(table, interface, instance, function, args, out, arena, error);
            });
        }
    }
}

pub(super) fn create(
    world: &World,
    table: *const HostApi,
    interface: Interface,
    acts: u8,
    way: Way,
) {
    let (interface, copy) = interface.of(world);
    let args: *const () = ptr::without_provenance(usize::from(acts % 8));
    let mut made =
        GuestContractInstance { data: ptr::dangling_mut(), ..GuestContractInstance::null() };
    let out = &raw mut made;
    let (api, extensions) = tables(world.table());
    let reports = match way {
        Way::Reporting => {
            // SAFETY: the interface is null or lives, the constructor looks at no argument.
            Some(reported(|error| unsafe {
                (extensions.create)(table, interface, args, out, error)
            }))
        }
        Way::Silent => {
            // SAFETY: as above.
            unsafe { (extensions.create)(table, interface, args, out, ptr::null_mut()) };
            None
        }
        Way::Old => {
            // SAFETY: as above.
            unsafe { (api.create_guest_instance)(table, interface, args, out) };
            None
        }
        Way::Own if copy.is_none() && !interface.is_null() => {
            // SAFETY: the interface lives as long as the runtime.
            let own = unsafe { (*interface).create_instance };
            let data = interface.cast_mut().cast();
            // SAFETY: as above.
            unsafe { own(VmLoaderData { data }, table, args, out) };
            None
        }
        Way::Own | Way::Embedded => {
            // SAFETY: as above.
            let created = unsafe { embedding::create(interface, table, args) };
            made = created.unwrap_or_else(|error| {
                said(error.message);
                GuestContractInstance::null()
            });
            None
        }
    };
    if let Some(reported) = reports {
        assert_eq!(reported.is_ok(), !made.is_null());
    }
    if !made.is_null() {
        world.instances.borrow_mut().push(made);
    }
}

pub(super) fn destroy(
    world: &World,
    table: *const HostApi,
    interface: Interface,
    instance: Instance,
    way: Way,
) {
    let (interface, copy) = interface.of(world);
    let instance = instance.of(world);
    let was_alive = bundle::is_alive(instance);
    let (api, extensions) = tables(world.table());
    let destroyed = match way {
        Way::Reporting => {
            // SAFETY: the interface is null or lives; what is not alive is found.
            reported(|error| unsafe { (extensions.destroy)(table, interface, instance, error) })
                .is_ok()
        }
        Way::Old | Way::Silent => {
            // SAFETY: as above.
            unsafe { (api.destroy_guest_instance)(table, interface, instance) };
            return;
        }
        Way::Own if copy.is_none() && !interface.is_null() => {
            // SAFETY: the interface lives as long as the runtime.
            let own = unsafe { (*interface).destroy_instance };
            let data = interface.cast_mut().cast();
            // SAFETY: as above.
            unsafe { own(VmLoaderData { data }, table, instance) };
            return;
        }
        Way::Own | Way::Embedded => {
            // SAFETY: as above.
            unsafe { embedding::destroy(interface, table, instance) }.is_ok()
        }
    };
    if destroyed {
        assert!(instance.is_null() || was_alive, "what was not alive is destroyed");
    }
    if destroyed && !instance.is_null() {
        assert!(!bundle::is_alive(instance), "what was destroyed is not alive");
    }
}

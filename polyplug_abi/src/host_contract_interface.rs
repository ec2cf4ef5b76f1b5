//! A contract that the host provides to its bundles.

use core::ffi::c_void;
use core::mem::offset_of;

use polyplug_utils::HostContractId;

use crate::{AbiError, DispatchMechanisms, DispatchType, HostContractInstance, Version};

/// A function of a host contract; parameters as for a native guest function. [thread-safe]
pub type HostFunction = unsafe extern "C" fn(
    instance: HostContractInstance,
    args: *const (),
    out: *mut (),
    out_err: *mut AbiError,
);

/// Makes an object of a host contract. [thread-safe]
///
/// `user_data` is that of the interface. `args` is null in version 1. `out_instance` is never null
/// and holds null data when the function is entered; leaving it so means that the functions need no
/// object. The runtime owns the object of a singleton contract, any other belongs to the bundle
/// that asked for it.
pub type CreateHostInstance = unsafe extern "C" fn(
    user_data: *mut c_void,
    args: *const (),
    out_instance: *mut HostContractInstance,
);

/// Destroys an object that the constructor of the same interface made. [thread-safe]
///
/// Its owner calls it once: the runtime, when no bundle can use the object any more, or the bundle.
/// Null data is allowed and does nothing.
pub type DestroyHostInstance =
    unsafe extern "C" fn(user_data: *mut c_void, instance: HostContractInstance);

/// A contract that the host provides.
///
/// The host fills it in to register it; the runtime copies it. The copy that the runtime hands out
/// lives until the runtime is destroyed and does not change. `user_data`, the function table and
/// the functions stay the property of the host and outlive the runtime.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct HostContractInterface {
    /// The hash of the contract's name and major version.
    pub contract_id: HostContractId,
    /// The version that is provided.
    pub contract_version: Version,
    /// Whether all bundles share one object, made on first use; otherwise each look-up makes one.
    pub singleton: bool,
    /// Which half of `dispatch` is meant: a `DISPATCH_` value, native in version 1.
    pub dispatch_type: DispatchType,
    /// Set by the runtime in the copy that it hands out; ignored, and best null, on registration.
    pub runtime: *mut c_void,
    /// The first argument of the constructor and the destructor; may be null.
    pub user_data: *mut c_void,
    /// Makes an object; never null.
    pub create_instance: CreateHostInstance,
    /// Destroys an object; never null.
    pub destroy_instance: DestroyHostInstance,
    /// The functions of the contract, each a host function.
    pub dispatch: DispatchMechanisms,
}

const _: () = {
    assert!(size_of::<HostContractInterface>() == 80 && align_of::<HostContractInterface>() == 8);
    assert!(offset_of!(HostContractInterface, contract_id) == 0);
    assert!(offset_of!(HostContractInterface, contract_version) == 8);
    assert!(offset_of!(HostContractInterface, singleton) == 20);
    assert!(offset_of!(HostContractInterface, dispatch_type) == 24);
    assert!(offset_of!(HostContractInterface, runtime) == 32);
    assert!(offset_of!(HostContractInterface, user_data) == 40);
    assert!(offset_of!(HostContractInterface, create_instance) == 48);
    assert!(offset_of!(HostContractInterface, destroy_instance) == 56);
    assert!(offset_of!(HostContractInterface, dispatch) == 64);
};

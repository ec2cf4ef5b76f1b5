//! A contract that a bundle provides, as others see it.

use core::mem::offset_of;

use polyplug_utils::GuestContractId;

use crate::{
    DispatchMechanisms, DispatchType, GuestContractInstance, HostApi, Version, VmLoaderData,
};

/// Makes an object of a guest contract. [thread-safe]
///
/// `loader_data` is that of the dispatch, null data for a native bundle. `args` belongs to the
/// caller, is read during the call and is null if the constructor takes nothing. `out_instance` is
/// never null; on failure the callee writes `{null, 0}` and the reason is the thread's last error.
/// The caller owns the new object and destroys it.
pub type CreateInstance = unsafe extern "C" fn(
    loader_data: VmLoaderData,
    host: *const HostApi,
    args: *const (),
    out_instance: *mut GuestContractInstance,
);

/// Destroys an object that the constructor of the same interface made. [thread-safe]
///
/// Null data is allowed and does nothing. Afterwards every copy of the instance is invalid.
pub type DestroyInstance = unsafe extern "C" fn(
    loader_data: VmLoaderData,
    host: *const HostApi,
    instance: GuestContractInstance,
);

/// A contract that a bundle provides.
///
/// One that a plugin registers is copied and may live on its stack. One that the runtime hands out
/// lives, at the same address, until the runtime is destroyed; a reload changes
/// `contract_version`, the native `function_count`, `functions` and their entries in place, so
/// that they are read anew for every use.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct GuestContractInterface {
    /// The hash of the contract's name and major version.
    pub contract_id: GuestContractId,
    /// The version that is provided.
    pub contract_version: Version,
    /// Which half of `dispatch` is meant: a `DISPATCH_` value.
    pub dispatch_type: DispatchType,
    /// Makes an object. A plugin may leave it null: the contract has no objects then. In what the
    /// runtime hands out it is never null.
    pub create_instance: CreateInstance,
    /// Destroys an object. As above; null where nothing is to be done.
    pub destroy_instance: DestroyInstance,
    /// The functions of the contract.
    pub dispatch: DispatchMechanisms,
}

const _: () = {
    assert!(size_of::<GuestContractInterface>() == 56 && align_of::<GuestContractInterface>() == 8);
    assert!(offset_of!(GuestContractInterface, contract_id) == 0);
    assert!(offset_of!(GuestContractInterface, contract_version) == 8);
    assert!(offset_of!(GuestContractInterface, dispatch_type) == 20);
    assert!(offset_of!(GuestContractInterface, create_instance) == 24);
    assert!(offset_of!(GuestContractInterface, destroy_instance) == 32);
    assert!(offset_of!(GuestContractInterface, dispatch) == 40);
};

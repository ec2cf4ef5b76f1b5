//! Dispatch through one function of a loader.

use core::ffi::c_void;
use core::mem::offset_of;
use core::ptr;

use crate::{AbiError, CallArena, GuestContractInstance};

/// What a loader needs to find the bundle again. Opaque: passed back as it was received.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct VmLoaderData {
    /// Known to the loader alone.
    pub data: *mut c_void,
}

const _: () = {
    assert!(size_of::<VmLoaderData>() == 8 && align_of::<VmLoaderData>() == 8);
    assert!(offset_of!(VmLoaderData, data) == 0);
};

impl VmLoaderData {
    /// No data, as in the interface of a native bundle.
    pub const fn null() -> Self {
        Self { data: ptr::null_mut() }
    }
}

impl Default for VmLoaderData {
    fn default() -> Self {
        Self::null()
    }
}

/// Calls the function with the id `function` of a bundle that runs in a virtual machine.
/// [thread-safe]
///
/// `args`, `out` and `out_err` are as for a native function. Whatever is variable in size in the
/// result belongs to `arena`, or, if `arena` is null, to the caller, who frees it with
/// `host->free`.
pub type VmCall = unsafe extern "C" fn(
    loader_data: VmLoaderData,
    instance: GuestContractInstance,
    function: u32,
    args: *const (),
    out: *mut (),
    arena: *mut CallArena,
    out_err: *mut AbiError,
);

/// The functions of a contract behind one entrance.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct VmDispatch {
    /// The entrance; never null. [thread-safe]
    pub call: VmCall,
    /// The first argument of every function of the interface.
    pub loader_data: VmLoaderData,
}

const _: () = {
    assert!(size_of::<VmDispatch>() == 16 && align_of::<VmDispatch>() == 8);
    assert!(offset_of!(VmDispatch, call) == 0);
    assert!(offset_of!(VmDispatch, loader_data) == 8);
};

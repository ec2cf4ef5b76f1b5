//! One object of a contract that a bundle provides.

use core::ffi::c_void;
use core::mem::offset_of;
use core::ptr;

use polyplug_utils::GuestContractId;

/// An object of a guest contract, or the stateless default.
///
/// Whoever created it destroys it once. It does not survive an unload of its bundle.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct GuestContractInstance {
    /// The object, as its bundle knows it (not always an address); null for the stateless default.
    pub data: *mut c_void,
    /// The contract that the object belongs to; ignored if `data` is null.
    pub contract_id: GuestContractId,
}

const _: () = {
    assert!(size_of::<GuestContractInstance>() == 16 && align_of::<GuestContractInstance>() == 8);
    assert!(offset_of!(GuestContractInstance, data) == 0);
    assert!(offset_of!(GuestContractInstance, contract_id) == 8);
};

impl GuestContractInstance {
    /// The stateless default of any contract.
    pub const fn null() -> Self {
        Self { data: ptr::null_mut(), contract_id: GuestContractId::from_u64(0) }
    }

    /// Whether this is the stateless default.
    pub const fn is_null(&self) -> bool {
        self.data.is_null()
    }
}

impl Default for GuestContractInstance {
    fn default() -> Self {
        Self::null()
    }
}

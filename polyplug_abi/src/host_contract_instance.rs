//! One object of a contract that the host provides.

use core::ffi::c_void;
use core::mem::offset_of;
use core::ptr;

/// An object of a host contract. The runtime owns that of a singleton contract; any other belongs
/// to whoever looked it up.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct HostContractInstance {
    /// The object, as the host knows it; null where there is none.
    pub data: *mut c_void,
}

const _: () = {
    assert!(size_of::<HostContractInstance>() == 8 && align_of::<HostContractInstance>() == 8);
    assert!(offset_of!(HostContractInstance, data) == 0);
};

impl HostContractInstance {
    /// No object.
    pub const fn null() -> Self {
        Self { data: ptr::null_mut() }
    }

    /// Whether there is no object.
    pub const fn is_null(&self) -> bool {
        self.data.is_null()
    }
}

impl Default for HostContractInstance {
    fn default() -> Self {
        Self::null()
    }
}

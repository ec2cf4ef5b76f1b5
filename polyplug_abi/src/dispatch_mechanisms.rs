//! The two ways to call a contract, one of which is meant.

use core::fmt;
use core::mem::offset_of;

use crate::{NativeDispatch, VmDispatch};

/// How the functions are called; the `dispatch_type` beside it says which half is meant.
#[repr(C)]
#[derive(Clone, Copy)]
pub union DispatchMechanisms {
    /// Meant if `dispatch_type` is native.
    pub native: NativeDispatch,
    /// Meant if `dispatch_type` is virtual machine.
    pub vm: VmDispatch,
}

const _: () = {
    assert!(size_of::<DispatchMechanisms>() == 16 && align_of::<DispatchMechanisms>() == 8);
    assert!(offset_of!(DispatchMechanisms, native) == 0);
    assert!(offset_of!(DispatchMechanisms, vm) == 0);
};

impl fmt::Debug for DispatchMechanisms {
    // Which half is meant is known only to the struct around it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DispatchMechanisms").finish_non_exhaustive()
    }
}

//! Dispatch through a table of C functions.

use core::mem::offset_of;
use core::ptr;

use crate::{AbiError, GuestContractInstance};

/// A function of a native guest contract. [thread-safe]
///
/// `args` is null for no argument, points at the value for one, and at a C struct of them in order
/// for more. `out` points at the return type, or is null for none. Both belong to the caller and
/// live until the call returns. `out_err` is never null. After a failure `out` is not read.
pub type NativeFunction = unsafe extern "C" fn(
    instance: GuestContractInstance,
    args: *const (),
    out: *mut (),
    out_err: *mut AbiError,
);

/// The functions of a contract as a table; a function's id is its place in it.
///
/// In an interface that the runtime hands out both fields change while the program runs: a C reader
/// fetches an entry with `polyplug_fn`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct NativeDispatch {
    /// The number of entries in `functions`.
    pub function_count: u32,
    /// The entries, none of them null; each is a native guest function, or a host function in a
    /// host contract. Null if there are none.
    pub functions: *const *const (),
}

const _: () = {
    assert!(size_of::<NativeDispatch>() == 16 && align_of::<NativeDispatch>() == 8);
    assert!(offset_of!(NativeDispatch, function_count) == 0);
    assert!(offset_of!(NativeDispatch, functions) == 8);
    assert!(size_of::<NativeFunction>() == size_of::<*const ()>());
};

impl NativeDispatch {
    /// A table without functions.
    pub const fn empty() -> Self {
        Self { function_count: 0, functions: ptr::null() }
    }
}

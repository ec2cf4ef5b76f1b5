//! The host's function table, used as a C program uses it: nothing but the pointer.

use crate::call::{Failure, Raw, text};
use polyplug::runtime::Runtime;
use polyplug_abi::{AbiError, Array, HostApi, HostApiExtensions, StringView};
use std::sync::Arc;

/// A table, of the host or of a bundle.
#[derive(Clone, Copy, Debug)]
pub struct Table(pub *const HostApi);

// SAFETY: the table is constant and its functions may be called from any thread.
unsafe impl Send for Table {}
// SAFETY: as above.
unsafe impl Sync for Table {}

impl Table {
    /// The host's own table.
    pub fn of(runtime: &Arc<Runtime>) -> Self {
        Self(runtime.host_abi())
    }

    /// Its fields.
    pub fn api(&self) -> &HostApi {
        // SAFETY: tables live as long as their runtime, which the tests keep.
        unsafe { &*self.0 }
    }

    /// The functions that came later.
    pub fn extensions(&self) -> &HostApiExtensions {
        // SAFETY: tables of this runtime have extensions, which are static.
        unsafe { &*self.api().reserved }
    }

    /// Calls something that reports through an error struct.
    ///
    /// # Errors
    /// What it reported.
    pub fn run(&self, body: impl FnOnce(*mut AbiError)) -> Result<(), Failure> {
        // Not a code that the runtime uses, so that "nothing was written" is seen.
        let mut error = AbiError { code: 9999, message: StringView::null() };
        body(&raw mut error);
        match error.code {
            0 => Ok(()),
            code => Err((code, text(error.message))),
        }
    }

    /// The items of an array that the runtime gave, freed as the ABI says.
    pub fn take<T: Copy>(&self, array: Array<T>) -> Vec<T> {
        if array.items.is_null() {
            assert_eq!(array.len, 0);
            return Vec::new();
        }
        // SAFETY: an array that is not null is that long.
        let items = unsafe { std::slice::from_raw_parts(array.items, array.len) }.to_vec();
        let bytes = array.len * size_of::<T>();
        // SAFETY: it came from this runtime and is not used any more.
        unsafe { (self.api().free)(self.0, array.items.cast(), bytes, array.align) };
        items
    }

    /// The interface of a contract, found and resolved through the table; null is `None`.
    pub fn find(&self, contract: &str, min_version: u32) -> Option<Raw> {
        let id = crate::call::contract_id(contract).as_u64();
        // SAFETY: the table is its own.
        let handle = unsafe { (self.api().find_guest_contract)(self.0, id, min_version) };
        // SAFETY: as above; a null handle is allowed.
        let interface = unsafe { (self.api().resolve_guest_contract)(self.0, handle) };
        (!interface.is_null()).then_some(Raw(interface))
    }

    /// The newest failure of this thread, taken.
    pub fn take_last_error(&self) -> String {
        // SAFETY: the table is its own.
        let len = unsafe { (self.api().get_error_len)(self.0) };
        let mut buffer = vec![0; len];
        // SAFETY: the buffer is that long.
        let taken = unsafe { (self.api().get_last_error)(self.0, buffer.as_mut_ptr(), len) };
        buffer.truncate(taken);
        String::from_utf8(buffer).expect("errors are UTF-8")
    }
}

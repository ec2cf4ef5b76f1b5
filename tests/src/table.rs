//! The host's function table, used as a C program uses it: nothing but the pointer.

mod arena;
mod odd;

pub use arena::{Arena, Memory};
pub use odd::*;

use crate::call::{Failure, Raw, text};
use polyplug::runtime::Runtime;
use polyplug_abi::{
    AbiError, Array, BundleId, GuestContractInstance, HostApi, HostApiExtensions, StringView,
};
use std::path::Path;
use std::ptr;
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

/// What a C program asks for, as functions.
impl Table {
    /// Loads a bundle.
    ///
    /// # Errors
    /// What the runtime reported; so for the others.
    pub fn load(&self, path: &Path) -> Result<(), Failure> {
        let path = path.to_str().expect("paths of the tests are UTF-8");
        // SAFETY: the path is that long.
        self.run(|error| unsafe {
            (self.api().load_bundle)(self.0, path.as_ptr(), path.len(), error)
        })
    }

    /// Reloads a bundle.
    ///
    /// # Errors
    /// As above.
    pub fn reload(&self, path: &Path) -> Result<(), Failure> {
        let (path, host) = (path.to_str().expect("paths of the tests are UTF-8"), self.0);
        // SAFETY: the path is that long.
        self.run(|error| unsafe {
            (self.api().reload_bundle)(host, path.as_ptr(), path.len(), error)
        })
    }

    /// Unloads a bundle.
    ///
    /// # Errors
    /// As above.
    pub fn unload(&self, bundle: &str) -> Result<(), Failure> {
        let id = BundleId::of(bundle).as_u64();
        // SAFETY: the table is its own.
        self.run(|error| unsafe { (self.api().unload_bundle)(self.0, id, error) })
    }

    /// Unloads a bundle and all that need it.
    ///
    /// # Errors
    /// As above.
    pub fn unload_cascade(&self, bundle: &str) -> Result<(), Failure> {
        let id = BundleId::of(bundle).as_u64();
        // SAFETY: the table is its own.
        self.run(|error| unsafe { (self.extensions().unload_bundle_cascade)(self.0, id, error) })
    }

    /// Asks for a reload.
    ///
    /// # Errors
    /// As above.
    pub fn request_reload(&self, bundle: &str) -> Result<(), Failure> {
        let id = BundleId::of(bundle).as_u64();
        // SAFETY: the table is its own.
        self.run(|error| unsafe { (self.extensions().request_reload)(self.0, id, error) })
    }

    /// Polls.
    ///
    /// # Errors
    /// As above.
    pub fn poll(&self, flags: u32) -> Result<u32, Failure> {
        let mut committed = 0;
        // SAFETY: the table is its own.
        self.run(|error| committed = unsafe { (self.extensions().poll)(self.0, flags, error) })?;
        Ok(committed)
    }

    /// Pins.
    ///
    /// # Errors
    /// As above.
    pub fn pin(&self) -> Result<u64, Failure> {
        let mut token = 0;
        // SAFETY: the table is its own, the token a local.
        self.run(|error| unsafe { (self.extensions().pin)(self.0, &raw mut token, error) })?;
        Ok(token)
    }

    /// Gives a pin back.
    ///
    /// # Errors
    /// As above.
    pub fn unpin(&self, token: u64) -> Result<(), Failure> {
        // SAFETY: the table is its own.
        self.run(|error| unsafe { (self.extensions().unpin)(self.0, token, error) })
    }

    /// Calls function `function` of an interface, guarded.
    ///
    /// # Errors
    /// As above.
    pub fn call(&self, raw: Raw, function: u32) -> Result<u32, Failure> {
        let (args, mut out) = ([0_u32; 2], 0_u32);
        let (args, place) = ((&raw const args).cast(), (&raw mut out).cast());
        let (none, arena) = (GuestContractInstance::null(), ptr::null_mut());
        let call = self.extensions().call;
        // SAFETY: the functions of the tests take two numbers or nothing and write one.
        self.run(|error| unsafe {
            call(self.0, raw.0, none, function, args, place, arena, error)
        })?;
        Ok(out)
    }

    /// Makes an instance.
    ///
    /// # Errors
    /// As above.
    pub fn create(&self, raw: Raw) -> Result<GuestContractInstance, Failure> {
        let mut made = GuestContractInstance::null();
        let (create, out) = (self.extensions().create, &raw mut made);
        // SAFETY: constructors of the tests take nothing.
        self.run(|error| unsafe { create(self.0, raw.0, ptr::null(), out, error) })?;
        Ok(made)
    }

    /// Destroys an instance.
    ///
    /// # Errors
    /// As above.
    pub fn destroy(&self, raw: Raw, instance: GuestContractInstance) -> Result<(), Failure> {
        let destroy = self.extensions().destroy;
        // SAFETY: the instance is of this contract.
        self.run(|error| unsafe { destroy(self.0, raw.0, instance, error) })
    }

    /// The newest failure of this thread, left where it is.
    pub fn last_error(&self) -> String {
        // SAFETY: the table is its own.
        text(unsafe { (self.extensions().last_error)(self.0) })
    }

    /// Makes a failure the last error of this thread.
    pub fn set_last_error(&self, code: u32, message: StringView) {
        // SAFETY: the table is its own.
        unsafe { (self.extensions().set_last_error)(self.0, code, message) };
    }
}

/// How many providers of a contract the table lists.
pub fn find_all(table: &Table, contract: u64) -> usize {
    // SAFETY: the table is its own.
    let all = unsafe { (table.api().find_all_guest_contracts)(table.0, contract, 0) };
    table.take(all).len()
}

/// The message of a failing call as the runtime lent it.
pub fn failure_view(table: &Table, raw: Raw, function: u32) -> StringView {
    let mut view = StringView::null();
    let (none, nothing, out) = (GuestContractInstance::null(), ptr::null(), ptr::null_mut());
    let call = table.extensions().call;
    let mut error = AbiError::ok();
    let (arena, place) = (ptr::null_mut(), &raw mut error);
    // SAFETY: the functions of the tests take nothing or ignore null.
    unsafe { call(table.0, raw.0, none, function, nothing, out, arena, place) };
    if !error.is_ok() {
        view = error.message;
    }
    view
}

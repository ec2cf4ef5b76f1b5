//! Native code: the opened library of one generation, as its loader hands it to the runtime.
//!
//! The runtime calls the contracts that the library registered by itself; through this trait it asks
//! what the library alone can do: adopt instances, join its threads, be closed.

use crate::guest::GuestError;
use polyplug_abi::{GuestContractId, HostApi};
use std::ffi::c_void;

/// An opened library. Dropping it closes it too.
///
/// # Safety
/// The functions of the contracts that the library registered may be called until [`close`] or the
/// drop, and the library's code is not unmapped before that.
///
/// [`close`]: NativeCode::close
pub unsafe trait NativeCode: Send + Sync {
    /// The version of the layout of a contract's instances; none if the library does not adopt.
    fn state_version(&self, contract: GuestContractId) -> Option<u32>;

    /// Whether [`NativeCode::adopt`] will take this instance over. Only reads it.
    ///
    /// # Safety
    /// - No thread is inside the generation that the instance is of.
    /// - `instance.data` is a live instance of that contract, in the layout of `from_version`.
    unsafe fn adopt_check(&self, instance: &Adoption) -> Result<(), Box<GuestError>>;

    /// Takes an instance over. May not fail.
    ///
    /// # Safety
    /// - As for [`NativeCode::adopt_check`], which has agreed.
    unsafe fn adopt(&self, instance: &Adoption);

    /// Lets the library join its threads and unregister its callbacks, with one of the
    /// `SHUTDOWN_` reasons. Called once, when no call is inside.
    ///
    /// # Safety
    /// - `host` is the bundle's table.
    /// - Only instances that are left are destroyed afterwards; nothing else is called.
    unsafe fn shutdown(&self, host: *const HostApi, reason: u32);

    /// Closes the library and says whether the system has let go of it.
    fn close(self: Box<Self>) -> Closed;
}

/// An instance that changes from one version of a bundle to the next without moving.
#[derive(Clone, Copy, Debug)]
pub struct Adoption {
    /// The bundle's host table.
    pub host: *const HostApi,
    /// The instance's contract.
    pub contract: GuestContractId,
    /// The instance.
    pub data: *mut c_void,
    /// The version of the instance's layout, as the old version of the bundle names it.
    pub from_version: u32,
}

/// What became of a closed library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Closed {
    /// It is not in the process any more.
    Gone,
    /// The system keeps it.
    Kept {
        /// What keeps it, as far as can be known.
        reason: String,
    },
}

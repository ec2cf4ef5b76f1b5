//! A guest: one opened generation of a bundle, as its loader hands it to the runtime.
//!
//! The runtime guards every call (generation, lock, depth, thread), so a guest sees only calls that
//! may run: on a bundle with a VM lock never two at a time, except for nested calls of the thread
//! that is inside, and those only while [`Guest::may_reenter`] says so.

#[expect(unsafe_code, reason = "allocates in memory that others own")]
mod results;

pub use results::Results;

use polyplug_abi::{AbiErrorCode, CallArena};
use std::any::Any;
use std::ffi::c_void;
use std::ptr;

/// One call of a guest's function.
#[derive(Clone, Copy, Debug)]
pub struct GuestCall {
    /// The contract: the number that [`Stage::register`](crate::registration::Stage::register) gave.
    pub contract: u32,
    /// The function, below the registered count.
    pub function: u32,
    /// The instance's `data`; null is the stateless default.
    pub instance: *mut c_void,
    /// The arguments in the layout of the ABI; may be null.
    pub args: *const (),
    /// Where the result goes; may be null.
    pub out: *mut (),
    /// The call's arena; null: allocate results with `host->alloc`.
    pub arena: *mut CallArena,
}

/// A generation of a bundle whose functions are called through the runtime's trampoline.
///
/// What is given here is right for a guest without objects and state: all its instances are one.
///
/// # Safety
/// `call`, `create_instance`, `destroy_instance` and `hand_over` must be sound under the conditions
/// that their own documentation states: the runtime relies on nothing else.
pub unsafe trait Guest: Any + Send + Sync {
    /// Runs one function. Never unwinds.
    ///
    /// # Safety
    /// - The caller is inside the generation's lock, if it has one.
    /// - `args`, `out` and `arena` fit the contract, as the caller promised.
    unsafe fn call(&self, call: &GuestCall) -> Result<(), Box<GuestError>>;

    /// Makes an object of a contract and returns its `data`, which is not null.
    ///
    /// # Safety
    /// As for [`Guest::call`].
    unsafe fn create_instance(
        &self,
        contract: u32,
        args: *const (),
    ) -> Result<*mut c_void, Box<GuestError>> {
        let _ = (contract, args);
        Ok(ptr::without_provenance_mut(1))
    }

    /// Destroys an object of a contract.
    ///
    /// # Safety
    /// As for [`Guest::call`].
    unsafe fn destroy_instance(
        &self,
        contract: u32,
        data: *mut c_void,
    ) -> Result<(), Box<GuestError>> {
        let _ = (contract, data);
        Ok(())
    }

    /// How many instances are alive. Any thread; may be a moment old.
    fn live_instances(&self) -> usize {
        0
    }

    /// Whether there is anything to hand over: instances, default objects with state, kept tables.
    /// Any thread; may be a moment old.
    fn has_state(&self) -> bool {
        false
    }

    /// Takes over the state of `old`, the generation before, which is only read.
    ///
    /// # Safety
    /// - The caller is inside the locks of both generations.
    /// - `self` has not been called yet.
    unsafe fn hand_over(&self, old: &dyn Guest) -> Result<HandedOver, Box<GuestError>> {
        let _ = old;
        Ok(HandedOver::default())
    }

    /// Whether the thread that is inside may enter once more. Asked on that thread, inside the lock.
    fn may_reenter(&self) -> bool;

    /// `self`, for [`Guest::hand_over`] of the same loader.
    fn as_any(&self) -> &dyn Any;
}

/// What became of the state of the generation before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HandedOver {
    /// Objects that were given their state back.
    pub kept: u32,
    /// Objects that were made afresh.
    pub reset: u32,
}

/// A guest's failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuestError {
    /// An `AbiErrorCode`, or a plugin's own from 256 on. Never 0.
    pub code: u32,
    /// What went wrong, for the plugin's author.
    pub message: String,
    /// A log record (level Error) that the runtime writes after it has left the guest's lock.
    pub record: Option<GuestRecord>,
    /// What the runtime does with the guest after this call.
    pub aftermath: Aftermath,
}

/// A log record that belongs to a failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuestRecord {
    /// The scope, e.g. `loader.lua`.
    pub scope: &'static str,
    /// The text.
    pub message: String,
}

/// What a failure means for the guest it came from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Aftermath {
    /// The guest goes on.
    #[default]
    None,
    /// The guest was stopped in the middle of something: it is rebuilt from the same bytes.
    Rebuild,
}

impl GuestError {
    /// A failure with `code` and `message`, nothing to log, nothing to rebuild.
    pub fn new(code: AbiErrorCode, message: impl Into<String>) -> Box<Self> {
        Box::new(Self {
            code: code as u32,
            message: message.into(),
            record: None,
            aftermath: Aftermath::None,
        })
    }
}

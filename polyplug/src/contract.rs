//! A caller for one contract: found once, guarded at every call, valid across every reload.

use crate::border;
use crate::core::Core;
use crate::description::binding;
use crate::dispatch::call::{self, Request};
use crate::dispatch::{CallError, instance};
use crate::dynamic::{self, DynamicCallError, Target, Which};
use crate::error::RuntimeError;
use crate::loader::manifest::ContractName;
use crate::registry::lookup;
use crate::registry::slot::Slot;
use polyplug_abi::{
    AbiErrorCode, CallArena, GuestContractInstance, GuestContractInterface, HostApi, Version,
};
use polyplug_schema::{Contract as Description, Value};
use std::ptr;
use std::sync::Arc;

/// A contract of a bundle, for guarded calls from any thread.
///
/// It follows its bundle through every reload. After an unload its calls answer `StaleHandle`, and
/// work again when the bundle comes back.
#[derive(Clone)]
pub struct Contract {
    slot: *const Slot,
    core: Arc<Core>,
}

// SAFETY: the slot is part of the core, which `core` keeps alive, and slots are `Sync`.
unsafe impl Send for Contract {}
// SAFETY: as above.
unsafe impl Sync for Contract {}

impl Contract {
    pub(crate) fn find(core: Arc<Core>, name: &str) -> Result<Self, RuntimeError> {
        let contract = ContractName::of_caller(name)?;
        let found = lookup::find_version(&core, contract.id().as_u64(), contract.version(), None);
        let handle = found.map_err(|_| RuntimeError::ContractNotFound {
            contract: contract.to_string(),
            instead: lookup::instead_of(&core, &contract),
        })?;
        let slot: *const Slot = lookup::resolve(&core, handle)?;
        Ok(Self { slot, core })
    }

    /// Calls a function by its id, with `args` and a result in the layout of the contract: no
    /// parameter is `()`, one is itself, several are a `#[repr(C)]` struct (or array) of them.
    ///
    /// # Errors
    /// The plugin's own error, or why the call could not be made. The function ran at most once.
    ///
    /// # Safety
    /// - `Args` and `Out` have the layout that the contract's function expects, and every bit
    ///   pattern that it may write is a valid `Out`.
    #[inline]
    pub unsafe fn call<Args, Out: Default>(
        &self,
        function: u32,
        args: &Args,
    ) -> Result<Out, Box<CallError>> {
        let mut out = Out::default();
        let instance = GuestContractInstance::null();
        let (args, place) = (ptr::from_ref(args).cast(), (&raw mut out).cast());
        // SAFETY: the caller's promise; both are valid for the length of the call.
        unsafe { self.call_raw(instance, function, args, place, ptr::null_mut()) }?;
        Ok(out)
    }

    /// The guarded call in the ABI's own terms.
    ///
    /// # Errors
    /// As for [`Contract::call`]; after an error `out` is not to be read.
    ///
    /// # Safety
    /// - `args`, `out` and `instance` are what the function expects; `arena` is null or this
    ///   thread's.
    #[inline]
    pub unsafe fn call_raw(
        &self,
        instance: GuestContractInstance,
        function: u32,
        args: *const (),
        out: *mut (),
        arena: *mut CallArena,
    ) -> Result<(), Box<CallError>> {
        let request = Request { instance, function, args, out, arena };
        // SAFETY: the caller's promise.
        unsafe { call::guarded(self.slot(), request) }.inspect_err(|error| keep(error))
    }

    /// Calls a function by its name, with values that are checked against the contract's description.
    /// A function without a result gives an empty tuple.
    ///
    /// # Errors
    /// Nobody described the contract, it has no such function, a value is not of its type, or what
    /// the function itself said.
    pub fn call_values(
        &self,
        function: &str,
        arguments: &[Value],
    ) -> Result<Value, DynamicCallError> {
        dynamic::call(&self.target(), function, arguments)
    }

    /// Makes the call that `text` is in WAVE, such as `greet("Ada")`.
    ///
    /// # Errors
    /// As for [`Contract::call_values`], or the text does not read.
    pub fn call_text(&self, text: &str) -> Result<Value, DynamicCallError> {
        dynamic::call_text(&self.target(), text)
    }

    /// Calls a function by its name, with arguments in the binary form, one behind the other, and
    /// appends the binary form of its result to `out`. With room in `out` nothing is allocated.
    ///
    /// # Errors
    /// As for [`Contract::call_values`], or the bytes are not the arguments; `out` is as it was.
    pub fn call_binary(
        &self,
        function: &str,
        arguments: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), DynamicCallError> {
        dynamic::call_binary(&self.target(), Which::Named(function), arguments, out)
    }

    fn target(&self) -> Target<'_> {
        Target::Guest { slot: self.slot(), instance: GuestContractInstance::null() }
    }

    /// Declares that whoever calls this relies on `expected`: it is compared with the provider's
    /// description now, and no later version of the bundle that contradicts it is accepted.
    ///
    /// A provider that says nothing about its shape is taken at its word, as far as it has enough
    /// functions.
    ///
    /// # Errors
    /// `Description`, with both signatures.
    pub fn expect(&self, expected: &Arc<Description>) -> Result<(), RuntimeError> {
        binding::bind(&self.core, self.slot(), expected)
    }

    /// As [`Contract::expect`], for a caller that knows only the hash of the shape it was built for.
    ///
    /// # Errors
    /// `Description` if the shape is another one, or if nobody says what it is.
    pub fn expect_shape(&self, shape: u64) -> Result<(), RuntimeError> {
        binding::bind_hash(&self.core, self.slot(), shape)
    }

    /// What the present generation's functions are called, take and give; `None` if nobody said so.
    ///
    /// # Errors
    /// The bundle is not loaded, or belongs to another thread.
    pub fn description(&self) -> Result<Option<Arc<Description>>, Box<CallError>> {
        call::description(self.slot())
    }

    /// Makes an instance.
    ///
    /// # Errors
    /// What the constructor said.
    ///
    /// # Safety
    /// - `args` is what the contract's constructor expects, or null if it expects nothing.
    pub unsafe fn create(&self, args: *const ()) -> Result<GuestContractInstance, Box<CallError>> {
        // SAFETY: the caller's promise.
        unsafe { instance::create(self.slot(), self.core.host.api(), args) }
    }

    /// Destroys an instance; the null instance is nothing to destroy.
    ///
    /// # Errors
    /// `StaleHandle` if it was destroyed before, or its bundle unloaded.
    ///
    /// # Safety
    /// - The instance came from [`Contract::create`] of this contract; if it is of native code it was
    ///   not destroyed before.
    pub unsafe fn destroy(&self, instance: GuestContractInstance) -> Result<(), Box<CallError>> {
        if !instance.is_null() && instance.contract_id != self.slot().contract_id() {
            return Err(CallError::new(
                AbiErrorCode::InvalidArgument,
                "the instance is of another contract",
            ));
        }
        // SAFETY: the caller's promise.
        unsafe { instance::destroy(self.slot(), self.core.host.api(), instance) }
    }

    /// `name@major`.
    pub fn name(&self) -> &str {
        &self.slot().contract
    }

    /// The bundle that provides it.
    pub fn bundle(&self) -> &str {
        &self.slot().bundle().name
    }

    /// The version that the present generation provides.
    pub fn version(&self) -> Version {
        self.slot().version()
    }

    /// Whether its bundle is loaded.
    pub fn is_loaded(&self) -> bool {
        self.slot().bundle().is_loaded()
    }

    /// The interface, for raw calls; see the notes on quiescence before making any.
    pub fn interface(&self) -> *const GuestContractInterface {
        self.slot().hand_out()
    }

    pub(crate) fn host(&self) -> *const HostApi {
        self.core.host.api()
    }

    #[inline(always)]
    pub(crate) fn slot(&self) -> &Slot {
        // SAFETY: the slot is part of the core, which `self.core` keeps alive.
        unsafe { &*self.slot }
    }
}

/// A failure is also the thread's last error, as it is for C callers.
#[cold]
fn keep(error: &CallError) {
    border::remember(error.text());
}

impl std::fmt::Debug for Contract {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Contract")
            .field("name", &self.name())
            .field("bundle", &self.bundle())
            .finish_non_exhaustive()
    }
}

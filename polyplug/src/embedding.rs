//! What libpolyplug is made of beyond [`Runtime`]: guarded calls through an interface's address, and
//! the calling thread's messages.
//!
//! A C caller keeps the address that [`bind`] gave, which stays valid as long as the runtime, and
//! needs neither the runtime nor a look-up to call.

use crate::arena;
use crate::border;
use crate::contract::Contract;
use crate::dispatch::call::{self, Request};
use crate::dispatch::{CallError, instance, trampoline};
use crate::dynamic::{self, DynamicCallError, Target, Which};
use crate::error::{RegistryError, RuntimeError};
use crate::loader::manifest::ContractName;
use crate::logger::Logger;
use crate::registry::lookup;
use crate::registry::slot::Slot;
use crate::runtime::Runtime;
use polyplug_abi::{
    AbiErrorCode, BundleId, CallArena, GuestContractHandle, GuestContractInstance,
    GuestContractInterface, HostApi, LogLevel, RuntimeConfig, StringView,
};
use std::mem::MaybeUninit;

/// Where the records of a runtime of some configuration go, for what is said beside it.
pub struct Log(Logger);

impl Log {
    /// As `config` says.
    pub fn of(config: &RuntimeConfig) -> Self {
        Self(Logger::of(config))
    }

    /// Writes a record.
    pub fn write(&self, level: LogLevel, scope: &str, message: &str) {
        self.0.log(level, scope, message);
    }
}

/// The interface behind a handle, for the guarded functions of this module alone: unlike `resolve`
/// it makes nobody a raw caller.
///
/// # Errors
/// `StaleHandle`.
pub fn bind(
    runtime: &Runtime,
    handle: GuestContractHandle,
) -> Result<*const GuestContractInterface, RegistryError> {
    lookup::resolve(runtime.core(), handle).map(Slot::interface)
}

/// The interface of a contract by its name, for the same functions: of the first provider, or of one
/// bundle.
///
/// # Errors
/// `NotFound` if nobody provides that version or a later one.
pub fn find(
    runtime: &Runtime,
    name: &ContractName,
    bundle: Option<BundleId>,
) -> Result<*const GuestContractInterface, RegistryError> {
    let (id, version) = (name.id().as_u64(), name.version());
    bind(runtime, lookup::find_version(runtime.core(), id, version, bundle)?)
}

/// The interface behind a contract, for the same functions.
pub fn interface(contract: &Contract) -> *const GuestContractInterface {
    contract.slot().interface()
}

/// What there is instead of a contract that [`find`] did not find, in words.
pub fn instead_of(runtime: &Runtime, name: &ContractName) -> String {
    lookup::instead_of(runtime.core(), name)
}

/// The guarded call. Its failures are not yet the thread's last error; see [`remember`].
///
/// # Errors
/// The plugin's own error, or why the call could not be made.
///
/// # Safety
/// - `interface` is null or one that a living runtime handed out.
/// - `instance`, `args` and `out` are what the contract's function expects; `arena` is null or this
///   thread's.
#[inline(always)]
pub unsafe fn call(
    interface: *const GuestContractInterface,
    instance: GuestContractInstance,
    function: u32,
    args: *const (),
    out: *mut (),
    arena: *mut CallArena,
) -> Result<(), Box<CallError>> {
    // SAFETY: the caller's promise.
    let slot = unsafe { trampoline::slot_of(interface) }.ok_or_else(not_ours)?;
    let request = Request { instance, function, args, out, arena };
    // SAFETY: as above.
    unsafe { call::guarded(slot, request) }
}

/// [`call`], if nothing is out of the ordinary: a native function of a loaded bundle, on a thread that
/// was in this runtime last. `None` if it is not so, and then nothing was called. It does not panic.
///
/// # Safety
/// - As for [`call`].
#[inline(always)]
pub unsafe fn call_at_once(
    interface: *const GuestContractInterface,
    instance: GuestContractInstance,
    function: u32,
    args: *const (),
    out: *mut (),
    arena: *mut CallArena,
) -> Option<Result<(), Box<CallError>>> {
    // SAFETY: the caller's promise.
    let slot = unsafe { trampoline::slot_of(interface) }?;
    let request = Request { instance, function, args, out, arena };
    let mut error = MaybeUninit::uninit();
    // SAFETY: as above; `error` is a local.
    unsafe { call::at_once(slot, request, error.as_mut_ptr()) }
}

/// Calls the function with this id, with arguments in the binary form, one behind the other, and appends
/// the binary form of its result to `out`. Failures are not yet the thread's last error.
///
/// # Errors
/// Nobody described the contract, the bytes are not the arguments, or as for [`call`].
///
/// # Safety
/// - `interface` is null or one that a living runtime handed out.
/// - `instance` is one of the contract that is alive, or null.
pub unsafe fn call_binary(
    interface: *const GuestContractInterface,
    instance: GuestContractInstance,
    function: u32,
    arguments: &[u8],
    out: &mut Vec<u8>,
) -> Result<(), DynamicCallError> {
    // SAFETY: the caller's promise.
    let slot = unsafe { trampoline::slot_of(interface) }.ok_or_else(not_ours)?;
    let target = Target::Guest { slot, instance };
    dynamic::call_binary(&target, Which::Numbered(function), arguments, out)
}

/// Makes an instance.
///
/// # Errors
/// What the constructor said, or why it could not be called.
///
/// # Safety
/// - As for [`call`]; `args` is what the constructor expects, `host` a table of that runtime.
pub unsafe fn create(
    interface: *const GuestContractInterface,
    host: *const HostApi,
    args: *const (),
) -> Result<GuestContractInstance, Box<CallError>> {
    // SAFETY: the caller's promise.
    let slot = unsafe { trampoline::slot_of(interface) }.ok_or_else(not_ours)?;
    // SAFETY: as above.
    unsafe { instance::create(slot, host, args) }
}

/// Destroys an instance; the null instance is nothing to destroy.
///
/// # Errors
/// `StaleHandle` if it is not alive.
///
/// # Safety
/// - As for [`create`].
pub unsafe fn destroy(
    interface: *const GuestContractInterface,
    host: *const HostApi,
    instance: GuestContractInstance,
) -> Result<(), Box<CallError>> {
    // SAFETY: the caller's promise.
    let slot = unsafe { trampoline::slot_of(interface) }.ok_or_else(not_ours)?;
    // SAFETY: as above.
    unsafe { instance::destroy(slot, host, instance) }
}

/// Where the bundle's runtime has its own host table: the address that identifies the runtime.
///
/// # Safety
/// - As for [`call`].
pub unsafe fn host_of(interface: *const GuestContractInterface) -> Option<*const HostApi> {
    // SAFETY: the caller's promise.
    let slot = unsafe { trampoline::slot_of(interface) }?;
    Some(slot.core().host.api())
}

/// `size` bytes of an arena; null if there are none or `align` is no power of two.
///
/// # Safety
/// - `arena` is an arena that no other thread uses.
pub unsafe fn arena_allocate(arena: *mut CallArena, size: usize, align: usize) -> *mut u8 {
    // SAFETY: the caller's promise.
    unsafe { arena::allocate(arena, size, align) }
}

/// Makes all memory of an arena free again, keeping some blocks.
///
/// # Safety
/// - As for [`arena_allocate`]; nothing taken from the arena is used afterwards.
pub unsafe fn arena_reset(arena: *mut CallArena) {
    // SAFETY: the caller's promise.
    unsafe { arena::reset(arena) };
}

/// Gives all blocks of an arena back.
///
/// # Safety
/// - As for [`arena_reset`].
pub unsafe fn arena_release(arena: *mut CallArena) {
    // SAFETY: the caller's promise.
    unsafe { arena::release(arena) };
}

/// Whether the runtime may be destroyed where this thread is. It is not while the thread is inside of
/// a call, a callback or a pin: the runtime would be leaked.
///
/// # Errors
/// `ReentrantCall`.
pub fn may_end(runtime: &Runtime) -> Result<(), RuntimeError> {
    match runtime.core().thread().inside() {
        None => Ok(()),
        Some(within) => Err(RuntimeError::ReentrantCall {
            operation: "destroy",
            within,
            advice: "do it after that has returned",
        }),
    }
}

/// Makes `message` the thread's last error; it lives until 16 further failures on this thread.
pub fn remember(message: String) -> StringView {
    border::remember(message)
}

/// The newest failure of the calling thread, which is not cleared; null if there was none.
pub fn last_error() -> StringView {
    border::last_error()
}

#[cold]
fn not_ours() -> Box<CallError> {
    CallError::new(
        AbiErrorCode::InvalidPointer,
        "this is not a contract of the runtime; pass the pointer that `polyplug_contract` or \
         `polyplug_bind` gave",
    )
}

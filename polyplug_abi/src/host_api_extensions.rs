//! The functions that came after version 1 of the table was fixed.

use core::ffi::c_void;
use core::mem::offset_of;

use crate::{
    AbiError, CallArena, GuestContractHandle, GuestContractInstance, GuestContractInterface,
    HostApi, StringView,
};

/// A flag for `poll`: at this moment no thread of the process is inside a raw native call or keeps
/// a function pointer that it read from an interface, so that retired code may be closed.
pub const POLL_QUIESCENT: u32 = 1;

/// Functions of the runtime beyond the fixed table; found at `host->reserved`.
///
/// Fields are only ever appended: whoever was built against a newer header compares `struct_size`
/// with the end of a field before using it. Every pointer inside `struct_size` is set. `host` is
/// the table that this one was found in; `out_err` is never null; a function that fails has changed
/// nothing unless it says otherwise.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct HostApiExtensions {
    /// The size in bytes of the table that the runtime has.
    pub struct_size: u32,
    /// The number of additions to version 1 so far.
    pub abi_minor: u32,

    /// Calls a function of a guest contract under the runtime's protection. [thread-safe]
    ///
    /// The version that is entered cannot be closed before the call returns, a panic or script
    /// error becomes a code, and the bundle's limits hold. `iface` is one that the runtime handed
    /// out. `instance` may be null data. `args` and `out` are as for a native function and belong
    /// to the caller. `arena` belongs to the caller and owns what is variable in size in the
    /// result; if it is null, the caller owns that and gives it back with `host->free`. After a
    /// failure `out` is not read; what the function did until then stays done.
    pub call: unsafe extern "C" fn(
        host: *const HostApi,
        iface: *const GuestContractInterface,
        instance: GuestContractInstance,
        function: u32,
        args: *const (),
        out: *mut (),
        arena: *mut CallArena,
        out_err: *mut AbiError,
    ),

    /// Makes an object of a guest contract and reports why it could not. [thread-safe]
    ///
    /// `args` is as the contract says, may be null and is read during the call. `out` is not null;
    /// on failure it becomes `{null, 0}`. The caller owns the object and destroys it.
    pub create: unsafe extern "C" fn(
        host: *const HostApi,
        iface: *const GuestContractInterface,
        args: *const (),
        out: *mut GuestContractInstance,
        out_err: *mut AbiError,
    ),

    /// Destroys an object of a guest contract. [thread-safe]
    ///
    /// `iface` is the one it was made with. Null data is allowed and does nothing; an object that
    /// is gone already answers `StaleHandle`.
    pub destroy: unsafe extern "C" fn(
        host: *const HostApi,
        iface: *const GuestContractInterface,
        instance: GuestContractInstance,
        out_err: *mut AbiError,
    ),

    /// Memory for the result of the call that runs on this thread. [thread-safe]
    ///
    /// It comes from the arena of the innermost guarded call and belongs to it; without one it
    /// comes from `host->alloc` and belongs to the caller of the function. `align` is a power of
    /// two. Null only on failure.
    pub result_alloc:
        unsafe extern "C" fn(host: *const HostApi, size: usize, align: usize) -> *mut u8,

    /// Asks for a reload that happens later, on the worker or in the next poll. [thread-safe]
    ///
    /// Success means that the request was queued.
    pub request_reload:
        unsafe extern "C" fn(host: *const HostApi, bundle_id: u64, out_err: *mut AbiError),

    /// Holds back every replacement until `unpin`. [thread-safe]
    ///
    /// `out_token` is not null and receives a token that belongs to this thread; nothing is written
    /// on failure. The outermost pin of a thread waits while a replacement is under way. A pin that
    /// is held past the drain timeout makes the replacement fail.
    pub pin:
        unsafe extern "C" fn(host: *const HostApi, out_token: *mut u64, out_err: *mut AbiError),

    /// Gives a pin back. [same-thread]
    ///
    /// `token` is one that `pin` wrote on this thread and that was not given back yet; any other
    /// answers `InvalidArgument`, or `WrongThread` if it belongs elsewhere.
    pub unpin: unsafe extern "C" fn(host: *const HostApi, token: u64, out_err: *mut AbiError),

    /// Commits the replacements that are ready and calls the callbacks that are due, on this
    /// thread. [frame-boundary]
    ///
    /// `flags` is 0 or a sum of the poll flags. Returns how many replacements were committed; one
    /// that fails leaves its old version in place, is reported by its callback, and does not keep
    /// the others back.
    pub poll: unsafe extern "C" fn(host: *const HostApi, flags: u32, out_err: *mut AbiError) -> u32,

    /// Finds an addition by its name. [thread-safe]
    ///
    /// `name` stays the property of the caller. Null if this runtime does not know it; else the
    /// runtime owns what is found, which lives as long as this table.
    pub query: unsafe extern "C" fn(host: *const HostApi, name: StringView) -> *const c_void,

    /// The newest failure on this thread, which is not cleared. [thread-safe]
    ///
    /// Null if there was none. The runtime owns the text; it lives until 16 further failures on
    /// this thread.
    pub last_error: unsafe extern "C" fn(host: *const HostApi) -> StringView,

    /// Unloads a bundle and, before it, all that need it. [frame-boundary]
    ///
    /// Either all of them are unloaded or none.
    pub unload_bundle_cascade:
        unsafe extern "C" fn(host: *const HostApi, bundle_id: u64, out_err: *mut AbiError),

    /// The name of a loaded bundle. [thread-safe]
    ///
    /// Null if there is none. The runtime owns the text, which lives until the runtime is
    /// destroyed.
    pub bundle_name: unsafe extern "C" fn(host: *const HostApi, bundle_id: u64) -> StringView,

    /// The present value of the revision counter. [thread-safe]
    pub revision: unsafe extern "C" fn(host: *const HostApi) -> u64,

    /// Takes memory from an arena. [same-thread]
    ///
    /// `arena` is not null. The memory belongs to the arena and dies with the next reset or
    /// release. `align` is a power of two. Null only on failure; the arena is then unchanged.
    pub arena_alloc: unsafe extern "C" fn(
        host: *const HostApi,
        arena: *mut CallArena,
        size: usize,
        align: usize,
    ) -> *mut u8,

    /// Makes all memory of an arena free for the next call, keeping some blocks. [same-thread]
    ///
    /// `arena` is not null, and only its creator resets it: everything taken from it becomes
    /// invalid.
    pub arena_reset: unsafe extern "C" fn(host: *const HostApi, arena: *mut CallArena),

    /// Gives the blocks of an arena back to the host. [same-thread]
    ///
    /// As `arena_reset`; the struct itself stays the property of the caller and is an empty arena
    /// that can be used again.
    pub arena_release: unsafe extern "C" fn(host: *const HostApi, arena: *mut CallArena),

    /// The interface behind a handle, for `call`, `create` and `destroy` alone. [thread-safe]
    ///
    /// As `resolve_guest_contract`, but nobody is a raw caller for it: its functions must not be
    /// called through the interface, and a replaced version is closed without a word of the host.
    /// Null if the handle is stale.
    pub bind_guest_contract: unsafe extern "C" fn(
        host: *const HostApi,
        handle: GuestContractHandle,
    ) -> *const GuestContractInterface,

    /// Makes a failure the last error of this thread. [thread-safe]
    ///
    /// How a constructor, which has no `out_err`, says why it made no instance: `code` and `message`
    /// are what its caller is told. `message` is UTF-8, stays the property of the caller and is
    /// copied; null is allowed.
    pub set_last_error: unsafe extern "C" fn(host: *const HostApi, code: u32, message: StringView),
}

const _: () = {
    assert!(size_of::<HostApiExtensions>() == 152 && align_of::<HostApiExtensions>() == 8);
    assert!(offset_of!(HostApiExtensions, struct_size) == 0);
    assert!(offset_of!(HostApiExtensions, abi_minor) == 4);
    assert!(offset_of!(HostApiExtensions, call) == 8);
    assert!(offset_of!(HostApiExtensions, create) == 16);
    assert!(offset_of!(HostApiExtensions, destroy) == 24);
    assert!(offset_of!(HostApiExtensions, result_alloc) == 32);
    assert!(offset_of!(HostApiExtensions, request_reload) == 40);
    assert!(offset_of!(HostApiExtensions, pin) == 48);
    assert!(offset_of!(HostApiExtensions, unpin) == 56);
    assert!(offset_of!(HostApiExtensions, poll) == 64);
    assert!(offset_of!(HostApiExtensions, query) == 72);
    assert!(offset_of!(HostApiExtensions, last_error) == 80);
    assert!(offset_of!(HostApiExtensions, unload_bundle_cascade) == 88);
    assert!(offset_of!(HostApiExtensions, bundle_name) == 96);
    assert!(offset_of!(HostApiExtensions, revision) == 104);
    assert!(offset_of!(HostApiExtensions, arena_alloc) == 112);
    assert!(offset_of!(HostApiExtensions, arena_reset) == 120);
    assert!(offset_of!(HostApiExtensions, arena_release) == 128);
    assert!(offset_of!(HostApiExtensions, bind_guest_contract) == 136);
    assert!(offset_of!(HostApiExtensions, set_last_error) == 144);
};

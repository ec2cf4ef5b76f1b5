//! The functions that the runtime offers to hosts and bundles alike.

use core::ffi::c_void;
use core::mem::offset_of;

use polyplug_utils::BundleId;

use crate::{
    AbiError, Array, DependencyInfo, GuestContractHandle, GuestContractInstance,
    GuestContractInterface, HostApiExtensions, HostContractInstance, HostContractInterface,
    PluginDescriptor, StringView,
};

/// The table of the runtime's functions.
///
/// Every pointer is set, and every function takes the table itself first. The host's table lives
/// until the runtime is destroyed; a bundle has one of its own, by which the runtime knows who
/// asks, and it lives until the bundle is closed. Functions without an `out_err` report the reason
/// of a failure as the thread's last error. A function that fails has changed nothing.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct HostApi {
    /// Known to the runtime alone.
    pub runtime: *mut c_void,

    /// Registers a contract for the bundle that is starting. [init-thread]
    ///
    /// `descriptor` and `iface` are not null, stay the property of the caller and are copied;
    /// the functions they name have to live until the bundle is closed. `out_err` is not null.
    pub register_guest_contract: unsafe extern "C" fn(
        host: *const HostApi,
        descriptor: *const PluginDescriptor,
        iface: *const GuestContractInterface,
        out_err: *mut AbiError,
    ),

    /// Allocates `size` bytes aligned to `align`, a power of two. [thread-safe]
    ///
    /// The caller owns the memory and gives it back with `free`. Null only on
    /// failure; 0 bytes have an address too.
    pub alloc: unsafe extern "C" fn(host: *const HostApi, size: usize, align: usize) -> *mut u8,

    /// Gives back what `alloc` returned, with the same `size` and `align`. [thread-safe]
    ///
    /// Null is allowed and does nothing.
    pub free:
        unsafe extern "C" fn(host: *const HostApi, memory: *mut u8, size: usize, align: usize),

    /// Finds a bundle that provides a contract. [thread-safe]
    ///
    /// `min_version` is 0 for any version, a value below 65536 for that major version or later,
    /// from 65536 on `major << 16 | minor` for the same major and at least this minor. The null
    /// handle if there is none. The handle is a value and owns nothing.
    pub find_guest_contract: unsafe extern "C" fn(
        host: *const HostApi,
        contract_id: u64,
        min_version: u32,
    ) -> GuestContractHandle,

    /// Finds every bundle that provides a contract. [thread-safe]
    ///
    /// The caller owns the list and gives it back with `free`; it is empty if there is none.
    pub find_all_guest_contracts: unsafe extern "C" fn(
        host: *const HostApi,
        contract_id: u64,
        min_version: u32,
    ) -> Array<GuestContractHandle>,

    /// The contract that a handle names. [thread-safe]
    ///
    /// The runtime owns the interface, which stays at its address until the runtime is destroyed.
    /// Null if the handle is null or stale. An interface that was resolved holds back the closing
    /// of native code until the host says that it is quiescent.
    pub resolve_guest_contract: unsafe extern "C" fn(
        host: *const HostApi,
        handle: GuestContractHandle,
    ) -> *const GuestContractInterface,

    /// An object of a host contract. [thread-safe]
    ///
    /// That of a singleton contract is made on first use and belongs to the runtime. Any other is
    /// made anew; the caller owns it and destroys it through the interface of the contract. Null
    /// data on failure, or if the contract needs no object.
    pub get_host_contract: unsafe extern "C" fn(
        host: *const HostApi,
        contract_id: u64,
        min_version: u32,
    ) -> HostContractInstance,

    /// The functions of a host contract. [thread-safe]
    ///
    /// The runtime owns the interface, which lives until the runtime is destroyed and does not
    /// change. Null if there is none that fits.
    pub resolve_host_contract_interface: unsafe extern "C" fn(
        host: *const HostApi,
        contract_id: u64,
        min_version: u32,
    ) -> *const HostContractInterface,

    /// The ids of all loaded bundles. [thread-safe]
    ///
    /// The caller owns the list and gives it back with `free`.
    pub list_bundles: unsafe extern "C" fn(host: *const HostApi) -> Array<BundleId>,

    /// What the bundle that is starting on this thread says it needs. [init-thread]
    ///
    /// The caller owns the list and gives it back with `free`; it is empty elsewhere.
    pub get_dependencies: unsafe extern "C" fn(host: *const HostApi) -> Array<DependencyInfo>,

    /// Loads the bundle in a folder. [thread-safe]
    ///
    /// `path` is UTF-8 of `len` bytes, not null, and stays the property of the caller. `out_err` is
    /// not null. A failure leaves nothing of the bundle behind.
    pub load_bundle: unsafe extern "C" fn(
        host: *const HostApi,
        path: *const u8,
        len: usize,
        out_err: *mut AbiError,
    ),

    /// Replaces the bundle that was loaded from a folder by what is there now. [frame-boundary]
    ///
    /// Parameters as for `load_bundle`. After a failure the old version still answers.
    pub reload_bundle: unsafe extern "C" fn(
        host: *const HostApi,
        path: *const u8,
        len: usize,
        out_err: *mut AbiError,
    ),

    /// Registers a contract of the host. [thread-safe]
    ///
    /// `iface` is not null, stays the property of the caller and is copied; the functions it
    /// names have to outlive the runtime. `out_err` is not null. Refused if the id is taken, and for a
    /// bundle.
    pub register_host_contract: unsafe extern "C" fn(
        host: *const HostApi,
        iface: *const HostContractInterface,
        out_err: *mut AbiError,
    ),

    /// Registers a loader for one more language. [thread-safe]
    ///
    /// `loader` was made by this same library, which takes it over on success; anything else is
    /// refused and stays with the caller. `out_err` is not null.
    pub register_loader:
        unsafe extern "C" fn(host: *const HostApi, loader: *mut c_void, out_err: *mut AbiError),

    /// Copies the last error of this thread into `buf` and clears it. [thread-safe]
    ///
    /// `buf` belongs to the caller and has room for `len` bytes; what does not fit is cut off
    /// between two characters, and there is no terminating NUL. Returns the number of bytes that
    /// were written, 0 if there is no error or `buf` is null.
    pub get_last_error:
        unsafe extern "C" fn(host: *const HostApi, buf: *mut u8, len: usize) -> usize,

    /// The length in bytes of the last error of this thread, 0 if there is none. [thread-safe]
    pub get_error_len: unsafe extern "C" fn(host: *const HostApi) -> usize,

    /// Unloads a bundle that no other bundle needs. [frame-boundary]
    ///
    /// Its handles answer `StaleHandle` from then on. `out_err` is not null.
    pub unload_bundle:
        unsafe extern "C" fn(host: *const HostApi, bundle_id: u64, out_err: *mut AbiError),

    /// Writes a log record. [thread-safe]
    ///
    /// An unknown `level` counts as Error. The texts are UTF-8, stay the property of the caller and
    /// are read during the call; null counts as empty. It cannot fail.
    pub log: unsafe extern "C" fn(
        host: *const HostApi,
        level: u32,
        scope: StringView,
        message: StringView,
    ),

    /// Makes an object of a guest contract. [thread-safe]
    ///
    /// `iface` is one that `resolve_guest_contract` returned. `args` is as the contract says,
    /// may be null and is read during the call. `out_instance` is not null; on failure it becomes
    /// `{null, 0}`. The caller owns the object and destroys it with `destroy_guest_instance`.
    pub create_guest_instance: unsafe extern "C" fn(
        host: *const HostApi,
        iface: *const GuestContractInterface,
        args: *const (),
        out_instance: *mut GuestContractInstance,
    ),

    /// Destroys an object of a guest contract. [thread-safe]
    ///
    /// `iface` is the one it was made with. Null data is allowed and does nothing; an object
    /// that is gone already is a failure and changes nothing.
    pub destroy_guest_instance: unsafe extern "C" fn(
        host: *const HostApi,
        iface: *const GuestContractInterface,
        instance: GuestContractInstance,
    ),

    /// The address of a counter that changes whenever the registry changes. [thread-safe]
    ///
    /// Never null; the runtime owns it, and it lives until the runtime is destroyed. It is read
    /// with one atomic load of 64 bits and never written.
    pub revision_counter: unsafe extern "C" fn(host: *const HostApi) -> *const u64,

    /// Data, not a function: the table of the functions that came later. Never null in this
    /// implementation; it lives as long as this table.
    pub reserved: *const HostApiExtensions,
}

const _: () = {
    assert!(size_of::<HostApi>() == 184 && align_of::<HostApi>() == 8);
    assert!(offset_of!(HostApi, runtime) == 0);
    assert!(offset_of!(HostApi, register_guest_contract) == 8);
    assert!(offset_of!(HostApi, alloc) == 16);
    assert!(offset_of!(HostApi, free) == 24);
    assert!(offset_of!(HostApi, find_guest_contract) == 32);
    assert!(offset_of!(HostApi, find_all_guest_contracts) == 40);
    assert!(offset_of!(HostApi, resolve_guest_contract) == 48);
    assert!(offset_of!(HostApi, get_host_contract) == 56);
    assert!(offset_of!(HostApi, resolve_host_contract_interface) == 64);
    assert!(offset_of!(HostApi, list_bundles) == 72);
    assert!(offset_of!(HostApi, get_dependencies) == 80);
    assert!(offset_of!(HostApi, load_bundle) == 88);
    assert!(offset_of!(HostApi, reload_bundle) == 96);
    assert!(offset_of!(HostApi, register_host_contract) == 104);
    assert!(offset_of!(HostApi, register_loader) == 112);
    assert!(offset_of!(HostApi, get_last_error) == 120);
    assert!(offset_of!(HostApi, get_error_len) == 128);
    assert!(offset_of!(HostApi, unload_bundle) == 136);
    assert!(offset_of!(HostApi, log) == 144);
    assert!(offset_of!(HostApi, create_guest_instance) == 152);
    assert!(offset_of!(HostApi, destroy_guest_instance) == 160);
    assert!(offset_of!(HostApi, revision_counter) == 168);
    assert!(offset_of!(HostApi, reserved) == 176);
};

//! Host contracts written in Rust, as a host registers them through the C ABI.

mod asking;

pub use asking::Asking;

use crate::table::Table;
use polyplug::error::RuntimeError;
use polyplug::runtime::Runtime;
use polyplug_abi::{
    AbiError, DispatchMechanisms, DispatchType, HostContractId, HostContractInstance,
    HostContractInterface, HostFunction, NativeDispatch, StringView, Version,
};
use std::ffi::c_void;
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What a contract counts: the `user_data` that every function is given.
#[derive(Debug, Default)]
pub struct Counts {
    /// Instances made.
    pub made: AtomicUsize,
    /// Instances destroyed.
    pub destroyed: AtomicUsize,
}

/// The address of a static table of functions.
struct Functions([HostFunction; 2]);

static FUNCTIONS: Functions = Functions([which, refuse]);

/// A contract whose function 0 answers the number of the instance, from 1, and whose function 1 fails.
pub fn interface(
    name: &str,
    version: Version,
    singleton: bool,
    counts: &'static Counts,
) -> HostContractInterface {
    let functions = FUNCTIONS.0.as_ptr().cast();
    HostContractInterface {
        contract_id: HostContractId::of(name, version.major),
        contract_version: version,
        singleton,
        dispatch_type: DispatchType::Native,
        runtime: ptr::null_mut(),
        user_data: ptr::from_ref(counts).cast_mut().cast(),
        create_instance: create,
        destroy_instance: destroy,
        dispatch: DispatchMechanisms { native: NativeDispatch { function_count: 2, functions } },
    }
}

/// Registers a contract in Rust.
///
/// # Errors
/// As for [`Runtime::register_host_contract`].
pub fn register(runtime: &Runtime, interface: HostContractInterface) -> Result<(), RuntimeError> {
    // SAFETY: the functions and counts are static.
    unsafe { runtime.register_host_contract(interface) }
}

/// Registers a contract through the table, with one byte or word of it replaced.
///
/// # Errors
/// What the runtime reported.
pub fn register_spoilt(
    table: &Table,
    interface: HostContractInterface,
    spoil: Option<(usize, u8)>,
) -> Result<(), crate::call::Failure> {
    let mut words = [0_u64; 10];
    // SAFETY: an interface is ten words, and so is the array.
    unsafe { words.as_mut_ptr().cast::<HostContractInterface>().write(interface) };
    if let Some((at, byte)) = spoil {
        // A pointer is spoilt as a whole.
        let count = if at >= 32 { 8 } else { 1 };
        // SAFETY: the offsets are inside.
        let place = unsafe { words.as_mut_ptr().cast::<u8>().add(at) };
        // SAFETY: so is what follows them.
        unsafe { place.write_bytes(byte, count) };
    }
    let register = table.api().register_host_contract;
    // SAFETY: what is wrong with the interface is what the function promises to find.
    table.run(|error| unsafe { register(table.0, words.as_ptr().cast(), error) })
}

/// An instance as a plugin gets it: null, or a value.
pub fn instance(table: &Table, name: &str, min_version: u32) -> Option<HostContractInstance> {
    let id = HostContractId::of(name, 1).as_u64();
    // SAFETY: the table is its own.
    let instance = unsafe { (table.api().get_host_contract)(table.0, id, min_version) };
    (!instance.data.is_null()).then_some(instance)
}

/// What function 0 answers on an instance, called as a plugin calls it.
pub fn call(table: &Table, name: &str, instance: HostContractInstance) -> u32 {
    let id = HostContractId::of(name, 1).as_u64();
    // SAFETY: the table is its own.
    let interface = unsafe { (table.api().resolve_host_contract_interface)(table.0, id, 0) };
    // SAFETY: the interface lives as long as the runtime.
    let interface = unsafe { &*interface };
    assert_eq!(interface.runtime.addr(), table_of_host(table).addr(), "it names its runtime");
    // SAFETY: the contract is native.
    let native = unsafe { interface.dispatch.native };
    // SAFETY: the table has an entry.
    let function = unsafe { native.functions.cast::<HostFunction>().read() };
    let (mut out, mut error) = (0_u32, AbiError::ok());
    // SAFETY: the function writes one number.
    unsafe { function(instance, ptr::null(), (&raw mut out).cast(), &raw mut error) };
    out
}

fn table_of_host(table: &Table) -> *const polyplug_abi::HostApi {
    table.0
}

unsafe extern "C" fn create(user_data: *mut c_void, _: *const (), out: *mut HostContractInstance) {
    // SAFETY: the user data is `Counts`.
    let counts = unsafe { &*user_data.cast::<Counts>() };
    let number = counts.made.fetch_add(1, Ordering::SeqCst) + 1;
    // SAFETY: `out_instance` is never null.
    unsafe { out.write(HostContractInstance { data: ptr::without_provenance_mut(number) }) };
}

unsafe extern "C" fn destroy(user_data: *mut c_void, _: HostContractInstance) {
    // SAFETY: the user data is `Counts`.
    let counts = unsafe { &*user_data.cast::<Counts>() };
    counts.destroyed.fetch_add(1, Ordering::SeqCst);
}

unsafe extern "C" fn which(
    instance: HostContractInstance,
    _: *const (),
    out: *mut (),
    _: *mut AbiError,
) {
    // SAFETY: the caller's promise.
    unsafe { crate::call::write_number(out, instance.data.addr() as u32) };
}

unsafe extern "C" fn refuse(
    _: HostContractInstance,
    _: *const (),
    _: *mut (),
    out_error: *mut AbiError,
) {
    let message = StringView::from_static("the host's own words");
    // SAFETY: the caller's promise.
    unsafe { out_error.write(AbiError { code: 300, message }) };
}

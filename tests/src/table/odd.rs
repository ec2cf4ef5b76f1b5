//! The corners of the table: functions that few callers use, and arguments that no caller should.

use super::Table;
use crate::call::{Failure, Raw, text};
use polyplug_abi::{
    AbiError, BundleId, CreateInstance, GuestContractHandle, GuestContractInstance,
    GuestContractInterface, HostApi, StringView, VmLoaderData,
};
use std::ffi::c_void;
use std::ptr;
use std::sync::atomic::{AtomicU64, Ordering};

/// The words of a table.
pub fn words<T>(table: &T) -> Vec<usize> {
    let words = ptr::from_ref(table).cast::<usize>();
    // SAFETY: tables are words at word alignment.
    let words = unsafe { std::slice::from_raw_parts(words, size_of::<T>() / 8) };
    words.to_vec()
}

/// The interface behind a handle.
pub fn resolve(table: &Table, handle: GuestContractHandle) -> Option<Raw> {
    // SAFETY: the table is its own; any handle is allowed.
    let interface = unsafe { (table.api().resolve_guest_contract)(table.0, handle) };
    (!interface.is_null()).then_some(Raw(interface))
}

/// The ids of all loaded bundles.
pub fn bundles(table: &Table) -> Vec<BundleId> {
    // SAFETY: the table is its own.
    table.take(unsafe { (table.api().list_bundles)(table.0) })
}

/// The name of a bundle.
pub fn bundle_name(table: &Table, name: &str) -> String {
    let id = BundleId::of(name).as_u64();
    // SAFETY: the table is its own.
    text(unsafe { (table.extensions().bundle_name)(table.0, id) })
}

/// The revision, by the counter's address and by the function.
pub fn revision(table: &Table) -> (u64, u64) {
    // SAFETY: the table is its own.
    let counter = unsafe { (table.api().revision_counter)(table.0) };
    // SAFETY: the counter is an atomic that lives as long as the runtime.
    let counter = unsafe { &*counter.cast::<AtomicU64>() };
    // SAFETY: as above.
    (counter.load(Ordering::Acquire), unsafe { (table.extensions().revision)(table.0) })
}

/// Contract, version and bundle of each dependency.
pub fn dependencies(table: &Table) -> Vec<(u64, u32, u64)> {
    // SAFETY: the table is its own.
    let all = table.take(unsafe { (table.api().get_dependencies)(table.0) });
    all.iter()
        .map(|one| (one.contract_id.as_u64(), one.min_version, one.bundle_id.as_u64()))
        .collect()
}

/// An instance through the function without an error struct.
pub fn create_the_old_way(table: &Table, raw: Raw) -> GuestContractInstance {
    let mut made = GuestContractInstance::null();
    let create = table.api().create_guest_instance;
    // SAFETY: constructors of the tests take nothing.
    unsafe { create(table.0, raw.0, ptr::null(), &raw mut made) };
    made
}

/// The other end of [`create_the_old_way`].
pub fn destroy_the_old_way(table: &Table, raw: Raw, instance: GuestContractInstance) {
    // SAFETY: the instance is of this contract.
    unsafe { (table.api().destroy_guest_instance)(table.0, raw.0, instance) };
}

/// An instance through the interface's own constructor.
pub fn construct(table: &Table, raw: Raw) -> GuestContractInstance {
    let mut made = GuestContractInstance::null();
    // SAFETY: the interface outlives the test.
    let interface = unsafe { &*raw.0 };
    let data = VmLoaderData { data: raw.0.cast_mut().cast() };
    // SAFETY: constructors of the tests take nothing.
    unsafe { (interface.create_instance)(data, table.0, ptr::null(), &raw mut made) };
    made
}

/// The other end of [`construct`].
pub fn destruct(table: &Table, raw: Raw, instance: GuestContractInstance) {
    // SAFETY: the interface outlives the test.
    let interface = unsafe { &*raw.0 };
    let data = VmLoaderData { data: raw.0.cast_mut().cast() };
    // SAFETY: the instance is of this contract.
    unsafe { (interface.destroy_instance)(data, table.0, instance) };
}

/// A copy of an interface that somebody else made: with a constructor that is not the runtime's.
pub fn foreign_interface(raw: Raw) -> Box<GuestContractInterface> {
    unsafe extern "C" fn other(
        _: VmLoaderData,
        _: *const HostApi,
        _: *const (),
        _: *mut GuestContractInstance,
    ) {
    }
    // SAFETY: the interface outlives the test, and nobody changes it meanwhile.
    let copy = unsafe { raw.0.read() };
    Box::new(GuestContractInterface { create_instance: other as CreateInstance, ..copy })
}

/// What the functions that report say to a null table.
pub fn with_null_host(table: &Table) -> Vec<Failure> {
    let (api, extensions, nobody) = (*table.api(), *table.extensions(), ptr::null::<HostApi>());
    let path = "somewhere";
    let mut failures = Vec::new();
    let mut note = |name: &str, body: &dyn Fn(*mut AbiError)| {
        let failed = table.run(body).expect_err(name);
        failures.push((failed.0, format!("{name}: {}", failed.1)));
    };
    // SAFETY: a null table is what these functions promise to find.
    note("load", &|error| unsafe { (api.load_bundle)(nobody, path.as_ptr(), path.len(), error) });
    // SAFETY: as above.
    note("reload", &|error| unsafe {
        (api.reload_bundle)(nobody, path.as_ptr(), path.len(), error);
    });
    // SAFETY: as above.
    note("unload", &|error| unsafe { (api.unload_bundle)(nobody, 1, error) });
    // SAFETY: as above.
    note("register", &|error| unsafe {
        (api.register_guest_contract)(nobody, ptr::null(), ptr::null(), error);
    });
    // SAFETY: as above.
    note("host contract", &|error| unsafe {
        (api.register_host_contract)(nobody, ptr::null(), error);
    });
    // SAFETY: as above.
    note("loader", &|error| unsafe { (api.register_loader)(nobody, ptr::null_mut(), error) });
    // SAFETY: as above.
    note("pin", &|error| unsafe { (extensions.pin)(nobody, ptr::null_mut(), error) });
    // SAFETY: as above.
    note("unpin", &|error| unsafe { (extensions.unpin)(nobody, 1, error) });
    // SAFETY: as above.
    note("poll", &|error| unsafe {
        (extensions.poll)(nobody, 0, error);
    });
    // SAFETY: as above.
    note("request", &|error| unsafe { (extensions.request_reload)(nobody, 1, error) });
    // SAFETY: as above.
    note("cascade", &|error| unsafe { (extensions.unload_bundle_cascade)(nobody, 1, error) });
    // SAFETY: as above; those that answer a value answer the null one.
    let handle = unsafe { (api.find_guest_contract)(nobody, 1, 0) };
    assert!(handle.is_null());
    // SAFETY: as above.
    assert!(unsafe { (api.find_all_guest_contracts)(nobody, 1, 0) }.items.is_null());
    // SAFETY: as above.
    assert!(unsafe { (api.resolve_guest_contract)(nobody, handle) }.is_null());
    // SAFETY: as above.
    assert!(unsafe { (api.list_bundles)(nobody) }.items.is_null());
    // SAFETY: as above.
    assert!(unsafe { (api.get_dependencies)(nobody) }.items.is_null());
    // SAFETY: as above.
    assert!(unsafe { (api.get_host_contract)(nobody, 1, 0) }.data.is_null());
    // SAFETY: as above.
    assert!(unsafe { (api.resolve_host_contract_interface)(nobody, 1, 0) }.is_null());
    // SAFETY: as above.
    assert!(unsafe { (api.revision_counter)(nobody) }.is_null());
    failures
}

/// What loading from a null path says.
pub fn load_null(table: &Table) -> Failure {
    // SAFETY: a null path is what the function promises to find.
    let run =
        table.run(|error| unsafe { (table.api().load_bundle)(table.0, ptr::null(), 5, error) });
    run.expect_err("null is no path")
}

/// What registering nothing from nowhere says.
pub fn register_null(table: &Table) -> Failure {
    let register = table.api().register_guest_contract;
    // SAFETY: nulls are what the function promises to find.
    let run = table.run(|error| unsafe { register(table.0, ptr::null(), ptr::null(), error) });
    run.expect_err("nothing is registered")
}

/// What registering something as a loader says: null, or whatever is at an address.
pub fn register_loader(table: &Table, address: usize) -> Failure {
    let loader: *mut c_void = ptr::without_provenance_mut(address);
    // SAFETY: the function does not follow the pointer.
    let run = table.run(|error| unsafe { (table.api().register_loader)(table.0, loader, error) });
    run.expect_err("it is no loader of this library")
}

/// Whether nothing has this name.
pub fn query_is_null(table: &Table, name: StringView) -> bool {
    // SAFETY: the name is null or a text.
    unsafe { (table.extensions().query)(table.0, name) }.is_null()
}

/// Whether memory of this size and alignment can be had; it is written and given back.
pub fn round_trip(table: &Table, size: usize, align: usize) -> bool {
    // SAFETY: the table is its own.
    let place = unsafe { (table.api().alloc)(table.0, size, align) };
    if place.is_null() {
        return false;
    }
    assert_eq!(place.addr() % align, 0);
    // SAFETY: the memory is that large.
    unsafe { place.write_bytes(0xAB, size) };
    // SAFETY: it came from there.
    unsafe { (table.api().free)(table.0, place, size, align) };
    true
}

/// Writes a log record.
pub fn log(table: &Table, level: u32, scope: StringView, message: StringView) {
    // SAFETY: the texts are null or texts.
    unsafe { (table.api().log)(table.0, level, scope, message) };
}

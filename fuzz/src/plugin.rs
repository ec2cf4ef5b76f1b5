//! The functions of a random plugin: they look at nothing they are given, answer what was decided
//! beforehand, and remember what they were asked.

use crate::text::Text;
use arbitrary::Arbitrary;
use polyplug_abi::{
    AbiError, CallArena, CreateInstance, DestroyInstance, GuestContractInstance, HostApi,
    HostContractInstance, HostFunction, NativeFunction, VmCall, VmLoaderData,
};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::ffi::c_void;
use std::ptr;

/// How the functions behave.
#[derive(Arbitrary, Clone, Debug, Default)]
pub(crate) struct Plugin {
    /// What every function answers.
    code: u32,
    message: Text,
    /// What constructors make; 0 is nothing.
    data: u16,
    /// What they say whose it is.
    contract: u64,
    /// Whoever made an instance does not destroy it.
    leaves_instances: bool,
}

thread_local! {
    static BEHAVIOUR: RefCell<Plugin> = RefCell::default();
    static CALLED: Cell<Option<u32>> = const { Cell::new(None) };
    /// How often each object was made and not destroyed.
    static ALIVE: RefCell<HashMap<usize, u32>> = RefCell::default();
    /// Tables of functions that a runtime may still use.
    static KEPT: RefCell<Vec<Vec<u64>>> = RefCell::default();
}

/// Makes the functions behave like that, with nothing made or called yet.
pub(crate) fn behave(plugin: Plugin) {
    BEHAVIOUR.set(plugin);
    CALLED.set(None);
    ALIVE.take();
    KEPT.take();
}

/// Keeps a table until the next run.
pub(crate) fn keep(table: Vec<u64>) {
    KEPT.with_borrow_mut(|kept| kept.push(table));
}

/// The code that every function answers.
pub(crate) fn code() -> u32 {
    BEHAVIOUR.with_borrow(|plugin| plugin.code)
}

/// Whether constructors make nothing.
pub(crate) fn makes_nothing() -> bool {
    BEHAVIOUR.with_borrow(|plugin| plugin.data == 0)
}

/// Whether instances are left to the close of their generation.
pub(crate) fn leaves_instances() -> bool {
    BEHAVIOUR.with_borrow(|plugin| plugin.leaves_instances)
}

/// The function that was called since this was asked last.
pub(crate) fn take_called() -> Option<u32> {
    CALLED.take()
}

/// What has no destructor is never destroyed.
pub(crate) fn forget(instance: GuestContractInstance) {
    note_destroyed(instance.data);
}

/// Every object was destroyed as often as it was made.
pub(crate) fn assert_all_destroyed() {
    ALIVE.with_borrow(|alive| assert!(alive.is_empty(), "not destroyed: {alive:?}"));
}

/// The functions of native contracts; each answers to its number.
pub(crate) const NATIVE: [NativeFunction; 3] = [native::<0>, native::<1>, native::<2>];

/// The functions of host contracts.
pub(crate) const HOST: [HostFunction; 3] = [host::<0>, host::<1>, host::<2>];

/// The dispatcher.
pub(crate) const DISPATCHER: VmCall = dispatch;

/// The constructor and destructor of guest contracts.
pub(crate) const CONSTRUCTOR: CreateInstance = create;
pub(crate) const DESTRUCTOR: DestroyInstance = destroy;

fn answer(function: u32, out_err: *mut AbiError) {
    CALLED.set(Some(function));
    BEHAVIOUR.with_borrow(|plugin| {
        let error = AbiError { code: plugin.code, message: plugin.message.view() };
        // SAFETY: the runtime's own error struct, which is never null.
        unsafe { out_err.write(error) };
    });
}

unsafe extern "C" fn native<const N: u32>(
    _: GuestContractInstance,
    _: *const (),
    _: *mut (),
    out_err: *mut AbiError,
) {
    answer(N, out_err);
}

unsafe extern "C" fn host<const N: u32>(
    _: HostContractInstance,
    _: *const (),
    _: *mut (),
    out_err: *mut AbiError,
) {
    answer(N, out_err);
}

unsafe extern "C" fn dispatch(
    _: VmLoaderData,
    _: GuestContractInstance,
    function: u32,
    _: *const (),
    _: *mut (),
    _: *mut CallArena,
    out_err: *mut AbiError,
) {
    answer(function, out_err);
}

unsafe extern "C" fn create(
    _: VmLoaderData,
    _: *const HostApi,
    _: *const (),
    out: *mut GuestContractInstance,
) {
    let made = BEHAVIOUR.with_borrow(|plugin| GuestContractInstance {
        data: ptr::without_provenance_mut(plugin.data.into()),
        contract_id: polyplug_abi::GuestContractId::from_u64(plugin.contract),
    });
    note_made(made.data);
    // SAFETY: `out_instance` is never null.
    unsafe { out.write(made) };
}

unsafe extern "C" fn destroy(_: VmLoaderData, _: *const HostApi, instance: GuestContractInstance) {
    note_destroyed(instance.data);
}

/// The constructor of host contracts.
pub(crate) unsafe extern "C" fn create_host(
    _: *mut c_void,
    _: *const (),
    out: *mut HostContractInstance,
) {
    let data = BEHAVIOUR.with_borrow(|plugin| usize::from(plugin.data));
    let data = ptr::without_provenance_mut(data);
    note_made(data);
    // SAFETY: `out_instance` is never null.
    unsafe { out.write(HostContractInstance { data }) };
}

/// The destructor of host contracts.
pub(crate) unsafe extern "C" fn destroy_host(_: *mut c_void, instance: HostContractInstance) {
    note_destroyed(instance.data);
}

fn note_made(data: *mut c_void) {
    if !data.is_null() {
        ALIVE.with_borrow_mut(|alive| *alive.entry(data.addr()).or_default() += 1);
    }
}

fn note_destroyed(data: *mut c_void) {
    if data.is_null() {
        return;
    }
    ALIVE.with_borrow_mut(|alive| {
        let times = alive.get_mut(&data.addr()).expect("what is destroyed is alive");
        *times -= 1;
        if *times == 0 {
            alive.remove(&data.addr());
        }
    });
}

//! What a plugin or a host registers: whatever is in the structs, as far as a pointer can be checked at
//! all, they are taken over or refused with a reason, and what is taken over can be used.
//!
//! Pointers are null, valid or misaligned; lengths and counts lie only where nothing may be read
//! before they are checked.

mod structs;

use crate::plugin::{self, Plugin};
use crate::start::{self, Starter};
use arbitrary::{Arbitrary, Unstructured};
use polyplug::embedding;
use polyplug::runtime::{Runtime, RuntimeBuilder};
use polyplug_abi::{
    AbiError, AbiErrorCode, DispatchType, GuestContractHandle, GuestContractId,
    GuestContractInstance, GuestContractInterface, HostApi, HostContractInstance, HostFunction,
    LogLevel, NativeFunction, StringView, Version, VmDispatch,
};
use std::ptr;
use std::sync::{Arc, Mutex};
use structs::{Guest, Host};

/// The bundle that registers.
const BUNDLE: &str = "random";

/// What happens.
#[derive(Arbitrary, Debug)]
struct Story {
    /// Before the bundle starts, where no guest contract can be registered.
    outside: Vec<Guest>,
    hosts: Vec<Host>,
    guests: Vec<Guest>,
    /// The start goes on after a registration was refused.
    forgives: bool,
    plugin: Plugin,
}

/// What was registered.
#[derive(Clone, Debug)]
struct Registered {
    name: String,
    version: Version,
    dispatch_type: DispatchType,
    functions: u32,
    constructs: bool,
    destructs: bool,
}

impl Registered {
    /// What the function is called that answers to this number.
    fn number(&self, function: u32) -> u32 {
        match self.dispatch_type {
            DispatchType::Native => function % plugin::NATIVE.len() as u32,
            DispatchType::VirtualMachine => function,
        }
    }
}

/// Registers what the bytes say.
pub fn run(data: &[u8]) {
    let Ok(story) = Story::arbitrary_take_rest(Unstructured::new(data)) else { return };
    plugin::behave(story.plugin.clone());
    let Story { outside, hosts, guests, forgives, .. } = story;
    let registered = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&registered);
    let starter = Starter(move |stage: &polyplug::registration::Stage<'_>| {
        let mut all = noted.lock().expect("no panic before");
        all.clear();
        for guest in &guests {
            let expected = guest.expected(&all);
            // SAFETY: the table is the starting bundle's.
            let outcome = unsafe { guest.register(stage.host_api()) };
            judge(&outcome, expected.is_some(), guest);
            match (outcome, expected) {
                (Ok(()), Some(registered)) => all.push(registered),
                (Err(message), _) if !forgives => return Err(message),
                _ => {}
            }
        }
        Ok(())
    });
    let quiet = |_: LogLevel, _: &str, _: &str| {};
    let runtime = RuntimeBuilder::new().loader(starter).logger(quiet).build();
    let runtime = runtime.expect("a runtime without folders starts");
    let host = runtime.host_abi();
    for guest in &outside {
        // SAFETY: the table is the runtime's.
        let outcome = unsafe { guest.register(host) };
        judge(&outcome, false, guest);
    }
    register_hosts(&runtime, &hosts);
    let before = (runtime.registry().revision(), runtime.bundles().len());
    let loaded = start::load(&runtime, BUNDLE);
    let registered = registered.lock().expect("no panic before").clone();
    match loaded {
        Ok(()) => registered.iter().for_each(|contract| usable(&runtime, contract)),
        Err(error) => {
            on_one_line(&error.to_string());
            assert!(!forgives, "the start succeeded, but: {error}");
            assert_eq!(runtime.registry().revision(), before.0, "a refusal changes nothing");
            registered.iter().for_each(|contract| absent(&runtime, contract));
        }
    }
    drop(runtime);
    plugin::assert_all_destroyed();
}

/// A registration ended as it had to, and a refusal says why.
fn judge(outcome: &Result<(), String>, expected: bool, what: &dyn std::fmt::Debug) {
    match outcome {
        Ok(()) => assert!(expected, "accepted: {what:?}"),
        Err(message) => {
            assert!(!expected, "refused with {message:?}: {what:?}");
            assert!(!message.is_empty(), "refused without a reason: {what:?}");
            on_one_line(message);
        }
    }
}

fn on_one_line(message: &str) {
    assert!(!message.contains(char::is_control), "{message:?}");
}

fn id_of(contract: &Registered) -> GuestContractId {
    GuestContractId::of(&contract.name, contract.version.major)
}

/// Nothing of a bundle that did not start is left.
fn absent(runtime: &Runtime, contract: &Registered) {
    let id = id_of(contract);
    assert!(runtime.registry().find_all(id, 0).is_empty());
    assert!(runtime.find_guest_contract(id.as_u64(), 0).is_err());
    assert!(runtime.bundles().iter().all(|bundle| bundle.contracts.is_empty()));
}

/// A contract that was accepted is found by every name of it, and called in every way.
fn usable(runtime: &Arc<Runtime>, contract: &Registered) {
    let Version { major, minor, patch } = contract.version;
    let name = &contract.name;
    for full_name in [
        format!("{name}@{major}"),
        format!("{name}@{major}.{minor}"),
        format!("{name}@{major}.{minor}.{patch}"),
    ] {
        runtime.contract(&full_name).unwrap_or_else(|error| panic!("{full_name:?}: {error}"));
    }
    let id = id_of(contract);
    let handle = runtime.find_guest_contract(id.as_u64(), 0).expect("it is provided");
    let bound = embedding::bind(runtime, handle).expect("the handle is fresh");
    // SAFETY: the runtime handed it out.
    let interface = unsafe { bound.read() };
    assert_eq!(interface.contract_id, id);
    assert_eq!(interface.contract_version, contract.version);
    assert_eq!(interface.dispatch_type, contract.dispatch_type);
    call_guarded(bound, contract);
    construct(runtime, bound, contract);
    let resolved = runtime.registry().resolve_guest_contract(handle).expect("the handle is fresh");
    assert_eq!(resolved, bound);
    call_raw(bound, contract);
    let stale = GuestContractHandle { generation: handle.generation + 1, ..handle };
    assert!(embedding::bind(runtime, stale).is_err());
}

fn call_guarded(interface: *const GuestContractInterface, contract: &Registered) {
    let none = GuestContractInstance::null();
    let call = |function| {
        let (args, out, arena) = (ptr::null(), ptr::null_mut(), ptr::null_mut());
        // SAFETY: the runtime handed the interface out; the functions look at nothing.
        unsafe { embedding::call(interface, none, function, args, out, arena) }
    };
    for function in 0..contract.functions {
        match call(function) {
            Ok(()) => assert_eq!(plugin::code(), 0),
            Err(error) => {
                assert_eq!(error.code, plugin::code());
                assert!(error.code != 0 && !error.message.is_empty());
            }
        }
        assert_eq!(plugin::take_called(), Some(contract.number(function)));
    }
    if contract.dispatch_type == DispatchType::Native {
        let error = call(contract.functions).expect_err("there is no such function");
        assert_eq!(error.code, AbiErrorCode::FunctionNotAvailable as u32);
    }
}

fn call_raw(interface: *const GuestContractInterface, contract: &Registered) {
    // SAFETY: the runtime handed it out, and nothing changes it here.
    let dispatch = unsafe { (*interface).dispatch };
    let none = GuestContractInstance::null();
    let (args, out, arena) = (ptr::null(), ptr::null_mut(), ptr::null_mut());
    for function in 0..contract.functions {
        let mut error = AbiError::ok();
        if contract.dispatch_type == DispatchType::Native {
            // SAFETY: as the dispatch type says.
            let native = unsafe { dispatch.native };
            assert!(function < native.function_count);
            let entry = native.functions.wrapping_add(function as usize);
            // SAFETY: an entry of a table that the runtime made.
            let entry = unsafe { entry.cast::<NativeFunction>().read() };
            // SAFETY: the functions look at nothing.
            unsafe { entry(none, args, out, &raw mut error) };
        } else {
            // SAFETY: as above.
            let VmDispatch { call, loader_data } = unsafe { dispatch.vm };
            // SAFETY: as above.
            unsafe { call(loader_data, none, function, args, out, arena, &raw mut error) };
        }
        assert_eq!(error.code, plugin::code());
        assert_eq!(plugin::take_called(), Some(contract.number(function)));
    }
}

fn construct(runtime: &Runtime, interface: *const GuestContractInterface, contract: &Registered) {
    let host = runtime.host_abi();
    // SAFETY: the runtime handed the interface out; the constructor looks at nothing.
    let made = unsafe { embedding::create(interface, host, ptr::null()) };
    let instance = match made {
        Ok(instance) => instance,
        Err(error) => {
            assert!(!contract.constructs || plugin::makes_nothing(), "{}", error.message);
            return assert!(!error.message.is_empty());
        }
    };
    assert!(contract.constructs && !instance.data.is_null());
    assert_eq!(instance.contract_id, id_of(contract));
    if !contract.destructs {
        plugin::forget(instance);
    }
    if plugin::leaves_instances() {
        return;
    }
    // SAFETY: as above; the instance is alive.
    unsafe { embedding::destroy(interface, host, instance) }.expect("it was alive");
    // SAFETY: the runtime knows that it is not alive any more.
    let error = unsafe { embedding::destroy(interface, host, instance) }.expect_err("not twice");
    assert_eq!(error.code, AbiErrorCode::StaleHandle as u32);
}

fn register_hosts(runtime: &Runtime, hosts: &[Host]) {
    let table = runtime.host_abi();
    let mut ids = Vec::new();
    for host in hosts {
        let expected = host.is_valid() && !ids.contains(&host.id());
        // SAFETY: the table is the runtime's.
        let outcome = unsafe { host.register(table) };
        judge(&outcome, expected, host);
        if expected {
            ids.push(host.id());
            // SAFETY: as above.
            unsafe { host_usable(table, host) };
        }
    }
}

/// A host contract that was accepted is found, and has objects and functions.
///
/// # Safety
/// - `table` is of a living runtime.
unsafe fn host_usable(table: *const HostApi, host: &Host) {
    // SAFETY: the caller's promise.
    let api = unsafe { &*table };
    let id = host.id();
    // SAFETY: as above.
    let interface = unsafe { (api.resolve_host_contract_interface)(table, id, 0) };
    assert!(!interface.is_null());
    // SAFETY: it lives as long as the runtime.
    let interface = unsafe { &*interface };
    assert_eq!(interface.runtime.cast_const(), table.cast());
    assert_eq!(interface.contract_version, host.version());
    for _ in 0..2 {
        // SAFETY: as above.
        let instance: HostContractInstance = unsafe { (api.get_host_contract)(table, id, 0) };
        if !interface.singleton {
            // SAFETY: the instance is the caller's.
            unsafe { (interface.destroy_instance)(interface.user_data, instance) };
        }
    }
    // SAFETY: only native ones are accepted.
    let native = unsafe { interface.dispatch.native };
    for function in 0..native.function_count {
        let entry = native.functions.wrapping_add(function as usize);
        // SAFETY: the table was checked, and is kept.
        let entry = unsafe { entry.cast::<HostFunction>().read() };
        let (none, mut error) = (HostContractInstance { data: ptr::null_mut() }, AbiError::ok());
        // SAFETY: the functions look at nothing.
        unsafe { entry(none, ptr::null(), ptr::null_mut(), &raw mut error) };
        assert_eq!(plugin::take_called(), Some(function % plugin::HOST.len() as u32));
    }
}

/// The text of a view that the runtime lends.
///
/// # Safety
/// - The view is the runtime's, of this thread's last messages.
unsafe fn lent(view: StringView) -> String {
    if view.is_null() {
        return String::new();
    }
    // SAFETY: the caller's promise.
    let bytes = unsafe { std::slice::from_raw_parts(view.ptr, view.len) };
    String::from_utf8(bytes.to_vec()).expect("the runtime's messages are UTF-8")
}

//! Calls of contracts: guarded through `Contract`, guarded through the table, raw through the
//! interface. Every contract of the tests takes nothing or two `u32`, and answers a `u32`.

use polyplug::error::LoaderError;
use polyplug::{CallError, Contract};
use polyplug_abi::{
    AbiError, AbiErrorCode, DispatchType, GuestContractId, GuestContractInstance,
    GuestContractInterface, HostApi, NativeFunction, StringView,
};
use std::cell::Cell;
use std::mem::transmute;
use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering};

/// A call's failure: its code and its message.
pub type Failure = (u32, String);

/// What a function without arguments answers.
///
/// # Errors
/// As for [`Contract::call`].
pub fn number(contract: &Contract, function: u32) -> Result<u32, Box<CallError>> {
    add(contract, function, 0, 0)
}

/// What a function of two numbers answers.
///
/// # Errors
/// As for [`Contract::call`].
pub fn add(contract: &Contract, function: u32, a: u32, b: u32) -> Result<u32, Box<CallError>> {
    // SAFETY: the functions of the tests take two numbers or nothing and write one.
    unsafe { contract.call::<_, u32>(function, &[a, b]) }
}

/// Calls a function without arguments and without a place for its result.
///
/// # Errors
/// As for [`Contract::call_raw`].
pub fn bare(contract: &Contract, function: u32) -> Result<(), Box<CallError>> {
    let nowhere = ptr::null_mut();
    // SAFETY: functions that need either refuse.
    unsafe {
        contract.call_raw(
            GuestContractInstance::null(),
            function,
            ptr::null(),
            nowhere,
            nowhere.cast(),
        )
    }
}

/// What a function answers on an instance.
///
/// # Errors
/// As for [`Contract::call_raw`].
pub fn on(
    contract: &Contract,
    instance: GuestContractInstance,
    function: u32,
) -> Result<u32, Box<CallError>> {
    let (args, mut out) = ([0_u32; 2], 0_u32);
    let (args, place) = ((&raw const args).cast(), (&raw mut out).cast());
    // SAFETY: as in `add`.
    unsafe { contract.call_raw(instance, function, args, place, ptr::null_mut()) }?;
    Ok(out)
}

/// A new instance.
///
/// # Errors
/// As for [`Contract::create`].
pub fn create(contract: &Contract) -> Result<GuestContractInstance, Box<CallError>> {
    // SAFETY: constructors of the tests take nothing.
    unsafe { contract.create(ptr::null()) }
}

/// A new instance, of a constructor that takes a number.
///
/// # Errors
/// As for [`Contract::create`].
pub fn create_from(
    contract: &Contract,
    number: u32,
) -> Result<GuestContractInstance, Box<CallError>> {
    // SAFETY: the callers say so.
    unsafe { contract.create((&raw const number).cast()) }
}

/// Destroys an instance. Destroying one twice is an error of scripted bundles, not a crash.
///
/// # Errors
/// As for [`Contract::destroy`].
pub fn destroy(contract: &Contract, instance: GuestContractInstance) -> Result<(), Box<CallError>> {
    // SAFETY: the instances of the tests are numbers, not addresses.
    unsafe { contract.destroy(instance) }
}

/// An interface of a living runtime, as a C program keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Raw(pub *const GuestContractInterface);

// SAFETY: an interface may be used from any thread.
unsafe impl Send for Raw {}
// SAFETY: as above.
unsafe impl Sync for Raw {}

impl Raw {
    /// The interface of a contract.
    pub fn of(contract: &Contract) -> Self {
        Self(contract.interface())
    }

    /// What a function answers, called without the runtime's help.
    ///
    /// # Errors
    /// What the function reported.
    pub fn number(self, function: u32) -> Result<u32, Failure> {
        self.on(GuestContractInstance::null(), function)
    }

    /// As [`Raw::number`], on an instance.
    ///
    /// # Errors
    /// As for [`Raw::number`].
    pub fn on(self, instance: GuestContractInstance, function: u32) -> Result<u32, Failure> {
        let (args, mut out, mut error) = ([0_u32; 2], 0_u32, AbiError::ok());
        let args: *const () = (&raw const args).cast();
        let (place, out_error) = ((&raw mut out).cast(), &raw mut error);
        match self.dispatch_type() {
            DispatchType::Native => {
                let function = self.function(function);
                // SAFETY: the functions of the tests take two numbers or nothing and write one.
                unsafe { function(instance, args, place, out_error) };
            }
            DispatchType::VirtualMachine => {
                // SAFETY: the interface outlives the test.
                let dispatch = unsafe { (*self.0).dispatch };
                // SAFETY: the dispatch type says so.
                let vm = unsafe { dispatch.vm };
                let (call, data, arena) = (vm.call, vm.loader_data, ptr::null_mut());
                // SAFETY: as above.
                unsafe { call(data, instance, function, args, place, arena, out_error) };
            }
        }
        match error.is_ok() {
            true => Ok(out),
            false => Err((error.code, text(error.message))),
        }
    }

    /// How it is dispatched.
    pub fn dispatch_type(self) -> DispatchType {
        // SAFETY: the interface outlives the test, and the field is constant.
        unsafe { (*self.0).dispatch_type }
    }

    /// The number of native functions.
    pub fn function_count(self) -> u32 {
        // SAFETY: the interface outlives the test; only the address is taken.
        let place = unsafe { &raw const (*self.0).dispatch.native.function_count };
        // SAFETY: the word is an atomic of the same layout in the runtime.
        unsafe { &*place.cast::<std::sync::atomic::AtomicU32>() }.load(Ordering::Acquire)
    }

    /// The table of native functions, as `polyplug_fn` of the header reads it.
    pub fn functions(self) -> Functions {
        // SAFETY: the interface outlives the test; only the address is taken.
        let place = unsafe { &raw const (*self.0).dispatch.native.functions };
        // SAFETY: the word is an atomic of the same layout in the runtime.
        let table = unsafe { &*place.cast::<AtomicPtr<AtomicPtr<()>>>() };
        Functions(table.load(Ordering::Acquire))
    }

    /// A native function.
    pub fn function(self, function: u32) -> NativeFunction {
        assert!(function < self.function_count(), "the table has no function {function}");
        function_at(self.functions(), function)
    }
}

/// A table of native functions, as its reader keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Functions(*const AtomicPtr<()>);

/// An entry of a native table, which has one.
pub fn function_at(table: Functions, function: u32) -> NativeFunction {
    // SAFETY: the test knows the table to be that long.
    let entry = unsafe { table.0.add(function as usize) };
    // SAFETY: as above; tables live as long as the runtime.
    let entry = unsafe { &*entry }.load(Ordering::Acquire);
    // SAFETY: entries are functions of the native shape.
    unsafe { transmute::<*mut (), NativeFunction>(entry) }
}

/// What a native function answers.
///
/// # Errors
/// What it reported.
pub fn native(function: NativeFunction) -> Result<u32, Failure> {
    let (args, mut out, mut error) = ([0_u32; 2], 0_u32, AbiError::ok());
    let (args, place) = ((&raw const args).cast(), (&raw mut out).cast());
    // SAFETY: the functions of the tests take two numbers or nothing and write one.
    unsafe { function(GuestContractInstance::null(), args, place, &raw mut error) };
    match error.is_ok() {
        true => Ok(out),
        false => Err((error.code, text(error.message))),
    }
}

/// The text of a view that the runtime lent.
pub fn text(view: StringView) -> String {
    if view.is_null() {
        return String::new();
    }
    // SAFETY: a view that is not null is that long, and lives for some more failures.
    let bytes = unsafe { std::slice::from_raw_parts(view.ptr, view.len) };
    String::from_utf8(bytes.to_vec()).expect("texts of the runtime are UTF-8")
}

/// A guarded call through a bundle's host table, as a plugin makes it.
///
/// # Safety
/// - `args` and `out` are what the function expects, or null.
pub(crate) unsafe fn through_table(
    host: *const HostApi,
    contract: &str,
    function: u32,
    args: *const (),
    out: *mut (),
) -> Result<(), Failure> {
    let id = contract_id(contract);
    // SAFETY: the table is one of a living runtime.
    let api = unsafe { &*host };
    // SAFETY: as above.
    let handle = unsafe { (api.find_guest_contract)(host, id.as_u64(), 0) };
    // SAFETY: as above.
    let interface = unsafe { (api.resolve_guest_contract)(host, handle) };
    if interface.is_null() {
        let message = format!("nobody provides `{contract}`");
        return Err((AbiErrorCode::NotFound as u32, message));
    }
    // SAFETY: as above; this runtime's tables have extensions.
    let extensions = unsafe { &*api.reserved };
    let mut error = AbiError::ok();
    let (none, arena) = (GuestContractInstance::null(), ptr::null_mut());
    // SAFETY: the caller's promise.
    unsafe {
        (extensions.call)(host, interface, none, function, args, out, arena, &raw mut error);
    }
    match error.is_ok() {
        true => Ok(()),
        false => Err((error.code, text(error.message))),
    }
}

/// The id of `name@major`.
pub fn contract_id(name: &str) -> GuestContractId {
    let (name, major) = name.split_once('@').expect("a contract is `name@major`");
    GuestContractId::of(name, major.parse().expect("the major is a number"))
}

/// # Safety
/// - `args` is null or points at two numbers.
pub(crate) unsafe fn sum_of(args: *const ()) -> u32 {
    if args.is_null() {
        return 0;
    }
    // SAFETY: the caller's promise.
    let [a, b] = unsafe { args.cast::<[u32; 2]>().read() };
    a.wrapping_add(b)
}

/// # Safety
/// - `out` is null or room for a number.
pub(crate) unsafe fn write_number(out: *mut (), number: u32) {
    if !out.is_null() {
        // SAFETY: the caller's promise.
        unsafe { out.cast::<u32>().write(number) };
    }
}

/// A number of this thread's own, never 0.
pub(crate) fn thread_token() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    thread_local!(static MINE: Cell<u64> = const { Cell::new(0) });
    if MINE.get() == 0 {
        MINE.set(NEXT.fetch_add(1, Ordering::Relaxed));
    }
    MINE.get()
}

/// What a loader said, without the bundle's name around it.
pub fn init_error(error: &LoaderError) -> Option<&str> {
    match error {
        LoaderError::InitFailed { error, .. } => Some(error),
        _ => None,
    }
}

/// Destroys the instance whose data is at this exposed address.
///
/// # Errors
/// As for [`Contract::destroy`].
pub fn destroy_at(contract: &Contract, data: usize) -> Result<(), Box<CallError>> {
    let interface = contract.interface();
    // SAFETY: the interface outlives the test, and the field is constant.
    let contract_id = unsafe { (*interface).contract_id };
    let data = ptr::with_exposed_provenance_mut(data);
    destroy(contract, GuestContractInstance { data, contract_id })
}

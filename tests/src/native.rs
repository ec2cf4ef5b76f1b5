//! The loader `functions`: contracts of Rust functions, registered through the bundle's host table as a
//! C plugin registers them. A stand-in for shared libraries: what it registers lives for ever.
//!
//! ```text
//! contract test.native@1.2     what follows belongs to it
//! vm 7                         it is a dispatcher of the plugin's own, with this loader data
//! fn version 3                 the number 3 (below 64)
//! fn add                       the sum of two numbers
//! fn fail                      error 300
//! fn fail silently             error 302, with an empty message
//! fn count                     how often it was called on this instance
//! fn wait 2                    0, after `door(2)` was released
//! fn result                    how many bytes of a result it could allocate
//! spoil null_entry             see `Spoilt`
//! code adopts 3                see `native_code`
//! ```

use crate::call;
use crate::latch::Latch;
use crate::native_code::{CodeLog, ScriptedCode};
use polyplug::error::{LoaderError, RuntimeError};
use polyplug::loader::manifest::ManifestData;
use polyplug::loader::{BundleLoader, BundleSource};
use polyplug::registration::Stage;
use polyplug::runtime::Runtime;
use polyplug_abi::{
    AbiError, CallArena, CreateInstance, DestroyInstance, GuestContractInstance, HostApi,
    NativeFunction, PluginDescriptor, StringView, SupportedLanguage, Version, VmCall, VmLoaderData,
};
use std::path::Path;
use std::ptr;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The loader `functions`.
#[derive(Clone, Debug, Default)]
pub struct NativeLoader {
    /// What the libraries behind the contracts were told; see [`ScriptedCode`].
    pub code: CodeLog,
}

/// Instances of native contracts that are alive in this process.
pub static LIVE_INSTANCES: AtomicUsize = AtomicUsize::new(0);

/// The latch that `fn wait <number>` passes; every test has a number of its own.
pub fn door(number: usize) -> &'static Latch {
    static DOORS: LazyLock<Vec<Latch>> =
        LazyLock::new(|| (0..8).map(|_| Latch::default()).collect());
    &DOORS[number]
}

/// How a registration is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spoilt {
    No,
    /// The descriptor is null.
    Descriptor,
    /// The descriptor is not aligned.
    DescriptorPlace,
    /// The contract's name is null.
    Name,
    /// The id is another contract's.
    Id,
    /// The interface is null.
    Interface,
    /// The interface is not aligned.
    InterfacePlace,
    /// The dispatch type is 7.
    DispatchType,
    /// The table is null though there are functions.
    Table,
    /// The table is not aligned.
    TablePlace,
    /// The first entry of the table is null.
    Entry,
    /// The plugin's dispatcher is null.
    Call,
    /// There is no constructor.
    Constructor,
}

struct NativeContract {
    name: String,
    version: Version,
    functions: Vec<Option<NativeFunction>>,
    vm: Option<usize>,
    spoilt: Spoilt,
}

impl BundleLoader for NativeLoader {
    fn loader_name(&self) -> &'static str {
        "functions"
    }

    fn loader_language(&self) -> SupportedLanguage {
        SupportedLanguage::Rust
    }

    fn supports_hot_reload(&self) -> bool {
        true
    }

    fn load(
        &self,
        manifest: &ManifestData,
        source: &BundleSource,
        runtime: &Runtime,
    ) -> Result<(), LoaderError> {
        runtime.stage(manifest, source, |stage| {
            let files = stage.take_files(|path: &Path| path.extension().is_some())?;
            let bytes = files.get(&stage.manifest().file).expect("the test wrote the file");
            let text = String::from_utf8_lossy(bytes);
            parse(&text).iter().try_for_each(|contract| register(stage, contract))?;
            if let Some(code) = ScriptedCode::parse(stage.bundle(), &text, &self.code) {
                stage.set_native_code(Box::new(code));
            }
            Ok(())
        })
    }
}

fn parse(text: &str) -> Vec<NativeContract> {
    let mut contracts: Vec<NativeContract> = Vec::new();
    let is_ours = |line: &&str| !line.is_empty() && !line.starts_with("code ");
    for line in text.lines().map(str::trim).filter(is_ours) {
        let words: Vec<&str> = line.split(' ').collect();
        if let ["contract", full_name] = words[..] {
            let (name, version) = full_name.split_once('@').expect("name@version");
            let mut numbers = version.split('.').map(|part| part.parse().expect("a number"));
            let mut next = || numbers.next().unwrap_or(0);
            let version = Version::new(next(), next(), next());
            let (name, functions) = (name.to_owned(), Vec::new());
            let spoilt = Spoilt::No;
            contracts.push(NativeContract { name, version, functions, vm: None, spoilt });
            continue;
        }
        let contract = contracts.last_mut().expect("a contract comes first");
        match words[..] {
            ["vm", data] => contract.vm = Some(data.parse().expect("a number")),
            ["spoil", what] => contract.spoilt = spoilt(what),
            ["fn", ref function @ ..] => contract.functions.push(Some(function_of(function))),
            _ => panic!("`{line}` is no statement"),
        }
    }
    contracts
}

fn spoilt(what: &str) -> Spoilt {
    match what {
        "descriptor" => Spoilt::Descriptor,
        "descriptor_place" => Spoilt::DescriptorPlace,
        "interface_place" => Spoilt::InterfacePlace,
        "table_place" => Spoilt::TablePlace,
        "name" => Spoilt::Name,
        "id" => Spoilt::Id,
        "interface" => Spoilt::Interface,
        "dispatch_type" => Spoilt::DispatchType,
        "table" => Spoilt::Table,
        "entry" => Spoilt::Entry,
        "call" => Spoilt::Call,
        "constructor" => Spoilt::Constructor,
        _ => panic!("`{what}` cannot be spoilt"),
    }
}

fn function_of(words: &[&str]) -> NativeFunction {
    match words {
        ["version", number] => versions()[number.parse::<usize>().expect("a number")],
        ["wait", number] => waits()[number.parse::<usize>().expect("a number")],
        ["add"] => add,
        ["fail"] => fail,
        ["fail", "silently"] => fail_silently,
        ["count"] => count,
        ["result"] => result,
        _ => panic!("there is no function {words:?}"),
    }
}

/// Registers a contract as a plugin in C does: the interface is words at addresses.
fn register(stage: &Stage<'_>, contract: &NativeContract) -> Result<(), LoaderError> {
    let spoilt = contract.spoilt;
    let mut functions = contract.functions.clone();
    if spoilt == Spoilt::Entry {
        functions[0] = None;
    }
    let table = match spoilt {
        Spoilt::Table => ptr::null(),
        Spoilt::TablePlace => functions.as_ptr().wrapping_byte_add(4),
        _ => functions.as_ptr(),
    };
    let create = if spoilt == Spoilt::Constructor { 0 } else { create as CreateInstance as usize };
    let dispatch: [usize; 2] = match contract.vm {
        None => [functions.len(), table.expose_provenance()],
        Some(_) if spoilt == Spoilt::Call => [0, 0],
        Some(data) => [dispatch as VmCall as usize, data],
    };
    let Version { major, minor, patch } = contract.version;
    let kind = if spoilt == Spoilt::DispatchType { 7 } else { u64::from(contract.vm.is_some()) };
    let interface: [u64; 7] = [
        u64::from(spoilt == Spoilt::Id),
        u64::from(major) | u64::from(minor) << 32,
        u64::from(patch) | kind << 32,
        create as u64,
        destroy as DestroyInstance as usize as u64,
        dispatch[0] as u64,
        dispatch[1] as u64,
    ];
    let named = spoilt != Spoilt::Name;
    let descriptor = PluginDescriptor {
        name: StringView::from_static("functions"),
        contract_name: if named {
            StringView::from_str(&contract.name)
        } else {
            StringView::null()
        },
        version: contract.version,
    };
    let host = stage.host_api();
    let descriptor = match spoilt {
        Spoilt::Descriptor => ptr::null(),
        Spoilt::DescriptorPlace => (&raw const descriptor).wrapping_byte_add(1),
        _ => &raw const descriptor,
    };
    let interface = match spoilt {
        Spoilt::Interface => ptr::null(),
        Spoilt::InterfacePlace => (&raw const interface).wrapping_byte_add(4),
        _ => &raw const interface,
    };
    let interface = interface.cast();
    let mut error = AbiError::ok();
    // SAFETY: the table is the starting bundle's.
    let register = unsafe { (*host).register_guest_contract };
    // SAFETY: what is wrong with the arguments is what the function promises to find.
    unsafe { register(host, descriptor, interface, &raw mut error) };
    if error.is_ok() {
        return Ok(());
    }
    let problem = format!("code {}: {}", error.code, call::text(error.message));
    let what = RuntimeError::InvalidArgument { what: "registration", problem };
    Err(LoaderError::refused(stage.bundle(), what))
}

/// # Safety
/// As for every native function of the tests.
unsafe extern "C" fn version<const N: u32>(
    _: GuestContractInstance,
    _: *const (),
    out: *mut (),
    _: *mut AbiError,
) {
    // SAFETY: the caller's promise.
    unsafe { call::write_number(out, N) };
}

/// # Safety
/// As for every native function of the tests.
unsafe extern "C" fn wait<const N: usize>(
    _: GuestContractInstance,
    _: *const (),
    out: *mut (),
    _: *mut AbiError,
) {
    door(N).pass();
    // SAFETY: the caller's promise.
    unsafe { call::write_number(out, 0) };
}

/// # Safety
/// As for every native function of the tests.
unsafe extern "C" fn add(
    _: GuestContractInstance,
    args: *const (),
    out: *mut (),
    _: *mut AbiError,
) {
    // SAFETY: the caller's promise.
    let sum = unsafe { call::sum_of(args) };
    // SAFETY: as above.
    unsafe { call::write_number(out, sum) };
}

/// # Safety
/// As for every native function of the tests.
unsafe extern "C" fn fail(
    _: GuestContractInstance,
    _: *const (),
    _: *mut (),
    out_error: *mut AbiError,
) {
    let message = StringView::from_static("the plugin's own words");
    // SAFETY: `out_err` is never null.
    unsafe { out_error.write(AbiError { code: 300, message }) };
}

/// # Safety
/// As for every native function of the tests.
unsafe extern "C" fn fail_silently(
    _: GuestContractInstance,
    _: *const (),
    _: *mut (),
    out_error: *mut AbiError,
) {
    // SAFETY: `out_err` is never null.
    unsafe { out_error.write(AbiError { code: 302, message: StringView::from_static("") }) };
}

/// # Safety
/// As for every native function of the tests; the instance is of `create`.
unsafe extern "C" fn count(
    instance: GuestContractInstance,
    _: *const (),
    out: *mut (),
    _: *mut AbiError,
) {
    // SAFETY: the caller's promise.
    let counter = unsafe { &*instance.data.cast::<AtomicUsize>() };
    // SAFETY: as above.
    unsafe { call::write_number(out, counter.fetch_add(1, Ordering::Relaxed) as u32 + 1) };
}

/// Allocates a result of as many bytes as its first argument says, and answers where: the arguments
/// are the host table's address and the size.
///
/// # Safety
/// - The arguments are a pointer and a size, and `out` is room for a pointer.
unsafe extern "C" fn result(
    _: GuestContractInstance,
    args: *const (),
    out: *mut (),
    _: *mut AbiError,
) {
    // SAFETY: the caller's promise.
    let (host, size) = unsafe { args.cast::<(*const HostApi, usize)>().read() };
    // SAFETY: the table is of a living runtime.
    let extensions = unsafe { (*host).reserved };
    // SAFETY: which has extensions.
    let extensions = unsafe { &*extensions };
    // SAFETY: as above.
    let place = unsafe { (extensions.result_alloc)(host, size, 8) };
    // SAFETY: the caller's promise.
    unsafe { out.cast::<*mut u8>().write(place) };
}

/// # Safety
/// As for every dispatcher.
unsafe extern "C" fn dispatch(
    data: VmLoaderData,
    _: GuestContractInstance,
    function: u32,
    _: *const (),
    out: *mut (),
    _: *mut CallArena,
    out_error: *mut AbiError,
) {
    if function == 9 {
        let message = StringView::from_static("the dispatcher's own words");
        // SAFETY: `out_err` is never null.
        unsafe { out_error.write(AbiError { code: 301, message }) };
        return;
    }
    // SAFETY: the caller's promise.
    unsafe { call::write_number(out, data.data.addr() as u32 * 100 + function) };
}

unsafe extern "C" fn create(
    _: VmLoaderData,
    _: *const HostApi,
    _: *const (),
    out: *mut GuestContractInstance,
) {
    LIVE_INSTANCES.fetch_add(1, Ordering::SeqCst);
    let data = Box::into_raw(Box::new(AtomicUsize::new(0))).cast();
    // SAFETY: `out_instance` is never null.
    let place = unsafe { &raw mut (*out).data };
    // SAFETY: as above.
    unsafe { place.write(data) };
}

unsafe extern "C" fn destroy(_: VmLoaderData, _: *const HostApi, instance: GuestContractInstance) {
    LIVE_INSTANCES.fetch_sub(1, Ordering::SeqCst);
    // SAFETY: the instance is one of `create`, and is destroyed once.
    drop(unsafe { Box::from_raw(instance.data.cast::<AtomicUsize>()) });
}

macro_rules! table_of {
    ($function:ident: $($number:literal)*) => { [$($function::<$number> as NativeFunction),*] };
}

fn versions() -> [NativeFunction; 64] {
    table_of!(version: 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28
        29 30 31 32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58
        59 60 61 62 63)
}

fn waits() -> [NativeFunction; 8] {
    table_of!(wait: 0 1 2 3 4 5 6 7)
}

//! A folder with a manifest and WIT: whatever is in the files, the bundle is loaded and can be called by
//! what it says of itself, or is refused with a reason and leaves nothing. The bytes are the files, each
//! ended by a NUL.

use crate::start::Starter;
use polyplug::registration::Stage;
use polyplug::runtime::{Runtime, RuntimeBuilder};
use polyplug::schema::{Contract, Descriptions};
use polyplug_abi::{
    AbiError, DispatchMechanisms, DispatchType, GuestContractId, GuestContractInstance,
    GuestContractInterface, HostApi, LogLevel, NativeDispatch, NativeFunction, PluginDescriptor,
    StringView, VmLoaderData,
};
use std::path::Path;
use std::{env, fs};
use tempfile::TempDir;

/// What the files are called, in order; the manifest may name any of them.
const FILES: [&str; 5] =
    ["manifest.toml", "a.wit", "wit/b.wit", "wit/deps/c.wit", "wit/deps/d/d.wit"];

/// More than random contracts have.
const FUNCTIONS: usize = 64;

/// Loads a bundle of these files, which provides what its descriptions say.
pub fn run(data: &[u8]) {
    let folder = folder(data);
    let described = [folder.path().join("a.wit"), folder.path().join("wit")];
    let starter =
        Starter(move |stage: &Stage<'_>| described.iter().try_for_each(|wit| provide(stage, wit)));
    let quiet = |_: LogLevel, _: &str, _: &str| {};
    let runtime = RuntimeBuilder::new().loader(starter).logger(quiet).build();
    let runtime = runtime.expect("a runtime without folders starts");
    match runtime.load_bundle(folder.path()) {
        Ok(()) => called(&runtime),
        Err(error) => {
            let message = error.to_string();
            assert!(!message.trim().is_empty());
            let shown = |c: char| !c.is_control() || c == '\n';
            assert!(message.chars().all(shown), "{message:?}");
            assert!(runtime.bundles().iter().all(|bundle| bundle.contracts.is_empty()));
        }
    }
}

/// Writes the files into a new folder.
fn folder(data: &[u8]) -> TempDir {
    // In memory, where there is such a folder.
    let memory = Path::new("/dev/shm");
    let parent = if memory.is_dir() { memory.to_owned() } else { env::temp_dir() };
    let folder = TempDir::with_prefix_in("polyplug-fuzz-", parent).expect("it is writable");
    let write = |file: &str, content: &[u8]| {
        let file = folder.path().join(file);
        fs::create_dir_all(file.parent().expect("it has one")).expect("it is writable");
        fs::write(file, content).expect("it is writable");
    };
    write("code", b"");
    for (file, content) in FILES.iter().zip(data.splitn(FILES.len(), |byte| *byte == 0)) {
        write(file, content);
    }
    folder
}

/// Registers every contract that the WIT describes, with as many functions.
fn provide(stage: &Stage<'_>, wit: &Path) -> Result<(), String> {
    // What does not read is not provided; the runtime says so of what the manifest names.
    let Ok(descriptions) = Descriptions::from_path(wit) else { return Ok(()) };
    descriptions.contracts().try_for_each(|contract| register(stage, contract))
}

fn register(stage: &Stage<'_>, contract: &Contract) -> Result<(), String> {
    static TABLE: [NativeFunction; FUNCTIONS] = [nothing; FUNCTIONS];
    let count = contract.functions().len();
    if count > FUNCTIONS {
        return Err("too many functions".to_owned());
    }
    let view = |text: &str| StringView { ptr: text.as_ptr(), len: text.len() };
    let descriptor = PluginDescriptor {
        name: view("random"),
        contract_name: view(contract.name()),
        version: contract.version(),
    };
    let native = NativeDispatch { function_count: count as u32, functions: TABLE.as_ptr().cast() };
    let interface = GuestContractInterface {
        contract_id: GuestContractId::from_u64(0),
        contract_version: contract.version(),
        dispatch_type: DispatchType::Native,
        create_instance: create,
        destroy_instance: destroy,
        dispatch: DispatchMechanisms { native },
    };
    let host = stage.host_api();
    let mut error = AbiError::ok();
    // SAFETY: the table is the starting bundle's.
    let register = unsafe { (*host).register_guest_contract };
    // SAFETY: the structs live until it returns, and the functions for ever.
    unsafe { register(host, &raw const descriptor, &raw const interface, &raw mut error) };
    if error.code == 0 { Ok(()) } else { Err(format!("refused with code {}", error.code)) }
}

/// Leaves its result as it is: zeroes, which are a value of every type.
unsafe extern "C" fn nothing(
    _: GuestContractInstance,
    _: *const (),
    _: *mut (),
    error: *mut AbiError,
) {
    // SAFETY: the runtime passes a place.
    unsafe { error.write(AbiError::ok()) };
}

unsafe extern "C" fn create(
    _: VmLoaderData,
    _: *const HostApi,
    _: *const (),
    out: *mut GuestContractInstance,
) {
    // SAFETY: the runtime passes a place.
    unsafe { out.write(GuestContractInstance::null()) };
}

unsafe extern "C" fn destroy(_: VmLoaderData, _: *const HostApi, _: GuestContractInstance) {}

/// What runs can be called by name, as text and as bytes.
fn called(runtime: &Runtime) {
    for bundle in runtime.bundles() {
        for listed in &bundle.contracts {
            let Some(contract) = &listed.description else { continue };
            let name = contract.identity();
            for function in contract.functions() {
                let mut out = Vec::new();
                let result = runtime.call_binary(&name, function.name(), &[], &mut out);
                assert_eq!(result.is_ok(), function.parameters().is_empty(), "{result:?}");
                assert_eq!(result.is_ok() && function.result().is_some(), !out.is_empty());
                let text = format!("{}()", function.name());
                // A function may bear a name that WAVE keeps for itself.
                let _ = runtime.call_text(&name, &text).map_err(|error| error.to_string());
            }
        }
    }
}

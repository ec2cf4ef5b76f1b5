//! A loader of native contracts without a library: `bench.add@1`, or any number of other names.

#![expect(unsafe_code, reason = "native functions are foreign functions")]

use polyplug::error::LoaderError;
use polyplug::loader::manifest::ManifestData;
use polyplug::loader::{BundleLoader, BundleSource};
use polyplug::runtime::Runtime;
use polyplug_abi::{
    AbiError, DispatchMechanisms, DispatchType, GuestContractId, GuestContractInstance,
    GuestContractInterface, HostApi, NativeDispatch, NativeFunction, PluginDescriptor, StringView,
    SupportedLanguage, Version, VmLoaderData,
};
use std::collections::HashMap;
use std::path::PathBuf;

/// Registers `names` as native contracts with one function, `add(u32, u32) -> u32`.
pub struct NativeLoader {
    /// Contract names by bundle name.
    pub contracts: HashMap<String, Vec<String>>,
}

/// The function behind every contract, in the shape of the ABI.
///
/// # Safety
/// - `args` points at two `u32`, `out` at one.
pub unsafe extern "C" fn add(
    _: GuestContractInstance,
    args: *const (),
    out: *mut (),
    error: *mut AbiError,
) {
    // SAFETY: the caller's promise.
    let [a, b] = unsafe { args.cast::<[u32; 2]>().read() };
    // SAFETY: as above.
    unsafe { out.cast::<u32>().write(a.wrapping_add(b)) };
    // SAFETY: the ABI's promise.
    unsafe { error.write(AbiError::ok()) };
}

unsafe extern "C" fn create(
    _: VmLoaderData,
    _: *const HostApi,
    _: *const (),
    _: *mut GuestContractInstance,
) {
}

unsafe extern "C" fn destroy(_: VmLoaderData, _: *const HostApi, _: GuestContractInstance) {}

impl BundleLoader for NativeLoader {
    fn loader_name(&self) -> &'static str {
        "bench"
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
        let functions: [NativeFunction; 1] = [add];
        runtime.stage(manifest, source, |stage| {
            for name in self.contracts.get(&manifest.name).into_iter().flatten() {
                let version = Version::new(1, 0, 0);
                let descriptor = PluginDescriptor {
                    name: StringView::from_static("bench"),
                    contract_name: StringView::from_str(name),
                    version,
                };
                let interface = GuestContractInterface {
                    contract_id: GuestContractId::of(name, 1),
                    contract_version: version,
                    dispatch_type: DispatchType::Native,
                    create_instance: create,
                    destroy_instance: destroy,
                    dispatch: DispatchMechanisms {
                        native: NativeDispatch {
                            function_count: 1,
                            functions: functions.as_ptr().cast(),
                        },
                    },
                };
                let host = stage.host_api();
                let mut error = AbiError::ok();
                // SAFETY: the host table lives as long as the runtime.
                let register = unsafe { &*host }.register_guest_contract;
                // SAFETY: both structs are locals and fit the ABI.
                unsafe {
                    register(host, &raw const descriptor, &raw const interface, &raw mut error)
                };
                assert!(error.is_ok(), "registering {name} failed");
            }
            Ok(())
        })
    }
}

/// A manifest for the bundle `name`.
pub fn manifest(name: &str, loader: &str) -> ManifestData {
    ManifestData {
        id: polyplug_utils::bundle_id(name),
        name: name.to_owned(),
        loader: loader.to_owned(),
        file: "code".to_owned(),
        version: String::new(),
        path: PathBuf::from(name),
        provides: Vec::new(),
        function_count: HashMap::new(),
        dependencies: Vec::new(),
        needs_reinit_on_dep_reload: false,
        bundle_dependencies: Vec::new(),
    }
}

//! For tests of the commit: a bundle whose guest does what the test says, without any language.

use crate::contract::Contract;
use crate::core::Core;
use crate::dispatch::CallError;
use crate::error::LoaderError;
use crate::guest::{Guest, GuestCall, GuestError, HandedOver};
use crate::loader::manifest::ManifestData;
use crate::loader::{BundleLoader, BundleSource};
use crate::options::ReloadMode;
use crate::registration::ContractRegistration;
use crate::runtime::{Runtime, RuntimeBuilder};
use polyplug_abi::{BundleId, GuestContractInstance, SupportedLanguage, Version};
use std::any::Any;
use std::ffi::c_void;
use std::path::PathBuf;
use std::ptr;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What a guest does; `load` is the bundle's count of loads at this one.
#[expect(unused_variables, reason = "the defaults do nothing")]
pub(crate) trait Behaviour: Send + Sync + 'static {
    fn start(&self, load: u32) {}
    fn call(&self, load: u32) {}
    fn create(&self, load: u32) {}
    fn destroy(&self, load: u32) {}
    fn has_state(&self, load: u32) -> bool {
        false
    }
    /// Runs on the new generation.
    fn hand_over(&self, load: u32) {}
    fn close(&self, load: u32) {}
}

struct TestLoader(Arc<dyn Behaviour>);

struct TestGuest {
    load: u32,
    behaviour: Arc<dyn Behaviour>,
}

/// A runtime whose bundles all behave like `behaviour`.
pub(crate) fn runtime(behaviour: &Arc<impl Behaviour>, mode: ReloadMode) -> Arc<Runtime> {
    let loader = TestLoader(Arc::clone(behaviour) as Arc<dyn Behaviour>);
    RuntimeBuilder::new().hot_reload(true).reload_mode(mode).loader(loader).build().unwrap()
}

/// Loads the bundle `name`, which provides `<name>.test@1` with one function.
pub(crate) fn load(runtime: &Runtime, name: &str) {
    try_load(runtime.core(), name).unwrap();
}

pub(crate) fn try_load(core: &Core, name: &str) -> Result<(), crate::error::RuntimeError> {
    let manifest = ManifestData {
        id: 0,
        name: name.to_owned(),
        loader: "test".to_owned(),
        file: String::new(),
        version: String::new(),
        path: PathBuf::from("memory"),
        provides: Vec::new(),
        function_count: Default::default(),
        dependencies: Vec::new(),
        needs_reinit_on_dep_reload: false,
        bundle_dependencies: Vec::new(),
    };
    let source = BundleSource::Code(String::new());
    crate::reload::operation::load_from_source(core, manifest, source)
}

pub(crate) fn reload(runtime: &Runtime, name: &str) {
    runtime.reload_bundle_by_id(BundleId::of(name)).unwrap();
}

/// Calls the one function of a contract.
pub(crate) fn call(core: &Core, contract: &str) -> Result<(), Box<CallError>> {
    let contract = Contract::find(core.shared(), contract).unwrap();
    let null = GuestContractInstance::null();
    // SAFETY: the guest looks at no argument.
    unsafe { contract.call_raw(null, 0, ptr::null(), ptr::null_mut(), ptr::null_mut()) }
}

/// Waits until `condition` holds, ten seconds at most.
pub(crate) fn wait_until(condition: impl Fn() -> bool) {
    let started = Instant::now();
    while !condition() {
        assert!(started.elapsed() < Duration::from_secs(10), "waited in vain");
        std::thread::yield_now();
    }
}

impl BundleLoader for TestLoader {
    fn loader_name(&self) -> &'static str {
        "test"
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
            let load = stage.load_number();
            self.0.start(load);
            stage.register(ContractRegistration {
                name: &format!("{}.test", manifest.name),
                version: Version { major: 1, minor: 0, patch: 0 },
                function_count: 1,
                plugin_name: &manifest.name,
            })?;
            stage.set_guest(Box::new(TestGuest { load, behaviour: Arc::clone(&self.0) }));
            Ok(())
        })
    }
}

// SAFETY: the behaviour is safe code.
unsafe impl Guest for TestGuest {
    unsafe fn call(&self, _call: &GuestCall) -> Result<(), Box<GuestError>> {
        self.behaviour.call(self.load);
        Ok(())
    }

    unsafe fn create_instance(
        &self,
        _contract: u32,
        _args: *const (),
    ) -> Result<*mut c_void, Box<GuestError>> {
        self.behaviour.create(self.load);
        Ok(ptr::without_provenance_mut(1))
    }

    unsafe fn destroy_instance(
        &self,
        _contract: u32,
        _data: *mut c_void,
    ) -> Result<(), Box<GuestError>> {
        self.behaviour.destroy(self.load);
        Ok(())
    }

    fn live_instances(&self) -> usize {
        0
    }

    fn has_state(&self) -> bool {
        self.behaviour.has_state(self.load)
    }

    unsafe fn hand_over(&self, _old: &dyn Guest) -> Result<HandedOver, Box<GuestError>> {
        self.behaviour.hand_over(self.load);
        Ok(HandedOver { kept: 1, reset: 0 })
    }

    fn may_reenter(&self) -> bool {
        true
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl Drop for TestGuest {
    fn drop(&mut self) {
        self.behaviour.close(self.load);
    }
}

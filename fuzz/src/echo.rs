//! A loader of bundles that are a description, and give back what they are given: every function takes
//! one value and gives one of the same type.

use polyplug::error::{LoaderError, RuntimeError};
use polyplug::guest::{Guest, GuestCall, GuestError};
use polyplug::loader::manifest::ManifestData;
use polyplug::loader::{BundleLoader, BundleSource};
use polyplug::registration::ContractRegistration;
use polyplug::runtime::Runtime;
use polyplug_abi::SupportedLanguage;
use polyplug_schema::{Contract, WitSources};
use std::any::Any;
use std::ptr;
use std::sync::Arc;

/// The loader `echo`.
pub(crate) struct EchoLoader;

struct Echo(Arc<Contract>);

impl BundleLoader for EchoLoader {
    fn loader_name(&self) -> &'static str {
        "echo"
    }

    fn loader_language(&self) -> SupportedLanguage {
        SupportedLanguage::Rust
    }

    fn supports_hot_reload(&self) -> bool {
        false
    }

    fn load(
        &self,
        manifest: &ManifestData,
        source: &BundleSource,
        runtime: &Runtime,
    ) -> Result<(), LoaderError> {
        runtime.stage(manifest, source, |stage| {
            let contract = described(source).map_err(|problem| {
                let what = RuntimeError::InvalidArgument { what: "description", problem };
                LoaderError::refused(stage.bundle(), what)
            })?;
            stage.register(ContractRegistration {
                name: contract.name(),
                version: contract.version(),
                function_count: contract.functions().len() as u32,
                plugin_name: "echo",
            })?;
            stage.describe(Arc::clone(&contract));
            stage.set_guest(Box::new(Echo(contract)));
            Ok(())
        })
    }
}

fn described(source: &BundleSource) -> Result<Arc<Contract>, String> {
    let BundleSource::Code(text) = source else { return Err("it is no text".to_owned()) };
    let mut sources = WitSources::new("wit");
    sources.add("echo.wit", text.clone()).map_err(|error| error.to_string())?;
    let descriptions = sources.descriptions().map_err(|error| error.to_string())?;
    let contract = descriptions.contracts().next();
    contract.cloned().ok_or_else(|| "it has no contract".to_owned())
}

// SAFETY: nothing is shared.
unsafe impl Guest for Echo {
    unsafe fn call(&self, call: &GuestCall) -> Result<(), Box<GuestError>> {
        let size = self.0.functions()[call.function as usize].result_layout().size;
        // SAFETY: the argument and the result have one type, and the caller has both.
        unsafe { ptr::copy_nonoverlapping(call.args.cast::<u8>(), call.out.cast(), size) };
        Ok(())
    }

    fn may_reenter(&self) -> bool {
        true
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

//! A loader whose bundles give back what they are given, whatever its type: the bytes of the argument are
//! those of the result.

use polyplug::error::LoaderError;
use polyplug::guest::{Guest, GuestCall, GuestError};
use polyplug::loader::manifest::ManifestData;
use polyplug::loader::{BundleLoader, BundleSource};
use polyplug::registration::ContractRegistration;
use polyplug::runtime::Runtime;
use polyplug_abi::SupportedLanguage;
use polyplug_schema::Contract;
use std::any::Any;
use std::ptr;
use std::sync::Arc;

/// Opens bundles that provide `demo.echo@1` as the host describes it.
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
            let contract = stage.description("demo.echo@1")?.unwrap();
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

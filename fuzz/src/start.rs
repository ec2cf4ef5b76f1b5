//! A loader whose bundles start by running a closure: what a plugin's `polyplug_init` does.

use polyplug::error::{LoaderError, RuntimeError};
use polyplug::loader::manifest::ManifestData;
use polyplug::loader::{BundleLoader, BundleSource};
use polyplug::registration::Stage;
use polyplug::runtime::Runtime;
use polyplug_abi::SupportedLanguage;
use std::path::PathBuf;

/// The loader `closure`.
pub(crate) struct Starter<F>(pub(crate) F);

impl<F> BundleLoader for Starter<F>
where
    F: Fn(&Stage<'_>) -> Result<(), String> + Send + Sync + 'static,
{
    fn loader_name(&self) -> &'static str {
        "closure"
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
            (self.0)(stage).map_err(|problem| {
                let what = RuntimeError::InvalidArgument { what: "start", problem };
                LoaderError::refused(stage.bundle(), what)
            })
        })
    }
}

/// Loads the bundle `name` with the loader `closure`.
pub(crate) fn load(runtime: &Runtime, name: &str) -> Result<(), RuntimeError> {
    let manifest = ManifestData {
        id: 0,
        name: name.to_owned(),
        loader: "closure".to_owned(),
        file: String::new(),
        version: String::new(),
        path: PathBuf::from("memory"),
        provides: Vec::new(),
        function_count: Default::default(),
        dependencies: Vec::new(),
        needs_reinit_on_dep_reload: false,
        bundle_dependencies: Vec::new(),
    };
    runtime.load_bundle_from_source(manifest, BundleSource::Bytes(Vec::new()))
}

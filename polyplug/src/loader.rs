//! What a loader is: it opens one kind of bundle and registers what the bundle provides.
//!
//! A loader publishes only through [`Runtime::stage`](crate::runtime::Runtime::stage); it never
//! touches the registry.

use crate::error::LoaderError;
use crate::runtime::Runtime;
use manifest::{Manifest, ManifestData};
use polyplug_abi::SupportedLanguage;
use polyplug_trust::BundleTree;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub mod bundle_files;
pub mod manifest;

mod regular_file;

pub use bundle_files::BundleFiles;

/// What a bundle that was never on a disk is said to lie in.
pub(crate) const IN_MEMORY: &str = "(in memory)";

/// Opens one kind of bundle.
///
/// One loader may serve several runtimes and threads at once.
pub trait BundleLoader: Send + Sync + 'static {
    /// The name that manifests give in `loader`.
    fn loader_name(&self) -> &'static str;

    /// The language of the bundles.
    fn loader_language(&self) -> SupportedLanguage;

    /// Whether a running bundle can be replaced.
    fn supports_hot_reload(&self) -> bool;

    /// Opens the bundle and stages its contracts. Reads no `manifest.toml`.
    ///
    /// # Errors
    /// Whatever kept the bundle from starting; nothing of it stays behind.
    fn load(
        &self,
        manifest: &ManifestData,
        source: &BundleSource,
        runtime: &Runtime,
    ) -> Result<(), LoaderError>;

    /// Opens the next generation of a loaded bundle. The default opens it as `load` does.
    ///
    /// # Errors
    /// As for `load`; the running generation is untouched.
    fn reload(
        &self,
        manifest: &ManifestData,
        source: &BundleSource,
        runtime: &Runtime,
    ) -> Result<(), LoaderError> {
        self.load(manifest, source, runtime)
    }

    /// What [`BundleLoader::load`] would say of the bundle's files, for a host that only looks: `read` reads
    /// them, and nothing of them runs. The default says if the manifest's `file` is not there.
    ///
    /// # Errors
    /// What is wrong with the files, in the words of `load`.
    fn examine(&self, manifest: &Manifest, read: &ReadFiles<'_>) -> Result<(), LoaderError> {
        let main = BundleFiles::plain(&manifest.data.file);
        let files = read(&|path| path == Path::new(&main))?;
        files.main_file(&manifest.data).map(drop)
    }

    /// Told after a bundle was unloaded. A generation closes itself, so the default does nothing.
    ///
    /// # Errors
    /// Logged; the bundle is gone all the same.
    fn unload(&self, manifest: &ManifestData, runtime: &Runtime) -> Result<(), LoaderError> {
        let _ = (manifest, runtime);
        Ok(())
    }
}

/// Reads those files of a bundle whose paths below its folder the closure accepts, as
/// [`Stage::take_files`](crate::registration::Stage::take_files) does.
pub type ReadFiles<'a> =
    dyn Fn(&dyn Fn(&Path) -> bool) -> Result<Arc<BundleFiles>, LoaderError> + 'a;

/// Where a bundle's code comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BundleSource {
    /// The bundle's folder; the code is the manifest's `file` in it.
    Path(PathBuf),
    /// Source text in memory; the manifest's `path` is only a label.
    Code(String),
    /// Bytes in memory; the manifest's `path` is only a label.
    Bytes(Vec<u8>),
    /// A whole bundle in memory, with its `manifest.toml`, and with `bundle.sig` if it is signed; the
    /// manifest's `path` is only a label.
    Files(Arc<BundleTree>),
}

impl BundleSource {
    /// "path", "code", "bytes" or "files".
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Path(_) => "path",
            Self::Code(_) => "code",
            Self::Bytes(_) => "bytes",
            Self::Files(_) => "files",
        }
    }
}

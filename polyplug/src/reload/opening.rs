//! What a new generation is made from. All openings are made here: read from a folder, given in
//! memory, or once more from what runs.

use super::plan::{self, Action, Change};
use crate::bundle::Bundle;
use crate::core::Core;
use crate::error::RuntimeError;
use crate::events::Cause;
use crate::loader::manifest::{MANIFEST_FILE, Manifest, ManifestData};
use crate::loader::{BundleFiles, BundleLoader, BundleSource};
use std::path::Path;
use std::sync::Arc;

/// What a new generation is made from.
pub(crate) struct Opening {
    pub(crate) manifest: Manifest,
    pub(crate) source: BundleSource,
    /// None if the caller of `Runtime::stage` opens it.
    pub(crate) loader: Option<Arc<dyn BundleLoader>>,
    /// The bytes to use instead of reading the source (a rebuild).
    pub(crate) files: Option<Arc<BundleFiles>>,
}

impl Opening {
    /// Reads the bundle at `path`: its folder, its manifest, or another file of it.
    pub(crate) fn read(path: &Path) -> Result<Self, RuntimeError> {
        let manifest = Manifest::read(path)?;
        let source = BundleSource::Path(manifest.data.path.clone());
        Ok(Self::of(manifest, source))
    }

    /// A bundle whose manifest is made in memory.
    pub(crate) fn given(
        manifest: ManifestData,
        source: BundleSource,
    ) -> Result<Self, RuntimeError> {
        Ok(Self::of(Manifest::from_data(manifest)?, source))
    }

    /// What `bundle` runs, once more from where it came from; for a rebuild, from the same bytes.
    pub(crate) fn again(core: &Core, bundle: &Bundle, cause: Cause) -> Result<Self, RuntimeError> {
        let writer = core.writer.lock();
        let origin = bundle.with_generation(&writer, |generation| {
            let origin = &generation.origin;
            (origin.manifest.clone(), origin.source.clone(), origin.files.clone())
        });
        drop(writer);
        let Some((manifest, source, taken)) = origin else {
            return Err(RuntimeError::BundleNotLoaded { bundle: bundle.name.to_string() });
        };
        if cause == Cause::Rebuild {
            let files = taken.map(|taken| taken.files);
            return Ok(Self { files, ..Self::of(manifest, source) });
        }
        match &source {
            // A bundle loaded with a manifest made in memory has no file to read again.
            BundleSource::Path(folder) if folder.join(MANIFEST_FILE).exists() => {
                let manifest = Manifest::read(folder)?;
                Ok(Self::of(manifest, source))
            }
            _ => Ok(Self::of(manifest, source)),
        }
    }

    /// With the loader that the manifest asks for.
    pub(crate) fn with_loader(self, core: &Core) -> Result<Self, RuntimeError> {
        let loader = plan::loader(core, &self.manifest.data)?;
        Ok(Self { loader: Some(loader), ..self })
    }

    /// The change of `bundle` to this.
    pub(crate) fn change(self, bundle: Arc<Bundle>, cause: Cause) -> Change {
        Change { bundle, cause, action: Action::Open(Box::new(self)) }
    }

    fn of(manifest: Manifest, source: BundleSource) -> Self {
        Self { manifest, source, loader: None, files: None }
    }
}

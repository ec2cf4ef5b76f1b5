//! What a new generation is made from. All openings are made here: read from a folder, given in
//! memory, or once more from what runs.
//!
//! Where signatures count, the bytes are in here from the start, so that the manifest is one of the
//! files that are judged and opened.

use super::plan::{self, Action, Change};
use super::reading::{Reading, UnsignedManifest};
use crate::bundle::Bundle;
use crate::core::Core;
use crate::error::RuntimeError;
use crate::events::Cause;
use crate::loader::manifest::{MANIFEST_FILE, Manifest, ManifestData, bundle_folder, has_manifest};
use crate::loader::{BundleFiles, BundleLoader, BundleSource, IN_MEMORY};
use crate::trust::{BundleTree, Refusal, TrustRecord};
use polyplug_abi::SignaturePolicy;
use std::path::Path;
use std::sync::Arc;

/// What a new generation is made from.
pub(crate) struct Opening {
    pub(crate) manifest: Manifest,
    pub(crate) source: BundleSource,
    /// None if the caller of `Runtime::stage` opens it.
    pub(crate) loader: Option<Arc<dyn BundleLoader>>,
    pub(crate) contents: Contents,
    /// What speaks against it whatever its signature says.
    pub(crate) objection: Option<Refusal>,
    /// What was decided about the same bytes before (a rebuild).
    pub(crate) decided: Option<Arc<TrustRecord>>,
}

/// Where the bytes of a new generation come from.
#[derive(Clone)]
pub(crate) enum Contents {
    /// From the source, when its loader takes them.
    Source,
    /// From its folder, which was read as a whole.
    Whole(Arc<BundleTree>),
    /// From what its loader took before (a rebuild).
    Taken(Arc<BundleFiles>),
    /// From nowhere: its folder was read as a whole, and has to be once more before it is opened.
    SetDown,
}

impl Contents {
    /// The files that `takes` accepts; what comes as one piece from memory is called `main`.
    pub(crate) fn read(
        &self,
        source: &BundleSource,
        main: &str,
        takes: &dyn Fn(&Path) -> bool,
    ) -> Result<Arc<BundleFiles>, RuntimeError> {
        let source = match self {
            Self::Taken(files) => return Ok(Arc::clone(files)),
            Self::Whole(tree) => return Ok(Arc::new(BundleFiles::of_tree(tree, takes))),
            Self::SetDown => {
                return Err(RuntimeError::Internal("a bundle was opened without its files".into()));
            }
            Self::Source => source,
        };
        Ok(Arc::new(match source {
            BundleSource::Path(folder) => BundleFiles::read(folder, takes)?,
            BundleSource::Code(text) => BundleFiles::from_memory(main, text.as_bytes()),
            BundleSource::Bytes(bytes) => BundleFiles::from_memory(main, &bytes[..]),
            BundleSource::Files(tree) => BundleFiles::of_tree(tree, takes),
        }))
    }
}

/// Why there is no opening.
#[derive(Debug)]
pub(crate) struct Unopened {
    pub(crate) error: RuntimeError,
    /// The decision, if that was the reason.
    pub(crate) trust: Option<Arc<TrustRecord>>,
}

impl Opening {
    /// Reads the bundle at `path`: its folder, its manifest, or another file of it.
    pub(crate) fn read(core: &Core, path: &Path) -> Result<Self, Unopened> {
        let folder = bundle_folder(path);
        Self::of_reading(core, &folder, Reading::of(core, &folder))
    }

    /// As [`Opening::read`], of a folder that was read just now.
    pub(crate) fn of_reading(
        core: &Core,
        folder: &Path,
        reading: Reading,
    ) -> Result<Self, Unopened> {
        let source = BundleSource::Path(folder.to_owned());
        match reading {
            Reading::Later => Ok(Self::of(Manifest::read(folder)?, source)),
            Reading::Whole(tree) => {
                let manifest = Manifest::of_folder(&tree, folder)?;
                Ok(Self { contents: Contents::Whole(tree), ..Self::of(manifest, source) })
            }
            Reading::Unsigned(refusal, manifest) => {
                let bytes = match manifest {
                    UnsignedManifest::Bytes(bytes) => bytes,
                    UnsignedManifest::Unread(error) => return Err(error.into()),
                    UnsignedManifest::Link => {
                        return Err(unread(core, &label(folder), folder, refusal));
                    }
                };
                let manifest = Manifest::parse_bytes(&bytes, &folder.join(MANIFEST_FILE))?;
                Ok(Self { objection: Some(refusal), ..Self::of(manifest, source) })
            }
            Reading::Odd(error) => {
                let objection = Refusal::of_tree(error);
                // Not even opened where it may be anything, such as a pipe, now or in a moment.
                if is_required(core) {
                    return Err(match has_manifest(folder) {
                        true => unread(core, &label(folder), folder, objection),
                        false => Manifest::absence(folder).into(),
                    });
                }
                let opening = Self::of(Manifest::read(folder)?, source);
                Ok(Self { objection: Some(objection), ..opening })
            }
        }
    }

    /// A bundle whose manifest is made in memory.
    pub(crate) fn given(
        core: &Core,
        manifest: ManifestData,
        source: BundleSource,
    ) -> Result<Self, Unopened> {
        let reading = Reading::of_source(core, &source);
        Self::with_manifest(core, Manifest::from_data(manifest)?, source, reading)
    }

    /// A whole bundle that is in memory.
    pub(crate) fn of_files(files: Arc<BundleTree>) -> Result<Self, Unopened> {
        let mut manifest = Manifest::of_tree(&files, Path::new(IN_MEMORY))?;
        // A name may look like a path, and this is none.
        let label = manifest.data.name.replace(['/', '\\'], "_").replace("..", "__");
        manifest.data.path = Path::new(IN_MEMORY).join(label);
        Ok(Self::of(manifest, BundleSource::Files(files)))
    }

    /// What `bundle` runs, once more from where it came from; for a rebuild, from the same bytes.
    pub(crate) fn again(core: &Core, bundle: &Bundle, cause: Cause) -> Result<Self, Unopened> {
        let writer = core.writer.lock();
        let origin = bundle.with_generation(&writer, |generation| generation.origin.clone());
        drop(writer);
        let Some(origin) = origin else {
            return Err(RuntimeError::BundleNotLoaded { bundle: bundle.name.to_string() }.into());
        };
        if cause == Cause::Rebuild {
            // Where nothing was taken there is nothing that was decided about.
            if let Some(taken) = origin.files {
                let (contents, decided) = (Contents::Taken(taken.files), Some(origin.trust));
                return Ok(Self { contents, decided, ..Self::of(origin.manifest, origin.source) });
            }
        }
        let reading = Reading::of_source(core, &origin.source);
        match &origin.source {
            // A bundle loaded with a manifest made in memory has no file to read again.
            BundleSource::Path(folder) if reading.has_manifest(folder) => {
                Self::of_reading(core, folder, reading)
            }
            BundleSource::Path(_) | BundleSource::Files(_) => {
                Self::with_manifest(core, origin.manifest, origin.source, reading)
            }
            _ => Ok(Self::of(origin.manifest, origin.source)),
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

    /// All files of the bundle, if they were read or given as a whole.
    pub(crate) fn tree(&self) -> Option<&BundleTree> {
        match (&self.contents, &self.source) {
            (Contents::Whole(tree), _) | (Contents::Source, BundleSource::Files(tree)) => {
                Some(tree)
            }
            _ => None,
        }
    }

    /// How many bytes of files are only here because it was read before its turn.
    pub(super) fn held_bytes(&self) -> u64 {
        match &self.contents {
            Contents::Whole(tree) => tree.bytes(),
            _ => 0,
        }
    }

    /// Drops the files that were read. It stands for its bundle with what its manifest said, and cannot be
    /// opened.
    pub(super) fn set_down(&mut self) {
        self.contents = Contents::SetDown;
    }

    /// Whether its folder has to be read again before it is opened.
    pub(crate) fn is_set_down(&self) -> bool {
        matches!(self.contents, Contents::SetDown)
    }

    /// With a manifest that must be the bundle's own where signatures count.
    fn with_manifest(
        core: &Core,
        given: Manifest,
        source: BundleSource,
        reading: Reading,
    ) -> Result<Self, Unopened> {
        match reading {
            Reading::Later => Ok(Self::of(given, source)),
            Reading::Whole(tree) => {
                let (manifest, objection) = match own_manifest(&tree, &given.data) {
                    Ok(own) => (own, None),
                    Err(objection) => (given, Some(objection)),
                };
                let contents = Contents::Whole(tree);
                Ok(Self { contents, objection, ..Self::of(manifest, source) })
            }
            Reading::Unsigned(refusal, _) => {
                Ok(Self { objection: Some(refusal), ..Self::of(given, source) })
            }
            Reading::Odd(error) => {
                let objection = Refusal::of_tree(error);
                if is_required(core) {
                    return Err(unread(core, &given.data.name, &given.data.path, objection));
                }
                Ok(Self { objection: Some(objection), ..Self::of(given, source) })
            }
        }
    }

    fn of(manifest: Manifest, source: BundleSource) -> Self {
        let (loader, contents) = (None, Contents::Source);
        Self { manifest, source, loader, contents, objection: None, decided: None }
    }
}

impl From<RuntimeError> for Unopened {
    fn from(error: RuntimeError) -> Self {
        Self { error, trust: None }
    }
}

/// The manifest among a bundle's files, if the one that was given says the same.
fn own_manifest(tree: &BundleTree, given: &ManifestData) -> Result<Manifest, Refusal> {
    let advice = "load the bundle by its folder, or from its files with `Runtime::load_files`";
    let given_manifest = |text| Refusal::new("given-manifest", text);
    let own = Manifest::of_tree(tree, &given.path).map_err(|error| {
        given_manifest(format!(
            "its manifest was given in memory, and its own does not read ({error}); {advice}"
        ))
    })?;
    match own.data == *given {
        true => Ok(own),
        false => Err(given_manifest(format!(
            "its manifest was given in memory and is not the {MANIFEST_FILE} that was signed; {advice}"
        ))),
    }
}

fn is_required(core: &Core) -> bool {
    core.options.trust.policy == SignaturePolicy::Required
}

/// The refusal of a bundle whose files cannot be read as strictly as signatures need.
fn unread(core: &Core, name: &str, path: &Path, reason: Refusal) -> Unopened {
    let record = TrustRecord::of_unread(name, path, core.options.trust.policy, reason.clone());
    let (bundle, path) = (name.to_owned(), path.to_owned());
    let error = RuntimeError::SignatureRejected { bundle, path, reason };
    Unopened { error, trust: Some(Arc::new(record)) }
}

/// What a bundle is called whose manifest was not read.
fn label(folder: &Path) -> String {
    folder.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

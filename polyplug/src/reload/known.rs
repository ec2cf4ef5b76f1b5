//! The bundles that the runtime knows, by name, id and folder; and which may not be loaded because of them.

use super::place;
use super::plan::Change;
use crate::bundle::Bundle;
use crate::core::Core;
use crate::error::RuntimeError;
use crate::loader::BundleSource;
use polyplug_abi::BundleId;
use std::path::Path;
use std::sync::Arc;

/// The bundle's record, made if the name is new.
pub(crate) fn record(core: &Core, name: &str) -> Result<Arc<Bundle>, RuntimeError> {
    core.bundle_named(&mut core.writer.lock(), name)
}

/// The loaded bundle with this id.
pub(super) fn loaded(core: &Core, bundle: BundleId) -> Result<Arc<Bundle>, RuntimeError> {
    core.bundle(bundle.as_u64())
        .filter(|bundle| bundle.is_loaded())
        .ok_or_else(|| RuntimeError::BundleNotLoaded { bundle: bundle.to_string() })
}

/// The loaded bundle of this name, if it came from `folder`.
pub(crate) fn loaded_from(core: &Core, name: &str, folder: &Path) -> Option<Arc<Bundle>> {
    let bundle = core.bundle(polyplug_utils::bundle_id(name))?;
    let here = bundle.folder(core).is_some_and(|path| place::is_same(&path, folder));
    here.then_some(bundle)
}

/// The loaded bundle that came from `folder`.
pub(super) fn loaded_at(core: &Core, folder: &Path) -> Option<Arc<Bundle>> {
    let wanted = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let writer = core.writer.lock();
    let found = writer.bundles.values().find(|bundle| {
        let here = bundle.with_generation(&writer, |generation| {
            let path = &generation.origin.manifest.data.path;
            *path == folder || path.canonicalize().is_ok_and(|path| path == wanted)
        });
        here == Some(true)
    });
    found.cloned()
}

/// Refuses to load a bundle that is loaded.
pub(super) fn refuse_loaded(core: &Core, change: &Change) -> Result<(), RuntimeError> {
    match change.bundle.folder(core) {
        None => Ok(()),
        Some(loaded_from) => Err(RuntimeError::DuplicateBundle {
            bundle: change.bundle.name.to_string(),
            loaded_from,
            path: change.path(),
        }),
    }
}

/// Refuses to load a bundle of this name from this folder if there is one already.
pub(crate) fn refuse_if_loaded(core: &Core, name: &str, folder: &Path) -> Result<(), RuntimeError> {
    match core.bundle(polyplug_utils::bundle_id(name)) {
        Some(bundle) => refuse_other_folder(core, &bundle, folder),
        None => Ok(()),
    }
}

/// A second folder with a loaded bundle's name is refused. If the first is gone, it is no second one: the
/// folder was moved. What came from memory was never in a folder that could be gone.
pub(crate) fn refuse_other_folder(
    core: &Core,
    bundle: &Bundle,
    folder: &Path,
) -> Result<(), RuntimeError> {
    match bundle.folder(core) {
        Some(loaded_from)
            if (!place::is_gone(&loaded_from) || !is_from_folder(core, bundle))
                && !place::is_same(&loaded_from, folder) =>
        {
            Err(RuntimeError::DuplicateBundle {
                bundle: bundle.name.to_string(),
                loaded_from,
                path: folder.to_owned(),
            })
        }
        _ => Ok(()),
    }
}

fn is_from_folder(core: &Core, bundle: &Bundle) -> bool {
    let writer = core.writer.lock();
    let from_folder = bundle.with_generation(&writer, |generation| {
        matches!(generation.origin.source, BundleSource::Path(_))
    });
    from_folder == Some(true)
}

/// The ids of all loaded bundles, sorted by name.
pub(crate) fn loaded_bundles(core: &Core) -> Vec<BundleId> {
    let writer = core.writer.lock();
    let mut loaded: Vec<&Arc<Bundle>> =
        writer.bundles.values().filter(|bundle| bundle.is_loaded()).collect();
    loaded.sort_by(|a, b| a.name.cmp(&b.name));
    loaded.iter().map(|bundle| bundle.id).collect()
}

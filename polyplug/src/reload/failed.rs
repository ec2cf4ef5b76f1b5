//! The bundles that were tried and are not loaded, for the listing, and to be tried again.
//!
//! Kept by folder: a name is what a folder or an unsigned manifest says, and whoever writes one must not
//! take the place of another bundle here.

use super::place;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A bundle that could not be loaded.
#[derive(Clone, Debug)]
pub(crate) struct FailedBundle {
    /// Its name, or its folder's if its manifest cannot be read or believed.
    pub(crate) name: String,
    pub(crate) path: PathBuf,
    pub(crate) error: String,
    /// It may load once somebody provides what it depends on.
    pub(crate) waits_for_provider: bool,
}

/// All of them.
#[derive(Default)]
pub(crate) struct FailedBundles(BTreeMap<PathBuf, FailedBundle>);

impl FailedBundles {
    pub(crate) fn iter(&self) -> impl Iterator<Item = &FailedBundle> {
        self.0.values()
    }

    /// Notes what failed now, instead of what is known of the same folder.
    pub(crate) fn note(&mut self, failed: FailedBundle) {
        self.0.insert(key(&failed.path, &failed.name), failed);
    }

    /// Forgets what lay in this folder.
    pub(crate) fn forget_folder(&mut self, folder: &Path) {
        self.0.remove(&*place::spelled_out(folder));
    }

    /// Forgets what has this name, wherever it lies: the bundle is loaded, or nobody wants it.
    pub(crate) fn forget_name(&mut self, name: &str) {
        self.0.retain(|_, failed| failed.name != name);
    }

    /// Those that lay in `folder`, which holds bundles.
    pub(crate) fn lying_in(&self, folder: &Path) -> Vec<PathBuf> {
        let folder = place::spelled_out(folder);
        let below = self.0.keys().filter(|path| path.parent() == Some(&folder));
        below.cloned().collect()
    }

    /// Where others of this name lie.
    pub(crate) fn others(&self, name: &str, path: &Path) -> Vec<PathBuf> {
        let others = self.iter().filter(|failed| failed.name == name && failed.path != path);
        others.map(|failed| failed.path.clone()).collect()
    }

    /// The folders below `roots` of bundles that may load once somebody provides what they need.
    pub(crate) fn waiting_for_provider(&self, roots: &[PathBuf]) -> Vec<PathBuf> {
        let is_watched = |path: &Path| roots.iter().any(|root| path.parent() == Some(root));
        let waiting = self.iter().filter(|failed| failed.waits_for_provider);
        waiting.map(|failed| failed.path.clone()).filter(|path| is_watched(path)).collect()
    }
}

/// What came from memory without a label has only its name.
fn key(path: &Path, name: &str) -> PathBuf {
    match path.as_os_str().is_empty() {
        true => PathBuf::from(name),
        false => place::spelled_out(path).into_owned(),
    }
}

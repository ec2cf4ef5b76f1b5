//! Changes that were refused because of another bundle's: those of one transaction come all or not at all.
//! When that other one is tried again, so are they.

use crate::error::RuntimeError;
use crate::events::Step;
use crate::reload::failure::Failure;
use crate::reload::place;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Folders whose change was kept out, each with those whose trying gives it another turn.
#[derive(Default)]
pub(crate) struct KeptOut(BTreeMap<PathBuf, BTreeSet<PathBuf>>);

impl KeptOut {
    /// What the failure of a transaction of these `folders` has kept out.
    pub(crate) fn by(failure: &Failure, folders: &[PathBuf]) -> Self {
        let is_its_own =
            |folder: &Path| is_blamed(failure) && place::is_same(folder, &failure.path);
        let mut kept_out = BTreeMap::new();
        for folder in folders.iter().filter(|folder| !is_its_own(folder)) {
            let mut others: BTreeSet<PathBuf> = folders.iter().cloned().collect();
            others.insert(failure.path.clone());
            others.remove(folder);
            if !others.is_empty() {
                kept_out.insert(folder.clone(), others);
            }
        }
        Self(kept_out)
    }

    /// Adds what was kept out now.
    pub(crate) fn add(&mut self, now: Self) {
        self.0.extend(now.0);
    }

    /// The others that have another turn, now that `folders` are tried.
    pub(super) fn freed_by(&mut self, folders: &[PathBuf]) -> Vec<PathBuf> {
        self.0.retain(|kept_out, _| !folders.contains(kept_out));
        let is_tried = |_: &PathBuf, by: &mut BTreeSet<PathBuf>| {
            by.iter().any(|by| folders.iter().any(|folder| place::is_same(by, folder)))
        };
        self.0.extract_if(.., is_tried).map(|(kept_out, _)| kept_out).collect()
    }
}

/// Whether it is known that the bundle that the failure names has to change. Of a circle it can be any, and a
/// commit is that of all.
fn is_blamed(failure: &Failure) -> bool {
    failure.step != Step::Commit && !matches!(failure.error, RuntimeError::DependencyCycle { .. })
}

//! The map from paths as the backend reports them to bundle folders as the caller knows them.
//!
//! The backend is only told real paths, each once: two names of one folder share one inotify watch,
//! and notify reports the last name only. Links are therefore resolved here, not by the backend.
//! Pure: what lies below a root is told by the caller.

use super::child::Child;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The roots, the bundle folders below them, and where both really are.
#[derive(Debug, Default)]
pub(super) struct Roots {
    roots: Vec<Root>,
    children: BTreeMap<PathBuf, Child>,
    links: HashMap<PathBuf, Vec<PathBuf>>,
}

/// A watched plugin folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Root {
    /// As the caller named it.
    pub(super) given: PathBuf,
    /// Where that is, without links.
    pub(super) real: PathBuf,
}

/// What a reported path is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A root itself, as given.
    Root(PathBuf),
    /// A bundle folder or something in it.
    Child {
        /// The bundle folder: the root as given, with the name.
        folder: PathBuf,
        /// The rest; empty for the folder itself.
        file: PathBuf,
    },
}

/// How a path is to be watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Depth {
    /// With everything below.
    Tree,
    /// Only what lies directly in it.
    Flat,
}

impl Roots {
    /// Roots of which nothing is known yet. One that is given twice counts once.
    pub(super) fn new(given: Vec<Root>) -> Self {
        let mut roots: Vec<Root> = Vec::new();
        for root in given {
            if !roots.iter().any(|known| known.given == root.given) {
                roots.push(root);
            }
        }
        Self { roots, ..Self::default() }
    }

    /// The roots.
    pub(super) fn roots(&self) -> &[Root] {
        &self.roots
    }

    /// The bundle folders that are known to be there.
    pub(super) fn folders(&self) -> impl Iterator<Item = &Path> {
        self.children.iter().filter(|(_, child)| child.is_present()).map(|(path, _)| path.as_path())
    }

    /// The roots, as given, to which a reported path belongs.
    pub(super) fn roots_with(&self, path: &Path) -> Vec<PathBuf> {
        let given = |place| match place {
            Place::Root(given) => given,
            Place::Child { folder, .. } => folder.parent().unwrap_or(&folder).to_owned(),
        };
        self.locate(path).into_iter().map(given).collect()
    }

    /// Every place that a reported path is: none, one, or several if links lead to it.
    pub(super) fn locate(&self, path: &Path) -> Vec<Place> {
        let mut places = Vec::with_capacity(1);
        for root in &self.roots {
            let Ok(below) = path.strip_prefix(&root.real) else { continue };
            let mut parts = below.components();
            places.push(match parts.next() {
                None => Place::Root(root.given.clone()),
                Some(name) => {
                    Place::Child { folder: root.given.join(name), file: parts.as_path().to_owned() }
                }
            });
        }
        if self.links.is_empty() {
            return places;
        }
        for ancestor in path.ancestors() {
            let file = path.strip_prefix(ancestor).unwrap_or(Path::new(""));
            for folder in self.links.get(ancestor).into_iter().flatten() {
                places.push(Place::Child { folder: folder.clone(), file: file.to_owned() });
            }
        }
        places
    }

    /// Where a bundle folder is by the names of its root, links in its own name unresolved.
    pub(super) fn entry(&self, folder: &Path) -> Option<PathBuf> {
        let root = self.roots.iter().find(|root| folder.parent() == Some(root.given.as_path()))?;
        Some(root.real.join(folder.file_name()?))
    }

    /// Notes what a bundle folder is now, and says what it was.
    pub(super) fn set_child(&mut self, folder: &Path, child: Option<Child>) -> Option<Child> {
        let before = self.children.remove(folder);
        if let Some(Child::Link { target, .. }) = &before
            && let Some(folders) = self.links.get_mut(target)
        {
            folders.retain(|other| other != folder);
            if folders.is_empty() {
                self.links.remove(target);
            }
        }
        if let Some(child) = child {
            if let Child::Link { target, .. } = &child {
                self.links.entry(target.clone()).or_default().push(folder.to_owned());
            }
            self.children.insert(folder.to_owned(), child);
        }
        before
    }

    /// Notes everything that lies below a root now; what is not listed has gone.
    pub(super) fn set_children(&mut self, root: &Path, listed: Vec<(OsString, Child)>) {
        let mut gone: HashSet<PathBuf> =
            self.children.keys().filter(|folder| folder.parent() == Some(root)).cloned().collect();
        for (name, child) in listed {
            let folder = root.join(name);
            gone.remove(&folder);
            self.set_child(&folder, Some(child));
        }
        for folder in gone {
            self.set_child(&folder, None);
        }
    }

    /// Forgets a root; false if it is none.
    pub(super) fn forget(&mut self, given: &Path) -> bool {
        let Some(index) = self.roots.iter().position(|root| root.given == given) else {
            return false;
        };
        self.set_children(given, Vec::new());
        self.roots.remove(index);
        true
    }

    /// What has to be watched, none of it inside a tree that is watched anyway.
    ///
    /// The folder around a link's target is among it, because a target that is deleted and built
    /// anew is only seen from there.
    pub(super) fn wanted(&self) -> BTreeMap<PathBuf, Depth> {
        let trees: HashSet<&Path> = self
            .roots
            .iter()
            .map(|root| root.real.as_path())
            .chain(self.links.keys().map(PathBuf::as_path))
            .collect();
        let inside_tree = |path: &Path| path.ancestors().skip(1).any(|above| trees.contains(above));
        let mut wanted = BTreeMap::new();
        for target in self.links.keys() {
            if let Some(around) = target.parent()
                && !inside_tree(target)
                && !inside_tree(around)
            {
                wanted.insert(around.to_owned(), Depth::Flat);
            }
        }
        for &tree in trees.iter().filter(|tree| !inside_tree(tree)) {
            wanted.insert(tree.to_owned(), Depth::Tree);
        }
        wanted
    }
}

#[cfg(test)]
mod tests;

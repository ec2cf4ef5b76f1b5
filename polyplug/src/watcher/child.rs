//! Looks at the file system for what lies directly below a root.

use super::temporary::is_temporary;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

/// What lies directly below a root and may be a bundle folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Child {
    /// A folder.
    Folder,
    /// A symbolic link.
    Link {
        /// Where it leads, without further links as far as that exists.
        target: PathBuf,
        /// Whether a folder is there now. If not, one may come.
        leads: Leads,
    },
}

/// Where a link leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leads {
    /// To a folder.
    ToFolder,
    /// To nothing.
    Nowhere,
}

impl Child {
    /// What is at `path` now; `None` for nothing and for files.
    pub(super) fn inspect(path: &Path) -> Option<Self> {
        let kind = fs::symlink_metadata(path).ok()?.file_type();
        if kind.is_dir() {
            return Some(Self::Folder);
        }
        if !kind.is_symlink() {
            return None;
        }
        match path.canonicalize() {
            Ok(target) if target.is_dir() => Some(Self::Link { target, leads: Leads::ToFolder }),
            Ok(_) => None,
            Err(_) => Some(Self::Link { target: dangling(path)?, leads: Leads::Nowhere }),
        }
    }

    /// All below `root` that may be bundle folders. None if the root cannot be read.
    pub(super) fn list(root: &Path) -> Vec<(OsString, Self)> {
        let entries = fs::read_dir(root).into_iter().flatten().flatten();
        entries
            .filter(|entry| !is_temporary(Path::new(&entry.file_name())))
            .filter_map(|entry| Some((entry.file_name(), Self::inspect(&entry.path())?)))
            .collect()
    }

    /// Whether there is a folder now.
    pub(super) fn is_present(&self) -> bool {
        !matches!(self, Self::Link { leads: Leads::Nowhere, .. })
    }
}

/// Where a link that leads nowhere would lead; `None` if not even the folder of that exists.
fn dangling(link: &Path) -> Option<PathBuf> {
    let target = link.parent()?.join(fs::read_link(link).ok()?);
    Some(target.parent()?.canonicalize().ok()?.join(target.file_name()?))
}

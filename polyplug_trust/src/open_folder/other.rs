//! By paths.

use super::{Entry, Kind};
use crate::tree_rule::TreeRule;
use std::ffi::OsStr;
use std::fs::{self, File, FileType};
use std::io;
use std::path::{Path, PathBuf};

pub(crate) struct OpenFolder {
    path: PathBuf,
}

impl OpenFolder {
    /// The folder at a path, which may lead through links.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        Ok(Self { path: path.canonicalize()? })
    }

    /// What is in it, in any order.
    pub(crate) fn entries(&self) -> io::Result<impl Iterator<Item = io::Result<Entry>>> {
        let entry = |entry: io::Result<fs::DirEntry>| {
            let entry = entry?;
            Ok(Entry { name: entry.file_name(), kind: kind_of(entry.file_type()?) })
        };
        Ok(fs::read_dir(&self.path)?.map(entry))
    }

    /// What is in it under this name, which is not followed if it is a link.
    pub(crate) fn kind(&self, name: &OsStr) -> io::Result<Kind> {
        Ok(kind_of(fs::symlink_metadata(self.path.join(name))?.file_type()))
    }

    /// A folder in it.
    pub(crate) fn folder(&self, name: &OsStr) -> Result<Self, TreeRule> {
        Ok(Self { path: self.path.join(name) })
    }

    /// A file in it, and how long it is.
    pub(crate) fn file(&self, name: &OsStr) -> Result<(File, u64), TreeRule> {
        let file = File::open(self.path.join(name))?;
        // It may be another one than that which was listed.
        let found = file.metadata()?;
        kind_of(found.file_type()).check_file()?;
        Ok((file, found.len()))
    }
}

fn kind_of(kind: FileType) -> Kind {
    if kind.is_symlink() {
        Kind::Link
    } else if kind.is_dir() {
        Kind::Folder
    } else if kind.is_file() {
        Kind::File
    } else {
        Kind::Special("something else")
    }
}

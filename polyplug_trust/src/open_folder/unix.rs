//! By descriptors.

use super::{Entry, Kind};
use crate::tree_rule::TreeRule;
use rustix::fs::{AtFlags, CWD, Dir, FileType, Mode, OFlags};
use rustix::io::Errno;
use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

pub(crate) struct OpenFolder {
    folder: OwnedFd,
}

impl OpenFolder {
    /// The folder at a path, which may lead through links.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let folder = rustix::fs::openat(CWD, path, FOLDER, Mode::empty())?;
        Ok(Self { folder })
    }

    /// What is in it, in any order.
    pub(crate) fn entries(&self) -> io::Result<impl Iterator<Item = io::Result<Entry>>> {
        let entries = Dir::read_from(&self.folder)?;
        let is_other = |name: &OsStr| !matches!(name.as_bytes(), b"." | b"..");
        let entry = move |entry: rustix::io::Result<rustix::fs::DirEntry>| {
            let entry = entry?;
            let name = OsStr::from_bytes(entry.file_name().to_bytes());
            if !is_other(name) {
                return Ok(None);
            }
            let kind = match entry.file_type() {
                // Some file systems do not say.
                FileType::Unknown => self.kind(name)?,
                kind => kind_of(kind),
            };
            Ok(Some(Entry { name: name.to_owned(), kind }))
        };
        Ok(entries.map(entry).filter_map(Result::transpose))
    }

    /// What is in it under this name, which is not followed if it is a link.
    pub(crate) fn kind(&self, name: &OsStr) -> io::Result<Kind> {
        let found = rustix::fs::statat(&self.folder, name, AtFlags::SYMLINK_NOFOLLOW)?;
        Ok(kind_of(FileType::from_raw_mode(found.st_mode)))
    }

    /// A folder in it.
    pub(crate) fn folder(&self, name: &OsStr) -> Result<Self, TreeRule> {
        let flags = FOLDER | OFlags::NOFOLLOW;
        match rustix::fs::openat(&self.folder, name, flags, Mode::empty()) {
            Ok(folder) => Ok(Self { folder }),
            // It was a folder when it was listed; a link is told in one of these ways.
            Err(Errno::LOOP | Errno::NOTDIR | Errno::MLINK) => Err(TreeRule::Changing),
            Err(error) => Err(io::Error::from(error).into()),
        }
    }

    /// A file in it, and how long it is. A pipe does not wait for a writer, and no terminal becomes that
    /// of the process.
    pub(crate) fn file(&self, name: &OsStr) -> Result<(File, u64), TreeRule> {
        let file = match rustix::fs::openat(&self.folder, name, FILE, Mode::empty()) {
            Err(Errno::LOOP | Errno::MLINK) => return Err(TreeRule::SymbolicLink),
            file => file.map_err(io::Error::from)?,
        };
        // It may be another one than that which was listed.
        let found = rustix::fs::fstat(&file).map_err(io::Error::from)?;
        kind_of(FileType::from_raw_mode(found.st_mode)).check_file()?;
        Ok((File::from(file), found.st_size.cast_unsigned()))
    }
}

const FILE: OFlags = OFlags::RDONLY
    .union(OFlags::NOFOLLOW)
    .union(OFlags::NONBLOCK)
    .union(OFlags::NOCTTY)
    .union(OFlags::CLOEXEC);

const FOLDER: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);

fn kind_of(kind: FileType) -> Kind {
    match kind {
        FileType::RegularFile => Kind::File,
        FileType::Directory => Kind::Folder,
        FileType::Symlink => Kind::Link,
        FileType::Fifo => Kind::Special("a pipe"),
        FileType::Socket => Kind::Special("a socket"),
        _ => Kind::Special("a device"),
    }
}

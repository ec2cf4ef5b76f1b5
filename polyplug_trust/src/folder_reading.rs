//! Reads a folder, strictly: what is no plain file or folder is refused, not skipped.
//!
//! Somebody may change the folder meanwhile. That can make the reading fail or change what is read, which
//! the signature then tells; it cannot make it wait for a pipe or follow a link in a file's place.

use crate::tree_error::TreeError;
use crate::tree_paths::TreePaths;
use crate::tree_rule::{MAX_BYTES, MAX_FILES, TreeRule};
use std::collections::BTreeMap;
use std::fs::{self, DirEntry, File, FileType, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::iter;
use std::path::Path;
use std::sync::Arc;

/// All files below `folder`.
pub(crate) fn read(folder: &Path) -> Result<BTreeMap<String, Arc<[u8]>>, TreeError> {
    let root = folder.canonicalize().map_err(|error| TreeError::new(folder, "", error))?;
    let mut reading =
        Reading { root: folder, paths: TreePaths::default(), files: BTreeMap::new(), bytes: 0 };
    reading.folder(&root, "")?;
    Ok(reading.files)
}

struct Reading<'a> {
    /// As it was named.
    root: &'a Path,
    paths: TreePaths,
    files: BTreeMap<String, Arc<[u8]>>,
    bytes: u64,
}

impl Reading<'_> {
    fn folder(&mut self, folder: &Path, path: &str) -> Result<(), TreeError> {
        for (name, entry) in self.entries(folder, path)? {
            let path = if path.is_empty() { name } else { format!("{path}/{name}") };
            let read = self.entry(&entry, &path);
            match read.map_err(|rule| TreeError::new(self.root, &path, rule))? {
                Found::File => {}
                Found::Folder => self.folder(&entry.path(), &path)?,
            }
        }
        Ok(())
    }

    /// Sorted, so that of several errors the same one is told everywhere.
    fn entries(&self, folder: &Path, path: &str) -> Result<Vec<(String, DirEntry)>, TreeError> {
        let error = |rule| TreeError::new(self.root, path, rule);
        let mut entries = Vec::new();
        for entry in fs::read_dir(folder).map_err(|gone| error(gone.into()))? {
            let entry = entry.map_err(|gone| error(gone.into()))?;
            let name = entry.file_name().into_string().map_err(|name| {
                let name = name.to_string_lossy();
                let path = if path.is_empty() { name.into() } else { format!("{path}/{name}") };
                TreeError::new(self.root, path, TreeRule::NotUtf8)
            })?;
            entries.push((name, entry));
            // As many files and as many folders.
            if entries.len() > MAX_FILES * 2 {
                return Err(error(TreeRule::TooManyFiles));
            }
        }
        entries.sort_by(|(a, _), (b, _)| a.cmp(b));
        Ok(entries)
    }

    fn entry(&mut self, entry: &DirEntry, path: &str) -> Result<Found, TreeRule> {
        let kind = entry.file_type()?;
        if kind.is_dir() {
            self.paths.folder(path)?;
            return Ok(Found::Folder);
        }
        check(kind)?;
        self.paths.file(path)?;
        let content = read_file(&entry.path(), MAX_BYTES - self.bytes)?;
        self.bytes += content.len() as u64;
        self.files.insert(path.to_owned(), content);
        Ok(Found::File)
    }
}

enum Found {
    File,
    Folder,
}

/// The content, of at most `left` bytes, in one piece of memory: it is not copied again.
fn read_file(path: &Path, left: u64) -> Result<Arc<[u8]>, TreeRule> {
    let mut file = match open(path) {
        Err(error) if is_link(&error) => return Err(TreeRule::SymbolicLink),
        file => file?,
    };
    // It may be another one than that which was listed.
    let metadata = file.metadata()?;
    check(metadata.file_type())?;
    if metadata.len() > left {
        return Err(TreeRule::TooLarge);
    }
    let mut content: Arc<[u8]> = iter::repeat_n(0, metadata.len() as usize).collect();
    let space = Arc::get_mut(&mut content).expect("nobody else has it yet");
    match file.read_exact(space) {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Err(TreeRule::Changing),
        read => read?,
    }
    if at_end(&mut file)? { Ok(content) } else { Err(TreeRule::Changing) }
}

fn at_end(file: &mut File) -> io::Result<bool> {
    loop {
        match file.read(&mut [0]) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            read => return Ok(read? == 0),
        }
    }
}

fn check(kind: FileType) -> Result<(), TreeRule> {
    if kind.is_symlink() {
        return Err(TreeRule::SymbolicLink);
    }
    if !kind.is_file() {
        return Err(TreeRule::SpecialFile { kind: name_of(kind) });
    }
    Ok(())
}

#[cfg(unix)]
fn name_of(kind: FileType) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    if kind.is_fifo() {
        "a pipe"
    } else if kind.is_socket() {
        "a socket"
    } else if kind.is_dir() {
        "a folder"
    } else {
        "a device"
    }
}

#[cfg(not(unix))]
fn name_of(_kind: FileType) -> &'static str {
    "something else"
}

/// A link is not followed, and a pipe does not wait for a writer.
#[cfg(unix)]
fn open(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
    OpenOptions::new().read(true).custom_flags(flags.bits().cast_signed()).open(path)
}

/// What a link leads to is read here, and is no more trusted than the link.
#[cfg(not(unix))]
fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).open(path)
}

#[cfg(unix)]
fn is_link(error: &io::Error) -> bool {
    rustix::io::Errno::from_io_error(error) == Some(rustix::io::Errno::LOOP)
}

#[cfg(not(unix))]
fn is_link(_error: &io::Error) -> bool {
    false
}

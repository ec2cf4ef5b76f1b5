//! Reads a folder, strictly: what is no plain file or folder is refused, not skipped.
//!
//! Somebody may change the folder meanwhile. That can make the reading fail or change what is read, which
//! the signature then tells; it cannot make it wait for a pipe or follow a link, in a file's place or in
//! that of a folder.
//!
//! Each file is hashed as it is read, while its bytes are near, and many files by several threads.

use crate::bundle_tree::SIGNATURE_FILE;
use crate::file_hashes::{FileHash, FileHashes};
use crate::open_folder::{Entry, Kind, OpenFolder};
use crate::spread;
use crate::tree_error::TreeError;
use crate::tree_paths::TreePaths;
use crate::tree_rule::{MAX_BYTES, MAX_FILES, TreeRule};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::File;
use std::io::{ErrorKind, IoSliceMut, Read};
use std::iter;
use std::mem;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How many folders are open at once, besides those above each other: fewer than a process may have files.
const OPEN_FOLDERS: usize = 64;

/// So much of a file is hashed while it is in the processor's own memory.
const PIECE: usize = 256 * 1024;

/// All files below a folder, and the hashes of those that are signed.
pub(crate) struct ReadFiles {
    pub(crate) files: BTreeMap<String, Arc<[u8]>>,
    pub(crate) hashes: FileHashes,
    /// Whether a folder lies where the signature is to be.
    pub(crate) has_signature_folder: bool,
}

/// All files below `folder`.
pub(crate) fn read(folder: &Path) -> Result<ReadFiles, TreeError> {
    let root = OpenFolder::open(folder).map_err(|error| TreeError::new(folder, "", error))?;
    let mut reading = Reading {
        root: folder,
        paths: TreePaths::default(),
        listed: Vec::new(),
        open: 0,
        bytes: AtomicU64::new(0),
        files: BTreeMap::new(),
        hashes: BTreeMap::new(),
        has_signature_folder: false,
    };
    reading.folder(root, "")?;
    reading.read_listed()?;
    let Reading { files, hashes, has_signature_folder, .. } = reading;
    Ok(ReadFiles { files, hashes: FileHashes::of_checked(hashes), has_signature_folder })
}

struct Reading<'a> {
    /// As it was named.
    root: &'a Path,
    paths: TreePaths,
    /// What is still to be read.
    listed: Vec<Listed>,
    /// How many folders that holds open.
    open: usize,
    /// Of all files together.
    bytes: AtomicU64,
    files: BTreeMap<String, Arc<[u8]>>,
    hashes: BTreeMap<String, FileHash>,
    has_signature_folder: bool,
}

/// A file that was seen.
struct Listed {
    folder: Arc<OpenFolder>,
    name: OsString,
    path: String,
}

impl Reading<'_> {
    fn folder(&mut self, folder: OpenFolder, path: &str) -> Result<(), TreeError> {
        let folder = Arc::new(folder);
        let mut has_files = false;
        for (name, Entry { name: file, kind }) in self.entries(&folder, path)? {
            let path = if path.is_empty() { name } else { format!("{path}/{name}") };
            let error = |rule| TreeError::new(self.root, &path, rule);
            if kind == Kind::Folder {
                self.paths.folder(&path).map_err(error)?;
                self.has_signature_folder |= path == SIGNATURE_FILE;
                let below = folder.folder(&file).map_err(error)?;
                self.folder(below, &path)?;
            } else {
                kind.check_file().map_err(error)?;
                self.paths.file(&path).map_err(error)?;
                self.listed.push(Listed { folder: folder.clone(), name: file, path });
                has_files = true;
            }
        }
        self.open += usize::from(has_files);
        if self.open == OPEN_FOLDERS { self.read_listed() } else { Ok(()) }
    }

    /// Sorted, so that of several errors the same one is told everywhere.
    fn entries(&self, folder: &OpenFolder, path: &str) -> Result<Vec<(String, Entry)>, TreeError> {
        let error = |rule| TreeError::new(self.root, path, rule);
        let mut entries = Vec::new();
        for entry in folder.entries().map_err(|gone| error(gone.into()))? {
            let entry = entry.map_err(|gone| error(gone.into()))?;
            let Some(name) = entry.name.to_str() else {
                let name = entry.name.to_string_lossy();
                let path = if path.is_empty() { name.into() } else { format!("{path}/{name}") };
                return Err(TreeError::new(self.root, path, TreeRule::NotUtf8));
            };
            entries.push((name.to_owned(), entry));
            // As many files and as many folders.
            if entries.len() > MAX_FILES * 2 {
                return Err(error(TreeRule::TooManyFiles));
            }
        }
        entries.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        Ok(entries)
    }

    fn read_listed(&mut self) -> Result<(), TreeError> {
        self.open = 0;
        let listed = mem::take(&mut self.listed);
        let read = spread::map(&listed, |listed| read_file(listed, &self.bytes));
        let read = read.map_err(|(at, rule)| TreeError::new(self.root, &*listed[at].path, rule))?;
        for (Listed { path, .. }, (content, hash)) in listed.into_iter().zip(read) {
            if path != SIGNATURE_FILE {
                self.hashes.insert(path.clone(), hash);
            }
            self.files.insert(path, content);
        }
        Ok(())
    }
}

/// The content, in one piece of memory: it is not copied again. `bytes` counts all that is read.
fn read_file(listed: &Listed, bytes: &AtomicU64) -> Result<(Arc<[u8]>, FileHash), TreeRule> {
    let (mut file, len) = listed.folder.file(&listed.name)?;
    count(bytes, len)?;
    let mut content: Arc<[u8]> = iter::repeat_n(0, len as usize).collect();
    let space = Arc::get_mut(&mut content).expect("nobody else has it yet");
    let hash = fill(&mut file, space)?;
    Ok((content, hash))
}

/// Adds to what is read, unless that becomes too much: where file systems have files without content, few
/// lengths are more than a number holds.
fn count(bytes: &AtomicU64, len: u64) -> Result<(), TreeRule> {
    let add = |before: u64| before.checked_add(len).filter(|sum| *sum <= MAX_BYTES);
    let counted = bytes.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add);
    counted.map(drop).map_err(|_| TreeRule::TooLarge)
}

/// Reads as much as there is space for, which must be all.
fn fill(file: &mut File, space: &mut [u8]) -> Result<FileHash, TreeRule> {
    let mut hasher = blake3::Hasher::new();
    let (mut filled, mut more) = (0, [0]);
    loop {
        let piece = PIECE.min(space.len() - filled);
        let is_last = filled + piece == space.len();
        // The last piece asks for a byte behind the end too, which says whether it is the end.
        let mut parts = [
            IoSliceMut::new(&mut space[filled..filled + piece]),
            IoSliceMut::new(if is_last { &mut more } else { &mut [] }),
        ];
        match file.read_vectored(&mut parts) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
            Ok(count) if count > piece => return Err(TreeRule::Changing),
            Ok(count) => {
                hasher.update(&space[filled..filled + count]);
                filled += count;
                if filled == space.len() {
                    break;
                }
                if count == 0 {
                    return Err(TreeRule::Changing);
                }
            }
        }
    }
    Ok(FileHash { len: space.len() as u64, blake3: hasher.finalize().into() })
}

#[cfg(test)]
mod tests {
    use super::{MAX_BYTES, TreeRule, count};
    use std::sync::atomic::AtomicU64;

    #[test]
    fn what_is_read_does_not_wrap_around() {
        let bytes = AtomicU64::new(0);
        for len in [1 << 63, 1 << 63, u64::MAX, MAX_BYTES + 1] {
            assert!(matches!(count(&bytes, len), Err(TreeRule::TooLarge)), "{len}");
        }
        count(&bytes, MAX_BYTES - 1).unwrap();
        assert!(matches!(count(&bytes, u64::MAX - 1), Err(TreeRule::TooLarge)));
        count(&bytes, 1).unwrap();
        assert!(matches!(count(&bytes, 1), Err(TreeRule::TooLarge)));
    }
}

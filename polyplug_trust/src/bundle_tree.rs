//! Every file of a bundle, read once into memory. No file is exempt: hidden ones and what editors leave
//! behind are part of it, since a loader or a plugin could read them.

use crate::file_hashes::FileHashes;
use crate::folder_reading::{self, ReadFiles};
use crate::refusal::SignatureRefusal;
use crate::tree_error::TreeError;
use crate::tree_paths::TreePaths;
use crate::tree_rule::{MAX_BYTES, TreeRule};
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, OnceLock};

/// The file that holds a bundle's signature; it is the one that the signature cannot be over.
pub const SIGNATURE_FILE: &str = "bundle.sig";

/// All files of a bundle, by path below its folder with `/` between the parts.
///
/// It has at most 4096 files and 512 MiB, and no path has more than 16 parts or 512 bytes. A folder without
/// files is not part of it: adding or removing an empty folder changes nothing.
#[derive(Clone)]
pub struct BundleTree {
    files: BTreeMap<String, Arc<[u8]>>,
    /// Known of files that were read; of others computed when they are asked for first.
    hashes: OnceLock<FileHashes>,
    /// Whether a folder, which may be empty, lies where the signature is to be.
    has_signature_folder: bool,
}

impl BundleTree {
    /// Reads every file below `folder`. The folder itself may be a symbolic link, nothing in it may.
    ///
    /// # Errors
    /// What a bundle may not have is in it, or it cannot be read; the error names the file.
    pub fn read(folder: impl AsRef<Path>) -> Result<Self, TreeError> {
        let read = folder_reading::read(folder.as_ref())?;
        let ReadFiles { files, hashes, has_signature_folder } = read;
        Ok(Self { files, hashes: hashes.into(), has_signature_folder })
    }

    /// The files of a bundle that lies in memory; the same rules hold for their paths.
    ///
    /// # Errors
    /// A path is none that a file of a bundle can have, or there are too many files.
    pub fn of_files<P: Into<String>, C: Into<Arc<[u8]>>>(
        files: impl IntoIterator<Item = (P, C)>,
    ) -> Result<Self, TreeError> {
        let mut sorted: Vec<_> =
            files.into_iter().map(|(path, file)| (path.into(), file)).collect();
        sorted.sort_by(|(a, _): &(String, C), (b, _)| a.cmp(b));
        let mut paths = TreePaths::default();
        let mut bytes = 0;
        let mut checked = BTreeMap::new();
        for (path, content) in sorted {
            paths.file(&path).map_err(|rule| TreeError::in_memory(&path, rule))?;
            let content = content.into();
            bytes += content.len() as u64;
            if bytes > MAX_BYTES {
                return Err(TreeError::in_memory(&path, TreeRule::TooLarge));
            }
            checked.insert(path, content);
        }
        Ok(Self::of_checked(checked))
    }

    /// The content of the file at exactly this path.
    pub fn get(&self, path: &str) -> Option<&Arc<[u8]>> {
        self.files.get(path)
    }

    /// All files, `bundle.sig` among them, sorted by the bytes of their paths.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Arc<[u8]>)> {
        self.files.iter().map(|(path, content)| (path.as_str(), content))
    }

    /// How many bytes all files have together.
    pub fn bytes(&self) -> u64 {
        self.files.values().map(|content| content.len() as u64).sum()
    }

    /// How many files there are, with `bundle.sig`.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there is no file.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The digest that a signature is over: of every path and content, without `bundle.sig`.
    pub fn digest(&self) -> [u8; 32] {
        self.hashes().digest()
    }

    /// The hashes of all files but `bundle.sig`.
    pub fn hashes(&self) -> &FileHashes {
        self.hashes.get_or_init(|| {
            let signed = self.iter().filter(|(path, _)| *path != SIGNATURE_FILE);
            FileHashes::of_files(signed.map(|(path, content)| (path, &content[..])))
        })
    }

    /// The content of `bundle.sig`, if the bundle has one.
    pub fn signature_bytes(&self) -> Option<&[u8]> {
        self.get(SIGNATURE_FILE).map(|content| &content[..])
    }

    /// Why there are no [`BundleTree::signature_bytes`], if there are none.
    pub(crate) fn unsigned(&self) -> SignatureRefusal {
        match self.has_signature_folder {
            true => SignatureRefusal::SignatureIsFolder,
            false => SignatureRefusal::Unsigned,
        }
    }

    fn of_checked(files: BTreeMap<String, Arc<[u8]>>) -> Self {
        let below =
            |path: &String| path.split_once('/').is_some_and(|(top, _)| top == SIGNATURE_FILE);
        let has_signature_folder = files.keys().any(below);
        Self { files, hashes: OnceLock::new(), has_signature_folder }
    }
}

impl PartialEq for BundleTree {
    fn eq(&self, other: &Self) -> bool {
        self.files == other.files
    }
}

impl Eq for BundleTree {}

/// Paths and sizes; the contents would drown a log.
impl fmt::Debug for BundleTree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter().map(|(path, content)| (path, content.len()))).finish()
    }
}

#[cfg(test)]
mod tests;

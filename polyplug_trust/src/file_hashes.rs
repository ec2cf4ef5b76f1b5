//! What is known of a bundle's files without having them: path, length and hash of each.

use crate::difference::Difference;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// Keeps these digests apart from every other use of the hash, and one form of them from the next.
const DIGEST_DOMAIN: &[u8] = b"polyplug bundle tree 1\0";

/// The length and the hash of one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileHash {
    /// How many bytes it has.
    pub len: u64,
    /// The BLAKE3 hash of its content.
    pub blake3: [u8; 32],
}

impl FileHash {
    pub(crate) fn of(content: &[u8]) -> Self {
        Self { len: content.len() as u64, blake3: blake3::hash(content).into() }
    }
}

/// All files of a bundle but `bundle.sig`, sorted by the bytes of their paths. Every path is one that a
/// file of a bundle can have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileHashes {
    files: BTreeMap<String, FileHash>,
}

impl FileHashes {
    pub(crate) fn of_files<'a>(files: impl Iterator<Item = (&'a str, &'a [u8])>) -> Self {
        let hash = |(path, content): (&str, &[u8])| (path.to_owned(), FileHash::of(content));
        Self { files: files.map(hash).collect() }
    }

    /// Of files whose paths were checked.
    pub(crate) fn of_checked(files: BTreeMap<String, FileHash>) -> Self {
        Self { files }
    }

    /// The hash of the file at this path.
    pub fn get(&self, path: &str) -> Option<&FileHash> {
        self.files.get(path)
    }

    /// All files, sorted.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &FileHash)> {
        self.files.iter().map(|(path, hash)| (path.as_str(), hash))
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there is no file.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// BLAKE3 over all paths, lengths and hashes: equal if and only if all files are.
    pub fn digest(&self) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new();
        hasher.update(DIGEST_DOMAIN);
        for (path, hash) in &self.files {
            // The length keeps a byte from moving between a path and what follows.
            hasher.update(&(path.len() as u64).to_le_bytes());
            hasher.update(path.as_bytes());
            hasher.update(&hash.len.to_le_bytes());
            hasher.update(&hash.blake3);
        }
        hasher.finalize().into()
    }

    /// What happened since `self` was signed to what is `found` now, sorted by path within each kind. A file
    /// that is missing and one that is new are one renamed file if their content is the same.
    pub fn differences(&self, found: &Self) -> Vec<Difference> {
        let mut changed = Vec::new();
        let mut missing: BTreeMap<FileHash, Vec<&str>> = BTreeMap::new();
        // From the last, so that each list of missing ones ends with the first.
        for (path, hash) in self.files.iter().rev() {
            match found.get(path) {
                Some(now) if now == hash => {}
                Some(_) => changed.push(Difference::Changed(path.clone())),
                None => missing.entry(*hash).or_default().push(path),
            }
        }
        let (mut added, mut renamed) = (Vec::new(), Vec::new());
        for (path, hash) in found.files.iter().filter(|(path, _)| self.get(path).is_none()) {
            match take(&mut missing, *hash) {
                Some(from) => {
                    renamed.push(Difference::Renamed { from: from.to_owned(), to: path.clone() });
                }
                None => added.push(Difference::Added(path.clone())),
            }
        }
        let removed = missing.into_values().flatten();
        let removed = removed.map(|path| Difference::Removed(path.to_owned()));
        let mut all: Vec<_> = changed.into_iter().chain(added).chain(removed).collect();
        all.extend(renamed);
        all.sort();
        all
    }
}

/// The first of the files with this hash, once.
fn take<'a>(files: &mut BTreeMap<FileHash, Vec<&'a str>>, hash: FileHash) -> Option<&'a str> {
    let Entry::Occupied(mut entry) = files.entry(hash) else { return None };
    let taken = entry.get_mut().pop();
    if entry.get().is_empty() {
        entry.remove();
    }
    taken
}

#[cfg(test)]
mod tests;

//! The bytes of a bundle, read once for one stage.
//!
//! Signature, digest and code are all taken from here, so what was checked is what runs, whatever
//! happens to the folder meanwhile.

use super::manifest::{MANIFEST_FILE, ManifestData};
use super::regular_file;
use crate::description::bundle as bundle_wit;
use crate::error::{LoaderError, RuntimeError, printable, shown};
use polyplug_trust::{BundleTree, SIGNATURE_FILE};
use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// Keeps these digests apart from every other use of the hash.
const DIGEST_DOMAIN: &[u8] = b"polyplug bundle files 2\0";

/// Deeper than any source tree; a bound for a folder that is no bundle.
const MAX_DEPTH: usize = 16;

/// More than a large bundle has; a bound for a folder that is no bundle.
const MAX_FILES: usize = 4096;

/// More than a bundle with debug information has, and still what a machine can hold.
const MAX_BYTES: u64 = 512 * 1024 * 1024;

/// Files with their content, by path below the bundle's folder with `/` between the parts.
#[derive(Clone)]
pub struct BundleFiles {
    entries: BTreeMap<String, Arc<[u8]>>,
    /// Computed when it is asked for first: hashing a library takes as long as copying it.
    digest: OnceLock<[u8; 32]>,
}

impl BundleFiles {
    /// Reads `manifest.toml`, `bundle.sig` and descriptions, if there are any, and every file below
    /// `folder` whose relative path `takes` accepts.
    ///
    /// Left out are hidden entries, what editors leave behind (`x~`, `.x.swp`), names that are not
    /// UTF-8, symbolic links that lead out of the folder, and files that vanish meanwhile.
    ///
    /// # Errors
    /// The folder or a file cannot be read, or there is more than a bundle may have: 4096 files,
    /// 512 MiB, 16 levels of folders.
    pub fn read(folder: &Path, takes: impl Fn(&Path) -> bool) -> Result<Self, RuntimeError> {
        let root = folder.canonicalize().map_err(|source| io_error("reading", folder, source))?;
        let takes = |path: &Path| belongs_to_every_bundle(path) || takes(path);
        let mut walk = Walk { root: &root, takes: &takes, found: Vec::new() };
        walk.folder(&root, "", &mut vec![root.clone()])?;
        let mut reading = Reading { root: &root, entries: BTreeMap::new(), bytes: 0 };
        for (relative, path) in walk.found {
            reading.file(&path, relative)?;
        }
        Ok(Self::of(reading.entries))
    }

    /// The paths of the files below `folder` that `is_meant` accepts, without reading one; the same
    /// are left out as by [`BundleFiles::read`].
    ///
    /// # Errors
    /// As for [`BundleFiles::read`].
    pub fn paths(
        folder: &Path,
        is_meant: impl Fn(&Path) -> bool,
    ) -> Result<Vec<String>, RuntimeError> {
        let root = folder.canonicalize().map_err(|source| io_error("reading", folder, source))?;
        let mut walk = Walk { root: &root, takes: &is_meant, found: Vec::new() };
        walk.folder(&root, "", &mut vec![root.clone()])?;
        Ok(walk.found.into_iter().map(|(path, _)| path).collect())
    }

    /// The same files out of a folder that was read as a whole, or never was one.
    pub fn of_tree(tree: &BundleTree, takes: impl Fn(&Path) -> bool) -> Self {
        let taken = tree.iter().filter(|(path, _)| is_bundle_file(path)).filter(|(path, _)| {
            let path = Path::new(path);
            belongs_to_every_bundle(path) || takes(path)
        });
        Self::of(taken.map(|(path, content)| (path.to_owned(), Arc::clone(content))).collect())
    }

    /// The paths that [`BundleFiles::of_tree`] chooses from and `is_meant` accepts.
    pub(crate) fn paths_of_tree(
        tree: &BundleTree,
        is_meant: impl Fn(&Path) -> bool,
    ) -> Vec<String> {
        let paths = tree.iter().map(|(path, _)| path).filter(|path| is_bundle_file(path));
        paths.filter(|path| is_meant(Path::new(path))).map(str::to_owned).collect()
    }

    /// One file that never was on a disk.
    pub fn from_memory(name: &str, bytes: impl Into<Arc<[u8]>>) -> Self {
        Self::of(BTreeMap::from([(name.to_owned(), bytes.into())]))
    }

    /// The content of the file `path`, which may begin with `./`.
    pub fn get(&self, path: &str) -> Option<&Arc<[u8]>> {
        self.entry(path).map(|(_, content)| content)
    }

    /// The content of the file that the manifest names.
    ///
    /// # Errors
    /// `InitFailed` if it is not there, or is no file.
    pub fn main_file(&self, manifest: &ManifestData) -> Result<&Arc<[u8]>, LoaderError> {
        self.get(&manifest.file).ok_or_else(|| LoaderError::InitFailed {
            bundle: manifest.name.clone(),
            error: format!(
                "there is no file `{}`; correct `file` in the manifest",
                printable(&manifest.file)
            ),
            place: None,
        })
    }

    /// As [`BundleFiles::get`], with the path as it is known here: without `./` and doubled `/`.
    pub fn entry(&self, path: &str) -> Option<(&str, &Arc<[u8]>)> {
        let plain = Self::plain(path);
        let found = self.entries.get_key_value(path).or_else(|| self.entries.get_key_value(&plain));
        found.map(|(path, content)| (path.as_str(), content))
    }

    /// `./a//b` as the files call it: `a/b`.
    pub fn plain(path: &str) -> String {
        let parts = path.split('/').filter(|part| !matches!(*part, "" | "."));
        parts.collect::<Vec<_>>().join("/")
    }

    /// All files, sorted by path.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Arc<[u8]>)> {
        self.entries.iter().map(|(path, content)| (path.as_str(), content))
    }

    /// BLAKE3 over all paths and contents: equal if and only if all files are.
    pub fn digest(&self) -> [u8; 32] {
        *self.digest.get_or_init(|| digest_of(&self.entries))
    }

    /// The digest that [`BundleFiles::read`] would give.
    ///
    /// # Errors
    /// As for [`BundleFiles::read`].
    pub fn digest_of_folder(
        folder: &Path,
        takes: impl Fn(&Path) -> bool,
    ) -> Result<[u8; 32], RuntimeError> {
        Ok(Self::read(folder, takes)?.digest())
    }

    fn of(entries: BTreeMap<String, Arc<[u8]>>) -> Self {
        Self { entries, digest: OnceLock::new() }
    }
}

impl PartialEq for BundleFiles {
    fn eq(&self, other: &Self) -> bool {
        self.entries == other.entries
    }
}

impl Eq for BundleFiles {}

fn digest_of(entries: &BTreeMap<String, Arc<[u8]>>) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(DIGEST_DOMAIN);
    for (path, content) in entries {
        // The length keeps a byte from moving between a path and what follows. A content is hashed
        // by itself, since that is several times as fast as from the middle of a chunk.
        hasher.update(&(path.len() as u64).to_le_bytes());
        hasher.update(path.as_bytes());
        hasher.update(blake3::hash(content).as_bytes());
    }
    hasher.finalize().into()
}

/// Paths and sizes; the contents would drown a log.
impl fmt::Debug for BundleFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter().map(|(path, content)| (path, content.len()))).finish()
    }
}

/// Finds files; sorted, with their real paths.
struct Walk<'a> {
    root: &'a Path,
    takes: &'a dyn Fn(&Path) -> bool,
    found: Vec<(String, PathBuf)>,
}

impl Walk<'_> {
    /// `inside` are the real folders from the root down to this one: a link to one of them is a
    /// circle.
    fn folder(
        &mut self,
        folder: &Path,
        prefix: &str,
        inside: &mut Vec<PathBuf>,
    ) -> Result<(), RuntimeError> {
        if inside.len() > MAX_DEPTH {
            return Err(too_much(self.root, &format!("{MAX_DEPTH} levels of folders")));
        }
        for name in names(folder, prefix)? {
            let relative =
                if prefix.is_empty() { name.clone() } else { format!("{prefix}/{name}") };
            let path = folder.join(&name);
            let Some((path, kind)) = self.resolve(path) else {
                continue;
            };
            if kind.is_dir() && !inside.contains(&path) {
                inside.push(path.clone());
                self.folder(&path, &relative, inside)?;
                inside.pop();
            } else if kind.is_file() && (self.takes)(Path::new(&relative)) {
                if self.found.len() == MAX_FILES {
                    return Err(too_much(self.root, &format!("{MAX_FILES} files")));
                }
                self.found.push((relative, path));
            }
        }
        Ok(())
    }

    /// What `path` is, behind symbolic links that stay inside; `None` for what is to be skipped.
    fn resolve(&self, path: PathBuf) -> Option<(PathBuf, fs::FileType)> {
        let kind = fs::symlink_metadata(&path).ok()?.file_type();
        if !kind.is_symlink() {
            return Some((path, kind));
        }
        let target = path.canonicalize().ok().filter(|target| target.starts_with(self.root))?;
        let kind = fs::metadata(&target).ok()?.file_type();
        Some((target, kind))
    }
}

/// Reads files.
struct Reading<'a> {
    root: &'a Path,
    entries: BTreeMap<String, Arc<[u8]>>,
    bytes: u64,
}

impl Reading<'_> {
    fn file(&mut self, path: &Path, relative: String) -> Result<(), RuntimeError> {
        let left = MAX_BYTES - self.bytes;
        let content = match read_up_to(path, left + 1) {
            Ok(content) => content,
            Err(gone) if vanished(&gone) => return Ok(()),
            Err(source) => return Err(io_error("reading", path, source)),
        };
        if content.len() as u64 > left {
            return Err(too_much(self.root, &format!("{} MiB", MAX_BYTES >> 20)));
        }
        self.bytes += content.len() as u64;
        self.entries.insert(relative, content.into());
        Ok(())
    }
}

fn too_much(root: &Path, limit: &str) -> RuntimeError {
    let folder = shown(root);
    let problem = format!("{folder} has more than {limit}; is this the bundle's own folder?");
    RuntimeError::InvalidArgument { what: "bundle folder", problem }
}

/// The manifest, the signature and the descriptions of contracts, which no loader has to ask for.
fn belongs_to_every_bundle(path: &Path) -> bool {
    path == Path::new(MANIFEST_FILE)
        || path == Path::new(SIGNATURE_FILE)
        || path.extension().is_some_and(|extension| extension == bundle_wit::EXTENSION)
}

/// The names in `folder`, sorted, without what no bundle has. A folder below the root may vanish.
fn names(folder: &Path, prefix: &str) -> Result<Vec<String>, RuntimeError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(gone) if vanished(&gone) && !prefix.is_empty() => return Ok(Vec::new()),
        Err(source) => return Err(io_error("reading", folder, source)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|source| io_error("reading", folder, source))?;
        names.extend(entry.file_name().into_string().ok().filter(|name| !is_leftover(name)));
    }
    names.sort();
    Ok(names)
}

/// Whether no part of a path is what an editor leaves behind.
fn is_bundle_file(path: &str) -> bool {
    !path.split('/').any(is_leftover)
}

/// Hidden, or a backup or swap file of an editor.
fn is_leftover(name: &str) -> bool {
    name.starts_with('.') || name.ends_with('~') || name.ends_with(".swp")
}

fn read_up_to(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    regular_file::open(path)?.take(limit).read_to_end(&mut content)?;
    Ok(content)
}

fn vanished(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

fn io_error(action: &'static str, path: &Path, source: io::Error) -> RuntimeError {
    RuntimeError::Io { action, path: path.to_owned(), source: Arc::new(source) }
}

#[cfg(test)]
mod tests;

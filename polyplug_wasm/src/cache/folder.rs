//! All entries: listed, removed, and the oldest for the newest.
//!
//! Several processes do this at once: an entry that is gone is as good as one that was removed.

use crate::cache::key::Key;
use crate::cache::{CacheConfig, entry, is_entry, ownership};
use polyplug::error::shown;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// What the names of entries end with.
pub(crate) const EXTENSION: &str = "compiled";

/// What those begin with that are being written.
const UNFINISHED: &str = ".unfinished-";

/// Nothing takes as long to be written; its writer has crashed.
const ABANDONED: Duration = Duration::from_secs(60 * 60);

/// A folder of compiled components, whatever engine they are of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CacheFolder {
    path: PathBuf,
    most_bytes: u64,
}

/// One compiled component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CacheEntry {
    /// The bundle that it was compiled for first; `None` if the file is damaged.
    pub label: Option<String>,
    /// Its file.
    pub path: PathBuf,
    /// The file's size.
    pub bytes: u64,
    /// When it was loaded last, to the hour.
    pub last_used: SystemTime,
}

/// What was removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cleared {
    /// How many files.
    pub files: usize,
    /// How many bytes they had.
    pub bytes: u64,
}

impl CacheFolder {
    /// The folder that a loader with this configuration uses; `None` if it has no cache.
    pub fn find(config: &CacheConfig) -> Option<Self> {
        let path = config.place.folder(|name| std::env::var_os(name))?;
        // The process may change its working directory.
        let path = std::path::absolute(&path).unwrap_or(path);
        Some(Self { path, most_bytes: config.most_bytes })
    }

    /// Where it is. It need not be there yet.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What is in it, the last used first.
    ///
    /// # Errors
    /// The folder cannot be read. One that does not exist is empty.
    pub fn entries(&self) -> io::Result<Vec<CacheEntry>> {
        let mut entries = Vec::new();
        for (path, metadata) in self.files()? {
            if is_entry(&path) {
                let label =
                    ownership::open(&path).and_then(|(mut file, _)| entry::label(&mut file));
                let last_used = metadata.modified()?;
                let label = label.ok().flatten();
                entries.push(CacheEntry { label, path, bytes: metadata.len(), last_used });
            }
        }
        entries.sort_by(|a, b| b.last_used.cmp(&a.last_used).then_with(|| a.path.cmp(&b.path)));
        Ok(entries)
    }

    /// Removes all entries. Processes that run them go on.
    ///
    /// # Errors
    /// The folder cannot be read, or a file in it cannot be removed.
    pub fn clear(&self) -> io::Result<Cleared> {
        let mut cleared = Cleared::default();
        for (path, metadata) in self.files()? {
            if is_entry(&path) || is_unfinished(&path) {
                match fs::remove_file(&path) {
                    Ok(()) => {
                        cleared.files += 1;
                        cleared.bytes += metadata.len();
                    }
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(cleared)
    }

    /// Whether entries may be taken from here; else what is to be done about it.
    pub(crate) fn check(&self) -> Result<(), String> {
        ownership::check_folder(&self.path)
    }

    /// Makes the folder, if it is not there, and checks it.
    pub(crate) fn make(&self) -> Result<(), String> {
        let made = ownership::make_folder(&self.path);
        made.map_err(|error| format!("{}: {error}", shown(&self.path)))?;
        self.check()
    }

    /// The file of an entry.
    pub(crate) fn file(&self, key: &Key) -> PathBuf {
        self.path.join(format!("{key}.{EXTENSION}"))
    }

    /// Removes a file that is of no use; the next one takes its name anyway.
    pub(crate) fn remove(&self, path: &Path) {
        let _ = fs::remove_file(path);
    }

    /// Writes an entry and makes room for it.
    pub(crate) fn write(&self, key: &Key, label: &str, code: &[u8]) -> Result<(), String> {
        if code.len() as u64 > self.most_bytes {
            return Ok(());
        }
        let written = self.write_file(key, label, code);
        written.map_err(|error| format!("{}: {error}", shown(&self.path)))?;
        // Others may be at it too; what is left is less than the most in any case.
        let _ = self.trim();
        Ok(())
    }

    fn write_file(&self, key: &Key, label: &str, code: &[u8]) -> io::Result<()> {
        // Such a file is this user's alone, on every system.
        let mut file = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(&self.path)?;
        entry::write(file.as_file_mut(), key, label, code)?;
        file.persist(self.file(key)).map_err(|error| error.error)?;
        Ok(())
    }

    /// Removes entries that were not used for longest, until the rest is small enough, and what writers
    /// that crashed have left.
    fn trim(&self) -> io::Result<()> {
        let mut entries = Vec::new();
        for (path, metadata) in self.files()? {
            let changed = metadata.modified()?;
            if is_entry(&path) {
                entries.push((changed, path, metadata.len()));
            } else if is_unfinished(&path) && changed.elapsed().is_ok_and(|age| age > ABANDONED) {
                self.remove(&path);
            }
        }
        entries.sort();
        let mut bytes: u64 = entries.iter().map(|(_, _, bytes)| bytes).sum();
        // The newest is the one that was just written.
        entries.pop();
        for (_, path, size) in entries {
            if bytes <= self.most_bytes {
                break;
            }
            self.remove(&path);
            bytes -= size;
        }
        Ok(())
    }

    fn files(&self) -> io::Result<Vec<(PathBuf, fs::Metadata)>> {
        let found = match fs::read_dir(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            found => found?,
        };
        let mut files = Vec::new();
        for entry in found {
            let entry = entry?;
            match entry.metadata() {
                Ok(metadata) if metadata.is_file() => files.push((entry.path(), metadata)),
                // Something else, or gone by now.
                _ => {}
            }
        }
        Ok(files)
    }
}

fn is_unfinished(path: &Path) -> bool {
    path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with(UNFINISHED))
}

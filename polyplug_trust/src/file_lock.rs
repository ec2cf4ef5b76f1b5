//! Keeps two processes from changing one file at once, by a second file beside it. The file itself is
//! replaced at each change, so a lock on it would be one on a file that is gone.
//!
//! The second file is there only while somebody has the lock. Whoever gets the lock looks whether the file
//! is still there: it may have waited for one that was removed meanwhile.

use crate::store_error::{StoreError, StoreProblem};
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

/// Soon enough for a person, and no load for the system.
const LONGEST_PAUSE: Duration = Duration::from_millis(50);

/// The lock, until it is dropped.
#[derive(Debug)]
pub(crate) struct FileLock {
    path: PathBuf,
    _locked: File,
}

impl FileLock {
    /// The lock for `file`, whose folder is there.
    ///
    /// # Errors
    /// Somebody has it for longer than `patience`, or it cannot be made.
    pub(crate) fn take(file: &Path, patience: Duration) -> Result<Self, StoreError> {
        let mut path = file.as_os_str().to_owned();
        path.push(".lock");
        let path = PathBuf::from(path);
        let start = Instant::now();
        let mut pause = Duration::from_millis(1);
        loop {
            match try_take(&path).map_err(|error| StoreError::io(file, "locking", error))? {
                Some(locked) => return Ok(Self { path, _locked: locked }),
                None if start.elapsed() >= patience => {
                    return Err(StoreError::new(
                        file,
                        StoreProblem::Locked { lock: path, patience },
                    ));
                }
                None => thread::sleep(pause),
            }
            pause = LONGEST_PAUSE.min(pause * 2);
        }
    }
}

impl Drop for FileLock {
    fn drop(&mut self) {
        // As long as it is locked, nobody else takes it for the lock.
        remove(&self.path);
    }
}

/// The lock, if nobody has it.
fn try_take(path: &Path) -> io::Result<Option<File>> {
    let mut options = OpenOptions::new();
    let file = private(options.write(true).create(true).truncate(false)).open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(is_at(&file, path)?.then_some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let locked = file.metadata()?;
    match std::fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        found => found.map(|found| (found.dev(), found.ino()) == (locked.dev(), locked.ino())),
    }
}

/// On this system the file stays.
#[cfg(not(unix))]
fn is_at(_file: &File, _path: &Path) -> io::Result<bool> {
    Ok(true)
}

#[cfg(unix)]
fn remove(path: &Path) {
    // At worst it stays, and is the lock of the next one.
    let _ = std::fs::remove_file(path);
}

/// What somebody has open cannot be removed on this system.
#[cfg(not(unix))]
fn remove(_path: &Path) {}

#[cfg(unix)]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(0o600)
}

#[cfg(not(unix))]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

#[cfg(test)]
mod tests;

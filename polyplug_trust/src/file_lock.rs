//! Keeps two processes from changing one file at once, by a second file beside it. The file itself is
//! replaced at each change, so a lock on it would be one on a file that is gone.
//!
//! The second file is there only while somebody has the lock. Whoever gets the lock looks whether the file
//! is still there: it may have waited for one that was removed meanwhile.

use crate::file_rights::check_owner;
use crate::store_error::{StoreError, StoreProblem};
use crate::unreadable::shown;
use std::fs::{self, File, Metadata, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
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
            match try_take(&path).map_err(|problem| StoreError::new(file, problem))? {
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
fn try_take(path: &Path) -> Result<Option<File>, StoreProblem> {
    let file = open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(is_at(&file, path).map_err(io)?.then_some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(io(error)),
    }
}

/// The second file, which is made if it is not there. What somebody else put in its place is refused.
fn open(path: &Path) -> Result<File, StoreProblem> {
    let mut options = OpenOptions::new();
    match private(options.write(true).create(true).truncate(false)).open(path) {
        Ok(file) => {
            check(&file.metadata().map_err(io)?, path)?;
            Ok(file)
        }
        Err(error) => {
            // What the system says of a link or a pipe helps nobody.
            if let Ok(found) = fs::symlink_metadata(path) {
                check(&found, path)?;
            }
            Err(io(error))
        }
    }
}

fn check(found: &Metadata, path: &Path) -> Result<(), StoreProblem> {
    let what = format!("its lock {}", shown(path));
    if !found.is_file() {
        return Err(StoreProblem::Rights(format!("{what} is no file; remove that")));
    }
    check_owner(found, &what).map_err(StoreProblem::Rights)
}

fn io(error: io::Error) -> StoreProblem {
    StoreProblem::Io { action: "locking", error: Arc::new(error) }
}

#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let locked = file.metadata()?;
    match fs::symlink_metadata(path) {
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
    let _ = fs::remove_file(path);
}

/// What somebody has open cannot be removed on this system.
#[cfg(not(unix))]
fn remove(_path: &Path) {}

/// A new file is this user's alone; no link is followed and no pipe waits for a reader.
#[cfg(unix)]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    use rustix::fs::OFlags;
    use std::os::unix::fs::OpenOptionsExt;
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY;
    options.mode(0o600).custom_flags(flags.bits().cast_signed())
}

#[cfg(not(unix))]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

#[cfg(test)]
mod tests;

//! The folder of a loader's private copies, and what is left of processes that crashed.
//!
//! A folder `polyplug-native-<process>-<number>` has a lock file beside it, `<folder>.lock`, which
//! its loader holds locked for as long as it lives; the system lets go of the lock when the process
//! ends, however it ends. The lock file is there before the folder and goes after it, so whoever gets
//! the lock of another's file may remove both: process numbers mean nothing, and a process in
//! another namespace is as safe as one in this.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::process;

const PREFIX: &str = "polyplug-native-";
const LOCK_SUFFIX: &str = ".lock";

/// More numbers than one process and its namesakes in other namespaces have loaders.
const MOST_TRIES: u32 = 100_000;

/// A folder that nobody else writes to. It goes, with all that is in it, when it is dropped.
#[derive(Debug)]
pub(crate) struct PrivateFolder {
    path: PathBuf,
    lock_path: PathBuf,
    /// Released after the folder is gone.
    _lock: File,
}

impl PrivateFolder {
    /// Makes a folder in `parent`.
    pub(crate) fn make(parent: &Path) -> io::Result<Self> {
        let process = process::id();
        for number in 0..MOST_TRIES {
            let path = parent.join(format!("{PREFIX}{process}-{number}"));
            let lock_path = parent.join(format!("{PREFIX}{process}-{number}{LOCK_SUFFIX}"));
            let Some(lock) = take_new_lock(&lock_path)? else { continue };
            match make_folder(&path) {
                Ok(()) => return Ok(Self { path, lock_path, _lock: lock }),
                Err(error) => {
                    let _ = fs::remove_file(&lock_path);
                    if error.kind() != ErrorKind::AlreadyExists {
                        return Err(error);
                    }
                }
            }
        }
        Err(io::Error::other("no name is free for a folder of private copies"))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for PrivateFolder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
        let _ = fs::remove_file(&self.lock_path);
    }
}

/// Makes and locks the lock file; `None` if the name is taken, or a sweeper was faster.
fn take_new_lock(path: &Path) -> io::Result<Option<File>> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    let lock = match private(&mut options).open(path) {
        Ok(lock) => lock,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(None),
        Err(error) => return Err(error),
    };
    // Between the two a sweeper may have taken the file for a dead one's.
    let is_ours = lock.try_lock().is_ok() && is_still(&lock, path);
    Ok(is_ours.then_some(lock))
}

/// Removes the folders in `parent` whose processes are gone.
pub(crate) fn sweep(parent: &Path) {
    let Ok(entries) = fs::read_dir(parent) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(name) = name.to_str().filter(|name| name.starts_with(PREFIX)) else { continue };
        let Some(folder) = name.strip_suffix(LOCK_SUFFIX) else { continue };
        // Opening anything but a plain file could block.
        if entry.file_type().is_ok_and(|kind| kind.is_file()) {
            remove_if_dead(&entry.path(), &parent.join(folder));
        }
    }
}

fn remove_if_dead(lock_path: &Path, folder: &Path) {
    let Ok(lock) = OpenOptions::new().read(true).write(true).open(lock_path) else { return };
    if lock.try_lock().is_err() || !is_still(&lock, lock_path) {
        return;
    }
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => {}
        _ => {
            let _ = fs::remove_file(lock_path);
        }
    }
}

/// Whether `path` still names the open file.
#[cfg(unix)]
fn is_still(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let identity = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
    let named = fs::symlink_metadata(path).map(identity).ok();
    named.is_some() && file.metadata().map(identity).ok() == named
}

/// Whether `path` still names the open file: here an open file is not removed.
#[cfg(not(unix))]
fn is_still(_file: &File, _path: &Path) -> bool {
    true
}

#[cfg(unix)]
fn make_folder(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    DirBuilder::new().mode(0o700).create(path)
}

/// The temporary folder of this system belongs to the user already.
#[cfg(not(unix))]
fn make_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().create(path)
}

/// Files that nobody else reads.
#[cfg(unix)]
pub(crate) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(0o700)
}

/// Files that nobody else reads: as their folder.
#[cfg(not(unix))]
pub(crate) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_folder_is_private_and_goes_with_its_owner() {
        let parent = tempfile::tempdir().unwrap();
        let folder = PrivateFolder::make(parent.path()).unwrap();
        fs::write(folder.path().join("x"), "x").unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(folder.path()).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o700);
        }

        drop(folder);

        assert_eq!(names(parent.path()), [""; 0]);
    }

    #[test]
    fn what_a_dead_process_left_is_removed_and_what_lives_is_not() {
        let parent = tempfile::tempdir().unwrap();
        let living = PrivateFolder::make(parent.path()).unwrap();
        let dead = parent.path().join("polyplug-native-1-7");
        fs::create_dir(&dead).unwrap();
        fs::write(dead.join("old.so"), "x").unwrap();
        fs::write(parent.path().join("polyplug-native-1-7.lock"), "").unwrap();
        fs::create_dir(parent.path().join("polyplug-native-of-somebody")).unwrap();

        sweep(parent.path());
        let second = PrivateFolder::make(parent.path()).unwrap();

        assert!(!dead.exists() && living.path().exists());
        assert_ne!(living.path(), second.path());
        drop((living, second));
        assert_eq!(names(parent.path()), ["polyplug-native-of-somebody"]);
    }

    #[test]
    fn makers_and_sweepers_at_once_leave_every_living_folder_alone() {
        let parent = tempfile::tempdir().unwrap();
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..200 {
                        let folder = PrivateFolder::make(parent.path()).unwrap();
                        let file = folder.path().join("x");
                        fs::write(&file, "x").unwrap();
                        sweep(parent.path());
                        assert!(file.exists());
                    }
                });
            }
        });
        assert_eq!(names(parent.path()), [""; 0]);
    }
}

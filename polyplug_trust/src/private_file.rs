//! A file of the operator, which decides what runs: nobody else can have written it, and it is there as a
//! whole or not at all.

use crate::file_lock::FileLock;
use crate::file_rights::{check, check_owner};
use crate::store_error::{StoreError, StoreProblem};
use crate::unreadable::shown;
use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;
#[cfg(windows)]
use std::{thread, time::Instant};
use tempfile::NamedTempFile;

/// More than such a file ever has; what is larger is something else.
const MAX_BYTES: u64 = 4 * 1024 * 1024;

/// As many as systems follow.
const MAX_LINKS: usize = 40;

/// The text of the file; `None` if there is no file.
pub(crate) fn read(path: &Path) -> Result<Option<String>, StoreError> {
    let io = |error| StoreError::io(path, "reading", error);
    let rights = |problem| StoreError::new(path, StoreProblem::Rights(problem));
    let no_file = || rights("it is no file".to_owned());
    let file = match unwaiting(OpenOptions::new().read(true)).open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        // Where a folder cannot even be opened.
        Err(_) if path.is_dir() => return Err(no_file()),
        file => Some(file.map_err(io)?),
    };
    if let Some(file) = &file {
        let metadata = file.metadata().map_err(io)?;
        if !metadata.is_file() {
            return Err(no_file());
        }
        check(&metadata, "it").map_err(rights)?;
    }
    // Also where it is not there: somebody may have taken it away.
    check_way(path)?;
    let Some(file) = file else { return Ok(None) };
    let mut text = String::new();
    file.take(MAX_BYTES + 1).read_to_string(&mut text).map_err(io)?;
    if text.len() as u64 > MAX_BYTES {
        return Err(rights(format!("it has more than {} MiB", MAX_BYTES >> 20)));
    }
    Ok(Some(text))
}

/// Nobody else puts another link or file in the place of one on the way to the file, or takes it away.
fn check_way(path: &Path) -> Result<(), StoreError> {
    let io = |error| StoreError::io(path, "reading", error);
    let rights = |problem| StoreError::new(path, StoreProblem::Rights(problem));
    for hop in follow(path).map_err(io)? {
        if let Some(link) = if_there(fs::symlink_metadata(&hop)).map_err(io)? {
            check_owner(&link, "it").map_err(rights)?;
        }
        if let Some(found) = if_there(fs::metadata(folder(&hop))).map_err(io)? {
            check(&found, &in_folder(&hop, path)).map_err(rights)?;
        }
    }
    Ok(())
}

fn if_there(found: io::Result<Metadata>) -> io::Result<Option<Metadata>> {
    match found {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        found => found.map(Some),
    }
}

/// A file that is made later is made where the operator meant it: a folder that is not there is a fault in
/// the path.
pub(crate) fn expect_folder(path: &Path) -> Result<(), StoreError> {
    if path.file_name().is_none() {
        return Err(StoreError::new(path, StoreProblem::NoName));
    }
    let folder = folder(path);
    match fs::metadata(&folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            Err(StoreError::new(path, StoreProblem::NoFolder { folder }))
        }
        found => found.map(drop).map_err(|error| StoreError::io(path, "reading", error)),
    }
}

/// Puts a file with this text in the place of the one that is there. Whoever reads meanwhile, or after a
/// crash, finds one of the two. A file that is new is this user's alone.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), StoreError> {
    let target = place(path)?;
    let written = || {
        // Such a file is this user's alone at first, on every system.
        let mut file =
            tempfile::Builder::new().prefix(".unfinished-").tempfile_in(folder(&target))?;
        file.write_all(text.as_bytes())?;
        keep_readers(file.as_file(), &target)?;
        file.as_file().sync_all()?;
        put(file, &target)
    };
    written().map_err(|error| StoreError::io(path, "writing", error))?;
    sync_folder(&folder(&target));
    Ok(())
}

/// Lets those read a file that can read the one at `target`, such as services the administrator's.
#[cfg(unix)]
fn keep_readers(file: &File, target: &Path) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};
    let Some(old) = if_there(fs::symlink_metadata(target))? else { return Ok(()) };
    if !old.is_file() || check_owner(&old, "it").is_err() {
        return Ok(());
    }
    let is_its_group =
        file.metadata()?.gid() == old.gid() || fchown(file, None, Some(old.gid())).is_ok();
    let mode = match is_its_group {
        true => old.mode() & 0o644,
        // Another group may do what everybody may.
        false => old.mode() & 0o604 | (old.mode() & 0o004) << 3,
    };
    file.set_permissions(fs::Permissions::from_mode(mode))
}

/// A file has the rights of its folder on this system.
#[cfg(not(unix))]
fn keep_readers(_file: &File, _target: &Path) -> io::Result<()> {
    Ok(())
}

/// Puts the file in the place of the one at `target`.
#[cfg(not(windows))]
fn put(file: NamedTempFile, target: &Path) -> io::Result<()> {
    file.persist(target).map(drop).map_err(|error| error.error)
}

/// Puts the file in the place of the one at `target`, which this system refuses for as long as somebody
/// reads that one. It is read at once by those who read it here.
#[cfg(windows)]
fn put(file: NamedTempFile, target: &Path) -> io::Result<()> {
    const PATIENCE: Duration = Duration::from_secs(1);
    let start = Instant::now();
    let unfinished = file.into_temp_path();
    loop {
        match fs::rename(&unfinished, target) {
            Err(error)
                if error.kind() == ErrorKind::PermissionDenied && start.elapsed() < PATIENCE =>
            {
                thread::sleep(Duration::from_millis(2));
            }
            renamed => return renamed,
        }
    }
}

/// Keeps other processes that ask for it from changing the file, until what is returned is dropped.
pub(crate) fn lock(path: &Path, patience: Duration) -> Result<FileLock, StoreError> {
    let target = place(path)?;
    // Nothing is made where others put what they like.
    check_way(path)?;
    FileLock::take(&target, patience)
}

/// Where the file itself is or is to be: at the end of links, which stay links. Its folder is made, but not
/// one that a link leads to in vain.
fn place(path: &Path) -> Result<PathBuf, StoreError> {
    let io = |error| StoreError::io(path, "writing", error);
    let hops = follow(path).map_err(io)?;
    if hops.len() == 1 {
        make_folder(path)?;
    }
    let target = hops.last().expect("the path itself is one");
    let Some(name) = target.file_name() else {
        return Err(StoreError::new(path, StoreProblem::NoName));
    };
    match folder(target).canonicalize() {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            Err(StoreError::new(path, StoreProblem::NoFolder { folder: folder(target) }))
        }
        folder => Ok(folder.map_err(io)?.join(name)),
    }
}

/// The path, and if it is a link where that leads, and so on.
fn follow(path: &Path) -> io::Result<Vec<PathBuf>> {
    let mut hops = vec![path.to_owned()];
    let mut at = path.to_owned();
    while let Ok(target) = fs::read_link(&at) {
        if hops.len() > MAX_LINKS {
            return Err(io::Error::other("too many links lead to each other"));
        }
        at = folder(&at).join(target);
        hops.push(at.clone());
    }
    Ok(hops)
}

/// What to call the folder of a file that `path` leads to.
fn in_folder(hop: &Path, path: &Path) -> String {
    if hop == path {
        return "its folder".to_owned();
    }
    format!("the folder {}, which it is a link into,", shown(&folder(hop)))
}

/// Where the file lies.
fn folder(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

fn make_folder(path: &Path) -> Result<(), StoreError> {
    let mut builder = DirBuilder::new();
    let made = private_folder(builder.recursive(true)).create(folder(path));
    made.map_err(|error| StoreError::io(path, "writing", error))
}

#[cfg(unix)]
fn private_folder(builder: &mut DirBuilder) -> &mut DirBuilder {
    use std::os::unix::fs::DirBuilderExt;
    builder.mode(0o700)
}

#[cfg(not(unix))]
fn private_folder(builder: &mut DirBuilder) -> &mut DirBuilder {
    builder
}

/// A pipe in the file's place does not wait for a writer.
#[cfg(unix)]
fn unwaiting(options: &mut OpenOptions) -> &mut OpenOptions {
    use rustix::fs::OFlags;
    use std::os::unix::fs::OpenOptionsExt;
    options.custom_flags((OFlags::NONBLOCK | OFlags::NOCTTY).bits().cast_signed())
}

/// Pipes are elsewhere on this system.
#[cfg(not(unix))]
fn unwaiting(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

/// Keeps a change over a crash of the system, on file systems that can.
#[cfg(unix)]
fn sync_folder(folder: &Path) {
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
}

/// A folder is no file that could be opened on this system.
#[cfg(not(unix))]
fn sync_folder(_folder: &Path) {}

#[cfg(test)]
mod tests;

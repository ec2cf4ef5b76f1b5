//! Who could have written what the cache is about to run: this user and nobody else.

use polyplug::error::shown;
use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::Path;

/// Makes a folder that is this user's alone, and those above it that are missing.
pub(crate) fn make_folder(path: &Path) -> io::Result<()> {
    private(DirBuilder::new().recursive(true)).create(path)
}

/// Whether nobody else can write to the folder; if so, what is to be done about it.
pub(crate) fn check_folder(path: &Path) -> Result<(), String> {
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        // It is made with the first entry.
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(format!("{}: {error}", shown(path))),
    };
    if !metadata.is_dir() {
        return Err(format!("{} is no folder", shown(path)));
    }
    check(&metadata).map_err(|problem| format!("{} {problem}", shown(path)))
}

/// Opens an entry that nobody else can have written.
pub(crate) fn open(path: &Path) -> io::Result<(File, Metadata)> {
    let mut options = OpenOptions::new();
    let file = not_elsewhere(options.read(true)).open(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(io::Error::new(ErrorKind::InvalidData, "it is no file"));
    }
    check(&metadata).map_err(|problem| io::Error::new(ErrorKind::PermissionDenied, problem))?;
    Ok((file, metadata))
}

#[cfg(unix)]
fn check(metadata: &Metadata) -> Result<(), String> {
    use std::os::unix::fs::MetadataExt;
    let (owner, user) = (metadata.uid(), rustix::process::geteuid().as_raw());
    if owner != user {
        return Err(format!("belongs to the user {owner}, and this is user {user}"));
    }
    if metadata.mode() & 0o022 != 0 {
        let mode = metadata.mode() & 0o777;
        return Err(format!(
            "can be written by others (mode {mode:03o}); `chmod go-w` changes that"
        ));
    }
    Ok(())
}

/// The user's folders have rights of their own on this system, which those made in them inherit.
#[cfg(not(unix))]
fn check(_metadata: &Metadata) -> Result<(), String> {
    Ok(())
}

#[cfg(unix)]
fn private(builder: &mut DirBuilder) -> &mut DirBuilder {
    use std::os::unix::fs::DirBuilderExt;
    builder.mode(0o700)
}

#[cfg(not(unix))]
fn private(builder: &mut DirBuilder) -> &mut DirBuilder {
    builder
}

/// A link could lead to a file that is something else, a pipe would never open.
#[cfg(unix)]
fn not_elsewhere(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
    options.custom_flags(flags.bits().cast_signed())
}

#[cfg(not(unix))]
fn not_elsewhere(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

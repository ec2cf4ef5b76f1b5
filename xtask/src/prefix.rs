//! The folder that is installed into, and the ways between its parts.

use crate::arguments::Install;
use crate::failure::Failure;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

/// Where the files go.
pub(crate) struct Prefix {
    root: PathBuf,
    libraries: PathBuf,
}

impl Prefix {
    pub(crate) fn new(options: &Install) -> Result<Self, Failure> {
        let is_inside =
            options.libdir.components().all(|part| matches!(part, Component::Normal(_)));
        if !is_inside || options.libdir.as_os_str().is_empty() {
            return Err(Failure::LibraryFolder(options.libdir.display().to_string()));
        }
        let prefix = std::path::absolute(&options.prefix)
            .map_err(Failure::files("finding", &options.prefix))?;
        let root = match &options.destdir {
            None => prefix,
            Some(destdir) => destdir.join(below_its_root(&prefix)),
        };
        Ok(Self { root, libraries: options.libdir.clone() })
    }

    /// Makes sure that something can be installed here, before the time of a build is spent.
    pub(crate) fn prepare(&self) -> Result<(), Failure> {
        let refused = |source| Failure::Prefix { path: self.root.clone(), source };
        fs::create_dir_all(&self.root).map_err(refused)?;
        tempfile::tempfile_in(&self.root).map_err(refused)?;
        Ok(())
    }

    /// The file `name` of a folder of the prefix.
    pub(crate) fn file(&self, folder: &str, name: &str) -> PathBuf {
        self.root.join(folder).join(name)
    }

    /// The file `name` beside the libraries, or in a folder there.
    pub(crate) fn library(&self, name: &str) -> PathBuf {
        self.root.join(&self.libraries).join(name)
    }

    /// The folder of the libraries as seen from the prefix, with slashes.
    pub(crate) fn libraries(&self) -> String {
        let parts = self.libraries.components();
        let names: Vec<_> = parts.map(|part| part.as_os_str().to_string_lossy()).collect();
        names.join("/")
    }

    /// The way from a folder that lies `depth` below the libraries to the prefix.
    pub(crate) fn way_to_prefix(&self, depth: usize) -> String {
        vec![".."; self.libraries.components().count() + depth].join("/")
    }
}

/// An absolute path as it is seen from the root of its drive or file system.
fn below_its_root(path: &Path) -> PathBuf {
    path.components().filter(|part| matches!(part, Component::Normal(_))).collect()
}

/// Puts `content` where `place` says.
pub(crate) fn write(place: &Path, content: &str) -> Result<(), Failure> {
    let new = room_for(place)?;
    fs::write(&new, content).map_err(Failure::files("writing", &new))?;
    finish(&new, place, Kind::Data)
}

/// Puts a copy of the file `from` where `place` says.
pub(crate) fn copy(from: &Path, place: &Path, kind: Kind) -> Result<(), Failure> {
    let new = room_for(place)?;
    fs::copy(from, &new).map_err(Failure::files("copying to", &new))?;
    finish(&new, place, kind)
}

/// Makes `place` another name of the file `target` in the same folder.
pub(crate) fn link(target: &str, place: &Path) -> Result<(), Failure> {
    let new = room_for(place)?;
    symlink(target, &new).map_err(Failure::files("linking", &new))?;
    put(&new, place)?;
    println!("  {} -> {target}", place.display());
    Ok(())
}

/// What a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Data,
    /// A program or a shared library.
    Code,
}

/// Where the file is written that then takes the place: whoever looks finds the old one or the new
/// one, and a program that runs from the old one keeps what it has opened.
fn room_for(place: &Path) -> Result<PathBuf, Failure> {
    let folder = place.parent().unwrap_or(place);
    fs::create_dir_all(folder).map_err(Failure::files("making the folder", folder))?;
    let mut name = place.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let new = place.with_file_name(name);
    match fs::remove_file(&new) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(Failure::files("replacing", &new)(error))
        }
        _ => Ok(new),
    }
}

fn finish(new: &Path, place: &Path, kind: Kind) -> Result<(), Failure> {
    open_to_all(new, kind).map_err(Failure::files("setting the permissions of", new))?;
    put(new, place)?;
    println!("  {}", place.display());
    Ok(())
}

fn put(new: &Path, place: &Path) -> Result<(), Failure> {
    fs::rename(new, place).map_err(Failure::files("replacing", place))
}

#[cfg(unix)]
fn open_to_all(place: &Path, kind: Kind) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mode = if kind == Kind::Code { 0o755 } else { 0o644 };
    fs::set_permissions(place, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn open_to_all(_place: &Path, _kind: Kind) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn symlink(target: &str, place: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, place)
}

#[cfg(not(unix))]
fn symlink(target: &str, place: &Path) -> io::Result<()> {
    fs::copy(place.with_file_name(target), place).map(drop)
}

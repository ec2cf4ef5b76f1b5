//! A folder that was granted, found once, when its bundle is loaded.
//!
//! A path from the bundle's folder is followed without symbolic links: what lies there comes from the
//! bundle's author, and a link would name a folder that the host never meant. An absolute path is
//! the host's own words, and followed as the system follows it. Afterwards the guest moves inside of
//! it by rules of the WASI implementation, which no link and no `..` leads out of.

use polyplug::capability::FolderAccess;
use std::io;
use std::path::{Path, PathBuf};
use wasmtime_wasi::{FsPerms, WasiCtxBuilder};

/// An open folder.
pub(crate) struct Folder {
    place: Place,
    /// What the guest calls it: the path in the manifest.
    name: String,
    access: FolderAccess,
}

/// Why there is no folder.
#[derive(Debug)]
pub(crate) enum FolderError {
    /// The bundle is in memory, so nothing is seen from its folder.
    NoBundleFolder,
    /// This one, in the bundle's folder, is a symbolic link.
    Link(PathBuf),
    /// The system refused.
    System(PathBuf, io::Error),
}

impl Folder {
    /// The folder at `path`, which may be seen from the bundle's folder `base`.
    pub(crate) fn open(
        base: Option<&Path>,
        access: FolderAccess,
        path: &str,
    ) -> Result<Self, FolderError> {
        let absolute = Path::new(path);
        let place = if absolute.is_absolute() {
            Place::open(absolute)?
        } else {
            let mut inside = path.split('/').filter(|part| *part != ".");
            inside.try_fold(Place::open(base.ok_or(FolderError::NoBundleFolder)?)?, Place::child)?
        };
        Ok(Self { place, name: path.to_owned(), access })
    }

    /// Gives it to a store.
    pub(crate) fn give(&self, builder: &mut WasiCtxBuilder) -> wasmtime::Result<()> {
        let permissions = match self.access {
            FolderAccess::ReadOnly => FsPerms::ReadOnly,
            FolderAccess::ReadWrite => FsPerms::ReadWrite,
        };
        builder.preopened_dir(self.place.path(), &self.name, permissions).map(drop)
    }
}

#[cfg(target_os = "linux")]
use by_handle::Place;

/// The folder is held open, and reached through its handle: whatever is put in the place of it or of
/// a folder above it, every store gets the same.
#[cfg(target_os = "linux")]
mod by_handle {
    use super::FolderError;
    use rustix::fs::OFlags;
    use std::fs::{self, File, OpenOptions};
    use std::io;
    use std::os::fd::AsRawFd;
    use std::os::unix::fs::OpenOptionsExt;
    use std::path::{Path, PathBuf};

    pub(super) struct Place {
        handle: File,
        /// For messages.
        path: PathBuf,
    }

    impl Place {
        pub(super) fn open(path: &Path) -> Result<Self, FolderError> {
            let handle = folder(path, OFlags::DIRECTORY)
                .map_err(|error| FolderError::System(path.to_owned(), error))?;
            Ok(Self { handle, path: path.to_owned() })
        }

        pub(super) fn child(self, name: &str) -> Result<Self, FolderError> {
            let path = self.path.join(name);
            let through = self.path().join(name);
            match folder(&through, OFlags::DIRECTORY | OFlags::NOFOLLOW) {
                Ok(handle) => Ok(Self { handle, path }),
                // The system says that it is no folder.
                Err(_) if fs::symlink_metadata(&through).is_ok_and(|found| found.is_symlink()) => {
                    Err(FolderError::Link(path))
                }
                Err(error) => Err(FolderError::System(path, error)),
            }
        }

        pub(super) fn path(&self) -> PathBuf {
            PathBuf::from(format!("/proc/self/fd/{}", self.handle.as_raw_fd()))
        }
    }

    fn folder(path: &Path, flags: OFlags) -> io::Result<File> {
        OpenOptions::new().read(true).custom_flags(flags.bits().cast_signed()).open(path)
    }
}

#[cfg(not(target_os = "linux"))]
use by_path::Place;

/// The folder is reached by its path, which was looked at once.
#[cfg(not(target_os = "linux"))]
mod by_path {
    use super::FolderError;
    use std::fs;
    use std::io::{self, ErrorKind};
    use std::path::{Path, PathBuf};

    pub(super) struct Place {
        path: PathBuf,
    }

    impl Place {
        pub(super) fn open(path: &Path) -> Result<Self, FolderError> {
            let failed = |error| FolderError::System(path.to_owned(), error);
            let path = path.canonicalize().map_err(failed)?;
            Self::checked(path)
        }

        pub(super) fn child(self, name: &str) -> Result<Self, FolderError> {
            Self::checked(self.path.join(name))
        }

        fn checked(path: PathBuf) -> Result<Self, FolderError> {
            match fs::symlink_metadata(&path) {
                Ok(found) if found.is_symlink() => Err(FolderError::Link(path)),
                Ok(found) if found.is_dir() => Ok(Self { path }),
                Ok(_) => Err(FolderError::System(path, io::Error::from(ErrorKind::NotADirectory))),
                Err(error) => Err(FolderError::System(path, error)),
            }
        }

        pub(super) fn path(&self) -> PathBuf {
            self.path.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Folder, FolderError};
    use polyplug::capability::FolderAccess::ReadOnly;
    use std::fs;
    use std::path::Path;

    fn open(base: &Path, path: &str) -> Result<Folder, FolderError> {
        Folder::open(Some(base), ReadOnly, path)
    }

    #[test]
    fn a_folder_of_the_bundle_is_found() {
        let bundle = tempfile::tempdir().unwrap();
        fs::create_dir_all(bundle.path().join("data/a")).unwrap();
        fs::write(bundle.path().join("data/a/file"), "").unwrap();
        for path in [".", "data", "data/a"] {
            let folder = open(bundle.path(), path).ok().unwrap();
            assert_eq!(folder.name, path);
            assert!(folder.place.path().is_dir());
        }
        let folder = open(bundle.path(), "data/a").ok().unwrap();
        assert!(folder.place.path().join("file").is_file());
    }

    #[test]
    fn what_is_no_folder_is_told_by_its_path() {
        let bundle = tempfile::tempdir().unwrap();
        fs::write(bundle.path().join("file"), "").unwrap();
        for path in ["nowhere", "file", "file/a"] {
            let error = open(bundle.path(), path).err().unwrap();
            let FolderError::System(place, _) = error else { panic!("{path}: {error:?}") };
            assert_eq!(place.file_name(), Path::new(path.split('/').next().unwrap()).file_name());
        }
        let error = Folder::open(None, ReadOnly, "data").err().unwrap();
        assert!(matches!(error, FolderError::NoBundleFolder));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_in_the_bundle_is_not_followed() {
        use std::os::unix::fs::symlink;
        let bundle = tempfile::tempdir().unwrap();
        fs::create_dir(bundle.path().join("data")).unwrap();
        symlink("/etc", bundle.path().join("out")).unwrap();
        symlink("data", bundle.path().join("in")).unwrap();
        for path in ["out", "in", "out/ssl"] {
            let error = open(bundle.path(), path).err().unwrap();
            let FolderError::Link(place) = error else { panic!("{path}: {error:?}") };
            assert!(place.ends_with(path.split('/').next().unwrap()));
        }
        // The host's own path is the host's business.
        let own = bundle.path().join("in");
        assert!(Folder::open(None, ReadOnly, own.to_str().unwrap()).is_ok());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_folder_that_is_replaced_stays_the_same() {
        use std::os::unix::fs::symlink;
        let bundle = tempfile::tempdir().unwrap();
        let data = bundle.path().join("data");
        fs::create_dir(&data).unwrap();
        fs::write(data.join("mine"), "").unwrap();
        let folder = open(bundle.path(), "data").ok().unwrap();
        fs::rename(&data, bundle.path().join("moved")).unwrap();
        symlink("/etc", &data).unwrap();
        assert!(folder.place.path().join("mine").is_file());
    }
}

//! Where a loader's private copies go: the places, in the order in which they are tried.

use crate::library::may_execute_in;
use crate::private_copy::{Original, PrivateCopy};
use crate::private_folder::{PrivateFolder, sweep};
use std::env;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Once, OnceLock};

/// Files in memory cost a third of those on a disk to make and to remove, but memory.
const MEMORY: &str = "/dev/shm";

/// More than a library without debug information has, and little enough to hold twice in memory.
const MOST_IN_MEMORY: usize = 8 * 1024 * 1024;

/// The places of one loader. A folder is made when it is needed first.
#[derive(Debug)]
pub(crate) struct Folders {
    places: Vec<Place>,
    swept: Once,
}

#[derive(Debug)]
struct Place {
    parent: PathBuf,
    /// More bytes do not go here.
    most: usize,
    folder: OnceLock<Arc<PrivateFolder>>,
}

impl Folders {
    pub(crate) fn new(chosen: Option<PathBuf>) -> Self {
        let place = |parent: PathBuf, most| {
            // The process may change its working directory.
            let parent = std::path::absolute(&parent).unwrap_or(parent);
            Place { parent, most, folder: OnceLock::new() }
        };
        let places = match chosen {
            Some(chosen) => vec![place(chosen, usize::MAX)],
            None => {
                let memory = Path::new(MEMORY);
                let usable = cfg!(target_os = "linux") && may_execute_in(memory);
                let memory = usable.then(|| place(memory.to_owned(), MOST_IN_MEMORY));
                memory.into_iter().chain([place(env::temp_dir(), usize::MAX)]).collect()
            }
        };
        Self { places, swept: Once::new() }
    }

    /// Copies a library and its siblings to the first place that takes them; else the last place
    /// and what was wrong with it.
    pub(crate) fn copy(
        &self,
        label: &str,
        library: Original<'_>,
        siblings: &[Original<'_>],
    ) -> Result<PrivateCopy, (PathBuf, io::Error)> {
        self.swept.call_once(|| self.places.iter().for_each(|place| sweep(&place.parent)));
        let all = siblings.iter().chain([&library]);
        let bytes: usize = all.map(|original| original.bytes.len()).sum();
        let mut failure = (PathBuf::new(), io::Error::other("there is no place for it"));
        for place in self.places.iter().filter(|place| bytes <= place.most) {
            let copied = place
                .folder()
                .and_then(|folder| PrivateCopy::make(&folder, label, library, siblings));
            match copied {
                Ok(copy) => return Ok(copy),
                Err(error) => failure = (place.parent.clone(), error),
            }
        }
        Err(failure)
    }
}

impl Default for Folders {
    fn default() -> Self {
        Self::new(None)
    }
}

impl Place {
    fn folder(&self) -> io::Result<Arc<PrivateFolder>> {
        if let Some(folder) = self.folder.get() {
            return Ok(Arc::clone(folder));
        }
        // Two threads at once may make one each; the second goes at once.
        let made = Arc::new(PrivateFolder::make(&self.parent)?);
        if !may_execute_in(&self.parent) {
            let problem = "it is mounted `noexec`, so no library can be opened there";
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, problem));
        }
        Ok(Arc::clone(self.folder.get_or_init(|| made)))
    }
}

#[cfg(test)]
mod tests {
    use super::{Folders, Place};
    use crate::private_copy::Original;
    use std::fs;
    use std::path::Path;
    use std::sync::{Once, OnceLock};

    fn folders(places: &[(&Path, usize)]) -> Folders {
        let places = places.iter().map(|(parent, most)| Place {
            parent: parent.to_path_buf(),
            most: *most,
            folder: OnceLock::new(),
        });
        Folders { places: places.collect(), swept: Once::new() }
    }

    const LIBRARY: Original<'_> = Original { path: "a.so", bytes: b"ten bytes." };

    #[test]
    fn a_copy_goes_to_the_first_place_that_takes_it() {
        let (small, large) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let missing = small.path().join("missing");
        for (places, taken) in [
            ([(small.path(), 10), (large.path(), usize::MAX)], &small),
            ([(small.path(), 9), (large.path(), usize::MAX)], &large),
            ([(&*missing, 10), (large.path(), usize::MAX)], &large),
        ] {
            let copy = folders(&places).copy("one.1", LIBRARY, &[]).unwrap();
            assert!(copy.library().starts_with(taken.path()), "{copy:?}");
        }
        let (place, error) = folders(&[(&*missing, 10)]).copy("one.1", LIBRARY, &[]).unwrap_err();
        assert_eq!((place, error.kind()), (missing, std::io::ErrorKind::NotFound));
    }

    #[test]
    fn what_a_dead_process_left_goes_also_where_nothing_is_copied_to() {
        let (used, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::create_dir(other.path().join("polyplug-native-1-7")).unwrap();
        fs::write(other.path().join("polyplug-native-1-7.lock"), "").unwrap();

        let folders = folders(&[(used.path(), usize::MAX), (other.path(), usize::MAX)]);
        folders.copy("one.1", LIBRARY, &[]).unwrap();

        assert_eq!(fs::read_dir(other.path()).unwrap().count(), 0);
    }
}

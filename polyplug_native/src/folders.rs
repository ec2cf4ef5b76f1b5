//! Where a loader's private copies go: the places, in the order in which they are tried.

use crate::library::may_execute_in;
use crate::private_copy::{Original, PrivateCopy};
use crate::private_folder::PrivateFolder;
use std::env;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// Files in memory cost a third of those on a disk to make and to remove, but memory.
const MEMORY: &str = "/dev/shm";

/// More than a library without debug information has, and little enough to hold twice in memory.
const MOST_IN_MEMORY: usize = 8 * 1024 * 1024;

/// The places of one loader. A folder is made when it is needed first.
#[derive(Debug)]
pub(crate) struct Folders {
    places: Vec<Place>,
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
        let place = |parent, most| Place { parent, most, folder: OnceLock::new() };
        let places = match chosen {
            Some(chosen) => vec![place(chosen, usize::MAX)],
            None => {
                let memory = Path::new(MEMORY);
                let usable = cfg!(target_os = "linux") && may_execute_in(memory);
                let memory = usable.then(|| place(memory.to_owned(), MOST_IN_MEMORY));
                memory.into_iter().chain([place(env::temp_dir(), usize::MAX)]).collect()
            }
        };
        Self { places }
    }

    /// Copies a library and its siblings to the first place that takes them; else the last place
    /// and what was wrong with it.
    pub(crate) fn copy(
        &self,
        label: &str,
        library: Original<'_>,
        siblings: &[Original<'_>],
    ) -> Result<PrivateCopy, (PathBuf, io::Error)> {
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
        Ok(Arc::clone(self.folder.get_or_init(|| made)))
    }
}

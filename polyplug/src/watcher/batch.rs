//! What the watcher delivers: bundle folders in which something happened.

use super::arrivals::Arrival;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Bundle folders in which something happened. Cheap to clone; may be sent to other threads.
#[derive(Clone, Debug)]
pub struct Batch {
    /// The folders as `root.join(name)`, sorted, each once. One that does not exist has gone.
    pub folders: Vec<PathBuf>,
    /// How far the folders have come to rest.
    pub settled: Settled,
    /// When the first notification that led to this batch arrived.
    pub first_event_at: Instant,
    /// One for each folder, in the same order.
    arrivals: Vec<Arrival>,
}

/// How far the folders of a batch have come to rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// The last event said that a file is whole (closed after writing, or renamed into place), and
    /// no other file of the folder is known to be in the making. Delivered at once: what was read
    /// should be used only if the batch [is still current](Batch::is_still_current) afterwards.
    Whole,
    /// Nothing happened for the quiet time, or there was no end of changes for the longest time.
    Quiet,
    /// Notifications were lost, or may have been; any file may have changed.
    Rescan,
}

impl Batch {
    /// Of `arrivals`, at most one for a folder.
    pub(super) fn new(
        mut arrivals: Vec<Arrival>,
        settled: Settled,
        first_event_at: Instant,
    ) -> Self {
        arrivals.sort_by(|one, other| one.folder().cmp(other.folder()));
        let folders = arrivals.iter().map(|arrival| arrival.folder().to_owned()).collect();
        Self { folders, settled, first_event_at, arrivals }
    }

    /// Whether nothing has arrived for any of the folders since this batch was made.
    ///
    /// If something has, another batch with the folder in it follows. Costs one atomic load for
    /// each folder; may be asked from any thread. Changes of permissions and times do not count.
    pub fn is_still_current(&self) -> bool {
        self.arrivals.iter().all(Arrival::is_newest)
    }

    /// The same for one folder; false if it is not in this batch.
    pub fn is_folder_current(&self, folder: &Path) -> bool {
        self.arrivals
            .binary_search_by(|arrival| arrival.folder().cmp(folder))
            .is_ok_and(|index| self.arrivals[index].is_newest())
    }
}

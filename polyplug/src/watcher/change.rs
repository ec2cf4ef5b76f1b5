//! One thing that happened in one bundle folder, in the words of the debouncer.

use super::arrivals::Arrival;
use std::path::PathBuf;
use std::time::Instant;

/// One thing that happened in one bundle folder.
#[derive(Clone, Debug)]
pub(super) struct Change {
    /// The bundle folder, and the count of this change.
    pub(super) arrival: Arrival,
    /// What was touched, relative to the folder; empty if it is the folder itself.
    pub(super) file: PathBuf,
    /// The same as the backend named it.
    pub(super) path: PathBuf,
    /// What the backend said about its kind.
    pub(super) entry: Entry,
    /// What happened.
    pub(super) touch: Touch,
    /// When it was reported.
    pub(super) at: Instant,
}

/// What a path is, as far as the backend said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// Not a folder.
    File,
    /// A folder, or nothing was said.
    MayBeFolder,
}

/// What happened to a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Touch {
    /// Written by someone who has it open; more may come.
    Written,
    /// Closed after writing: whole.
    Closed,
    /// Renamed into place: whole.
    Renamed {
        /// What it was called before, if that was in the same folder. That path is settled by this.
        source: Option<PathBuf>,
    },
    /// Created, removed, renamed away, or changed in a way that the backend does not tell.
    Stirred,
    /// Permissions or times. Content is as it was, so this is not counted as an arrival.
    Attributes,
}

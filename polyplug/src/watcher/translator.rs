//! Turns the backend's events into changes of bundle folders. Runs on the backend's thread.
//!
//! What is counted here must reach the debouncer: see `arrivals`.

use super::Leftovers;
use super::arrivals::{Arrival, Arrivals};
use super::change::{Change, Entry, Touch};
use super::roots::{Place, Roots};
use super::temporary::is_temporary;
use notify::event::{
    AccessKind, AccessMode, CreateKind, Event, EventKind, ModifyKind, RemoveKind, RenameMode,
};
use parking_lot::RwLock;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

/// What a backend's event means to the watcher.
#[derive(Debug)]
pub(super) enum Observed {
    /// Something happened in a bundle folder.
    Change(Change),
    /// A root, as given, was deleted or renamed.
    RootGone(PathBuf),
    /// Events were lost. All folders that somebody waits for were counted.
    Overflow(Vec<Arrival>),
    /// The backend has a problem, with these paths or (if there are none) in general.
    Failed {
        /// The real paths.
        paths: Vec<PathBuf>,
        /// What it said.
        reason: String,
    },
}

/// Translates and counts.
#[derive(Debug)]
pub(super) struct Translator {
    roots: Arc<RwLock<Roots>>,
    arrivals: Arc<Arrivals>,
    leftovers: Leftovers,
    /// The newest half of a rename, until the other half comes: the backend's cookie and the path.
    renamed_from: Option<(usize, PathBuf)>,
}

/// An event about one path, before it is known what that is. A rename's source is a whole path
/// here.
#[derive(Clone, Debug)]
struct Reported {
    path: PathBuf,
    entry: Entry,
    touch: Touch,
    at: Instant,
}

impl Translator {
    /// A translator that asks these roots and counts here.
    pub(super) fn new(
        roots: Arc<RwLock<Roots>>,
        arrivals: Arc<Arrivals>,
        leftovers: Leftovers,
    ) -> Self {
        Self { roots, arrivals, leftovers, renamed_from: None }
    }

    /// What `event`, which came at `at`, means.
    pub(super) fn translate(&mut self, at: Instant, event: notify::Result<Event>) -> Vec<Observed> {
        let event = match event {
            Ok(event) => event,
            Err(error) => return failed(error),
        };
        if event.need_rescan() {
            return vec![Observed::Overflow(self.arrivals.count_all())];
        }
        let Some((entry, touch)) = self.touch(&event) else { return Vec::new() };
        let gone = matches!(
            event.kind,
            EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(RenameMode::From))
        );
        let roots = self.roots.read();
        let mut observed = Vec::with_capacity(1);
        for path in event.paths {
            let places = roots.locate(&path);
            let reported = Reported { path, entry, touch: touch.clone(), at };
            observed.extend(places.into_iter().filter_map(|place| match place {
                Place::Root(given) => gone.then_some(Observed::RootGone(given)),
                Place::Child { folder, file } => {
                    self.change(&roots, &reported, &folder, file).map(Observed::Change)
                }
            }));
        }
        observed
    }

    fn touch(&mut self, event: &Event) -> Option<(Entry, Touch)> {
        Some(match event.kind {
            EventKind::Access(AccessKind::Close(AccessMode::Write)) => (Entry::File, Touch::Closed),
            EventKind::Access(_) => return None,
            // Only inotify says this, in addition to From and To.
            EventKind::Modify(ModifyKind::Name(RenameMode::Both)) => return None,
            EventKind::Modify(ModifyKind::Name(RenameMode::From)) => {
                self.renamed_from = event.tracker().zip(event.paths.first().cloned());
                (Entry::MayBeFolder, Touch::Stirred)
            }
            EventKind::Modify(ModifyKind::Name(RenameMode::To)) => {
                let from = self.renamed_from.take();
                let source = from
                    .filter(|(cookie, _)| Some(*cookie) == event.tracker())
                    .map(|(_, path)| path);
                (Entry::MayBeFolder, Touch::Renamed { source })
            }
            EventKind::Modify(ModifyKind::Metadata(_)) => (Entry::File, Touch::Attributes),
            EventKind::Modify(ModifyKind::Data(_) | ModifyKind::Any) => {
                (Entry::File, Touch::Written)
            }
            // A linker removes its output, makes it anew and takes its time to fill it.
            EventKind::Create(CreateKind::File) if event.paths.iter().all(is_empty) => {
                (Entry::File, Touch::Written)
            }
            EventKind::Create(CreateKind::File) | EventKind::Remove(RemoveKind::File) => {
                (Entry::File, Touch::Stirred)
            }
            _ => (Entry::MayBeFolder, Touch::Stirred),
        })
    }

    fn change(
        &self,
        roots: &Roots,
        reported: &Reported,
        folder: &Path,
        file: PathBuf,
    ) -> Option<Change> {
        let is_leftover = self.leftovers == Leftovers::Ignored && is_temporary(&file);
        if is_temporary(Path::new(folder.file_name()?)) || is_leftover {
            return None;
        }
        let Reported { path, entry, touch, at } = reported.clone();
        let touch = match touch {
            Touch::Renamed { source } => {
                Touch::Renamed { source: source.and_then(|source| within(roots, folder, &source)) }
            }
            other => other,
        };
        let arrival = match touch {
            Touch::Attributes => self.arrivals.newest(folder),
            _ => self.arrivals.count(folder),
        };
        Some(Change { arrival, file, path, entry, touch, at })
    }
}

/// Whether there is a file without content; a link to one that is whole has some.
fn is_empty(path: &PathBuf) -> bool {
    fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_file() && metadata.len() == 0)
}

/// What `path` is called in `folder`, if it is in there.
fn within(roots: &Roots, folder: &Path, path: &Path) -> Option<PathBuf> {
    roots.locate(path).into_iter().find_map(|place| match place {
        Place::Child { folder: other, file } if other == folder => Some(file),
        _ => None,
    })
}

fn failed(error: notify::Error) -> Vec<Observed> {
    // The limit is met while the backend adds a new folder by itself. The worker adds each folder
    // that matters once more and meets the same limit, knowing which one it is.
    if matches!(error.kind, notify::ErrorKind::MaxFilesWatch) {
        return Vec::new();
    }
    vec![Observed::Failed { reason: error.to_string(), paths: error.paths }]
}

#[cfg(test)]
mod tests;

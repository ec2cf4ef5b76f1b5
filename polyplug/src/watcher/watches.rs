//! What the backend was told to watch.

use super::roots::Depth;
use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The backend, and what it watches.
#[derive(Debug)]
pub(super) struct Watches {
    backend: RecommendedWatcher,
    current: BTreeMap<PathBuf, Depth>,
}

/// A folder that the backend does not watch, though it should.
#[derive(Debug)]
pub(super) struct Refusal {
    /// The real path.
    pub(super) path: PathBuf,
    /// Why, and where it can be helped, how.
    pub(super) reason: String,
}

impl Watches {
    /// A backend that watches nothing yet.
    pub(super) fn new(backend: RecommendedWatcher) -> Self {
        Self { backend, current: BTreeMap::new() }
    }

    /// Watches `wanted` and nothing else.
    pub(super) fn set(&mut self, wanted: &BTreeMap<PathBuf, Depth>) -> Vec<Refusal> {
        let mut refused = Vec::new();
        let dropped: Vec<_> = self
            .current
            .extract_if(.., |path, depth| wanted.get(path) != Some(depth))
            .map(|(path, _)| path)
            .collect();
        for path in &dropped {
            // Fails if the folder has gone, and with it the watch.
            let _ = self.backend.unwatch(path);
        }
        for (path, &depth) in wanted {
            // The backend drops everything below what it drops.
            let lost = dropped.iter().any(|dropped| path.starts_with(dropped));
            if lost || !self.current.contains_key(path) {
                match self.add(path, depth) {
                    Ok(()) => drop(self.current.insert(path.clone(), depth)),
                    // Only needed to see a link's target come back.
                    Err(_) if depth == Depth::Flat => {}
                    Err(refusal) => refused.extend(refusal),
                }
            }
        }
        refused
    }

    /// Watches `wanted` from the ground up, because anything may have been missed.
    pub(super) fn renew(&mut self, wanted: &BTreeMap<PathBuf, Depth>) -> Vec<Refusal> {
        self.current.clear();
        self.set(wanted)
    }

    /// Watches a folder inside a watched tree now. When this returns, no later event in it is
    /// missed.
    ///
    /// The backend adds new folders by itself, but some time after it reported them, and it forgets
    /// a folder that was made anew if the old one's end is reported late.
    pub(super) fn ensure(&mut self, path: &Path) -> Result<(), Refusal> {
        self.add(path, Depth::Tree).or_else(|refusal| refusal.map_or(Ok(()), Err))
    }

    /// `Err(None)` if there is no such folder: that is either reported or about to be.
    fn add(&mut self, path: &Path, depth: Depth) -> Result<(), Option<Refusal>> {
        let mode = match depth {
            Depth::Tree => RecursiveMode::Recursive,
            Depth::Flat => RecursiveMode::NonRecursive,
        };
        self.backend.watch(path, mode).map_err(|error| {
            let reason = match &error.kind {
                notify::ErrorKind::PathNotFound => return None,
                notify::ErrorKind::Io(error) if error.kind() == std::io::ErrorKind::NotFound => {
                    return None;
                }
                notify::ErrorKind::MaxFilesWatch => {
                    "the limit of inotify watches is reached; raise fs.inotify.max_user_watches"
                        .to_owned()
                }
                _ => error.to_string(),
            };
            Some(Refusal { path: path.to_owned(), reason })
        })
    }
}

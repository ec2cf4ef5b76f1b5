//! Counts what arrives for each bundle folder, so that a batch knows whether it is the newest word.
//!
//! The backend's thread counts before it queues, and whatever is counted is delivered: a batch that
//! is not the newest is followed by another. A counter lives as long as something refers to it.

use parking_lot::Mutex;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// The counters of all folders that somebody waits for.
#[derive(Debug, Default)]
pub(super) struct Arrivals {
    folders: Mutex<HashMap<PathBuf, Arc<Counter>>>,
}

/// One arrival for one folder.
#[derive(Clone, Debug)]
pub(super) struct Arrival {
    counter: Arc<Counter>,
    number: u64,
}

#[derive(Debug)]
struct Counter {
    folder: PathBuf,
    count: AtomicU64,
    awaited: AtomicBool,
}

impl Arrivals {
    /// Counts an arrival for `folder`.
    pub(super) fn count(&self, folder: &Path) -> Arrival {
        Arrival::next(self.counter(folder))
    }

    /// The newest arrival for `folder`, without counting one.
    pub(super) fn newest(&self, folder: &Path) -> Arrival {
        let counter = self.counter(folder);
        let number = counter.count.load(Ordering::Acquire);
        Arrival { counter, number }
    }

    /// Counts an arrival for every folder that somebody waits for.
    pub(super) fn count_all(&self) -> Vec<Arrival> {
        self.folders.lock().values().cloned().map(Arrival::next).collect()
    }

    /// Drops the counters that no arrival refers to.
    pub(super) fn prune(&self) {
        // References are only made under the lock, so one that is alone stays alone.
        self.folders.lock().retain(|_, counter| Arc::strong_count(counter) > 1);
    }

    fn counter(&self, folder: &Path) -> Arc<Counter> {
        let mut folders = self.folders.lock();
        if let Some(counter) = folders.get(folder) {
            return counter.clone();
        }
        let counter = Arc::new(Counter {
            folder: folder.to_owned(),
            count: AtomicU64::new(0),
            awaited: AtomicBool::new(false),
        });
        folders.insert(folder.to_owned(), counter.clone());
        counter
    }
}

impl Arrival {
    /// The folder that it is for.
    pub(super) fn folder(&self) -> &Path {
        &self.counter.folder
    }

    /// Whether nothing arrived for the folder since.
    pub(super) fn is_newest(&self) -> bool {
        self.counter.count.load(Ordering::Acquire) == self.number
    }

    /// Notes that somebody waits for the folder, as long as the counter lives.
    pub(super) fn set_awaited(&self) {
        // Only the watcher's thread reads and writes it.
        self.counter.awaited.store(true, Ordering::Relaxed);
    }

    /// Whether somebody may wait for the folder, so that what was counted must be delivered.
    pub(super) fn is_awaited(&self) -> bool {
        self.counter.awaited.load(Ordering::Relaxed)
    }

    /// Becomes `other`, of the same folder, if that is the newer of the two.
    pub(super) fn advance(&mut self, other: Self) {
        if other.number > self.number {
            *self = other;
        }
    }

    fn next(counter: Arc<Counter>) -> Self {
        // Release pairs with the Acquire of `is_newest`: who sees the count sees what led to it.
        let number = counter.count.fetch_add(1, Ordering::Release) + 1;
        Self { counter, number }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arrival_is_the_newest_until_the_next_of_the_same_folder() {
        let arrivals = Arrivals::default();
        let first = arrivals.count(Path::new("r/a"));
        arrivals.count(Path::new("r/b"));
        assert!(first.is_newest());
        let second = arrivals.count(Path::new("r/a"));
        assert!(!first.is_newest());
        assert!(second.is_newest());
        assert_eq!(second.folder(), Path::new("r/a"));
    }

    #[test]
    fn looking_at_the_newest_arrival_counts_nothing() {
        let arrivals = Arrivals::default();
        let first = arrivals.count(Path::new("r/a"));
        assert!(arrivals.newest(Path::new("r/a")).is_newest());
        assert!(first.is_newest());
    }

    #[test]
    fn counting_all_outdates_every_arrival() {
        let arrivals = Arrivals::default();
        let first = arrivals.count(Path::new("r/a"));
        let all = arrivals.count_all();
        assert!(!first.is_newest());
        assert!(all.iter().all(Arrival::is_newest));
    }

    #[test]
    fn only_counters_that_nobody_refers_to_are_dropped() {
        let arrivals = Arrivals::default();
        let kept = arrivals.count(Path::new("r/a"));
        drop(arrivals.count(Path::new("r/b")));
        arrivals.prune();
        assert_eq!(arrivals.folders.lock().len(), 1);
        arrivals.count(Path::new("r/a"));
        assert!(!kept.is_newest());
    }
}

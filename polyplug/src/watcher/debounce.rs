//! Decides when a touched bundle folder is delivered. Pure: time and events come in, batches go
//! out.
//!
//! A file reported whole settles what was known of that file; a folder with no other unsettled file
//! is delivered at once. Everything else waits until the folder has been quiet. A second whole file
//! soon after a delivery waits too, so that fifty files make two batches and not fifty, unless it
//! is the delivered file itself that was now renamed into place.

use super::WatchOptions;
use super::arrivals::Arrival;
use super::batch::{Batch, Settled};
use super::change::{Change, Entry, Touch};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// The folders that wait for their delivery.
#[derive(Debug)]
pub(super) struct Debouncer {
    options: WatchOptions,
    folders: BTreeMap<PathBuf, Waiting>,
    /// Not later than the earliest deadline. Deadlines only move back, so it may be too early.
    next: Option<Instant>,
}

#[derive(Debug)]
struct Waiting {
    newest: Arrival,
    /// The oldest event that was not delivered; without one this is the time after a delivery.
    owed_since: Option<Instant>,
    last: Instant,
    unsettled: BTreeMap<PathBuf, Unsettled>,
    /// What was delivered as whole before this quiet time.
    delivered: Option<PathBuf>,
    /// Something whole came that could not be delivered at once.
    held: Held,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Held {
    Nothing,
    Whole,
    Rescan,
}

#[derive(Clone, Copy, Debug)]
enum Unsettled {
    /// Written at that time and not closed.
    Open(Instant),
    /// Created, removed, renamed away.
    Stirred,
}

impl Debouncer {
    /// One with nothing in it.
    pub(super) fn new(options: WatchOptions) -> Self {
        Self { options, folders: BTreeMap::new(), next: None }
    }

    /// Takes in a change at `now`, which may be later than the change was reported.
    pub(super) fn on_change(&mut self, now: Instant, change: Change) -> Option<Batch> {
        let waiting = self.waiting(now, change.arrival);
        waiting.owed_since.get_or_insert(change.at);
        let (Touch::Closed | Touch::Renamed { .. }) = change.touch else {
            waiting.unsettle(now, change.file, change.entry, &change.touch);
            return None;
        };
        waiting.settle(change.file, change.entry, change.touch)
    }

    /// Takes in that events of these folders were lost.
    pub(super) fn on_rescan(&mut self, now: Instant, arrivals: Vec<Arrival>) {
        for arrival in arrivals {
            let waiting = self.waiting(now, arrival);
            waiting.owed_since.get_or_insert(now);
            waiting.held = Held::Rescan;
        }
    }

    /// What is due at `now`: at most one batch of each kind.
    pub(super) fn on_timeout(&mut self, now: Instant) -> Vec<Batch> {
        let options = self.options;
        let due = self.folders.extract_if(.., |_, waiting| waiting.deadline(&options) <= now);
        let (rescan, quiet): (Vec<_>, Vec<_>) = due
            .map(|(_, waiting)| waiting)
            .filter(|waiting| waiting.owed_since.is_some())
            .partition(|waiting| waiting.held == Held::Rescan);
        self.next = self.folders.values().map(|waiting| waiting.deadline(&options)).min();
        [(rescan, Settled::Rescan), (quiet, Settled::Quiet)]
            .into_iter()
            .filter_map(|(waiting, settled)| batch(waiting, settled))
            .collect()
    }

    /// When to call [`on_timeout`](Self::on_timeout); `None` while nothing waits.
    pub(super) fn next_deadline(&self) -> Option<Instant> {
        self.next
    }

    fn waiting(&mut self, now: Instant, newest: Arrival) -> &mut Waiting {
        newest.set_awaited();
        let quiet_at = now + self.options.quiet;
        self.next = Some(self.next.map_or(quiet_at, |next| next.min(quiet_at)));
        let options = self.options;
        let waiting = self
            .folders
            .entry(newest.folder().to_owned())
            .and_modify(|waiting| waiting.expire(now, &options))
            .or_insert_with(|| Waiting::new(now, newest.clone()));
        waiting.last = now;
        waiting.newest.advance(newest);
        waiting
    }
}

impl Waiting {
    fn new(now: Instant, newest: Arrival) -> Self {
        Self {
            newest,
            owed_since: None,
            last: now,
            unsettled: BTreeMap::new(),
            delivered: None,
            held: Held::Nothing,
        }
    }

    /// Ends the time after a delivery if it is over, in case the change overtook the timeout.
    fn expire(&mut self, now: Instant, options: &WatchOptions) {
        if self.owed_since.is_none() && self.deadline(options) <= now {
            self.delivered = None;
        }
    }

    fn unsettle(&mut self, now: Instant, file: PathBuf, entry: Entry, touch: &Touch) {
        let unsettled = match touch {
            Touch::Attributes => return,
            Touch::Written => Unsettled::Open(now),
            _ => Unsettled::Stirred,
        };
        self.forget(&file, entry);
        self.unsettled.insert(file, unsettled);
    }

    fn settle(&mut self, file: PathBuf, entry: Entry, touch: Touch) -> Option<Batch> {
        let source = match touch {
            Touch::Renamed { source } => source,
            _ => None,
        };
        if let Some(source) = &source {
            self.forget(source, entry);
        }
        self.forget(&file, entry);
        let follows = self.delivered.is_none() || self.delivered == source;
        if !follows || !self.unsettled.is_empty() || self.held != Held::Nothing {
            if self.held == Held::Nothing {
                self.held = Held::Whole;
            }
            return None;
        }
        let owed_since = self.owed_since.take()?;
        self.delivered = Some(file);
        Some(Batch::new(vec![self.newest.clone()], Settled::Whole, owed_since))
    }

    /// Drops what is known of a file, and if it may be a folder, of what is in it.
    fn forget(&mut self, file: &Path, entry: Entry) {
        match entry {
            Entry::File => drop(self.unsettled.remove(file)),
            Entry::MayBeFolder => self.unsettled.retain(|other, _| !other.starts_with(file)),
        }
    }

    fn deadline(&self, options: &WatchOptions) -> Instant {
        let quiet = self.last + options.quiet;
        let Some(owed_since) = self.owed_since else { return quiet };
        let closed = self.unsettled.values().filter_map(|unsettled| match unsettled {
            Unsettled::Open(written) => Some(*written + options.unclosed),
            Unsettled::Stirred => None,
        });
        closed.fold(quiet, Instant::max).min(owed_since + options.longest)
    }
}

fn batch(waiting: Vec<Waiting>, settled: Settled) -> Option<Batch> {
    let first = waiting.iter().filter_map(|waiting| waiting.owed_since).min()?;
    Some(Batch::new(waiting.into_iter().map(|waiting| waiting.newest).collect(), settled, first))
}

#[cfg(test)]
mod tests;

//! Watches plugin folders and hands on which bundle folders were touched.
//!
//! It knows folders and notifications of the operating system, nothing of manifests, loaders or the
//! runtime, and it reads no file: whether the content changed is for the caller to find out. What
//! is promised: after [`Watcher::start`] returned, every change of a bundle folder is followed by a
//! batch that names it, and a batch which is no longer [current](Batch::is_still_current) is
//! followed by another.
//!
//! Notifications are translated on the backend's thread (`translator`), settled (`debounce`) and
//! delivered on a thread of the watcher's own (`worker`), which sleeps while nothing is pending.
//!
//! Not done on purpose: symbolic links inside a bundle folder are not followed, and neither a root
//! that is a link nor a link behind a link is looked at again after it was resolved.

mod arrivals;
mod batch;
mod change;
mod child;
mod debounce;
mod roots;
mod temporary;
mod translator;
mod watches;
mod worker;

#[cfg(test)]
mod tests;

pub use batch::{Batch, Settled};

use crate::error::shown;
use crossbeam_channel::Sender;
use std::io;
use std::path::PathBuf;
use std::thread::{self, JoinHandle};
use std::time::Duration;
use thiserror::Error;
use worker::{Message, Worker};

/// Watches until it is dropped.
///
/// Dropping stops and joins the watcher's thread, waiting for a running call of the sink, and the
/// sink is not called again. Dropped by the sink itself, it stops as soon as the sink returns.
#[derive(Debug)]
pub struct Watcher {
    stop: Option<Sender<Message>>,
    thread: Option<JoinHandle<()>>,
}

/// How patient the watcher is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WatchOptions {
    /// A folder has settled when nothing happened in it for this long. 30 ms.
    pub quiet: Duration,
    /// A file that was written and not closed is waited for this long after its last write, because
    /// half of a script may well load. 500 ms; without effect where closing is not reported.
    pub unclosed: Duration,
    /// A folder in which there is no end of changes (a log file) is delivered after this long all
    /// the same. 5 s.
    pub longest: Duration,
    /// Whether what editors leave in a bundle folder is a change of it. It is not.
    pub leftovers: Leftovers,
}

/// What becomes of hidden files, backups and swap files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Leftovers {
    /// They are no part of a bundle, so that saving a file is one change.
    #[default]
    Ignored,
    /// A bundle must not have them, so it counts when they come and when they go.
    Counted,
}

impl Default for WatchOptions {
    fn default() -> Self {
        Self {
            quiet: Duration::from_millis(30),
            unclosed: Duration::from_millis(500),
            longest: Duration::from_secs(5),
            leftovers: Leftovers::default(),
        }
    }
}

/// What the watcher tells its sink.
#[derive(Clone, Debug)]
pub enum WatchSignal {
    /// Something happened in these bundle folders.
    Batch(Batch),
    /// Changes below this root go unnoticed from now on, all of them or some.
    Lost {
        /// The root, as it was given to [`Watcher::start`].
        root: PathBuf,
        /// Why, and where it can be helped, how.
        reason: String,
    },
}

/// Why watching could not start.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum WatchError {
    /// A plugin folder is missing, unreadable or not a folder.
    #[error(
        "plugin folder {path} cannot be watched: {source}; create it or correct the path",
        path = shown(path)
    )]
    Root {
        /// The folder, as given.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },

    /// The operating system refused to watch a folder.
    #[error("{path} cannot be watched: {reason}", path = shown(path))]
    Refused {
        /// The folder.
        path: PathBuf,
        /// What the operating system said.
        reason: String,
    },

    /// There are no notifications, or no thread to deliver them.
    #[error("the file watcher did not start: {reason}")]
    Start {
        /// What the operating system said.
        reason: String,
    },
}

impl Watcher {
    /// Watches the folders directly below `roots`, with everything in them.
    ///
    /// What is there already is not reported: start watching first, then load. The folders of a
    /// batch are `root.join(name)` with `root` as given here, whatever links lead there.
    ///
    /// The sink runs on the watcher's thread, one call at a time and with no lock held. It must not
    /// block for long: while it runs nothing is delivered, and staging belongs elsewhere.
    ///
    /// # Errors
    /// [`WatchError::Root`] names the first root that is no folder; the others say what the
    /// operating system refused. Nothing is watched then.
    pub fn start(
        roots: Vec<PathBuf>,
        options: WatchOptions,
        sink: impl FnMut(WatchSignal) + Send + 'static,
    ) -> Result<Self, WatchError> {
        // First, since what is watched has a thread as well, which only a worker that ends waits for.
        let (hand_over, worker) = crossbeam_channel::bounded::<Worker>(1);
        let thread = thread::Builder::new()
            .name("polyplug-watch".to_owned())
            .spawn(move || {
                if let Ok(worker) = worker.recv() {
                    worker.run(sink);
                }
            })
            .map_err(|error| WatchError::Start { reason: error.to_string() })?;
        match Worker::start(roots, options) {
            Ok((worker, stop)) => {
                // The thread waits for it, and the channel has room.
                let _ = hand_over.send(worker);
                Ok(Self { stop: Some(stop), thread: Some(thread) })
            }
            Err(error) => {
                drop(hand_over);
                let _ = thread.join();
                Err(error)
            }
        }
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        // The worker waits until nobody can send to it any more, so the sender goes first.
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(Message::Stop);
        }
        if let Some(thread) = self.thread.take()
            && thread.thread().id() != thread::current().id()
        {
            let _ = thread.join();
        }
    }
}

//! The watcher's own thread: keeps the map of the roots true, feeds the debouncer, calls the sink.

use super::arrivals::{Arrival, Arrivals};
use super::change::{Change, Entry};
use super::child::{Child, Leads};
use super::debounce::Debouncer;
use super::roots::{Root, Roots};
use super::translator::{Observed, Translator};
use super::watches::{Refusal, Watches};
use super::{Batch, WatchError, WatchOptions, WatchSignal};
use crate::error::shown;
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};
use parking_lot::RwLock;
use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long stopping waits for the backend's thread, which notify does not let one join. It ends as soon as it
/// is let run, which takes its time on a busy machine; and where a host closes the library while it still
/// runs, the process ends.
const BACKEND_ENDS_WITHIN: Duration = Duration::from_secs(30);

/// Whether the backend says that a written file was closed. Where it does not, waiting for that is
/// waiting in vain.
const CLOSING_IS_REPORTED: bool = cfg!(any(target_os = "linux", target_os = "android"));

/// What is sent to the watcher's thread.
#[derive(Debug)]
pub(super) enum Message {
    /// From the backend.
    Observed(Observed),
    /// From [`Watcher`](super::Watcher)'s drop.
    Stop,
}

/// What the thread owns.
#[derive(Debug)]
pub(super) struct Worker {
    messages: Receiver<Message>,
    watches: Watches,
    roots: Arc<RwLock<Roots>>,
    arrivals: Arc<Arrivals>,
    debouncer: Debouncer,
}

/// Whether a bundle folder that was touched is one.
enum Standing {
    /// It is, or it was until now.
    Bundle,
    /// It is a file, or came and went unseen.
    Stranger,
}

impl Worker {
    /// Watches `given`, and says where messages for it go. Nothing is delivered before [`run`](Self::run).
    pub(super) fn start(
        given: Vec<PathBuf>,
        options: WatchOptions,
    ) -> Result<(Self, Sender<Message>), WatchError> {
        let (sender, messages) = crossbeam_channel::unbounded();
        let given = given.into_iter().map(resolve).collect::<Result<_, _>>()?;
        let roots = Arc::new(RwLock::new(Roots::new(given)));
        let arrivals = Arc::new(Arrivals::default());
        let mut translator = Translator::new(roots.clone(), arrivals.clone(), options.leftovers);
        let observer = sender.clone();
        let handler = move |event| {
            for observed in translator.translate(Instant::now(), event) {
                // Fails only while the watcher stops.
                let _ = observer.send(Message::Observed(observed));
            }
        };
        // Links are followed by `Roots`, which knows all names of a folder.
        let config = notify::Config::default().with_follow_symlinks(false);
        let backend = notify::Watcher::new(handler, config)
            .map_err(|error| WatchError::Start { reason: error.to_string() })?;
        let watches = Watches::new(backend);
        let unclosed = if CLOSING_IS_REPORTED { options.unclosed } else { options.quiet };
        let debouncer = Debouncer::new(WatchOptions { unclosed, ..options });
        let mut worker = Self { messages, watches, roots, arrivals, debouncer };
        // The roots first, so that what comes while they are listed is reported.
        let mut refused = worker.rewatch();
        worker.list();
        refused.extend(worker.rewatch());
        match refused.into_iter().next() {
            Some(Refusal { path, reason }) => {
                drop(sender);
                worker.end();
                Err(WatchError::Refused { path, reason })
            }
            None => Ok((worker, sender)),
        }
    }

    /// Delivers until told to stop.
    pub(super) fn run(mut self, mut sink: impl FnMut(WatchSignal)) {
        loop {
            let message = match self.debouncer.next_deadline() {
                Some(deadline) => self.messages.recv_deadline(deadline),
                None => self.messages.recv().map_err(RecvTimeoutError::from),
            };
            match message {
                Ok(Message::Observed(observed)) => self.observe(observed, &mut sink),
                Err(RecvTimeoutError::Timeout) => {
                    let batches = self.debouncer.on_timeout(Instant::now());
                    batches.into_iter().for_each(|batch| sink(WatchSignal::Batch(batch)));
                }
                Ok(Message::Stop) | Err(RecvTimeoutError::Disconnected) => break,
            }
            if self.debouncer.next_deadline().is_none() {
                self.arrivals.prune();
            }
        }
        self.end();
    }

    /// Stops watching, and waits for the backend's thread. Nobody else may keep a sender.
    fn end(self) {
        drop(self.watches);
        // The backend's thread holds the last sender and drops it when it ends.
        let end = Instant::now() + BACKEND_ENDS_WITHIN;
        while self.messages.recv_deadline(end).is_ok() {}
    }

    fn observe(&mut self, observed: Observed, sink: &mut impl FnMut(WatchSignal)) {
        match observed {
            Observed::Change(change) => {
                let (batch, refused) = self.take_in(change);
                batch.into_iter().for_each(|batch| sink(WatchSignal::Batch(batch)));
                self.report(refused, sink);
            }
            Observed::RootGone(root) => {
                if self.roots.write().forget(&root) {
                    let refused = self.rewatch();
                    let reason = "the folder was deleted or renamed".to_owned();
                    sink(WatchSignal::Lost { root, reason });
                    self.report(refused, sink);
                }
            }
            Observed::Overflow(arrivals) => {
                let refused = self.rescan(arrivals);
                self.report(refused, sink);
            }
            Observed::Failed { paths, reason } if paths.is_empty() => {
                let roots: Vec<_> = self.roots.read().roots().to_vec();
                let refusal = |root: Root| Refusal { path: root.real, reason: reason.clone() };
                self.report(roots.into_iter().map(refusal).collect(), sink);
            }
            Observed::Failed { paths, reason } => {
                let refusal = |path| Refusal { path, reason: reason.clone() };
                self.report(paths.into_iter().map(refusal).collect(), sink);
            }
        }
    }

    /// Looks at what may be a new folder and makes sure that it is watched; then the change counts.
    fn take_in(&mut self, change: Change) -> (Option<Batch>, Vec<Refusal>) {
        let mut refused = Vec::new();
        let itself = change.file.as_os_str().is_empty();
        if itself
            && let Standing::Stranger = self.look(change.arrival.folder(), &mut refused)
            && !change.arrival.is_awaited()
        {
            return (None, refused);
        }
        let folder = !itself && change.entry == Entry::MayBeFolder && is_folder(&change.path);
        if folder {
            refused.extend(self.watches.ensure(&change.path).err());
        }
        // A moment ago the backend may not have watched it: what was missed is read by whoever
        // gets the batch, so the quiet time starts when nothing can be missed any more.
        let now = if itself || folder { Instant::now() } else { change.at };
        (self.debouncer.on_change(now, change), refused)
    }

    /// Looks at what a bundle folder is now, and watches it or where it leads.
    fn look(&mut self, folder: &Path, refused: &mut Vec<Refusal>) -> Standing {
        let entry = self.roots.read().entry(folder);
        let child = entry.as_deref().and_then(Child::inspect);
        let before = self.roots.write().set_child(folder, child.clone());
        let is_link = |child: &Option<Child>| matches!(child, Some(Child::Link { .. }));
        if child != before && (is_link(&child) || is_link(&before)) {
            refused.extend(self.rewatch());
        }
        let is_there = |child: &Option<Child>| child.as_ref().is_some_and(Child::is_present);
        let standing = match is_there(&child) || is_there(&before) {
            true => Standing::Bundle,
            false => Standing::Stranger,
        };
        let real = match child {
            Some(Child::Folder) => entry,
            Some(Child::Link { target, leads: Leads::ToFolder }) => Some(target),
            _ => None,
        };
        refused.extend(real.and_then(|real| self.watches.ensure(&real).err()));
        standing
    }

    /// Looks at everything anew; `counted` are folders that somebody waits for.
    fn rescan(&mut self, counted: Vec<Arrival>) -> Vec<Refusal> {
        let before = self.folders();
        let wanted = self.roots.read().wanted();
        let mut refused = self.watches.renew(&wanted);
        self.list();
        refused.extend(self.rewatch());
        let folders: BTreeSet<_> = before.into_iter().chain(self.folders()).collect();
        let mut arrivals = counted;
        arrivals.extend(folders.iter().map(|folder| self.arrivals.count(folder)));
        self.debouncer.on_rescan(Instant::now(), arrivals);
        refused
    }

    fn list(&self) {
        let roots = self.roots.read().roots().to_vec();
        for Root { given, real } in roots {
            let listed = Child::list(&real);
            self.roots.write().set_children(&given, listed);
        }
    }

    fn folders(&self) -> Vec<PathBuf> {
        self.roots.read().folders().map(Path::to_owned).collect()
    }

    fn rewatch(&mut self) -> Vec<Refusal> {
        let wanted = self.roots.read().wanted();
        self.watches.set(&wanted)
    }

    fn report(&self, refused: Vec<Refusal>, sink: &mut impl FnMut(WatchSignal)) {
        for Refusal { path, reason } in refused {
            let roots: BTreeSet<_> = self.roots.read().roots_with(&path).into_iter().collect();
            for root in roots {
                let reason = format!("{}: {reason}", shown(&path));
                sink(WatchSignal::Lost { root, reason });
            }
        }
    }
}

/// Whether there is a folder, not a link to one: the backend is told real paths only.
fn is_folder(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|metadata| metadata.is_dir())
}

fn resolve(given: PathBuf) -> Result<Root, WatchError> {
    let real = given.canonicalize().and_then(|real| match real.is_dir() {
        true => Ok(real),
        false => Err(io::ErrorKind::NotADirectory.into()),
    });
    match real {
        Ok(real) => Ok(Root { given, real }),
        Err(source) => Err(WatchError::Root { path: given, source }),
    }
}

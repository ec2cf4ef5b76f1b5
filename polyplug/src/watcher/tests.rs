//! The watcher on real files. What a platform cannot report is tested in `debounce` instead.

use super::translator::Observed;
use super::*;
use crossbeam_channel::Receiver;
use parking_lot::RwLock;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, ExitStatus};
use std::time::Instant;
use tempfile::TempDir;

mod folders;
#[cfg(unix)]
mod links;
mod saves;

/// Far above what any test needs; only a failing test waits this long.
const PATIENCE: Duration = Duration::from_secs(10);

/// A process that starts has every file open that was open in any test, for a moment: a file that a
/// scene wrote before it was watched would be closed after.
static STARTING: RwLock<()> = RwLock::new(());

/// A watched root with the bundle folders `a` and `b`, each with `x.lua`.
struct Scene {
    signals: Receiver<WatchSignal>,
    watcher: Watcher,
    root: PathBuf,
    temp: TempDir,
}

impl Scene {
    fn new() -> Self {
        Self::prepared(|_| {})
    }

    /// `prepare` gets the root, and its parent is the scene's as well.
    fn prepared(prepare: impl FnOnce(&Path)) -> Self {
        let nobody_starts = STARTING.read();
        let temp = tempfile::tempdir().unwrap();
        let root = temp.path().join("root");
        for bundle in ["a", "b"] {
            fs::create_dir_all(root.join(bundle)).unwrap();
            fs::write(root.join(bundle).join("x.lua"), "return 1").unwrap();
        }
        prepare(&root);
        drop(nobody_starts);
        let (watcher, signals) = watch(vec![root.clone()]);
        Self { signals, watcher, root, temp }
    }

    fn path(&self, below: &str) -> PathBuf {
        self.root.join(below)
    }

    fn beside(&self, name: &str) -> PathBuf {
        self.temp.path().join(name)
    }

    fn signal(&self) -> WatchSignal {
        self.signals.recv_timeout(PATIENCE).expect("a signal")
    }

    fn batch(&self) -> Batch {
        match self.signal() {
            WatchSignal::Batch(batch) => batch,
            lost => panic!("{lost:?}"),
        }
    }

    /// The next batch, which must be of this folder alone.
    fn batch_of(&self, bundle: &str) -> Batch {
        let batch = self.batch();
        assert_eq!(batch.folders, [self.path(bundle)], "{batch:?}");
        batch
    }

    /// Waits until a batch with the folder has arrived and is current, and `seen` holds then.
    fn until(&self, bundle: &str, mut seen: impl FnMut() -> bool) -> Batch {
        let folder = self.path(bundle);
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            let batch = self.batch();
            if batch.is_folder_current(&folder) && seen() {
                return batch;
            }
        }
        panic!("no current batch of {bundle}");
    }

    /// Everything delivered before a change of `b`, which is made now.
    fn before_a_change_of_b(&self) -> Vec<Batch> {
        fs::write(self.path("b/x.lua"), "return 'end'").unwrap();
        let end = self.path("b");
        let mut before = Vec::new();
        loop {
            let batch = self.batch();
            if batch.folders.contains(&end) {
                return before;
            }
            before.push(batch);
        }
    }
}

fn run(command: &mut Command) -> io::Result<ExitStatus> {
    let nobody_prepares = STARTING.write();
    let process = command.spawn();
    drop(nobody_prepares);
    process?.wait()
}

fn watch(roots: Vec<PathBuf>) -> (Watcher, Receiver<WatchSignal>) {
    let (sender, signals) = crossbeam_channel::unbounded();
    let sink = move |signal| sender.send(signal).unwrap_or_default();
    (Watcher::start(roots, WatchOptions::default(), sink).unwrap(), signals)
}

/// As if the backend had observed it.
fn observe(scene: &Scene, observed: Observed) {
    let sender = scene.watcher.stop.as_ref().unwrap();
    sender.send(Message::Observed(observed)).unwrap();
}

#[test]
fn lost_events_are_a_rescan_of_every_bundle_folder() {
    let scene = Scene::new();
    observe(&scene, Observed::Overflow(Vec::new()));
    let batch = scene.batch();
    assert_eq!(batch.settled, Settled::Rescan);
    assert_eq!(batch.folders, [scene.path("a"), scene.path("b")]);
    assert!(batch.is_still_current());
    assert!(scene.before_a_change_of_b().is_empty());
}

#[test]
fn a_failing_backend_loses_the_roots_that_it_names_or_all() {
    let scene = Scene::new();
    let reason = "no more";
    for paths in [Vec::new(), vec![scene.root.canonicalize().unwrap().join("a")]] {
        observe(&scene, Observed::Failed { paths, reason: reason.to_owned() });
        let WatchSignal::Lost { root, reason: told } = scene.signal() else { panic!("a batch") };
        assert_eq!(root, scene.root);
        assert!(told.contains(reason), "{told}");
    }
}

#[test]
fn a_missing_root_is_named_in_the_error() {
    let temp = tempfile::tempdir().unwrap();
    let missing = temp.path().join("nowhere");
    let error = Watcher::start(vec![missing.clone()], WatchOptions::default(), |_| {}).unwrap_err();
    assert!(matches!(&error, WatchError::Root { path, .. } if *path == missing));
    assert!(error.to_string().contains("nowhere"), "{error}");
}

#[test]
fn a_root_that_is_a_file_is_refused() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let roots = vec![file.path().to_owned()];
    let error = Watcher::start(roots, WatchOptions::default(), |_| {}).unwrap_err();
    assert!(matches!(error, WatchError::Root { .. }), "{error}");
}

#[test]
fn a_dropped_watcher_has_let_go_of_its_sink() {
    let Scene { signals, watcher, root, temp: _temp } = Scene::new();
    drop(watcher);
    fs::write(root.join("a/x.lua"), "return 2").unwrap();
    assert!(signals.recv_timeout(PATIENCE).is_err_and(|error| error.is_disconnected()));
}

#[test]
fn a_watcher_may_be_dropped_by_its_own_sink() {
    let scene = Scene::new();
    let (sender, watchers) = crossbeam_channel::bounded::<Watcher>(1);
    let (done, dropped) = crossbeam_channel::bounded(1);
    let sink = move |_| {
        drop(watchers.recv());
        done.send(()).unwrap_or_default();
    };
    let watcher = Watcher::start(vec![scene.path("")], WatchOptions::default(), sink).unwrap();
    sender.send(watcher).unwrap();
    fs::write(scene.path("a/x.lua"), "return 2").unwrap();
    dropped.recv_timeout(PATIENCE).unwrap();
}

#[test]
fn two_roots_are_watched_by_one_watcher() {
    let temp = tempfile::tempdir().unwrap();
    let roots = ["one", "two"].map(|name| temp.path().join(name));
    roots.iter().for_each(|root| fs::create_dir_all(root.join("a")).unwrap());
    let (_watcher, signals) = watch(roots.to_vec());
    for root in &roots {
        fs::create_dir(root.join("new")).unwrap();
        let signal = signals.recv_timeout(PATIENCE).unwrap();
        assert!(matches!(signal, WatchSignal::Batch(batch) if batch.folders == [root.join("new")]));
    }
}

#[test]
fn a_deleted_root_is_reported_as_lost() {
    let scene = Scene::new();
    fs::remove_dir_all(&scene.root).unwrap();
    let lost = loop {
        if let WatchSignal::Lost { root, reason } = scene.signal() {
            break (root, reason);
        }
    };
    assert_eq!(lost.0, scene.root);
    assert!(!lost.1.is_empty());
}

#[test]
#[cfg(target_os = "linux")]
fn a_renamed_root_is_reported_as_lost() {
    let scene = Scene::new();
    fs::rename(&scene.root, scene.beside("elsewhere")).unwrap();
    assert!(matches!(scene.signal(), WatchSignal::Lost { root, .. } if root == scene.root));
}

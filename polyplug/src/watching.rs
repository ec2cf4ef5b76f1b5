//! What a runtime follows: whether bundles may be replaced at all, and the folders whose files are
//! watched.

use crate::core::Core;
use crate::error::{RuntimeError, shown};
use crate::loader::manifest::has_manifest;
use crate::reload::worker::Job;
use crate::watcher::{Leftovers, WatchOptions, Watcher};
use parking_lot::Mutex;
use polyplug_abi::SignaturePolicy;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// One runtime's watching.
pub(crate) struct Watching {
    hot_reload: AtomicBool,
    followed: Mutex<Followed>,
}

#[derive(Default)]
struct Followed {
    roots: Vec<PathBuf>,
    /// None while there are no roots, and once the runtime goes.
    watcher: Option<Watcher>,
}

impl Watching {
    pub(crate) fn new(hot_reload: bool) -> Self {
        Self { hot_reload: AtomicBool::new(hot_reload), followed: Mutex::default() }
    }

    /// `HotReloadDisabled`, unless bundles may be replaced.
    pub(crate) fn allow_reload(&self) -> Result<(), RuntimeError> {
        match self.hot_reload.load(Ordering::Relaxed) {
            true => Ok(()),
            false => Err(RuntimeError::HotReloadDisabled),
        }
    }

    /// The folders that are watched.
    pub(crate) fn roots(&self) -> Vec<PathBuf> {
        self.followed.lock().roots.clone()
    }

    /// Watches `folders` too, from now on. Turns reloading on.
    pub(crate) fn follow(&self, core: &Arc<Core>, folders: &[PathBuf]) -> Result<(), RuntimeError> {
        let mut followed = self.followed.lock();
        let mut roots = followed.roots.clone();
        roots.extend(folders.iter().filter(|folder| !followed.roots.contains(folder)).cloned());
        followed.replace(core, roots)?;
        self.hot_reload.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Watches `folder` no longer, or nothing at all without one.
    pub(crate) fn leave(
        &self,
        core: &Arc<Core>,
        folder: Option<&Path>,
    ) -> Result<(), RuntimeError> {
        let mut followed = self.followed.lock();
        let mut roots = followed.roots.clone();
        roots.retain(|root| folder.is_some_and(|folder| root != folder));
        if let (Some(folder), true) = (folder, roots == followed.roots) {
            let problem = format!("{} is not watched", shown(folder));
            return Err(RuntimeError::InvalidArgument { what: "folder", problem });
        }
        followed.replace(core, roots)
    }

    /// Whether a watcher runs.
    #[cfg(test)]
    pub(crate) fn is_running(&self) -> bool {
        self.followed.lock().watcher.is_some()
    }

    /// Stops for good; waits for what the watcher is just telling.
    pub(crate) fn stop(&self) {
        let watcher = self.followed.lock().watcher.take();
        drop(watcher);
    }

    /// Lets the watcher run on without an owner.
    pub(crate) fn leak(&self) {
        std::mem::forget(self.followed.lock().watcher.take());
    }
}

impl Followed {
    fn replace(&mut self, core: &Arc<Core>, roots: Vec<PathBuf>) -> Result<(), RuntimeError> {
        if roots == self.roots {
            return Ok(());
        }
        // Before the present one ends, so that nothing goes unseen between the two.
        let watcher = match roots.is_empty() {
            true => None,
            false => Some(start(core, roots.clone())?),
        };
        let before = std::mem::replace(&mut self.watcher, watcher);
        // What the old one had seen and not told yet is found by looking.
        core.worker.send(Job::LookAgain(bundle_folders(&self.roots, &roots)));
        self.roots = roots;
        drop(before);
        Ok(())
    }
}

fn start(core: &Arc<Core>, roots: Vec<PathBuf>) -> Result<Watcher, RuntimeError> {
    let leftovers = match core.options.trust.policy {
        SignaturePolicy::Required => Leftovers::Counted,
        SignaturePolicy::Off | SignaturePolicy::WarnOnly => Leftovers::Ignored,
    };
    let quiet = core.options.quiet;
    let options = WatchOptions { quiet, leftovers, ..WatchOptions::default() };
    let weak = Arc::downgrade(core);
    let sink = move |signal| {
        if let Some(core) = weak.upgrade() {
            core.worker.watch_signal(signal);
        }
    };
    Watcher::start(roots, options, sink)
        .map_err(|error| RuntimeError::Watch { reason: error.to_string() })
}

/// The bundle folders of the roots that are watched before and after.
fn bundle_folders(before: &[PathBuf], after: &[PathBuf]) -> Vec<PathBuf> {
    let kept = before.iter().filter(|root| after.contains(root));
    let folders = kept.filter_map(|root| std::fs::read_dir(root).ok()).flatten().flatten();
    folders.map(|entry| entry.path()).filter(|path| has_manifest(path)).collect()
}

//! Bundles of a folder, read in sorted order, or of a list; loaded in dependency order. One broken bundle
//! never stops the others.

use super::absent::Absent;
use super::admission;
use super::dependencies;
use super::failure::{self, Failure};
use super::held::Held;
use super::known;
use super::opening::Opening;
use super::operation;
use super::permission::{self, Allowed};
use super::place;
use super::plan::{self, Change};
use crate::core::Core;
use crate::error::{AbsentProvider, RuntimeError, WhyAbsent, shown};
use crate::events::{Cause, Delivery, Step};
use crate::loader::manifest::{ManifestData, has_manifest, may_be_bundle};
use polyplug_abi::LogLevel;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How a scan ended.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct ScanReport {
    /// Bundles that were loaded, in the order they were.
    pub loaded: Vec<String>,
    /// Bundles that were not, and why.
    pub failed: Vec<FailedLoad>,
    /// Bundles whose manifest says `enabled = false`.
    pub disabled: Vec<String>,
}

impl ScanReport {
    /// What to tell people: of a circle of bundles that need each other, each of which failed for the same
    /// reason, the first alone.
    pub fn distinct_failures(&self) -> impl Iterator<Item = &FailedLoad> {
        let mut circles = Vec::new();
        self.failed.iter().filter(move |failed| match &failed.error {
            RuntimeError::DependencyCycle { bundles } if circles.contains(&bundles) => false,
            RuntimeError::DependencyCycle { bundles } => {
                circles.push(bundles);
                true
            }
            _ => true,
        })
    }
}

/// A bundle that was not loaded.
#[derive(Debug)]
#[non_exhaustive]
pub struct FailedLoad {
    /// Its name, or its folder's if the manifest cannot be read or believed.
    pub bundle: String,
    /// Its folder.
    pub path: PathBuf,
    /// Why.
    pub error: RuntimeError,
}

/// Loads every bundle of `folder`.
pub(crate) fn load_folder(core: &Arc<Core>, folder: &Path) -> Result<ScanReport, RuntimeError> {
    permission::allow(core, "load", Allowed::InsideCalls)?;
    let paths = bundle_folders(folder)?;
    forget_gone(core, folder);
    if paths.is_empty() && has_manifest(folder) {
        let advice = "is a bundle itself; name the folder above it";
        core.log(LogLevel::Warn, "runtime", &format!("{} {advice}", shown(folder)));
    }
    Ok(load_all(core, &paths))
}

/// Loads the bundles in `paths`, as if they lay in one folder.
pub(crate) fn load_bundles(
    core: &Arc<Core>,
    paths: &[PathBuf],
) -> Result<ScanReport, RuntimeError> {
    permission::allow(core, "load", Allowed::InsideCalls)?;
    Ok(load_all(core, paths))
}

fn load_all(core: &Arc<Core>, paths: &[PathBuf]) -> ScanReport {
    let mut scan = Scan {
        core,
        report: ScanReport::default(),
        lacking: Vec::new(),
        absent: Absent::default(),
        warned: BTreeSet::new(),
    };
    let mut held = Held::default();
    let mut waiting = Vec::new();
    for path in paths {
        let Some(mut change) = scan.read(path) else { continue };
        change.wait_in(&mut held);
        waiting.push(change);
    }
    scan.load(waiting);
    scan.load_lacking();
    scan.report
}

/// A scan while it goes on.
struct Scan<'a> {
    core: &'a Arc<Core>,
    report: ScanReport,
    lacking: Vec<Lacking>,
    /// What was not loaded, for those that need it.
    absent: Absent,
    /// The folders of whose manifests is told what is odd; one that is read again is not told again.
    warned: BTreeSet<PathBuf>,
}

/// A bundle whose provider is missing, so far.
struct Lacking {
    manifest: ManifestData,
    failure: Failure,
}

impl Scan<'_> {
    /// The load of the bundle in `path`, if it is to be loaded.
    fn read(&mut self, path: &Path) -> Option<Change> {
        let core = self.core;
        let label = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let opening = match Opening::read(core, path) {
            Ok(opening) => opening,
            Err(unopened) => {
                self.fail(Failure::unopened(&label, path, unopened), None);
                return None;
            }
        };
        if self.warned.insert(path.to_owned()) {
            failure::warn_about(core, &opening.manifest);
        }
        let data = opening.manifest.data.clone();
        // An unsigned manifest neither turns a bundle off nor has a say in the order of the others.
        if let Err(unopened) = admission::believe(core, &opening) {
            self.fail(Failure::unbelieved(&opening, unopened), Some(&data));
            return None;
        }
        if !opening.manifest.options.enabled {
            let provider = AbsentProvider::new(&data.name, path, WhyAbsent::Disabled);
            self.absent.add_by_manifest(provider, &data);
            self.report.disabled.push(data.name);
            return None;
        }
        let change = opening.with_loader(core).and_then(|opening| {
            let bundle = known::record(core, &data.name)?;
            Ok(opening.change(bundle, Cause::Request))
        });
        let failed = |error: RuntimeError| Failure::unopened(&data.name, path, error.into());
        change.map_err(|error| self.fail(failed(error), Some(&data))).ok()
    }

    /// In rounds: each loads what has its providers. Those of a circle are refused.
    fn load(&mut self, mut waiting: Vec<Change>) {
        while !waiting.is_empty() {
            let (ready, blocked) = split(waiting);
            waiting = match ready.is_empty() {
                true => self.refuse_circle(blocked),
                false => blocked,
            };
            for change in ready {
                self.take_turn(change);
            }
        }
    }

    /// A bundle without `provides` shows what it provides only when it is loaded, so who needs it may
    /// have been tried too early.
    fn load_lacking(&mut self) {
        loop {
            let loaded = self.report.loaded.len();
            for Lacking { failure, .. } in std::mem::take(&mut self.lacking) {
                if let Some(change) = self.read(&failure.path) {
                    self.load_one(change);
                }
            }
            if self.report.loaded.len() == loaded {
                break;
            }
        }
        let lacking = std::mem::take(&mut self.lacking);
        for Lacking { manifest, failure } in &lacking {
            self.note_absent(failure, Some(manifest));
        }
        for Lacking { manifest, failure } in lacking {
            let error = self.absent.explain(failure.error, &manifest);
            self.tell(Failure { error, ..failure });
        }
    }

    fn take_turn(&mut self, change: Change) {
        let change = match change.is_set_down() {
            true => self.read(&change.path()),
            false => Some(change),
        };
        change.into_iter().for_each(|change| self.load_one(change));
    }

    fn load_one(&mut self, change: Change) {
        let name = change.bundle.name.to_string();
        let (path, manifest) = (change.path(), change.with_manifest(ManifestData::clone));
        let Err(failure) = operation::run_load(self.core, change) else {
            self.report.loaded.push(name);
            return;
        };
        let path = if failure.path.as_os_str().is_empty() { path } else { failure.path.clone() };
        let failure = Failure { path, ..failure };
        match (&failure.error, manifest) {
            (RuntimeError::DependencyMissing { .. }, Some(manifest)) => {
                self.lacking.push(Lacking { manifest, failure });
            }
            (_, manifest) => self.fail(failure, manifest.as_ref()),
        }
    }

    /// Refuses those of one circle among changes none of which can be first, and gives back the others. Each
    /// has its event with the same error, which names them all, so that people need it once only.
    fn refuse_circle(&mut self, left: Vec<Change>) -> Vec<Change> {
        let bundles = plan::cycle(&left);
        let (circle, others): (Vec<Change>, Vec<Change>) = left
            .into_iter()
            .partition(|change| bundles.iter().any(|one| **one == *change.bundle.name));
        for change in circle {
            let (bundle, path) = (change.bundle.name.to_string(), change.path());
            let error = RuntimeError::DependencyCycle { bundles: bundles.clone() };
            let failure = Failure { bundle, path, step: Step::Check, error, trust: None };
            self.fail(failure, change.with_manifest(ManifestData::clone).as_ref());
        }
        others
    }

    fn fail(&mut self, failure: Failure, manifest: Option<&ManifestData>) {
        self.note_absent(&failure, manifest);
        self.tell(failure);
    }

    fn note_absent(&mut self, failure: &Failure, manifest: Option<&ManifestData>) {
        // Who misses it knows it by the name that it goes by, believed or not.
        let name = manifest.map_or(&failure.bundle, |manifest| &manifest.name);
        let provider = AbsentProvider::new(name, &failure.path, WhyAbsent::Failed);
        match manifest {
            Some(manifest) => self.absent.add_by_manifest(provider, manifest),
            None => self.absent.add(provider, []),
        }
    }

    fn tell(&mut self, failure: Failure) {
        let (bundle, path) = (failure.bundle.clone(), failure.path.clone());
        let error = failure::tell_failure(self.core, failure, Delivery::Caller);
        self.report.failed.push(FailedLoad { bundle, path, error });
    }
}

/// Forgets what failed in `folder` before and is not there any more.
fn forget_gone(core: &Core, folder: &Path) {
    let mut gone = core.writer.lock().failed.lying_in(folder);
    gone.retain(|path| place::is_vacant(path));
    if !gone.is_empty() {
        let mut writer = core.writer.lock();
        gone.iter().for_each(|path| writer.failed.forget_folder(path));
    }
}

/// The folders in `folder` that hold a manifest or cannot be looked at, sorted by name.
pub(crate) fn bundle_folders(folder: &Path) -> Result<Vec<PathBuf>, RuntimeError> {
    let failed = |source: std::io::Error| RuntimeError::Io {
        action: "reading",
        path: folder.to_owned(),
        source: Arc::new(source),
    };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if !hidden && may_be_bundle(&path) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Those that need none of the others, and the rest.
fn split(waiting: Vec<Change>) -> (Vec<Change>, Vec<Change>) {
    let contracts: Vec<_> = waiting.iter().map(Change::contracts).collect();
    let free: Vec<bool> = waiting
        .iter()
        .map(|change| {
            let dependencies = change.dependencies();
            let needs_other = |(other, provided): (&Change, &BTreeSet<u64>)| {
                !Arc::ptr_eq(&other.bundle, &change.bundle)
                    && dependencies::any_on(&dependencies, other.bundle.id, provided)
            };
            dependencies.is_empty() || !waiting.iter().zip(&contracts).any(needs_other)
        })
        .collect();
    let mut free = free.into_iter();
    waiting.into_iter().partition(|_| free.next() == Some(true))
}

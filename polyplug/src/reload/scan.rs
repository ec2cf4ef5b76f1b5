//! A folder of bundles: read in sorted order, loaded in dependency order. One broken bundle never
//! stops the others.

use super::admission;
use super::dependencies;
use super::failure::{self, Failure};
use super::known;
use super::opening::Opening;
use super::operation;
use super::permission::{self, Allowed};
use super::plan::{Change, Plan};
use crate::core::Core;
use crate::error::RuntimeError;
use crate::events::{Cause, Delivery, Step};
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

/// A bundle that was not loaded.
#[derive(Debug)]
#[non_exhaustive]
pub struct FailedLoad {
    /// Its name, or its folder's if the manifest cannot be read.
    pub bundle: String,
    /// Its folder.
    pub path: PathBuf,
    /// Why.
    pub error: RuntimeError,
}

/// Loads every bundle of `folder`.
pub(crate) fn load_folder(core: &Arc<Core>, folder: &Path) -> Result<ScanReport, RuntimeError> {
    permission::allow(core, "load", Allowed::InsideCalls)?;
    let mut report = ScanReport::default();
    let mut waiting = Vec::new();
    let paths = bundle_folders(folder)?;
    if paths.is_empty() && folder.join("manifest.toml").exists() {
        let advice = "is a bundle itself; name the folder above it";
        core.log(LogLevel::Warn, "runtime", &format!("{} {advice}", folder.display()));
    }
    for path in paths {
        match change_for(core, &path) {
            Ok(Found::Bundle(change)) => waiting.push(*change),
            Ok(Found::Disabled(name)) => report.disabled.push(name),
            Err(failure) => fail(core, &mut report, failure),
        }
    }
    // In rounds: each loads what has its providers. What is left is part of a circle.
    let mut lacking = Vec::new();
    loop {
        let (ready, blocked) = split(waiting);
        if ready.is_empty() {
            waiting = blocked;
            break;
        }
        for change in ready {
            load_one(core, &mut report, &mut lacking, change);
        }
        waiting = blocked;
    }
    if !waiting.is_empty() {
        refuse_circle(core, &mut report, waiting);
    }
    load_lacking(core, &mut report, lacking);
    Ok(report)
}

/// A bundle without `provides` shows what it provides only when it is loaded, so who needs it may
/// have been tried too early.
fn load_lacking(core: &Arc<Core>, report: &mut ScanReport, mut lacking: Vec<Lacking>) {
    loop {
        let loaded = report.loaded.len();
        let mut still = Vec::new();
        for Lacking { path, .. } in lacking {
            match change_for(core, &path) {
                Ok(Found::Bundle(change)) => load_one(core, report, &mut still, *change),
                Ok(Found::Disabled(name)) => report.disabled.push(name),
                Err(failure) => fail(core, report, failure),
            }
        }
        lacking = still;
        if report.loaded.len() == loaded {
            break;
        }
    }
    for Lacking { failure, .. } in lacking {
        fail(core, report, failure);
    }
}

/// A bundle whose provider is missing, so far.
struct Lacking {
    path: PathBuf,
    failure: Failure,
}

enum Found {
    Bundle(Box<Change>),
    Disabled(String),
}

/// The folders in `folder` that hold a manifest, sorted by name.
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
        if !hidden && path.join("manifest.toml").exists() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn change_for(core: &Arc<Core>, path: &Path) -> Result<Found, Failure> {
    let label = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let failed = |bundle: &str, unopened| Failure::unopened(bundle, path, unopened);
    let opening = Opening::read(core, path).map_err(|unopened| failed(&label, unopened))?;
    failure::warn_about(core, &opening.manifest);
    let name = opening.manifest.data.name.clone();
    // An unsigned manifest neither turns a bundle off nor has a say in the order of the others.
    admission::believe(core, &opening).map_err(|unopened| failed(&name, unopened))?;
    if !opening.manifest.options.enabled {
        return Ok(Found::Disabled(name));
    }
    let opening = opening.with_loader(core).map_err(|error| failed(&name, error.into()))?;
    let bundle = known::record(core, &name).map_err(|error| failed(&name, error.into()))?;
    Ok(Found::Bundle(Box::new(opening.change(bundle, Cause::Request))))
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

fn load_one(core: &Arc<Core>, report: &mut ScanReport, lacking: &mut Vec<Lacking>, change: Change) {
    let name = change.bundle.name.to_string();
    let path = change.path();
    match operation::run_load(core, change) {
        Ok(()) => report.loaded.push(name),
        Err(failure) => {
            let path =
                if failure.path.as_os_str().is_empty() { path } else { failure.path.clone() };
            let failure = Failure { path: path.clone(), ..failure };
            match failure.error {
                RuntimeError::DependencyMissing { .. } => lacking.push(Lacking { path, failure }),
                _ => fail(core, report, failure),
            }
        }
    }
}

fn refuse_circle(core: &Arc<Core>, report: &mut ScanReport, left: Vec<Change>) {
    let failures: Vec<(String, PathBuf)> =
        left.iter().map(|change| (change.bundle.name.to_string(), change.path())).collect();
    let mut plan = Plan { changes: left, noticed: None, seen: None, is_load: false };
    let bundles = match plan.sort() {
        Err(RuntimeError::DependencyCycle { bundles }) => bundles,
        _ => failures.iter().map(|(name, _)| name.clone()).collect(),
    };
    for (bundle, path) in failures {
        let error = RuntimeError::DependencyCycle { bundles: bundles.clone() };
        let step = Step::Check;
        fail(core, report, Failure { bundle, path, step, error, trust: None });
    }
}

fn fail(core: &Core, report: &mut ScanReport, failure: Failure) {
    let (bundle, path) = (failure.bundle.clone(), failure.path.clone());
    let error = failure::tell_failure(core, failure, Delivery::Caller);
    report.failed.push(FailedLoad { bundle, path, error });
}

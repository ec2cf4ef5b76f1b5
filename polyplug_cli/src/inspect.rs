//! `polyplug inspect`: what a bundle, or every bundle of a folder, provides, function by function, and
//! who needs what of whom.

mod asking;
mod definitions;
mod details;
mod graph;
mod judged;
mod needs;

use crate::Verdict;
use crate::arguments::{InspectOptions, hear};
use crate::bindgen::bad;
use crate::bundle_paths;
use crate::list::{write_failures, write_hint};
use crate::loaders;
use crate::show::problem::Problem;
use crate::signature_notes::SignatureNotes;
use crossbeam_channel::Receiver;
use details::{Details, Shown};
use graph::Graph;
use judged::Judged;
use polyplug::error::RuntimeError;
use polyplug::events::Event;
use polyplug::loader::manifest::bundle_folder;
use polyplug::runtime::{Runtime, RuntimeBuilder, ScanReport};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Runs the subcommand.
pub(crate) fn inspect(options: &InspectOptions, out: &mut dyn Write) -> io::Result<Verdict> {
    let errors = &mut anstream::stderr();
    if let Err(problem) = bundle_paths::check(&options.path) {
        return bad(&problem);
    }
    let place = bundle_folder(&options.path);
    let keys = match options.signatures.keys_to_show(errors) {
        Ok(keys) => keys,
        Err(problem) => return bad(&problem),
    };
    let (builder, judged) = Judged::listen(options.granting.apply(loaders::builder()));
    let (builder, heard) = hear(options.signatures.apply_to_look(builder, &keys));
    let (runtime, events, mut report) = match open(&place, builder) {
        Ok(opened) => opened,
        Err(error) => {
            Problem::of_error(&error, &place).write(errors)?;
            return Ok(Verdict::Bad);
        }
    };
    let only = bundle_paths::is_bundle(&place).then_some(place.as_path());
    report.failed.sort_by(|a, b| a.bundle.cmp(&b.bundle));
    let bundles = details::bundles(&runtime, only);
    let folder = match only {
        Some(path) => above(path),
        None => place.clone(),
    };
    let graph = Graph::read(&folder, &runtime.bundles())?;
    let failed = &report.failed;
    let shown = Shown { bundles: &bundles, failed, graph: &graph, keys: &keys, judged: &judged };
    if options.json {
        serde_json::to_writer_pretty(&mut *out, &Details::new(&shown))?;
        writeln!(out)?;
    } else {
        details::write(&shown, out)?;
        write_hint(bundles.is_empty() && report.failed.is_empty(), out)?;
    }
    out.flush()?;
    let mut notes = SignatureNotes::default();
    write_failures(&report, &mut notes, errors)?;
    notes.write(events.try_iter(), heard.try_iter(), errors)?;
    Ok(if report.failed.is_empty() && !bundles.is_empty() { Verdict::Good } else { Verdict::Bad })
}

/// Loads a folder of bundles; of a bundle alone, also its neighbours, which it may need.
fn open(
    path: &Path,
    builder: RuntimeBuilder,
) -> Result<(Arc<Runtime>, Receiver<Event>, ScanReport), RuntimeError> {
    let runtime = builder.build()?;
    let events = runtime.events();
    let report = match bundle_paths::is_bundle(path) {
        true => load_with_neighbours(&runtime, path)?,
        false => runtime.load_folder(path)?,
    };
    Ok((runtime, events, report))
}

/// Loads the bundle in `path`; if it does not run alone, also its neighbours, which it may need. How those
/// fare is not told.
pub(crate) fn load_with_neighbours(
    runtime: &Runtime,
    path: &Path,
) -> Result<ScanReport, RuntimeError> {
    let Err(alone) = runtime.load_bundle(path) else { return Ok(ScanReport::default()) };
    let beside = path.canonicalize().ok().and_then(|path| path.parent().map(Path::to_owned));
    let Some(beside) = beside else { return Err(alone) };
    let mut report = runtime.load_folder(beside)?;
    report.failed.retain(|failed| same_folder(&failed.path, path));
    if report.failed.is_empty() && details::bundles(runtime, Some(path)).is_empty() {
        return Err(alone);
    }
    Ok(report)
}

/// The first bundle in a folder of them.
pub(crate) fn bundle_in(folder: &Path) -> Option<PathBuf> {
    let entries = fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path());
    entries.filter(|path| bundle_paths::is_bundle(path)).min()
}

/// The folder that a bundle lies in, where its neighbours are.
fn above(bundle: &Path) -> PathBuf {
    let whole = bundle.canonicalize().unwrap_or_else(|_| bundle.to_owned());
    whole.parent().map_or(whole.clone(), Path::to_owned)
}

fn same_folder(one: &Path, other: &Path) -> bool {
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => one == other,
    }
}

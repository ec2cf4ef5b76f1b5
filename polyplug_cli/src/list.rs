//! `polyplug list`: loads a folder and says what is there.

use crate::Verdict;
use crate::arguments::{ListOptions, hear};
use crate::bindgen::bad;
use crate::bundle_paths;
use crate::loaders;
use crate::show::listing::{self, Listing};
use crate::show::problem::Problem;
use crate::show::style::one_line;
use crate::signature_notes::SignatureNotes;
use polyplug::events::Event;
use polyplug::runtime::{Runtime, ScanReport};
use std::io::{self, Write};
use std::path::Path;

/// Runs the subcommand.
pub(crate) fn list(options: &ListOptions, out: &mut dyn Write) -> io::Result<Verdict> {
    let errors = &mut anstream::stderr();
    if let Err(problem) = bundle_paths::check_folder(&options.dir) {
        return bad(&problem);
    }
    let keys = match options.signatures.keys() {
        Ok(keys) => keys,
        Err(problem) => return bad(&problem),
    };
    let builder = options.granting.apply(loaders::builder());
    let (builder, heard) = hear(options.signatures.apply_to_look(builder, &keys));
    let scanned = builder.build().and_then(|runtime| {
        let events = runtime.events();
        let report = runtime.load_folder(&options.dir)?;
        Ok((runtime, events, report))
    });
    let (runtime, events, report) = match scanned {
        Ok(scanned) => scanned,
        Err(error) => {
            Problem::of_error(&error, &options.dir).write(errors)?;
            return Ok(Verdict::Bad);
        }
    };
    let events: Vec<Event> = events.try_iter().collect();
    if options.json {
        let bundles = runtime.bundles();
        let listing = Listing::new(&options.dir, &bundles, &report, &events);
        serde_json::to_writer_pretty(&mut *out, &listing)?;
        writeln!(out)?;
    } else {
        write_tree(&options.dir, &runtime, &report, out)?;
    }
    out.flush()?;
    let mut notes = SignatureNotes::default();
    write_failures(&report, &mut notes, errors)?;
    notes.write(events, heard.try_iter(), errors)?;
    Ok(verdict(&report))
}

/// Bad if a bundle failed.
pub(crate) fn verdict(report: &ScanReport) -> Verdict {
    if report.failed.is_empty() { Verdict::Good } else { Verdict::Bad }
}

/// The listing of a folder that was just loaded.
pub(crate) fn write_tree(
    folder: &Path,
    runtime: &Runtime,
    report: &ScanReport,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut bundles = runtime.bundles();
    for bundle in &mut bundles {
        // Why a bundle failed follows on stderr.
        let told = report.failed.iter().any(|failed| failed.bundle == bundle.name);
        bundle.last_error.take_if(|_| told);
    }
    let failed = report.failed.iter().map(|failed| (&*failed.bundle, &*failed.path));
    listing::write_folder(folder, &bundles, &failed.collect::<Vec<_>>(), out)?;
    for name in &report.disabled {
        writeln!(out, "- {}  disabled by its manifest", one_line(name))?;
    }
    write_hint(bundles.is_empty() && report.disabled.is_empty(), out)
}

/// What to do about a folder without bundles.
pub(crate) fn write_hint(is_empty: bool, out: &mut dyn Write) -> io::Result<()> {
    match is_empty {
        true => {
            writeln!(out, "There are no bundles here: a bundle is a folder with a manifest.toml.")
        }
        false => Ok(()),
    }
}

/// Why bundles failed, with the lines that are wrong.
pub(crate) fn write_failures(
    report: &ScanReport,
    notes: &mut SignatureNotes,
    errors: &mut dyn Write,
) -> io::Result<()> {
    for failed in report.distinct_failures() {
        notes.problem(&failed.error, &failed.path).write(errors)?;
    }
    Ok(())
}

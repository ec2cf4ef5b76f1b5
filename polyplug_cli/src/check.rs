//! `polyplug check`: the manifest word by word, then a dry load.

use crate::Verdict;
use crate::arguments::CheckOptions;
use crate::loaders;
use crate::show::listing;
use crate::show::problem::Problem;
use crate::show::style::{DIM, GOOD, STRONG, paint};
use polyplug::error::RuntimeError;
use polyplug::loader::manifest::{Manifest, bundle_folder};
use polyplug::runtime::Runtime;
use polyplug_abi::{BundleId, Compatibility, LogLevel};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc;

/// Runs the subcommand.
pub(crate) fn check(options: &CheckOptions, out: &mut dyn Write) -> io::Result<Verdict> {
    let errors = &mut anstream::stderr();
    let folder = bundle_folder(&options.bundle);
    let manifest = match Manifest::read(&folder) {
        Ok(manifest) => manifest,
        Err(error) => {
            Problem::of_error(&error, &folder).write(errors)?;
            write_verdict(1, &folder, errors)?;
            return Ok(Verdict::Bad);
        }
    };
    for warning in &manifest.warnings {
        Problem::of_unknown_key(warning).write(errors)?;
    }
    let mut problems = manifest.warnings.len();
    if let Err(error) = dry_load(options, &folder, &manifest, out) {
        Problem::of_error(&error, &folder).write(errors)?;
        problems += 1;
    }
    if problems > 0 {
        write_verdict(problems, &folder, errors)?;
        return Ok(Verdict::Bad);
    }
    let (good, name) = (paint(GOOD, "good:"), &manifest.data.name);
    writeln!(out, "{good} `{name}` can be loaded")?;
    Ok(Verdict::Good)
}

fn write_verdict(problems: usize, folder: &Path, errors: &mut dyn Write) -> io::Result<()> {
    let problems = listing::counted(problems, "problem");
    writeln!(errors, "{}", paint(STRONG, format!("{problems} in {}", folder.display())))
}

/// Loads the bundle with what it needs under strict rules, lists it, and unloads it with the
/// runtime.
fn dry_load(
    options: &CheckOptions,
    folder: &Path,
    manifest: &Manifest,
    out: &mut dyn Write,
) -> Result<(), RuntimeError> {
    let (records, told) = mpsc::channel();
    let logger = move |level: LogLevel, scope: &str, message: &str| {
        // The manifest's warnings have been shown as errors.
        if level <= LogLevel::Warn && scope != "manifest" {
            let _ = records.send(message.to_owned());
        }
    };
    let builder = loaders::builder().compatibility(Compatibility::Strict).logger(logger);
    let runtime = builder.build()?;
    if needs_others(manifest) {
        let beside = folder.canonicalize().ok().and_then(|path| path.parent().map(Path::to_owned));
        if let Some(place) = options.with.clone().or(beside) {
            load_providers(&runtime, &place, folder);
        }
    }
    // What the neighbours had to say is not about this bundle.
    while told.try_recv().is_ok() {}
    runtime.load_bundle(folder)?;
    let _ = report(&runtime, manifest, out);
    for message in told.try_iter() {
        let _ = Problem::plain(message).write_warning(&mut anstream::stderr());
    }
    Ok(())
}

fn needs_others(manifest: &Manifest) -> bool {
    !manifest.data.dependencies.is_empty() || !manifest.data.bundle_dependencies.is_empty()
}

/// Loads all bundles of `place` but the one in `folder`, again and again as long as that helps:
/// each round finds what the round before has provided.
fn load_providers(runtime: &Runtime, place: &Path, folder: &Path) {
    let mut waiting = neighbours(place, folder);
    loop {
        let before = waiting.len();
        waiting.retain(|path| runtime.load_bundle(path).is_err());
        if waiting.is_empty() || waiting.len() == before {
            return;
        }
    }
}

fn neighbours(place: &Path, folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(place).into_iter().flatten().flatten();
    let this = folder.canonicalize().ok();
    let mut found: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| path.join("manifest.toml").exists() && path.canonicalize().ok() != this)
        .collect();
    found.sort();
    found
}

/// What the bundle provides, and what survives its reloads.
fn report(runtime: &Runtime, manifest: &Manifest, out: &mut dyn Write) -> io::Result<()> {
    let id = BundleId::of(&manifest.data.name);
    for bundle in runtime.bundles().iter().filter(|bundle| bundle.id == id) {
        listing::write_bundle(bundle, out)?;
    }
    if let Some(survives) = survives(&manifest.data.loader) {
        writeln!(out, "  {}", paint(DIM, format!("what survives a reload: {survives}")))?;
    }
    Ok(())
}

/// What a loader's bundles keep over a reload.
fn survives(loader: &str) -> Option<&'static str> {
    match loader {
        "lua" => Some(
            "the fields of its objects, and tables made with polyplug.keep; locals of the file \
             start afresh",
        ),
        "native" => Some(
            "instances, if it exports polyplug_state_version, polyplug_adopt_check and \
             polyplug_adopt; statics start afresh",
        ),
        _ => None,
    }
}

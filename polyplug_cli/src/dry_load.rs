//! What `check` runs in a process of its own: the bundle is loaded under strict rules, listed, and
//! unloaded. A bundle that ends the process or never returns takes this one, not the one that tells.

use crate::Verdict;
use crate::arguments::CheckOptions;
use crate::bundle_paths;
use crate::loaders;
use crate::show::listing;
use crate::show::problem::Problem;
use crate::show::style::{DIM, paint};
use crate::trusted_keys::TrustedKeys;
use polyplug::error::{RuntimeError, WhyAbsent};
use polyplug::loader::manifest::{Manifest, bundle_folder};
use polyplug::runtime::Runtime;
use polyplug_abi::{BundleId, Compatibility, LogLevel};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc;

/// What is written when the bundle was loaded and unloaded; no text of a bundle looks like it.
pub(crate) const LOADED: &str = "\u{1e}polyplug: loaded\u{1e}";

/// What is written when it was refused, and the reason is on stderr.
pub(crate) const REFUSED: &str = "\u{1e}polyplug: refused\u{1e}";

/// Runs the subcommand: the listing, and one of the two words above.
pub(crate) fn dry_load(options: &CheckOptions, out: &mut dyn Write) -> io::Result<Verdict> {
    let folder = bundle_folder(&options.bundle);
    let loaded = options.signatures.keys().map_err(Problem::plain).and_then(|keys| {
        let manifest = Manifest::read(&folder);
        let loaded = manifest.and_then(|manifest| load(options, &keys, &folder, &manifest, out));
        loaded.map_err(|error| Problem::of_error(&error, &folder))
    });
    let word = match loaded {
        Ok(()) => LOADED,
        Err(problem) => {
            problem.write(&mut anstream::stderr())?;
            REFUSED
        }
    };
    out.write_all(word.as_bytes())?;
    out.flush()?;
    Ok(Verdict::Good)
}

/// Loads the bundle with what it needs, lists it, and unloads it with the runtime.
fn load(
    options: &CheckOptions,
    keys: &TrustedKeys,
    folder: &Path,
    manifest: &Manifest,
    out: &mut dyn Write,
) -> Result<(), RuntimeError> {
    let (records, told) = mpsc::channel();
    let shown: Vec<_> = loaders::unknown_keys(manifest).iter().map(ToString::to_string).collect();
    let is_shown = move |message: &str| shown.iter().any(|shown| message.ends_with(shown));
    let logger = move |level: LogLevel, scope: &str, message: &str| {
        // The manifest's warnings have been shown as errors.
        if level <= LogLevel::Warn && scope != "manifest" && !is_shown(message) {
            let _ = records.send(message.to_owned());
        }
    };
    let builder = options.granting.apply(loaders::builder());
    let builder = options.signatures.apply_to_look(builder, keys);
    let builder = builder.compatibility(Compatibility::Strict).logger(logger);
    let runtime = builder.build()?;
    if needs_others(manifest, folder)
        && let Some(place) = place_of_others(options, folder)
    {
        load_providers(&runtime, &place, folder);
    }
    // What the neighbours had to say is not about this bundle.
    while told.try_recv().is_ok() {}
    if let Err(error) = runtime.load_bundle(folder) {
        drop(runtime);
        return Err(lack(options, keys, folder).unwrap_or(error));
    }
    let _ = report(&runtime, manifest, out);
    for message in told.try_iter() {
        let _ = Problem::plain(message).write_warning(&mut anstream::stderr());
    }
    Ok(())
}

fn needs_others(manifest: &Manifest, folder: &Path) -> bool {
    !manifest.data.dependencies.is_empty()
        || !manifest.data.bundle_dependencies.is_empty()
        || !loaders::imports(manifest, folder).is_empty()
}

/// Where the bundles are that the one in `folder` needs.
fn place_of_others(options: &CheckOptions, folder: &Path) -> Option<PathBuf> {
    options.with.clone().or_else(|| Some(folder.canonicalize().ok()?.parent()?.to_owned()))
}

/// Why the bundle lacks what it needs, if that is what is wrong: who would provide it and is refused or turned
/// off, or the circle that it is in. Tried alone, it lacks something that nobody has. Loading all tells.
fn lack(options: &CheckOptions, keys: &TrustedKeys, folder: &Path) -> Option<RuntimeError> {
    let builder =
        options.signatures.apply_to_look(options.granting.apply(loaders::builder()), keys);
    let runtime = builder.logger(|_, _, _| {}).build().ok()?;
    let mut all = others(&place_of_others(options, folder)?, folder);
    all.push(folder.to_owned());
    let mut failed = runtime.load_bundles(all).ok()?.failed;
    let mine = failed.iter().position(|failed| failed.path == folder)?;
    let mut mine = failed.swap_remove(mine).error;
    match &mut mine {
        RuntimeError::DependencyCycle { .. } => Some(mine),
        RuntimeError::DependencyMissing { absent, .. } => {
            // Its own error is told nowhere else.
            if let Some(absent) = absent.as_mut().filter(|one| matches!(one.why, WhyAbsent::Failed))
                && let Some(its) = failed.iter().position(|failed| failed.path == absent.path)
            {
                absent.why = WhyAbsent::Refused(Box::new(failed.swap_remove(its).error));
            }
            Some(mine)
        }
        _ => None,
    }
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

/// Those that are loaded with the folder: a bundle that is turned off provides nothing.
fn neighbours(place: &Path, folder: &Path) -> Vec<PathBuf> {
    let is_enabled =
        |path: &PathBuf| Manifest::read(path).is_ok_and(|manifest| manifest.options.enabled);
    let mut found = others(place, folder);
    found.retain(is_enabled);
    found
}

/// All bundles of `place` but the one in `folder`.
fn others(place: &Path, folder: &Path) -> Vec<PathBuf> {
    let this = folder.canonicalize().ok();
    let mut found = bundle_paths::in_folder(place).unwrap_or_default();
    found.retain(|path| path.canonicalize().ok() != this);
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

//! `polyplug check`: the manifest word by word, then a dry load.

mod child;
mod stale_signature;

use crate::Verdict;
use crate::arguments::CheckOptions;
use crate::bindgen::bad;
use crate::bundle_paths;
use crate::inspect;
use crate::key_file::quoted;
use crate::loaders;
use crate::show::listing;
use crate::show::problem::Problem;
use crate::show::style::{GOOD, STRONG, foreign, paint, shown};
use child::End;
use polyplug::loader::manifest::{LoaderTable, Manifest, bundle_folder};
use polyplug_abi::SignaturePolicy;
use std::io::{self, Write};
use std::path::Path;

/// Runs the subcommand.
pub(crate) fn check(options: &CheckOptions, out: &mut dyn Write) -> io::Result<Verdict> {
    let errors = &mut anstream::stderr();
    if let Err(problem) = bundle_paths::check(&options.bundle) {
        return bad(&problem);
    }
    let folder = bundle_folder(&options.bundle);
    let manifest = match Manifest::read(&folder) {
        Ok(manifest) => manifest,
        Err(error) => {
            let one = inspect::bundle_in(&folder);
            if let Some(one) = one.filter(|_| !bundle_paths::is_bundle(&folder)) {
                Problem::plain(format!(
                    "{}: this is a folder of bundles; check them one by one, as in `polyplug check {}`",
                    shown(&folder),
                    quoted(&one.display().to_string())
                ))
                .write(errors)?;
                return Ok(Verdict::Bad);
            }
            Problem::of_error(&error, &folder).write(errors)?;
            write_verdict(1, &folder, errors)?;
            return Ok(Verdict::Bad);
        }
    };
    let unknown = loaders::unknown_keys(&manifest);
    for warning in manifest.warnings.iter().chain(&unknown) {
        Problem::of_unknown_key(warning).write(errors)?;
    }
    // Where signatures count the dry load says so.
    if options.signatures.policy() == SignaturePolicy::Off
        && let Some(warning) = stale_signature::warning(&folder)
    {
        Problem::plain(warning).write_warning(errors)?;
    }
    let others = foreign_tables(&manifest);
    for table in &others {
        table.write(errors)?;
    }
    let name = &manifest.data.name;
    let end = child::dry_load(options, out)?;
    if let Some(problem) = problem(&end, name, options.time_limit) {
        Problem::plain(problem).write(errors)?;
    }
    let failed = usize::from(!matches!(end, End::Loaded));
    let problems = manifest.warnings.len() + unknown.len() + others.len() + failed;
    if problems > 0 {
        write_verdict(problems, &folder, errors)?;
        return Ok(Verdict::Bad);
    }
    writeln!(out, "{} `{}` can be loaded", paint(GOOD, "good:"), foreign(name))?;
    if !manifest.options.enabled {
        let note =
            "its manifest says `enabled = false`, so it is passed over when its folder is loaded";
        Problem::plain(note).write_note(errors)?;
    }
    Ok(Verdict::Good)
}

/// The tables of other loaders than the bundle's, which nothing reads.
fn foreign_tables(manifest: &Manifest) -> Vec<Problem> {
    let own = &manifest.data.loader;
    let others = manifest.options.loader_tables.iter().filter(|(name, _)| *name != own);
    let problem = |(name, table): (&String, &LoaderTable)| {
        let message = format!("`[{name}]` is not read: the loader of this bundle is `{own}`");
        match table.unknown_keys(&[]).first() {
            Some(key) => Problem { message, ..Problem::of_unknown_key(key) },
            None => Problem::plain(message),
        }
    };
    others.map(problem).collect()
}

/// What is wrong with a dry load that could not say it itself.
fn problem(end: &End, name: &str, seconds: u64) -> Option<String> {
    match end {
        End::Loaded | End::Refused => None,
        End::Died(status) => Some(format!(
            "the process ended with {status} while `{name}` was loaded; it crashed or called `exit` \
             in its start, or where it was opened or closed"
        )),
        End::DiedAfterwards(status) => Some(format!(
            "the process ended with {status} after `{name}` was unloaded; end its threads and exit \
             handlers before it goes"
        )),
        End::TimedOut => Some(format!(
            "`{name}` was not loaded and unloaded within {seconds} s; it waits or loops, or needs a \
             longer --time-limit"
        )),
    }
}

fn write_verdict(problems: usize, folder: &Path, errors: &mut dyn Write) -> io::Result<()> {
    let problems = listing::counted(problems, "problem");
    writeln!(errors, "{}", paint(STRONG, format!("{problems} in {}", folder.display())))
}

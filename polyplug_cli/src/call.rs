//! `polyplug call`: loads a folder, makes one call that was written as text, writes the result.

use crate::Verdict;
use crate::arguments::{CallOptions, warn};
use crate::bindgen::bad;
use crate::list::write_failures;
use crate::loaders;
use crate::show::problem::Problem;
use polyplug::runtime::{BundleInfo, Runtime};
use polyplug::schema::Value;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

/// Runs the subcommand.
pub(crate) fn call(options: &CallOptions, out: &mut dyn Write) -> io::Result<Verdict> {
    let errors = &mut anstream::stderr();
    let keys = match options.signatures.keys() {
        Ok(keys) => keys,
        Err(problem) => return bad(&problem),
    };
    let builder = options.granting.apply(loaders::builder());
    let builder = options.signatures.apply(builder, &keys);
    let builder = options.wit.iter().fold(builder, |builder, wit| builder.wit(wit));
    let runtime = match builder.logger(warn).build() {
        Ok(runtime) => runtime,
        Err(error) => {
            Problem::of_error(&error, &options.dir).write(errors)?;
            return Ok(Verdict::Bad);
        }
    };
    if !load(&runtime, &options.dir, errors)? {
        return Ok(Verdict::Bad);
    }
    let contract = full_name(&runtime.bundles(), &options.contract);
    match runtime.call_text(&contract, &options.call) {
        Ok(Value::Tuple(nothing)) if nothing.is_empty() => Ok(Verdict::Good),
        Ok(value) => {
            writeln!(out, "{value}")?;
            Ok(Verdict::Good)
        }
        Err(error) => {
            Problem::plain(error.to_string()).write(errors)?;
            Ok(Verdict::Bad)
        }
    }
}

/// Loads a folder of bundles, or one bundle; whether anything can be called.
fn load(runtime: &Arc<Runtime>, dir: &Path, errors: &mut dyn Write) -> io::Result<bool> {
    let is_bundle = dir.join("manifest.toml").exists();
    let loaded = match is_bundle {
        true => runtime.load_bundle(dir).map(|()| true),
        false => match runtime.load_folder(dir) {
            Ok(report) => {
                // The others may still answer.
                write_failures(&report, errors)?;
                Ok(!report.loaded.is_empty())
            }
            Err(error) => Err(error),
        },
    };
    match loaded {
        Ok(true) => Ok(true),
        Ok(false) => {
            let message = format!("{} holds no bundle that could be loaded", dir.display());
            Problem::plain(message).write(errors)?;
            Ok(false)
        }
        Err(error) => {
            Problem::of_error(&error, dir).write(errors)?;
            Ok(false)
        }
    }
}

/// `name@major`, where a name alone is the highest major that is loaded.
fn full_name(bundles: &[BundleInfo], name: &str) -> String {
    if name.contains('@') {
        return name.to_owned();
    }
    let contracts = bundles.iter().flat_map(|bundle| &bundle.contracts);
    let same = contracts
        .filter(|contract| contract.name.rsplit_once('@').is_some_and(|(of, _)| of == name));
    let newest = same.max_by_key(|contract| contract.version.major);
    newest.map_or_else(|| format!("{name}@1"), |contract| contract.name.clone())
}

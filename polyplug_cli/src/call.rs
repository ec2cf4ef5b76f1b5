//! `polyplug call`: loads a folder, makes one call that was written as text, writes the result.

mod example;

use crate::Verdict;
use crate::arguments::CallOptions;
use crate::bindgen::bad;
use crate::bundle_paths;
use crate::inspect::load_with_neighbours;
use crate::list::write_failures;
use crate::loaders;
use crate::records::Records;
use crate::show::problem::Problem;
use crate::show::style::shown;
use crate::signature_notes::SignatureNotes;
use polyplug::loader::manifest::bundle_folder;
use polyplug::runtime::{BundleInfo, Runtime};
use polyplug::schema::Value;
use polyplug::{CallError, DynamicCallError};
use polyplug_abi::AbiErrorCode;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

/// Runs the subcommand.
pub(crate) fn call(options: &CallOptions, out: &mut dyn Write) -> io::Result<Verdict> {
    let errors = &mut anstream::stderr();
    if let Err(problem) = bundle_paths::check(&options.dir) {
        return bad(&problem);
    }
    let place = bundle_folder(&options.dir);
    let keys = match options.signatures.keys() {
        Ok(keys) => keys,
        Err(problem) => return bad(&problem),
    };
    let builder = options.granting.apply(loaders::builder());
    let builder = options.signatures.apply(builder, &keys);
    let builder = options.wit.iter().fold(builder, |builder, wit| builder.wit(wit));
    let (builder, records) = Records::keep(builder);
    let runtime = match builder.build() {
        Ok(runtime) => runtime,
        Err(error) => {
            Problem::of_error(&error, &place).write(errors)?;
            return Ok(Verdict::Bad);
        }
    };
    let events = runtime.events();
    let mut notes = SignatureNotes::default();
    let is_loaded = load(&runtime, &place, &mut notes, errors)?;
    notes.write(events.try_iter(), [], errors)?;
    records.write("", &notes, errors)?;
    if !is_loaded {
        return Ok(Verdict::Bad);
    }
    let contract = full_name(&runtime.bundles(), &options.contract);
    let called = runtime.call_text(&contract, &options.call);
    if let Err(DynamicCallError::Call(error)) = &called {
        records.write(&error.message, &notes, errors)?;
    }
    records.write("", &notes, errors)?;
    let error = match called {
        Ok(Value::Tuple(nothing)) if nothing.is_empty() => return Ok(Verdict::Good),
        Ok(value) => {
            writeln!(out, "{value}")?;
            return Ok(Verdict::Good);
        }
        Err(error) => error,
    };
    match error {
        DynamicCallError::Call(error) => failed(&error, &runtime.bundles()).write(errors)?,
        DynamicCallError::Text(error) => {
            Problem::plain(error.to_string()).write(errors)?;
            let described = runtime.contract(&contract).ok();
            if let Some(described) = described.and_then(|found| found.description().ok().flatten())
            {
                writeln!(errors, "  {}", example::instead_of(&options.call, &described))?;
            }
        }
        error => Problem::plain(error.to_string()).write(errors)?,
    }
    Ok(Verdict::Bad)
}

/// What a function said that failed: with the line, if it is a script's, and with the code, if that says
/// more than that it failed.
fn failed(error: &CallError, bundles: &[BundleInfo]) -> Problem {
    let code = match AbiErrorCode::from_u32(error.code) {
        Some(AbiErrorCode::Generic) => String::new(),
        Some(code) => format!(" ({code:?})"),
        None => format!(" (code {})", error.code),
    };
    let text = error.text();
    let origin = text.strip_suffix(&*error.message).unwrap_or_default();
    let of = error.origin.as_ref().and_then(|origin| origin.bundle.as_deref());
    let problem = match bundles.iter().find(|bundle| Some(&*bundle.name) == of) {
        Some(bundle) => Problem::of_script(&error.message, &bundle.name, &bundle.path, None),
        None => Problem::plain(error.message.clone()),
    };
    Problem { message: format!("{origin}{}{code}", problem.message), ..problem }
}

/// Loads a folder of bundles, or one bundle; whether anything can be called.
fn load(
    runtime: &Arc<Runtime>,
    dir: &Path,
    notes: &mut SignatureNotes,
    errors: &mut dyn Write,
) -> io::Result<bool> {
    let is_bundle = bundle_paths::is_bundle(dir);
    let loaded = match is_bundle {
        true => load_with_neighbours(runtime, dir),
        false => runtime.load_folder(dir),
    };
    match loaded {
        Ok(report) if is_bundle || !report.failed.is_empty() => {
            // The others may still answer.
            write_failures(&report, notes, errors)?;
            Ok(report.failed.is_empty() || !report.loaded.is_empty() && !is_bundle)
        }
        Ok(report) if !report.loaded.is_empty() => Ok(true),
        Ok(_) => {
            let message = format!("{}: {}", shown(dir), bundle_paths::NO_BUNDLES);
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

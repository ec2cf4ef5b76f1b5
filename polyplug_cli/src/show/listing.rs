//! The listing of a folder: a tree for people, JSON for other programs.

use super::style::{BAD, DIM, GOOD, NAME, STRONG, foreign, one_line, paint};
use polyplug::events::Event;
use polyplug::runtime::{BundleInfo, BundleState, ScanReport};
use polyplug::trust::{TrustDecision, TrustRecord};
use serde::Serialize;
use std::io::{self, Write};
use std::path::Path;

/// The bundles of a folder, by name, and the folders in it, with the names of their bundles, that `failed`:
/// of one name there may be several, and one that is loaded.
pub(crate) fn write_folder(
    folder: &Path,
    bundles: &[BundleInfo],
    failed: &[(&str, &Path)],
    out: &mut dyn Write,
) -> io::Result<()> {
    let loaded: Vec<_> =
        bundles.iter().filter(|bundle| bundle.state == BundleState::Loaded).collect();
    let contracts: usize = loaded.iter().map(|bundle| bundle.contracts.len()).sum();
    let count = counted(loaded.len() + failed.len(), "bundle");
    let contracts = counted(contracts, "contract");
    write!(out, "{}  {count}, {contracts}", paint(STRONG, folder.display()))?;
    match failed.len() {
        0 => writeln!(out)?,
        failed => writeln!(out, ", {}", paint(BAD, format!("{failed} failed")))?,
    }
    let mut failed = failed.to_vec();
    failed.sort_unstable();
    let mut failed = failed.into_iter().peekable();
    for bundle in loaded {
        while let Some((name, path)) = failed.next_if(|(name, _)| *name < bundle.name.as_str()) {
            write_failed(name, path, out)?;
        }
        write_bundle(bundle, out)?;
    }
    failed.try_for_each(|(name, path)| write_failed(name, path, out))
}

fn write_failed(name: &str, path: &Path, out: &mut dyn Write) -> io::Result<()> {
    let (cross, path) = (paint(BAD, "✗"), paint(DIM, path.display()));
    writeln!(out, "{cross} {}  {}  {path}", paint(NAME, name), paint(BAD, "failed"))
}

/// One bundle and, below it, its contracts.
pub(crate) fn write_bundle(bundle: &BundleInfo, out: &mut dyn Write) -> io::Result<()> {
    let name = paint(NAME, &bundle.name);
    if bundle.state == BundleState::Failed {
        return write_failed(&bundle.name, &bundle.path, out);
    }
    let loader = one_line(&bundle.loader);
    let facts = format!("{}  {loader}  load {}", bundle.version, bundle.generation);
    write!(out, "{} {name}  {facts}", paint(GOOD, "●"))?;
    if bundle.instances > 0 {
        write!(out, "  {}", counted(bundle.instances, "instance"))?;
    }
    if !bundle.dependencies.is_empty() {
        write!(out, "  {}", paint(DIM, format!("needs {}", bundle.dependencies.join(", "))))?;
    }
    writeln!(out)?;
    let width = bundle.contracts.iter().map(|contract| contract.name.len()).max().unwrap_or(0);
    for (index, contract) in bundle.contracts.iter().enumerate() {
        let last = index + 1 == bundle.contracts.len();
        let branch = paint(DIM, if last { "└─" } else { "├─" });
        write!(out, "  {branch} {:width$}  {}", one_line(&contract.name), contract.version)?;
        match contract.functions {
            Some(functions) => writeln!(out, "  {}", counted(functions as usize, "function"))?,
            None => writeln!(out)?,
        }
    }
    if let Some(error) = &bundle.last_error {
        let first = error.lines().next().unwrap_or_default();
        writeln!(out, "  {} {}", paint(BAD, "last change failed:"), foreign(first))?;
    }
    Ok(())
}

/// "1 bundle", "3 bundles".
pub(crate) fn counted(count: usize, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        many => format!("{many} {noun}s"),
    }
}

/// The listing as JSON. The fields' names are documented in `--help` and stay.
#[derive(Debug, Serialize)]
pub(crate) struct Listing<'a> {
    folder: String,
    bundles: Vec<Bundle<'a>>,
    disabled: &'a [String],
    failed: Vec<Failed<'a>>,
}

/// A folder whose bundle was not loaded; of one name there may be several.
#[derive(Debug, Serialize)]
struct Failed<'a> {
    name: &'a str,
    path: String,
    error: String,
    #[serde(flatten)]
    read: Read<'a>,
}

/// What was read of a bundle that was not loaded, as far as that went.
#[derive(Debug, Default, Serialize)]
struct Read<'a> {
    version: Option<String>,
    loader: Option<&'a str>,
    /// The rule that its signature breaks.
    code: Option<&'static str>,
}

impl<'a> Read<'a> {
    /// Of the bundle in the folder `path`, by what happened.
    fn of(path: &Path, events: &'a [Event]) -> Self {
        let record = events.iter().find_map(|event| match event {
            Event::Failed { path: failed, trust, .. } if failed == path => trust.as_deref(),
            _ => None,
        });
        let Some(TrustRecord { version, loader, decision, .. }) = record else {
            return Self::default();
        };
        // Without a loader there was no manifest.
        let is_read = !loader.is_empty();
        let code = match decision {
            TrustDecision::Refused(refusal) => Some(refusal.code),
            _ => None,
        };
        Self {
            version: is_read.then(|| version.to_string()),
            loader: is_read.then_some(loader),
            code,
        }
    }
}

#[derive(Debug, Serialize)]
struct Bundle<'a> {
    name: &'a str,
    id: String,
    state: &'static str,
    path: String,
    #[serde(flatten)]
    read: Read<'a>,
    load_number: u32,
    instances: usize,
    dependencies: &'a [String],
    contracts: Vec<Contract<'a>>,
    error: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct Contract<'a> {
    name: &'a str,
    version: String,
    functions: Option<u32>,
}

impl<'a> Listing<'a> {
    /// The listing of `folder`, which was loaded with this report and these events.
    pub(crate) fn new(
        folder: &Path,
        bundles: &'a [BundleInfo],
        report: &'a ScanReport,
        events: &'a [Event],
    ) -> Self {
        let failed = report.failed.iter().map(|failed| Failed {
            name: &failed.bundle,
            path: failed.path.display().to_string(),
            error: failed.error.to_string(),
            read: Read::of(&failed.path, events),
        });
        Self {
            folder: folder.display().to_string(),
            bundles: bundles.iter().map(|bundle| Bundle::new(bundle, events)).collect(),
            disabled: &report.disabled,
            failed: failed.collect(),
        }
    }
}

impl<'a> Bundle<'a> {
    fn new(bundle: &'a BundleInfo, events: &'a [Event]) -> Self {
        let read = match bundle.state {
            BundleState::Loaded => Read {
                version: Some(bundle.version.to_string()),
                loader: Some(&bundle.loader),
                code: None,
            },
            BundleState::Failed => Read::of(&bundle.path, events),
        };
        let contracts = bundle.contracts.iter().map(|contract| Contract {
            name: &contract.name,
            version: contract.version.to_string(),
            functions: contract.functions,
        });
        Self {
            name: &bundle.name,
            id: format!("{:#018X}", bundle.id.as_u64()),
            state: match bundle.state {
                BundleState::Loaded => "loaded",
                BundleState::Failed => "failed",
            },
            path: bundle.path.display().to_string(),
            read,
            load_number: bundle.generation,
            instances: bundle.instances,
            dependencies: &bundle.dependencies,
            contracts: contracts.collect(),
            error: bundle.last_error.as_deref(),
        }
    }
}

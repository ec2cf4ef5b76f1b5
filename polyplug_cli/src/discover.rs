//! `polyplug discover`: what lies in folders, and what would become of it, without running any of it.

use crate::Verdict;
use crate::arguments::DiscoverOptions;
use crate::bindgen::bad;
use crate::bundle_paths;
use crate::list::write_hint;
use crate::loaders;
use crate::show::listing::counted;
use crate::show::style::{BAD, DIM, GOOD, NAME, STRONG, WARN, one_line, paint, shown};
use crate::signature_finding::{SignatureDetails, SignatureFinding, hexadecimal};
use crate::signature_notes::SignatureNotes;
use crate::trusted_keys::TrustedKeys;
use polyplug::discovery::{AskedCapability, Discovered, Prospect};
use serde::Serialize;
use std::io::{self, Write};

/// Runs the subcommand.
pub(crate) fn discover(options: &DiscoverOptions, out: &mut dyn Write) -> io::Result<Verdict> {
    let errors = &mut anstream::stderr();
    if let Err(problem) = options.folders.iter().try_for_each(|one| bundle_paths::check_folder(one))
    {
        return bad(&problem);
    }
    let keys = match options.signatures.keys_to_show(errors) {
        Ok(keys) => keys,
        Err(problem) => return bad(&problem),
    };
    let builder = options.granting.apply(loaders::builder());
    let built = options.signatures.apply_to_look(builder, &keys).logger(|_, _, _| {}).build();
    let surveyed = built.and_then(|runtime| runtime.discover_in(&options.folders));
    let found = match surveyed {
        Ok(found) => found,
        Err(error) => return bad(&error.to_string()),
    };
    if options.json {
        let bundles = found.iter().map(|found| Bundle::new(found, &keys)).collect();
        serde_json::to_writer_pretty(&mut *out, &Survey { bundles })?;
        writeln!(out)?;
    } else {
        write_summary(options, &found, out)?;
        for found in &found {
            write_bundle(found, &keys, out)?;
        }
    }
    out.flush()?;
    let mut verdict = Verdict::Good;
    let mut notes = SignatureNotes::default();
    for Discovered { offer, prospect, .. } in &found {
        if let Prospect::WouldFail(error) = prospect {
            notes.problem(error, &offer.path).write(errors)?;
            verdict = Verdict::Bad;
        }
    }
    notes.write_advice(errors)?;
    Ok(verdict)
}

fn write_summary(
    options: &DiscoverOptions,
    found: &[Discovered],
    out: &mut dyn Write,
) -> io::Result<()> {
    let folders: Vec<_> = options.folders.iter().map(shown).collect();
    let loads = found.iter().filter(|found| matches!(found.prospect, Prospect::WouldLoad)).count();
    let bundles = counted(found.len(), "bundle");
    writeln!(out, "{}  {bundles}, {loads} would load", paint(STRONG, folders.join(" ")))?;
    write_hint(found.is_empty(), out)
}

/// What a bundle is and asks for; why it would not load follows on stderr.
fn write_bundle(found: &Discovered, keys: &TrustedKeys, out: &mut dyn Write) -> io::Result<()> {
    let Discovered { offer, prospect, .. } = found;
    let (name, path) = (paint(NAME, &offer.name), paint(DIM, offer.path.display()));
    let facts = match offer.loader.is_empty() {
        true => String::new(),
        false => format!("{}  {}  ", offer.version, one_line(&offer.loader)),
    };
    match prospect {
        Prospect::WouldFail(_) => {
            writeln!(
                out,
                "{} {name}  {facts}{}  {path}",
                paint(BAD, "✗"),
                paint(BAD, "would fail")
            )?;
        }
        Prospect::Disabled => {
            writeln!(out, "- {name}  {facts}disabled by its manifest  {path}")?;
        }
        Prospect::Shadowed { by } => {
            let by = paint(WARN, format!("shadowed by {}", by.display()));
            writeln!(out, "- {name}  {facts}{by}  {path}")?;
        }
        _ => writeln!(out, "{} {name}  {facts}{path}", paint(GOOD, "●"))?,
    }
    if offer.loader.is_empty() {
        return Ok(());
    }
    SignatureFinding::from(&offer.signer).write(keys, out)?;
    let asks = offer.capabilities.iter().map(asked).collect::<Vec<_>>();
    let about =
        [("provides", &offer.contracts), ("needs", &offer.dependencies), ("asks for", &asks)];
    for (what, things) in about.into_iter().filter(|(_, things)| !things.is_empty()) {
        writeln!(out, "  {} {}", paint(DIM, what), one_line(things.join(", ")))?;
    }
    Ok(())
}

/// `fs:ro:data (not granted)`
fn asked(asked: &AskedCapability) -> String {
    let granted = if asked.granted { "granted" } else { "not granted" };
    let optional = if asked.optional { "optional, " } else { "" };
    format!("{} ({optional}{granted})", asked.capability)
}

/// The survey as JSON. The fields' names are documented in `--help` and stay.
#[derive(Serialize)]
struct Survey {
    bundles: Vec<Bundle>,
}

#[derive(Serialize)]
struct Bundle {
    path: String,
    name: String,
    version: Option<String>,
    loader: Option<String>,
    contracts: Vec<String>,
    dependencies: Vec<String>,
    capabilities: Vec<Capability>,
    digest: Option<String>,
    signature: SignatureDetails,
    prospect: &'static str,
    shadowed_by: Option<String>,
    error: Option<String>,
}

#[derive(Serialize)]
struct Capability {
    capability: String,
    optional: bool,
    granted: bool,
}

impl Bundle {
    fn new(found: &Discovered, keys: &TrustedKeys) -> Self {
        let Discovered { offer, prospect, .. } = found;
        let is_read = !offer.loader.is_empty();
        let capabilities = offer.capabilities.iter().map(|asked| Capability {
            capability: asked.capability.clone(),
            optional: asked.optional,
            granted: asked.granted,
        });
        let (word, shadowed_by, error) = match prospect {
            Prospect::WouldFail(error) => ("would-fail", None, Some(error.to_string())),
            Prospect::Disabled => ("disabled", None, None),
            Prospect::Shadowed { by } => ("shadowed", Some(by.display().to_string()), None),
            _ => ("would-load", None, None),
        };
        Self {
            path: offer.path.display().to_string(),
            name: offer.name.clone(),
            version: is_read.then(|| offer.version.to_string()),
            loader: is_read.then(|| offer.loader.clone()),
            contracts: offer.contracts.clone(),
            dependencies: offer.dependencies.clone(),
            capabilities: capabilities.collect(),
            digest: offer.digest.as_ref().map(hexadecimal),
            signature: SignatureFinding::from(&offer.signer).details(keys),
            prospect: word,
            shadowed_by,
            error,
        }
    }
}

//! `polyplug verify`: whether bundles are what a trusted key has signed.

use crate::Verdict;
use crate::arguments::VerifyOptions;
use crate::bindgen::bad;
use crate::bundle_paths;
use crate::key_file;
use crate::show::listing::counted;
use crate::show::style::{BAD, DIM, GOOD, NAME, foreign, paint};
use crate::signature_check::SignatureCheck;
use crate::signature_finding::{SignatureDetails, UNKNOWN_KEY, hexadecimal};
use crate::trusted_keys::TrustedKeys;
use polyplug_trust::{Difference, DifferentFiles};
use serde::Serialize;
use std::io::{self, Write};
use std::path::PathBuf;

/// Runs the subcommand.
pub(crate) fn verify(options: &VerifyOptions, out: &mut dyn Write) -> io::Result<Verdict> {
    let keys = match keys(options) {
        Ok(keys) => keys,
        Err(problem) => return bad(&problem),
    };
    let bundles = match bundle_paths::of_all(&options.bundles) {
        Ok(bundles) => bundles,
        Err(problem) => return bad(&problem),
    };
    let checks = bundles.iter().map(|bundle| SignatureCheck::of(bundle, &keys));
    if options.json {
        return write_json(&checks.collect::<Vec<_>>(), &keys, out);
    }
    let errors = &mut anstream::stderr();
    let mut verdict = Verdict::Good;
    let mut by_unknown_keys = Vec::new();
    for check in checks {
        let Some(problem) = check.problem() else {
            write_good(&check, &keys, out)?;
            continue;
        };
        verdict = Verdict::Bad;
        problem.write(errors)?;
        write_differences(&check, errors)?;
        let code = check.finding.objection.map(|objection| objection.code);
        by_unknown_keys.extend((code == Some(UNKNOWN_KEY)).then_some(check.path));
    }
    write_next(&by_unknown_keys, errors)?;
    Ok(verdict)
}

/// All files, if there are more than the problem names.
fn write_differences(check: &SignatureCheck, errors: &mut dyn Write) -> io::Result<()> {
    if check.differences.len() <= DifferentFiles::NAMED {
        return Ok(());
    }
    for difference in &check.differences {
        writeln!(errors, "  {} {}", paint(BAD, difference.what()), foreign(difference))?;
    }
    Ok(())
}

/// What to type about bundles whose keys are not known.
fn write_next(bundles: &[PathBuf], errors: &mut dyn Write) -> io::Result<()> {
    let bundle = match bundles {
        [] => return Ok(()),
        [one] => key_file::quoted(&one.display().to_string()),
        _ => "BUNDLE".to_owned(),
    };
    let lines = [
        "with its public key in FILE, which its author publishes:".to_owned(),
        format!("  polyplug verify {} --key FILE", foreign(bundle)),
        "and if you trust that author from now on:".to_owned(),
        "  polyplug trust add FILE".to_owned(),
    ];
    lines.iter().try_for_each(|line| writeln!(errors, "{line}"))
}

/// What became of a file.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    Changed,
    LineEnds,
    Added,
    Removed,
    Renamed,
}

impl Kind {
    fn of(difference: &Difference) -> Self {
        match difference {
            Difference::Added(_) => Self::Added,
            Difference::Removed(_) => Self::Removed,
            Difference::Changed(_) => Self::Changed,
            Difference::LineEnds(_) => Self::LineEnds,
            Difference::Renamed { .. } => Self::Renamed,
        }
    }
}

fn keys(options: &VerifyOptions) -> Result<TrustedKeys, String> {
    let keys = TrustedKeys::of_store(options.trust_store.as_deref())?;
    if options.keys.is_empty() { Ok(keys) } else { keys.only(&options.keys) }
}

fn write_good(check: &SignatureCheck, keys: &TrustedKeys, out: &mut dyn Write) -> io::Result<()> {
    let (Some((name, version)), Some(id)) = (&check.identity, check.finding.key) else {
        return Ok(());
    };
    let (good, name, signer) = (paint(GOOD, "good:"), paint(NAME, name), keys.shown(id));
    let files = counted(check.files, "file");
    write!(out, "{good} {name} {version}  {files}  signed by {signer}")?;
    if let Some(minimum) = check.finding.minimum {
        write!(out, "  nothing before {minimum}")?;
    }
    writeln!(out, "  {}", paint(DIM, check.path.display()))?;
    out.flush()
}

fn write_json(
    checks: &[SignatureCheck],
    keys: &TrustedKeys,
    out: &mut dyn Write,
) -> io::Result<Verdict> {
    let bundles = checks.iter().map(|check| Bundle::new(check, keys)).collect();
    serde_json::to_writer_pretty(&mut *out, &Verification { bundles })?;
    writeln!(out)?;
    let is_good = checks.iter().all(|check| check.finding.objection.is_none());
    Ok(if is_good { Verdict::Good } else { Verdict::Bad })
}

/// The answer as JSON. The fields' names are documented in `--help` and stay.
#[derive(Serialize)]
struct Verification {
    bundles: Vec<Bundle>,
}

#[derive(Serialize)]
struct Bundle {
    path: String,
    name: Option<String>,
    version: Option<String>,
    digest: Option<String>,
    signature: SignatureDetails,
    differences: Vec<ChangedFile>,
}

#[derive(Serialize)]
struct ChangedFile {
    kind: Kind,
    path: String,
    /// Where it was signed, if it was renamed.
    from: Option<String>,
}

impl From<&Difference> for ChangedFile {
    fn from(difference: &Difference) -> Self {
        let (path, from) = match difference {
            Difference::Added(path)
            | Difference::Removed(path)
            | Difference::Changed(path)
            | Difference::LineEnds(path) => (path, None),
            Difference::Renamed { from, to } => (to, Some(from.clone())),
        };
        Self { kind: Kind::of(difference), path: path.clone(), from }
    }
}

impl Bundle {
    fn new(check: &SignatureCheck, keys: &TrustedKeys) -> Self {
        let (name, version) = check.identity.clone().unzip();
        Self {
            path: check.path.display().to_string(),
            name,
            version: version.map(|version| version.to_string()),
            digest: check.digest.as_ref().map(hexadecimal),
            signature: check.finding.details(keys),
            differences: check.differences.iter().map(ChangedFile::from).collect(),
        }
    }
}

//! `polyplug verify`: whether bundles are what a trusted key has signed.

use crate::Verdict;
use crate::arguments::VerifyOptions;
use crate::bindgen::bad;
use crate::bundle_paths;
use crate::show::listing::counted;
use crate::show::style::{DIM, GOOD, NAME, paint};
use crate::signature_check::{SignatureCheck, SignatureDetails, hexadecimal};
use crate::trusted_keys::TrustedKeys;
use serde::Serialize;
use std::io::{self, Write};

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
    let verdict = if options.json {
        write_json(&checks.collect::<Vec<_>>(), &keys, out)?
    } else {
        let mut verdict = Verdict::Good;
        for check in checks {
            match check.problem() {
                None => write_good(&check, &keys, out)?,
                Some(problem) => {
                    problem.write(&mut anstream::stderr())?;
                    verdict = Verdict::Bad;
                }
            }
        }
        verdict
    };
    Ok(verdict)
}

fn keys(options: &VerifyOptions) -> Result<TrustedKeys, String> {
    let keys = TrustedKeys::of_store(options.trust_store.as_deref())?;
    if options.keys.is_empty() { Ok(keys) } else { keys.only(&options.keys) }
}

fn write_good(check: &SignatureCheck, keys: &TrustedKeys, out: &mut dyn Write) -> io::Result<()> {
    let (Some((name, version)), Some((id, minimum))) = (&check.identity, check.named) else {
        return Ok(());
    };
    let (good, name, signer) = (paint(GOOD, "good:"), paint(NAME, name), keys.shown(id));
    let files = counted(check.files, "file");
    write!(out, "{good} {name} {version}  {files}  signed by {signer}")?;
    if let Some(minimum) = minimum {
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
    let is_good = checks.iter().all(|check| check.reason().is_none());
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
}

impl Bundle {
    fn new(check: &SignatureCheck, keys: &TrustedKeys) -> Self {
        let (name, version) = check.identity.clone().unzip();
        Self {
            path: check.path.display().to_string(),
            name,
            version: version.map(|version| version.to_string()),
            digest: check.digest.as_ref().map(hexadecimal),
            signature: check.details(keys),
        }
    }
}

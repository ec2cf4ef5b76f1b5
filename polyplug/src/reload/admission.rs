//! Admission: whether a bundle may be opened. It is asked in the stage step of every load and reload,
//! when manifest, files and signature are known and before any code of the bundle runs.

use super::opening::{Opening, Unopened};
use crate::core::Core;
use crate::error::RuntimeError;
use crate::loader::BundleSource;
use crate::trust::{Signer, TrustDecision, TrustRecord};
use crate::version::from_semver;
use polyplug_abi::{LogLevel, SignaturePolicy, Version};
use std::sync::Arc;

/// What is decided about a bundle that may be opened. Whatever is opened afterwards must come out of
/// the same `opening`.
pub(crate) fn admit(core: &Core, opening: &Opening) -> Result<TrustRecord, Unopened> {
    if let Some(decided) = &opening.decided {
        return Ok(TrustRecord::clone(decided));
    }
    let policy = core.options.trust.policy;
    let manifest = &opening.manifest.data;
    let mut record = TrustRecord {
        name: manifest.name.clone(),
        path: manifest.path.clone(),
        version: version(opening),
        loader: manifest.loader.clone(),
        digest: opening.tree().map(|tree| tree.digest()),
        signer: None,
        policy,
        decision: TrustDecision::NotChecked,
    };
    if policy == SignaturePolicy::Off {
        return Ok(record);
    }
    match signer(core, opening) {
        Ok(signer) => {
            record.signer = Some(signer);
            record.decision = TrustDecision::Accepted;
            Ok(record)
        }
        Err(reason) if policy == SignaturePolicy::WarnOnly => {
            let name = &manifest.name;
            let warning =
                format!("bundle `{name}` would be refused if signatures were required: {reason}");
            core.log(LogLevel::Warn, "trust", &warning);
            record.decision = TrustDecision::AcceptedWithWarning(reason);
            Ok(record)
        }
        Err(reason) => {
            record.decision = TrustDecision::Refused(reason.clone());
            let error = RuntimeError::SignatureRejected { bundle: manifest.name.clone(), reason };
            Err(Unopened { error, trust: Some(Arc::new(record)) })
        }
    }
}

/// Refuses to believe what an unsigned manifest says where signatures are required.
pub(crate) fn believe(core: &Core, opening: &Opening) -> Result<(), Unopened> {
    match core.options.trust.policy {
        SignaturePolicy::Required => admit(core, opening).map(|_| ()),
        SignaturePolicy::Off | SignaturePolicy::WarnOnly => Ok(()),
    }
}

/// Who signed the bundle, or why that does not count.
fn signer(core: &Core, opening: &Opening) -> Result<Signer, String> {
    let Some(tree) = opening.tree() else {
        return Err(opening.objection.clone().unwrap_or_else(|| unsignable(&opening.source)));
    };
    let name = &opening.manifest.data.name;
    let signer = core.options.trust.judge(tree, name, version(opening))?;
    opening.objection.clone().map_or(Ok(signer), Err)
}

/// What comes from memory in pieces has no place for a signature.
fn unsignable(source: &BundleSource) -> String {
    let kind = source.kind();
    format!(
        "it was given as {kind} in memory, which cannot be signed; put it together with its \
         manifest.toml and bundle.sig and load it with `Runtime::load_files`"
    )
}

fn version(opening: &Opening) -> Version {
    // A manifest is checked when it is read, so this cannot fail for one that is used.
    opening.manifest.data.parsed_version().map_or(Version::default(), |parsed| from_semver(&parsed))
}

//! Admission: whether a bundle may be opened. It is asked in the stage step of every load and reload,
//! when manifest, files and signature are known and before any code of the bundle runs. The signature
//! policy decides first, and what it lets in the host's callback.

use super::opening::{Opening, Unopened};
use crate::border;
use crate::bundle::Bundle;
use crate::core::Core;
use crate::discovery::{Admission, Admit, BundleOffer};
use crate::error::RuntimeError;
use crate::loader::BundleSource;
use crate::thread::Within;
use crate::trust::{Refusal, Signer, TrustDecision, TrustRecord};
use crate::version::from_semver;
use polyplug_abi::{LogLevel, SignaturePolicy, Version};
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;

/// How the reason begins where the host's callback did not come to a decision.
pub(super) const PANICKED: &str = "its callback panicked: ";

/// What is decided about a bundle that may be opened. Whatever is opened afterwards must come out of
/// the same `opening`.
pub(crate) fn admit(
    core: &Core,
    bundle: &Bundle,
    opening: &Opening,
) -> Result<TrustRecord, Unopened> {
    if let Some(decided) = &opening.decided {
        return Ok(TrustRecord::clone(decided));
    }
    let signer = asked_signer(core, opening);
    let record = by_policy(core, opening, signer.as_ref())?;
    let must_warn = bundle.must_warn(&record);
    if let (true, TrustDecision::AcceptedWithWarning(reason)) = (must_warn, &record.decision) {
        let name = &record.name;
        let warning =
            format!("bundle `{name}` would be refused if signatures were required: {reason}");
        core.log(LogLevel::Warn, "trust", &warning);
    }
    let (Some(admit), Some(signer)) = (&core.options.admit, signer) else { return Ok(record) };
    // What is wrong with the rest of the offer, its loader will say.
    let (offer, _) = BundleOffer::of(core, &opening.manifest, opening.tree(), signer);
    by_host(core, &**admit, &offer, record)
}

/// What the bundle offers, and what is wrong with what it says.
pub(crate) fn offer(core: &Core, opening: &Opening) -> (BundleOffer, Result<(), RuntimeError>) {
    BundleOffer::of(core, &opening.manifest, opening.tree(), signer(core, opening))
}

/// Whether [`admit`] would let the bundle in, without a word to the log.
pub(crate) fn would_admit(
    core: &Core,
    opening: &Opening,
    offer: &BundleOffer,
) -> Result<(), Unopened> {
    let record = by_policy(core, opening, Some(&offer.signer))?;
    let Some(admit) = &core.options.admit else { return Ok(()) };
    by_host(core, &**admit, offer, record).map(|_| ())
}

/// Refuses to believe what an unsigned manifest says where signatures are required.
pub(crate) fn believe(core: &Core, opening: &Opening) -> Result<(), Unopened> {
    let signer = asked_signer(core, opening).filter(|_| opening.decided.is_none());
    match signer {
        Some(signer) => by_policy(core, opening, Some(&signer)).map(|_| ()),
        None => Ok(()),
    }
}

/// Whether what was accepted when it was staged still is: it may have waited for its commit while a newer
/// version ran elsewhere and called it too old.
pub(crate) fn still_accept(core: &Core, accepted: &TrustRecord) -> Result<(), Unopened> {
    let rules = &core.options.trust;
    let Some(signer) = accepted.signer.filter(|_| rules.policy == SignaturePolicy::Required) else {
        return Ok(());
    };
    rules.still_takes(&accepted.name, accepted.version).map_err(|refusal| {
        let refusal = Refusal { named_key: Some(signer.id), ..refusal };
        refused(TrustRecord { signer: None, ..accepted.clone() }, refusal)
    })
}

/// The policy's decision; without a `signer` signatures were not looked at.
fn by_policy(
    core: &Core,
    opening: &Opening,
    signer: Option<&Result<Signer, Refusal>>,
) -> Result<TrustRecord, Unopened> {
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
    let Some(signer) = signer else { return Ok(record) };
    record.signer = signer.as_ref().ok().copied();
    record.decision = match (signer, policy) {
        (_, SignaturePolicy::Off) => TrustDecision::NotChecked,
        (Ok(_), _) => TrustDecision::Accepted,
        (Err(refusal), SignaturePolicy::WarnOnly) => {
            TrustDecision::AcceptedWithWarning(refusal.clone())
        }
        (Err(refusal), SignaturePolicy::Required) => {
            return Err(refused(record, refusal.clone()));
        }
    };
    Ok(record)
}

fn refused(mut record: TrustRecord, reason: Refusal) -> Unopened {
    record.decision = TrustDecision::Refused(reason.clone());
    let (bundle, path) = (record.name.clone(), record.path.clone());
    let error = RuntimeError::SignatureRejected { bundle, path, reason };
    Unopened { error, trust: Some(Arc::new(record)) }
}

/// The host's decision about what its policy lets in.
fn by_host(
    core: &Core,
    admit: &Admit,
    offer: &BundleOffer,
    mut record: TrustRecord,
) -> Result<TrustRecord, Unopened> {
    let asked = AssertUnwindSafe(|| core.thread().while_within(Within::Callback, || admit(offer)));
    let reason = match panic::catch_unwind(asked) {
        Ok(Admission::Allow) => return Ok(record),
        Ok(Admission::Deny(reason)) => reason,
        // Nobody has allowed it.
        Err(panic) => format!("{PANICKED}{}", border::panic_text(panic.as_ref())),
    };
    record.decision = TrustDecision::Denied(reason.clone());
    let (bundle, path) = (offer.name.clone(), offer.path.clone());
    let error = RuntimeError::AdmissionDenied { bundle, path, reason };
    Err(Unopened { error, trust: Some(Arc::new(record)) })
}

/// Who signed the bundle, if anybody asks.
fn asked_signer(core: &Core, opening: &Opening) -> Option<Result<Signer, Refusal>> {
    core.options.reads_whole().then(|| signer(core, opening))
}

/// Who signed the bundle, or why that does not count.
fn signer(core: &Core, opening: &Opening) -> Result<Signer, Refusal> {
    let Some(tree) = opening.tree() else {
        return Err(opening.objection.clone().unwrap_or_else(|| unsignable(&opening.source)));
    };
    let name = &opening.manifest.data.name;
    let signer = core.options.trust.judge(tree, name, version(opening))?;
    opening.objection.clone().map_or(Ok(signer), Err)
}

/// What comes from memory in pieces has no place for a signature.
fn unsignable(source: &BundleSource) -> Refusal {
    let kind = source.kind();
    let text = format!(
        "it was given as {kind} in memory, which cannot be signed; put it together with its \
         manifest.toml and bundle.sig and load it with `Runtime::load_files`"
    );
    Refusal::new("given-in-pieces", text)
}

fn version(opening: &Opening) -> Version {
    // A manifest is checked when it is read, so this cannot fail for one that is used.
    opening.manifest.data.parsed_version().map_or(Version::default(), |parsed| from_semver(&parsed))
}

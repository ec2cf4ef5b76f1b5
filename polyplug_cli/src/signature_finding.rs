//! What somebody found out about a bundle's signature, as it is shown below the bundle's name and in JSON.

use crate::show::style::{BAD, DIM, GOOD, foreign, paint};
use crate::trusted_keys::TrustedKeys;
use polyplug::trust::{Refusal, Signer};
use polyplug_abi::Version;
use polyplug_trust::{KeyId, SignatureRefusal};
use serde::Serialize;
use std::io::{self, Write};

/// The rule of bundles without a signature.
pub(crate) const UNSIGNED: &str = "unsigned";

/// The rule of keys that this host does not know.
pub(crate) const UNKNOWN_KEY: &str = "unknown-key";

/// What a signature is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SignatureFinding {
    /// The key that `bundle.sig` names, if it can be read. It has made the signature only if there is no
    /// objection.
    pub(crate) key: Option<KeyId>,
    /// Versions before this one are ruled out.
    pub(crate) minimum: Option<Version>,
    /// Why it does not count.
    pub(crate) objection: Option<Objection>,
}

/// A rule that a signature breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Objection {
    /// The rule, for programs.
    pub(crate) code: &'static str,
    /// The rule, the file and what to do.
    pub(crate) text: String,
}

impl Objection {
    /// Whether there is no `bundle.sig`, nor anything in its place.
    fn is_absence(&self) -> bool {
        is_absence(self.code, &self.text)
    }
}

impl SignatureFinding {
    /// One line below the bundle's name: who signed it, whether that counts here or not.
    pub(crate) fn write(&self, keys: &TrustedKeys, out: &mut dyn Write) -> io::Result<()> {
        match (&self.objection, self.key) {
            (None, Some(id)) => {
                write!(out, "  signed by {}", paint(GOOD, keys.shown(id)))?;
                match self.minimum {
                    Some(minimum) => writeln!(out, ", nothing before {minimum}"),
                    None => writeln!(out),
                }
            }
            (None, None) => writeln!(out, "  {}", paint(DIM, "not signed")),
            (Some(objection), _) if objection.is_absence() => {
                writeln!(out, "  {}", paint(DIM, "not signed"))
            }
            (Some(objection), Some(id)) if objection.code == UNKNOWN_KEY => {
                let what = paint(BAD, "signed with a key that is not trusted here:");
                writeln!(out, "  {what} {id}")
            }
            (Some(objection), _) => {
                let what = paint(BAD, "no signature that counts:");
                writeln!(out, "  {what} {}", foreign(&objection.text))
            }
        }
    }

    /// For other programs.
    pub(crate) fn details(&self, keys: &TrustedKeys) -> SignatureDetails {
        SignatureDetails {
            verdict: match &self.objection {
                None => "good",
                Some(objection) if objection.code == UNSIGNED => "unsigned",
                Some(_) => "refused",
            },
            signer: self.key.map(|id| SignerDetails::new(id, keys)),
            minimum_version: self.minimum.map(|minimum| minimum.to_string()),
            code: self.objection.as_ref().map(|objection| objection.code),
            reason: self.objection.as_ref().map(|objection| objection.text.clone()),
        }
    }
}

/// The two rules that many bundles break at once, in a few words; what to do is told once for all of them.
pub(crate) fn short(code: &str, text: &str, key: Option<KeyId>) -> Option<String> {
    match (code, key) {
        (UNSIGNED, _) => is_absence(code, text).then(|| "it is not signed".to_owned()),
        (UNKNOWN_KEY, Some(id)) => Some(format!(
            "its bundle.sig was made with the key {id}, which this host does not trust"
        )),
        _ => None,
    }
}

/// What lies there instead of a signature is told in full.
fn is_absence(code: &str, text: &str) -> bool {
    code == UNSIGNED && text == SignatureRefusal::Unsigned.to_string()
}

impl From<&Refusal> for SignatureFinding {
    fn from(refusal: &Refusal) -> Self {
        let objection = Objection { code: refusal.code, text: refusal.text.clone() };
        Self { key: refusal.named_key, minimum: None, objection: Some(objection) }
    }
}

impl From<&Result<Signer, Refusal>> for SignatureFinding {
    fn from(judged: &Result<Signer, Refusal>) -> Self {
        match judged {
            Ok(signer) => Self { key: Some(signer.id), minimum: signer.minimum, objection: None },
            Err(refusal) => Self::from(refusal),
        }
    }
}

/// A signature as JSON. The fields' names are documented in `--help` and stay.
#[derive(Debug, Serialize)]
pub(crate) struct SignatureDetails {
    verdict: &'static str,
    signer: Option<SignerDetails>,
    minimum_version: Option<String>,
    code: Option<&'static str>,
    reason: Option<String>,
}

impl SignatureDetails {
    /// Of a bundle whose signature nobody came to look at.
    pub(crate) fn unknown() -> Self {
        let (signer, minimum_version, code, reason) = (None, None, None, None);
        Self { verdict: "unknown", signer, minimum_version, code, reason }
    }
}

/// Who signed, as JSON.
#[derive(Debug, Serialize)]
pub(crate) struct SignerDetails {
    id: String,
    name: Option<String>,
}

impl SignerDetails {
    pub(crate) fn new(id: KeyId, keys: &TrustedKeys) -> Self {
        Self { id: id.to_string(), name: keys.name(id).map(str::to_owned) }
    }
}

/// A digest as text.
pub(crate) fn hexadecimal(digest: &[u8; 32]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

//! What can be said of a bundle's signature without running anything of the bundle.

use crate::show::problem::Problem;
use crate::show::style::{BAD, DIM, GOOD, paint};
use crate::trusted_keys::TrustedKeys;
use polyplug::loader::manifest::{MANIFEST_FILE, Manifest};
use polyplug_abi::Version;
use polyplug_trust::{BundleSignature, BundleTree, KeyId, SignatureRefusal};
use serde::Serialize;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A bundle that was looked at.
#[derive(Debug)]
pub(crate) struct SignatureCheck {
    pub(crate) path: PathBuf,
    /// What its manifest says.
    pub(crate) identity: Option<(String, Version)>,
    /// Of all files but `bundle.sig`.
    pub(crate) digest: Option<[u8; 32]>,
    pub(crate) files: usize,
    /// What `bundle.sig` names, if there is one that can be read.
    pub(crate) named: Option<(KeyId, Option<Version>)>,
    pub(crate) verdict: SignatureVerdict,
}

/// What the signature is worth.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum SignatureVerdict {
    Good,
    /// There is none; why that matters.
    Unsigned(String),
    /// Why not.
    Refused(String),
    /// Which file cannot be read as that of a bundle, and why.
    Unreadable(String),
}

impl SignatureCheck {
    /// Looks at the bundle in `folder`.
    pub(crate) fn of(folder: &Path, keys: &TrustedKeys) -> Self {
        let mut check = Self {
            path: folder.to_owned(),
            identity: None,
            digest: None,
            files: 0,
            named: None,
            verdict: SignatureVerdict::Good,
        };
        if let Err(verdict) = check.look(keys) {
            check.verdict = verdict;
        }
        check
    }

    fn look(&mut self, keys: &TrustedKeys) -> Result<(), SignatureVerdict> {
        let unreadable = |error: &dyn ToString| SignatureVerdict::Unreadable(error.to_string());
        let tree = BundleTree::read(&self.path).map_err(|error| unreadable(&error))?;
        let signature = tree.signature_bytes().and_then(|text| BundleSignature::parse(text).ok());
        self.named = signature.map(|signature| (signature.key, signature.minimum));
        (self.digest, self.files) = (Some(tree.digest()), tree.hashes().len());
        let manifest = self.path.join(MANIFEST_FILE);
        let Some(text) = tree.get(MANIFEST_FILE) else {
            return Err(unreadable(&format!("{}: it is not there", manifest.display())));
        };
        let manifest =
            Manifest::parse_anywhere(text, &manifest).map_err(|error| unreadable(&error))?;
        let version = manifest.data.abi_version().map_err(|error| unreadable(&error))?;
        let (name, _) = self.identity.insert((manifest.data.name, version));
        match keys.keyring.judge(&tree, name, version, None) {
            Ok(_) => Ok(()),
            Err(refusal @ SignatureRefusal::Unsigned) => {
                Err(SignatureVerdict::Unsigned(refusal.to_string()))
            }
            Err(refusal) => Err(SignatureVerdict::Refused(refusal.to_string())),
        }
    }

    /// Why it is not good.
    pub(crate) fn reason(&self) -> Option<&str> {
        match &self.verdict {
            SignatureVerdict::Good => None,
            SignatureVerdict::Unsigned(reason)
            | SignatureVerdict::Refused(reason)
            | SignatureVerdict::Unreadable(reason) => Some(reason),
        }
    }

    /// Why it is not good, and where.
    pub(crate) fn problem(&self) -> Option<Problem> {
        let reason = self.reason()?;
        let is_placed = matches!(self.verdict, SignatureVerdict::Unreadable(_));
        Some(Problem::plain(match is_placed {
            true => reason.to_owned(),
            false => format!("{}: {reason}", self.path.display()),
        }))
    }

    /// One line below the bundle's name: who signed it, whether that counts here or not.
    pub(crate) fn write(&self, keys: &TrustedKeys, out: &mut dyn Write) -> io::Result<()> {
        match (&self.verdict, self.named) {
            (SignatureVerdict::Good, Some((id, minimum))) => {
                write!(out, "  signed by {}", paint(GOOD, keys.shown(id)))?;
                match minimum {
                    Some(minimum) => writeln!(out, ", nothing before {minimum}"),
                    None => writeln!(out),
                }
            }
            (SignatureVerdict::Good | SignatureVerdict::Unsigned(_), _) => {
                writeln!(out, "  {}", paint(DIM, "not signed"))
            }
            (SignatureVerdict::Refused(reason) | SignatureVerdict::Unreadable(reason), _) => {
                writeln!(out, "  {} {reason}", paint(BAD, "no signature that counts:"))
            }
        }
    }

    /// For other programs.
    pub(crate) fn details(&self, keys: &TrustedKeys) -> SignatureDetails {
        let signer = self.named.map(|(id, _)| SignerDetails::new(id, keys));
        SignatureDetails {
            verdict: match self.verdict {
                SignatureVerdict::Good => "good",
                SignatureVerdict::Unsigned(_) => "unsigned",
                SignatureVerdict::Refused(_) | SignatureVerdict::Unreadable(_) => "refused",
            },
            signer,
            minimum_version: self.named.and_then(|(_, minimum)| Some(minimum?.to_string())),
            reason: self.reason().map(str::to_owned),
        }
    }
}

/// A signature as JSON. The fields' names are documented in `--help` and stay.
#[derive(Debug, Serialize)]
pub(crate) struct SignatureDetails {
    verdict: &'static str,
    signer: Option<SignerDetails>,
    minimum_version: Option<String>,
    reason: Option<String>,
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

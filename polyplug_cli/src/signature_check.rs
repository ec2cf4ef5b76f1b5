//! What `verify` finds out about a bundle: it reads the folder by itself, and has no runtime.

use crate::bundle_paths;
use crate::show::problem::Problem;
use crate::show::style::shown;
use crate::signature_finding::{self, Objection, SignatureFinding, UNKNOWN_KEY};
use crate::trusted_keys::TrustedKeys;
use polyplug::loader::manifest::{MANIFEST_FILE, Manifest};
use polyplug_abi::Version;
use polyplug_trust::{BundleSignature, BundleTree, Difference, SignatureRefusal};
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
    pub(crate) finding: SignatureFinding,
    /// All files that are not as they were signed, if that is what speaks against it.
    pub(crate) differences: Vec<Difference>,
    /// Whether the objection says by itself where it is.
    is_placed: bool,
}

/// Why a folder cannot be read as that of a bundle: the rule, and a text with the place.
type Unread = (&'static str, String);

impl SignatureCheck {
    /// Looks at the bundle in `folder`.
    pub(crate) fn of(folder: &Path, keys: &TrustedKeys) -> Self {
        let mut check = Self {
            path: folder.to_owned(),
            identity: None,
            digest: None,
            files: 0,
            finding: SignatureFinding { key: None, minimum: None, objection: None },
            differences: Vec::new(),
            is_placed: false,
        };
        if let Err((code, text)) = check.look(keys) {
            check.finding.objection = Some(Objection { code, text });
            check.is_placed = true;
        }
        check
    }

    fn look(&mut self, keys: &TrustedKeys) -> Result<(), Unread> {
        let tree = BundleTree::read(&self.path).map_err(|error| {
            let text = bundle_paths::unread(&self.path, &error);
            (SignatureRefusal::Tree(error).code(), text)
        })?;
        let signature = tree.signature_bytes().and_then(|text| BundleSignature::parse(text).ok());
        if let Some(signature) = &signature {
            self.finding.key = Some(signature.key);
            self.finding.minimum = signature.minimum;
        }
        (self.digest, self.files) = (Some(tree.digest()), tree.hashes().len());
        let unread = |error: &dyn ToString| ("unreadable-manifest", error.to_string());
        let manifest = self.path.join(MANIFEST_FILE);
        let Some(text) = tree.get(MANIFEST_FILE) else {
            return Err(unread(&bundle_paths::absent_manifest(&self.path)));
        };
        let manifest = Manifest::parse_anywhere(text, &manifest).map_err(|error| unread(&error))?;
        let version = manifest.data.abi_version().map_err(|error| unread(&error))?;
        let (name, _) = self.identity.insert((manifest.data.name, version));
        if let Err(refusal) = keys.keyring.judge(&tree, name, version, None) {
            let (code, text) = (refusal.code(), refusal.to_string());
            self.finding.objection = Some(Objection { code, text });
            self.differences = differences(&refusal);
        }
        Ok(())
    }

    /// Why it is not good, and where. What to do about an unknown key is told once, after all of them.
    pub(crate) fn problem(&self) -> Option<Problem> {
        let Objection { code, text } = self.finding.objection.as_ref()?;
        let short =
            signature_finding::short(code, text, self.finding.key).filter(|_| *code == UNKNOWN_KEY);
        let text = short.as_ref().unwrap_or(text);
        Some(Problem::plain(match self.is_placed {
            true => text.clone(),
            false => format!("{}: {text}", shown(&self.path)),
        }))
    }
}

/// All files that are not as they were signed, if that is what the refusal is about.
fn differences(refusal: &SignatureRefusal) -> Vec<Difference> {
    match refusal {
        SignatureRefusal::FileChanged(files)
        | SignatureRefusal::FileAdded(files)
        | SignatureRefusal::FileRemoved(files)
        | SignatureRefusal::FileRenamed(files) => files.all().to_vec(),
        _ => Vec::new(),
    }
}

//! What the runtime found out about the signatures of the bundles that it loaded, or refused: about the very
//! bytes, which nobody reads a second time.

use crate::signature_finding::SignatureFinding;
use polyplug::discovery::Admission;
use polyplug::events::Event;
use polyplug::runtime::RuntimeBuilder;
use polyplug::trust::TrustDecision;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// What was last found out, by folder.
#[derive(Clone, Debug, Default)]
pub(crate) struct Judged(Arc<Mutex<HashMap<PathBuf, Judgement>>>);

/// About one bundle.
#[derive(Clone, Debug)]
pub(crate) struct Judgement {
    pub(crate) finding: SignatureFinding,
    /// Of all its files but `bundle.sig`.
    pub(crate) digest: Option<[u8; 32]>,
}

impl Judged {
    /// Listens to the runtime that `builder` makes. It admits all; where it is asked, the policy has let a
    /// bundle in, and otherwise the failure says what was found.
    pub(crate) fn listen(builder: RuntimeBuilder) -> (RuntimeBuilder, Self) {
        let judged = Self::default();
        let (admitted, refused) = (judged.clone(), judged.clone());
        let builder = builder.admission(move |offer| {
            let finding = SignatureFinding::from(&offer.signer);
            admitted.note(&offer.path, Judgement { finding, digest: offer.digest });
            Admission::Allow
        });
        let builder = builder.on_reload(move |event| {
            if let Event::Failed { path, trust: Some(record), .. } = event
                && let TrustDecision::Refused(refusal) = &record.decision
            {
                let (finding, digest) = (SignatureFinding::from(refusal), record.digest);
                refused.note(path, Judgement { finding, digest });
            }
        });
        (builder, judged)
    }

    /// About the bundle in this folder; none if it failed before its signature was looked at.
    pub(crate) fn of(&self, path: &Path) -> Option<Judgement> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(path).cloned()
    }

    fn note(&self, path: &Path, judgement: Judgement) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(path.to_owned(), judgement);
    }
}

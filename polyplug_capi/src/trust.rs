//! Decisions about bundles, as C sees them.

use polyplug::trust::{Refusal, Signer, TrustDecision, TrustRecord};
use polyplug_abi::{self as abi, StringView};
use std::fmt::Write;
use std::sync::Arc;

/// A digest and a signer as texts.
#[derive(Default)]
pub(crate) struct Identity {
    digest: Option<String>,
    signer: Option<String>,
    signer_id: Option<String>,
}

impl Identity {
    pub(crate) fn new(digest: Option<[u8; 32]>, signer: Option<Signer>) -> Self {
        Self {
            digest: digest.map(|digest| hex(&digest)),
            signer: signer.map(|signer| signer.key.to_string()),
            signer_id: signer.map(|signer| signer.id.to_string()),
        }
    }

    pub(crate) fn digest(&self) -> StringView {
        view(self.digest.as_deref())
    }

    pub(crate) fn signer(&self) -> StringView {
        view(self.signer.as_deref())
    }

    pub(crate) fn signer_id(&self) -> StringView {
        view(self.signer_id.as_deref())
    }
}

/// A record in the layout of C, with the texts that it shows. Its heap memory stays where it is when
/// this moves.
pub(crate) struct Shown {
    layout: Box<abi::TrustRecord>,
    _record: Arc<TrustRecord>,
    _identity: Identity,
}

impl Shown {
    pub(crate) fn new(record: &Arc<TrustRecord>) -> Self {
        let (decision, reason, code) = decision(&record.decision);
        let identity = Identity::new(record.digest, record.signer);
        let layout = abi::TrustRecord {
            struct_size: size_of::<abi::TrustRecord>() as u32,
            decision,
            policy: record.policy as u32,
            version: record.version,
            name: StringView::from_str(&record.name),
            loader: StringView::from_str(&record.loader),
            digest: identity.digest(),
            signer: identity.signer(),
            signer_id: identity.signer_id(),
            reason: view(reason),
            refusal_code: view(code),
        };
        Self { layout: Box::new(layout), _record: Arc::clone(record), _identity: identity }
    }

    pub(crate) fn layout(&self) -> *const abi::TrustRecord {
        &raw const *self.layout
    }
}

/// The decision, the reason and the rule.
fn decision(decision: &TrustDecision) -> (u32, Option<&str>, Option<&str>) {
    let (number, (reason, code)) = match decision {
        TrustDecision::NotChecked => (abi::TRUST_NOT_CHECKED, (None, None)),
        TrustDecision::Accepted => (abi::TRUST_ACCEPTED, (None, None)),
        TrustDecision::AcceptedWithWarning(why) => (abi::TRUST_ACCEPTED_WITH_WARNING, refusal(why)),
        TrustDecision::Refused(why) => (abi::TRUST_REFUSED, refusal(why)),
        TrustDecision::Denied(why) => (abi::TRUST_DENIED, (Some(&**why), None)),
        _ => (abi::TRUST_OTHER, (None, None)),
    };
    (number, reason, code)
}

fn refusal(why: &Refusal) -> (Option<&str>, Option<&str>) {
    (Some(&why.text), Some(why.code))
}

/// A view of a text, or of none.
pub(crate) fn view(text: Option<&str>) -> StringView {
    text.map_or(StringView::null(), StringView::from_str)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing into a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

//! Offers of bundles, as C sees them.

use crate::snapshot::first;
use crate::trust::{Identity, view};
use polyplug::discovery::{BundleOffer, Discovered, Prospect};
use polyplug_abi::{self as abi, AskedCapability, StringView};

/// An offer with the texts and lists that its layout shows. Its heap memory stays where it is when this
/// moves.
pub(crate) struct Offer {
    offer: BundleOffer,
    path: String,
    contracts: Vec<StringView>,
    dependencies: Vec<StringView>,
    capabilities: Vec<AskedCapability>,
    identity: Identity,
    fate: Fate,
}

/// What would become of it.
struct Fate {
    prospect: u32,
    code: u32,
    reason: Option<String>,
}

impl Offer {
    /// One that is being loaded.
    pub(crate) fn arriving(offer: BundleOffer) -> Self {
        Self::new(offer, Fate::of(abi::PROSPECT_UNKNOWN))
    }

    /// One that lies in a folder.
    pub(crate) fn found(found: Discovered) -> Self {
        let fate = match found.prospect {
            Prospect::WouldLoad => Fate::of(abi::PROSPECT_WOULD_LOAD),
            Prospect::Loaded => Fate::of(abi::PROSPECT_LOADED),
            Prospect::Disabled => Fate::of(abi::PROSPECT_DISABLED),
            Prospect::Shadowed { by } => Fate {
                reason: Some(by.to_string_lossy().into_owned()),
                ..Fate::of(abi::PROSPECT_SHADOWED)
            },
            Prospect::WouldFail(error) => Fate {
                prospect: abi::PROSPECT_WOULD_FAIL,
                code: error.code(),
                reason: Some(error.to_string()),
            },
            _ => Fate::of(abi::PROSPECT_OTHER),
        };
        Self::new(found.offer, fate)
    }

    fn new(offer: BundleOffer, fate: Fate) -> Self {
        let capabilities = offer.capabilities.iter().map(|asked| AskedCapability {
            text: StringView::from_str(&asked.capability),
            optional: asked.optional,
            granted: asked.granted,
            reserved: [0; 1],
        });
        Self {
            path: offer.path.to_string_lossy().into_owned(),
            contracts: offer.contracts.iter().map(|text| StringView::from_str(text)).collect(),
            dependencies: offer
                .dependencies
                .iter()
                .map(|text| StringView::from_str(text))
                .collect(),
            capabilities: capabilities.collect(),
            identity: Identity::new(offer.digest, offer.signer.as_ref().ok().copied()),
            fate,
            offer,
        }
    }

    /// Lives as long as the offer.
    pub(crate) fn layout(&self) -> abi::BundleOffer {
        let offer = &self.offer;
        abi::BundleOffer {
            struct_size: size_of::<abi::BundleOffer>() as u32,
            prospect: self.fate.prospect,
            name: StringView::from_str(&offer.name),
            path: StringView::from_str(&self.path),
            loader: StringView::from_str(&offer.loader),
            version: offer.version,
            code: self.fate.code,
            contracts: first(&self.contracts),
            contract_count: self.contracts.len(),
            dependencies: first(&self.dependencies),
            dependency_count: self.dependencies.len(),
            capabilities: first(&self.capabilities),
            capability_count: self.capabilities.len(),
            signer: self.identity.signer(),
            signer_id: self.identity.signer_id(),
            unsigned_reason: view(offer.signer.as_ref().err().map(|refusal| &*refusal.text)),
            digest: self.identity.digest(),
            reason: view(self.fate.reason.as_deref()),
            unsigned_code: view(offer.signer.as_ref().err().map(|refusal| refusal.code)),
        }
    }
}

impl Fate {
    fn of(prospect: u32) -> Self {
        Self { prospect, code: abi::ERROR_OK, reason: None }
    }
}

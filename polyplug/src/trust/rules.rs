//! What a runtime goes by: the policy, the keys, and the oldest version that it takes of each bundle.

use super::Refusal;
use polyplug_abi::{SignaturePolicy, Version};
use polyplug_trust::{
    BundleTree, Floor, Keyring, SignatureRefusal, Signer, StoreError, VersionFloors,
};

/// The settled rules of one runtime.
#[derive(Debug)]
pub(crate) struct TrustRules {
    pub(crate) policy: SignaturePolicy,
    keyring: Keyring,
    floors: VersionFloors,
}

impl TrustRules {
    pub(super) fn new(policy: SignaturePolicy, keyring: Keyring, floors: VersionFloors) -> Self {
        Self { policy, keyring, floors }
    }

    /// Who signed that version of that bundle, or why that does not count.
    pub(crate) fn judge(
        &self,
        tree: &BundleTree,
        bundle: &str,
        version: Version,
    ) -> Result<Signer, Refusal> {
        let floor = self.floor(bundle)?;
        let judged = self.keyring.judge(tree, bundle, version, floor.as_ref());
        judged.map_err(|refusal| Refusal::of_signature(&refusal, tree))
    }

    /// Whether a version that was accepted before is not too old by now.
    pub(crate) fn still_takes(&self, bundle: &str, version: Version) -> Result<(), Refusal> {
        match self.floor(bundle)?.filter(|floor| version < floor.version) {
            Some(floor) => Err(Refusal::of_rule(&SignatureRefusal::TooOld { version, floor })),
            None => Ok(()),
        }
    }

    fn floor(&self, bundle: &str) -> Result<Option<Floor>, Refusal> {
        // Without its floors this runtime would take a version that is too old.
        self.floors.floor(bundle).map_err(|error| Refusal::of_floors(&error))
    }

    /// Notes what a signature said, once what it signed was committed.
    ///
    /// # Errors
    /// It cannot be kept in its file; this runtime goes by it all the same.
    pub(crate) fn raise(&self, bundle: &str, minimum: Version) -> Result<(), StoreError> {
        self.floors.raise(bundle, minimum)
    }
}

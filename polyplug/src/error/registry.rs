//! What can go wrong when the registry is asked.

use polyplug_utils::BundleId;
use thiserror::Error;

/// What can go wrong when the registry is asked.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RegistryError {
    /// Nobody provides the contract in a version that would do.
    #[error("no bundle provides contract {contract:#018X}{}", floor(*min_version))]
    NotFound {
        /// The contract's id.
        contract: u64,
        /// The version asked for, as in `find`.
        min_version: u32,
    },

    /// The handle's bundle was unloaded.
    #[error(
        "handle {index}/{generation} is stale: its bundle was unloaded; find the contract again"
    )]
    StaleHandle {
        /// The handle's index.
        index: u32,
        /// The handle's generation.
        generation: u32,
    },

    /// There is no such bundle.
    #[error("no bundle has id {bundle}")]
    UnknownBundle {
        /// The id asked for.
        bundle: BundleId,
    },

    /// The unload behind `invalidate_bundle` was refused.
    #[error("bundle {bundle} was not invalidated: {reason}")]
    NotInvalidated {
        /// The bundle.
        bundle: BundleId,
        /// Why.
        reason: String,
    },
}

fn floor(min_version: u32) -> String {
    match min_version {
        0 => String::new(),
        major if major < 65_536 => format!(" with major {major} or later"),
        packed => format!(" with version {}.{} or later", packed >> 16, packed & 0xFFFF),
    }
}

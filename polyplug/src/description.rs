//! Descriptions: what contracts look like, as bundles and the host say it.
//!
//! | file | what |
//! |---|---|
//! | `bundle` | the descriptions that a bundle brings |
//! | `host` | the descriptions that the host gave |
//! | `binding` | typed callers, held against what runs |
//! | `expectation` | what callers were promised that a contract keeps looking like |
//!
//! The check that holds them against each other is `reload/check/descriptions`.

pub(crate) mod binding;
pub(crate) mod bundle;
pub(crate) mod expectation;
pub(crate) mod host;

use crate::error::DescriptionError;
use polyplug_schema::{Contract, WitError};
use std::sync::Arc;

/// What is known of a contract that a generation provides.
#[derive(Clone, Debug, Default)]
pub(crate) struct Described {
    /// Its description: the bundle's own, else the host's.
    pub(crate) contract: Option<Arc<Contract>>,
    /// The shape hash that the code states itself.
    pub(crate) built: Option<u64>,
}

impl Described {
    /// The hash of its shape, if it is known.
    pub(crate) fn shape(&self) -> Option<u64> {
        self.contract.as_ref().map(|contract| contract.shape_hash()).or(self.built)
    }
}

/// A description that does not read.
pub(crate) fn unreadable(owner: String, reason: WitError) -> DescriptionError {
    DescriptionError::Unreadable { owner, reason: Arc::new(reason) }
}

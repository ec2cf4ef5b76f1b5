//! What is known about contracts: the outcome of reading WIT.

use crate::Contract;
use crate::value_error::{did_you_mean, most_similar};
use crate::wit::{WitError, WitSources};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use thiserror::Error;

/// Contracts by name and major version.
#[derive(Clone, Debug, Default)]
pub struct Descriptions {
    contracts: BTreeMap<String, Arc<Contract>>,
    refusals: BTreeMap<String, Refusal>,
}

/// A contract that nobody described, or one that polyplug cannot carry.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum UnknownContract {
    /// No description has it.
    #[error("no description has the contract `{contract}`{}", did_you_mean(.suggestion))]
    Missing {
        /// The contract that was asked for.
        contract: String,
        /// The most similar one.
        suggestion: Option<String>,
    },
    /// An interface of a dependency says something that polyplug cannot carry.
    #[error("the contract `{contract}` cannot be used: {reason}")]
    Refused {
        /// The contract.
        contract: String,
        /// What is wrong with it, with file, line and column.
        reason: String,
    },
}

/// Why an interface is not a contract.
#[derive(Clone, Debug)]
pub(crate) struct Refusal(String);

impl Refusal {
    pub(crate) fn new(error: &WitError) -> Self {
        Self(error.to_string())
    }
}

impl Descriptions {
    /// The contracts of a WIT text; `name` is what it is called in messages.
    ///
    /// # Errors
    /// The WIT is wrong, or says something that polyplug cannot carry.
    pub fn from_text(name: &str, text: &str) -> Result<Self, WitError> {
        let mut sources = WitSources::default();
        sources.add(name, text)?;
        sources.descriptions()
    }

    /// The contracts of a WIT file, or of a folder of them with its `deps`.
    ///
    /// # Errors
    /// It cannot be read, the WIT is wrong, or says something that polyplug cannot carry.
    pub fn from_path(path: impl AsRef<Path>) -> Result<Self, WitError> {
        WitSources::read(path)?.descriptions()
    }

    /// The contract `name@major`.
    ///
    /// # Errors
    /// There is none; the error names the most similar one, or what is wrong with this one.
    pub fn contract(&self, identity: &str) -> Result<&Arc<Contract>, UnknownContract> {
        self.contracts.get(identity).ok_or_else(|| self.unknown(identity))
    }

    /// All contracts, sorted by `name@major`.
    pub fn contracts(&self) -> impl ExactSizeIterator<Item = &Arc<Contract>> {
        self.contracts.values()
    }

    /// Whether there is no contract.
    pub fn is_empty(&self) -> bool {
        self.contracts.is_empty()
    }

    /// Adds a contract. Of two versions with one major, the newer stays.
    pub(crate) fn add(&mut self, contract: Contract) {
        let identity = contract.identity();
        let newest = self.contracts.get(&identity).map(|known| known.version());
        if newest.is_none_or(|newest| newest < contract.version()) {
            self.contracts.insert(identity, Arc::new(contract));
        }
    }

    pub(crate) fn refuse(&mut self, name: String, refusal: Refusal) {
        self.refusals.insert(name, refusal);
    }

    #[cold]
    fn unknown(&self, identity: &str) -> UnknownContract {
        let contract = identity.to_owned();
        let name = identity.split('@').next().unwrap_or_default();
        if let Some(Refusal(reason)) = self.refusals.get(name) {
            return UnknownContract::Refused { contract, reason: reason.clone() };
        }
        let known = self.contracts.keys().map(String::as_str);
        let suggestion = most_similar(identity, known).map(str::to_owned);
        UnknownContract::Missing { contract, suggestion }
    }
}

//! What is known about contracts: the outcome of reading WIT.

use crate::value_error::{did_you_mean, most_similar};
use crate::wit::{WitError, WitSources};
use crate::{Contract, Incompatible};
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

    /// The contract of this name, `name@major`, or `name` for the highest major that there is.
    ///
    /// # Errors
    /// There is none; the error names the most similar one, or what is wrong with this one.
    pub fn find(&self, name: &str) -> Result<&Arc<Contract>, UnknownContract> {
        if name.contains('@') {
            return self.contract(name);
        }
        let known = self.contracts.values().filter(|contract| contract.name() == name);
        known.max_by_key(|contract| contract.version().major).ok_or_else(|| self.unknown(name))
    }

    /// Takes over all contracts of `other`. Where both describe one contract, the description that
    /// answers callers of the other stays, or the newer one if each does.
    ///
    /// # Errors
    /// Neither answers the other's callers; the error shows both signatures. Nothing is taken over then.
    pub fn merge(&mut self, other: Self) -> Result<(), Box<Incompatible>> {
        let mut merged = self.contracts.clone();
        for (identity, contract) in other.contracts {
            let Some(known) = merged.get(&identity) else {
                merged.insert(identity, contract);
                continue;
            };
            match contract.answers(known) {
                Ok(_) if contract.version() > known.version() => {
                    merged.insert(identity, contract);
                }
                Err(error) if known.answers(&contract).is_err() => return Err(Box::new(error)),
                Ok(_) | Err(_) => {}
            }
        }
        self.contracts = merged;
        self.refusals.extend(other.refusals);
        Ok(())
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
        // Somebody may know the interface alone.
        let ends = |known: &&str| {
            known.split('@').next().is_some_and(|whole| whole.rsplit('.').next() == Some(name))
        };
        let suggestion = known.clone().find(ends).or_else(|| most_similar(identity, known));
        let suggestion = suggestion.map(str::to_owned);
        UnknownContract::Missing { contract, suggestion }
    }
}

#[cfg(test)]
mod tests {
    use super::Descriptions;

    fn read(version: &str, body: &str) -> Descriptions {
        let text = format!("package demo:a@{version}; interface a {{ {body} }}");
        Descriptions::from_text("a.wit", &text).unwrap()
    }

    fn only(descriptions: &Descriptions) -> String {
        let names: Vec<_> = descriptions.contracts().map(|contract| contract.to_string()).collect();
        names.join(" ")
    }

    #[test]
    fn a_name_alone_is_the_highest_major() {
        let mut both = read("2.0.0", "f: func();");
        both.merge(read("10.0.0", "f: func();")).unwrap();
        assert_eq!(both.find("demo.a").unwrap().to_string(), "demo.a@10.0.0");
        assert_eq!(both.find("demo.a@2").unwrap().to_string(), "demo.a@2.0.0");
        let error = both.find("demo.b").unwrap_err().to_string();
        assert!(
            error.starts_with("no description has the contract `demo.b`; did you mean"),
            "{error}"
        );
    }

    #[test]
    fn the_name_of_an_interface_finds_its_contract() {
        let error = read("1.0.0", "f: func();").find("a").unwrap_err().to_string();
        assert!(error.ends_with("; did you mean `demo.a@1`?"), "{error}");
    }

    #[test]
    fn of_two_descriptions_the_one_that_answers_both_stays() {
        let (old, new) = ("f: func();", "f: func(); g: func();");
        let mut descriptions = read("1.0.0", old);
        descriptions.merge(read("1.1.0", new)).unwrap();
        assert_eq!(only(&descriptions), "demo.a@1.1.0");
        for older in [read("1.0.0", old), read("1.0.5", new)] {
            descriptions.merge(older).unwrap();
            assert_eq!(only(&descriptions), "demo.a@1.1.0");
        }
    }

    #[test]
    fn two_descriptions_that_differ_are_refused() {
        let mut descriptions = read("1.0.0", "f: func(x: u8);");
        let error = descriptions.merge(read("1.1.0", "f: func(x: u16);")).unwrap_err();
        assert!(error.to_string().contains("parameter `x` is u16, not u8"), "{error}");
        assert_eq!(only(&descriptions), "demo.a@1.0.0");
    }
}

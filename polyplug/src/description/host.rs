//! The descriptions that the host gave, by the name and major of the contract.

use super::unreadable;
use crate::error::{DescriptionError, RuntimeError};
use parking_lot::RwLock;
use polyplug_schema::{Contract, Descriptions, WitSources};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The descriptions of one runtime's host.
#[derive(Default)]
pub(crate) struct HostDescriptions {
    by_name: RwLock<BTreeMap<String, Arc<Contract>>>,
}

impl HostDescriptions {
    /// Adds the contracts of a file, a folder or a text.
    ///
    /// # Errors
    /// It does not read, or it describes a contract otherwise than what was added before.
    pub(crate) fn add(&self, sources: WitSources) -> Result<(), RuntimeError> {
        let descriptions = sources.descriptions().map_err(|error| unreadable(host(), error))?;
        self.add_all(&descriptions)
    }

    fn add_all(&self, descriptions: &Descriptions) -> Result<(), RuntimeError> {
        let mut by_name = self.by_name.write();
        let mut added = by_name.clone();
        for contract in descriptions.contracts() {
            let newest = match added.get(&contract.identity()) {
                Some(known) => newer(known, contract)?,
                None => contract,
            };
            let newest = Arc::clone(newest);
            added.insert(newest.identity(), newest);
        }
        *by_name = added;
        Ok(())
    }

    /// The description of `name@major`.
    pub(crate) fn get(&self, identity: &str) -> Option<Arc<Contract>> {
        self.by_name.read().get(identity).cloned()
    }

    /// All of them, sorted by name.
    pub(crate) fn all(&self) -> Vec<Arc<Contract>> {
        self.by_name.read().values().cloned().collect()
    }
}

/// Which of two descriptions of one contract has all that the other has.
fn newer<'a>(
    known: &'a Arc<Contract>,
    added: &'a Arc<Contract>,
) -> Result<&'a Arc<Contract>, DescriptionError> {
    if known.answers(added).is_ok() {
        return Ok(known);
    }
    match added.answers(known) {
        Ok(_) => Ok(added),
        Err(difference) => Err(DescriptionError::Conflict {
            bundle: host(),
            other: "an earlier description of the host".to_owned(),
            contract: known.identity(),
            difference: Box::new(difference),
        }),
    }
}

fn host() -> String {
    "the host".to_owned()
}

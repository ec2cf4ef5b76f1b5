//! What a bundle asks for in its manifest, held against what the host granted it.

use super::Capability;
use crate::loader::manifest::{LoaderTable, ManifestError};
use std::collections::BTreeSet;

const CAPABILITIES: &str = "capabilities";
const OPTIONAL: &str = "optional_capabilities";

/// The keys of a loader's table that [`Request::read`] reads.
pub const MANIFEST_KEYS: [&str; 2] = [CAPABILITIES, OPTIONAL];

/// What a manifest asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// Without one of these the bundle does not load.
    pub needed: BTreeSet<Capability>,
    /// Without these it does.
    pub optional: BTreeSet<Capability>,
}

/// What a bundle gets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// What it asked for and was granted, and what everybody has.
    pub all: BTreeSet<Capability>,
    /// What of it the bundle does not run without.
    pub needed: BTreeSet<Capability>,
}

/// A request after the host's answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) given: Given,
    /// What it needs and was not granted.
    pub(crate) missing: Vec<Capability>,
    /// What it would have liked and was not granted.
    pub(crate) declined: Vec<Capability>,
}

impl Request {
    /// Reads `capabilities` and `optional_capabilities` of a loader's table.
    ///
    /// # Errors
    /// One of them is no array of capabilities; the error names the line and the form that is right.
    pub fn read(table: &LoaderTable) -> Result<Self, ManifestError> {
        Ok(Self { needed: set(table, CAPABILITIES)?, optional: set(table, OPTIONAL)? })
    }

    pub(crate) fn answer(&self, granted: &BTreeSet<Capability>) -> Answer {
        let is_granted = |asked: &Capability| granted.iter().any(|granted| granted.covers(asked));
        let refused = |asked: &BTreeSet<Capability>| {
            asked.iter().filter(|asked| !is_granted(asked)).cloned().collect()
        };
        let asked = self.needed.union(&self.optional).filter(|asked| is_granted(asked)).cloned();
        Answer {
            given: Given {
                all: asked.chain(Capability::everybodys()).collect(),
                needed: self.needed.clone(),
            },
            missing: refused(&self.needed),
            declined: refused(&self.optional),
        }
    }
}

fn set(table: &LoaderTable, key: &str) -> Result<BTreeSet<Capability>, ManifestError> {
    let texts = table.strings(key)?.into_iter().enumerate();
    let capability = |(index, text): (usize, &str)| {
        text.parse::<Capability>()
            .map_err(|error| table.invalid(&format!("{key}[{index}]"), &error.expected))
    };
    texts.map(capability).collect()
}

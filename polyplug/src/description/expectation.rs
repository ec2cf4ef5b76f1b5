//! What callers were promised that a contract keeps looking like: whoever binds a typed caller leaves
//! its description at the slot, and no later version of the bundle may contradict it.

use super::Described;
use parking_lot::Mutex;
use polyplug_schema::{Contract, Incompatible};
use std::sync::Arc;

/// What callers of one slot rely on.
#[derive(Default)]
pub(crate) struct Expectations {
    shapes: Mutex<Vec<Expectation>>,
}

enum Expectation {
    /// A description.
    Description(Arc<Contract>),
    /// The hash of a shape that the caller knows and nobody described.
    Hash(u64),
}

/// An expectation that a description does not meet.
pub(crate) enum Disappointment {
    /// A described caller.
    Description(Box<Incompatible>),
    /// A caller that knows a hash: the hash that it knows, and the one there is.
    Hash(u64, u64),
}

impl Expectations {
    /// A caller relies on this description from now on.
    pub(crate) fn expect(&self, contract: &Arc<Contract>) {
        let mut shapes = self.shapes.lock();
        let known = shapes.iter().any(|known| match known {
            Expectation::Description(known) => known.shape_hash() == contract.shape_hash(),
            Expectation::Hash(_) => false,
        });
        if !known {
            shapes.push(Expectation::Description(Arc::clone(contract)));
        }
    }

    /// A caller relies on this shape from now on.
    pub(crate) fn expect_hash(&self, shape: u64) {
        let mut shapes = self.shapes.lock();
        let is_known =
            |known: &Expectation| matches!(known, Expectation::Hash(known) if *known == shape);
        if !shapes.iter().any(is_known) {
            shapes.push(Expectation::Hash(shape));
        }
    }

    /// What a new version would break, if it is described so.
    pub(crate) fn check(&self, new: &Described) -> Result<(), Disappointment> {
        for expectation in &*self.shapes.lock() {
            match (expectation, &new.contract, new.shape()) {
                (Expectation::Description(expected), Some(contract), _) => {
                    contract
                        .answers(expected)
                        .map_err(|difference| Disappointment::Description(Box::new(difference)))?;
                }
                (Expectation::Description(expected), None, Some(built)) => {
                    same(expected.shape_hash(), built)?;
                }
                (Expectation::Hash(expected), Some(contract), _)
                    if contract.begins_with_shape(*expected) => {}
                (Expectation::Hash(expected), _, Some(shape)) => same(*expected, shape)?,
                // A version that says nothing about its shape is taken at its word, as a caller
                // takes one that says nothing when it binds.
                (_, None, None) | (Expectation::Hash(_), Some(_), None) => {}
            }
        }
        Ok(())
    }
}

fn same(expected: u64, found: u64) -> Result<(), Disappointment> {
    if expected == found { Ok(()) } else { Err(Disappointment::Hash(expected, found)) }
}

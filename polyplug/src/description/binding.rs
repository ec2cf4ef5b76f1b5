//! Binding a typed caller: it is held against what runs now, and remembered at the slot, so that what
//! runs later is held against it too. Both under the writer lock, so that no commit comes between.

use super::Described;
use super::expectation::Disappointment;
use crate::core::Core;
use crate::error::{DescriptionError, RuntimeError};
use crate::generation::Generation;
use crate::registry::slot::Slot;
use polyplug_schema::Contract;
use std::sync::Arc;

/// A caller that was written for the description `expected` calls the slot from now on.
///
/// A provider that says nothing about its shape is taken at its word, as far as it has enough
/// functions.
///
/// # Errors
/// The provider's shape is another one.
pub(crate) fn bind(core: &Core, slot: &Slot, expected: &Arc<Contract>) -> Result<(), RuntimeError> {
    let writer = core.writer.lock();
    let check = |running: &Generation| {
        let described = running.described(slot.ordinal);
        answers(described, expected).map_err(|broken| refused(slot, described, broken))?;
        match running.entry(slot.ordinal).shape() {
            Some((_, Some(count))) => enough(slot, expected, count),
            _ => Ok(()),
        }
    };
    slot.bundle().with_generation(&writer, check).transpose()?;
    slot.expectations.expect(expected);
    Ok(())
}

/// A caller that knows only the hash of a shape calls the slot from now on.
///
/// # Errors
/// The provider's shape is another one, or nobody says what it is.
pub(crate) fn bind_hash(core: &Core, slot: &Slot, shape: u64) -> Result<(), RuntimeError> {
    let writer = core.writer.lock();
    let running =
        slot.bundle().with_generation(&writer, |running| running.described(slot.ordinal).clone());
    let described = running.unwrap_or_default();
    let hosts = core.descriptions.get(&slot.contract);
    match (&described.contract, &hosts, described.shape()) {
        (Some(contract), ..) if contract.shape_hash() == shape => {
            slot.expectations.expect(contract)
        }
        // The caller was built from the host's description, and the provider has all of that.
        (Some(contract), Some(hosts), _)
            if hosts.shape_hash() == shape && contract.answers(hosts).is_ok() =>
        {
            slot.expectations.expect(hosts);
        }
        // The provider has all that the caller knows, and more behind it.
        (Some(contract), ..) if contract.begins_with_shape(shape) => {
            slot.expectations.expect_hash(shape);
        }
        (None, _, Some(built)) if built == shape => slot.expectations.expect_hash(shape),
        (_, _, Some(found)) => {
            return Err(refused(slot, &described, Disappointment::Hash(shape, found)));
        }
        (_, _, None) => {
            let (contract, bundle) = (slot.contract.to_string(), slot.bundle().name.to_string());
            return Err(DescriptionError::Undescribed { contract, bundle }.into());
        }
    }
    Ok(())
}

fn answers(described: &Described, expected: &Contract) -> Result<(), Disappointment> {
    match (&described.contract, described.built) {
        (Some(contract), _) => match contract.answers(expected) {
            Ok(_) => Ok(()),
            Err(difference) => Err(Disappointment::Description(Box::new(difference))),
        },
        (None, Some(built)) if built != expected.shape_hash() => {
            Err(Disappointment::Hash(expected.shape_hash(), built))
        }
        (None, _) => Ok(()),
    }
}

fn enough(slot: &Slot, expected: &Contract, registered: u32) -> Result<(), RuntimeError> {
    let Some(missing) = expected.functions().get(registered as usize) else { return Ok(()) };
    Err(DescriptionError::FunctionMissing {
        bundle: slot.bundle().name.to_string(),
        contract: slot.contract.to_string(),
        function: missing.name().to_owned(),
        described: expected.functions().len() as u32,
        registered,
    }
    .into())
}

fn refused(slot: &Slot, described: &Described, broken: Disappointment) -> RuntimeError {
    let (bundle, contract) = (slot.bundle().name.to_string(), slot.contract.to_string());
    match broken {
        Disappointment::Description(difference) => DescriptionError::Conflict {
            bundle,
            other: "the caller".to_owned(),
            contract,
            difference,
        },
        Disappointment::Hash(shape, found) => DescriptionError::BuiltForAnother {
            bundle,
            contract,
            built: described.built.unwrap_or(found),
            described: "the caller's".to_owned(),
            shape,
        },
    }
    .into()
}

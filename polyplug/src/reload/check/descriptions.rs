//! What contracts are described to look like, held against the code, against what runs, and against
//! what others say. A difference is an error in every mode: a caller that believes the wrong shape
//! reads memory that is not there.

use crate::core::Core;
use crate::description::Described;
use crate::description::expectation::Disappointment;
use crate::error::{DescriptionError, RuntimeError};
use crate::generation::Generation;
use crate::registry::lookup;
use crate::registry::slot::Slot;
use crate::reload::dependencies::Overlay;
use crate::reload::transaction::Member;
use polyplug_schema::Contract;
use std::sync::Arc;

/// Checks the descriptions of a staged bundle.
pub(super) fn check(
    core: &Core,
    member: &Member,
    staged: &Generation,
    overlay: &Overlay,
) -> Result<(), RuntimeError> {
    for slot in member.bundle.slots() {
        let Some((_, functions)) = staged.entry(slot.ordinal).shape() else { continue };
        let described = staged.described(slot.ordinal);
        let described_contract = described.contract.as_ref();
        if let (Some(contract), Some(registered)) = (described_contract, functions) {
            functions_are_there(member, contract, registered)?;
        }
        built_for(core, member, slot, described)?;
        if let Some(contract) = described_contract {
            agrees_with_others(core, member, contract, overlay)?;
        }
        expectations_of(member, slot, described)?;
    }
    staged
        .expected
        .iter()
        .try_for_each(|expected| provider_answers(core, member, expected, overlay))
}

/// Whether every typed caller can call what is staged.
pub(crate) fn expectations(members: &[Member]) -> Result<(), RuntimeError> {
    for member in members {
        let Some(staged) = member.staged.as_deref() else { continue };
        for slot in member.bundle.slots() {
            if staged.entry(slot.ordinal).shape().is_some() {
                expectations_of(member, slot, staged.described(slot.ordinal))?;
            }
        }
    }
    Ok(())
}

/// What the new versions describe otherwise than those that run. Nobody was bound to it, or they would be
/// refused; but whoever binds next should not be surprised.
pub(crate) fn new_shapes(core: &Core, members: &[Member]) -> Vec<String> {
    let writer = core.writer.lock();
    let mut told = Vec::new();
    for member in members {
        let Some(staged) = member.staged.as_deref() else { continue };
        for slot in member.bundle.slots() {
            let describe = |running: &Generation| running.described(slot.ordinal).contract.clone();
            let before = member.bundle.with_generation(&writer, describe).flatten();
            let (Some(before), Some(now)) = (before, &staged.described(slot.ordinal).contract)
            else {
                continue;
            };
            if let Err(difference) = now.answers(&before) {
                told.push(format!(
                    "bundle `{}`: `{}` is described otherwise than before, and nobody had bound the old \
                     shape:\n  {}",
                    member.bundle.name,
                    slot.contract,
                    difference.differences().join("\n  ")
                ));
            }
        }
    }
    told
}

fn expectations_of(
    member: &Member,
    slot: &Slot,
    described: &Described,
) -> Result<(), DescriptionError> {
    let checked = slot.expectations.check(described);
    checked.map_err(|broken| disappointed(member, slot, broken, described))
}

/// The code has at least the functions of its description.
fn functions_are_there(
    member: &Member,
    contract: &Contract,
    registered: u32,
) -> Result<(), DescriptionError> {
    let Some(missing) = contract.functions().get(registered as usize) else { return Ok(()) };
    Err(DescriptionError::FunctionMissing {
        bundle: member.bundle.name.to_string(),
        contract: contract.identity(),
        function: missing.name().to_owned(),
        described: contract.functions().len() as u32,
        registered,
    })
}

/// The shape that the code states is the one that its description has.
fn built_for(
    core: &Core,
    member: &Member,
    slot: &Slot,
    described: &Described,
) -> Result<(), DescriptionError> {
    let (Some(contract), Some(built)) = (&described.contract, described.built) else {
        return Ok(());
    };
    if contract.shape_hash() == built {
        return Ok(());
    }
    let by_host = core.descriptions.get(&slot.contract);
    let is_hosts = by_host.is_some_and(|hosts| Arc::ptr_eq(&hosts, contract));
    let described = if is_hosts { "the host's" } else { "its description's" };
    Err(built_for_another(member, slot, built, described, contract.shape_hash()))
}

fn built_for_another(
    member: &Member,
    slot: &Slot,
    built: u64,
    described: &str,
    shape: u64,
) -> DescriptionError {
    DescriptionError::BuiltForAnother {
        bundle: member.bundle.name.to_string(),
        contract: slot.contract.to_string(),
        built,
        described: described.to_owned(),
        shape,
    }
}

/// The host and every other provider describe the contract alike, or one has functions at the end
/// that the other lacks.
fn agrees_with_others(
    core: &Core,
    member: &Member,
    contract: &Arc<Contract>,
    overlay: &Overlay,
) -> Result<(), DescriptionError> {
    if let Some(hosts) = core.descriptions.get(&contract.identity()) {
        // The host calls what it describes, so a provider has all of it.
        contract.answers(&hosts).map_err(|difference| DescriptionError::Conflict {
            bundle: member.bundle.name.to_string(),
            other: "the host".to_owned(),
            contract: contract.identity(),
            difference: Box::new(difference),
        })?;
    }
    for (other, theirs) in providers(core, member, contract, overlay) {
        if theirs.answers(contract).is_ok() {
            continue;
        }
        contract.answers(&theirs).map_err(|difference| DescriptionError::Conflict {
            bundle: member.bundle.name.to_string(),
            other: format!("bundle `{other}`"),
            contract: contract.identity(),
            difference: Box::new(difference),
        })?;
    }
    Ok(())
}

/// Whoever provides what this bundle brings a description of has all that it describes.
fn provider_answers(
    core: &Core,
    member: &Member,
    expected: &Arc<Contract>,
    overlay: &Overlay,
) -> Result<(), RuntimeError> {
    for (other, theirs) in providers(core, member, expected, overlay) {
        theirs.answers(expected).map_err(|difference| DescriptionError::Conflict {
            bundle: member.bundle.name.to_string(),
            other: format!("bundle `{other}`"),
            contract: expected.identity(),
            difference: Box::new(difference),
        })?;
    }
    Ok(())
}

/// The other bundles that provide a contract, and how each describes it.
fn providers(
    core: &Core,
    member: &Member,
    contract: &Contract,
    overlay: &Overlay,
) -> Vec<(String, Arc<Contract>)> {
    let id = contract.guest_id().as_u64();
    let published = lookup::find_all(core, id, 0);
    let writer = core.writer.lock();
    let mut providers: Vec<(String, Arc<Contract>)> = published
        .into_iter()
        .filter_map(|handle| lookup::resolve(core, handle).ok())
        .filter(|slot| !overlay.hidden.contains(&slot.bundle().id.as_u64()))
        .filter_map(|slot| {
            let describe =
                |generation: &Generation| generation.described(slot.ordinal).contract.clone();
            let theirs = slot.bundle().with_generation(&writer, describe).flatten()?;
            Some((slot.bundle().name.to_string(), theirs))
        })
        .collect();
    drop(writer);
    let staged = overlay
        .provided
        .iter()
        .filter(|provided| provided.contract == id && provided.bundle_id != member.bundle.id);
    providers.extend(staged.filter_map(|provided| {
        Some((provided.bundle.clone(), Arc::clone(provided.description.as_ref()?)))
    }));
    providers
}

fn disappointed(
    member: &Member,
    slot: &Slot,
    broken: Disappointment,
    described: &Described,
) -> DescriptionError {
    match broken {
        Disappointment::Description(difference) => DescriptionError::Changed {
            bundle: member.bundle.name.to_string(),
            contract: slot.contract.to_string(),
            difference,
        },
        Disappointment::Hash(expected, found) => {
            let built = described.built.unwrap_or(found);
            built_for_another(member, slot, built, "its callers'", expected)
        }
    }
}

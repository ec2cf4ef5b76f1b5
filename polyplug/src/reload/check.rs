//! The check between stage and commit: what was promised against what was registered, and what runs
//! against what would run. Strict makes a difference an error, Relaxed a warning, Yolo nothing.

mod descriptions;

pub(crate) use descriptions::{expectations, new_shapes};

use super::dependencies::{self, Overlay};
use super::failure::Failure;
use super::transaction::{Member, Transaction};
use crate::core::Core;
use crate::error::{ProvidedError, RuntimeError};
use crate::events::Step;
use crate::generation::Generation;
use crate::loader::manifest::{ContractName, ManifestData};
use crate::registry::slot::Slot;
use polyplug_abi::{Compatibility, LogLevel};
use std::collections::BTreeSet;

/// Checks every member of a transaction.
pub(crate) fn all(
    core: &Core,
    transaction: &Transaction,
    overlay: &Overlay,
) -> Result<(), Failure> {
    for member in &transaction.members {
        let Some(staged) = &member.staged else { continue };
        one(core, member, staged, overlay).map_err(|error| Failure {
            bundle: member.bundle.name.to_string(),
            path: staged.origin.manifest.data.path.clone(),
            step: Step::Check,
            error,
            trust: member.trust.clone(),
        })?;
    }
    Ok(())
}

fn one(
    core: &Core,
    member: &Member,
    staged: &Generation,
    overlay: &Overlay,
) -> Result<(), RuntimeError> {
    let manifest = &staged.origin.manifest.data;
    let slots = member.bundle.slots();
    provides(manifest, staged, &slots)?;
    function_counts(core, manifest, staged, &slots)?;
    dependencies::check(core, overlay, manifest)?;
    descriptions::check(core, member, staged, overlay)?;
    nothing_lost(core, member, staged, &slots)
}

/// `provides`, if given, equals what was registered.
fn provides(
    manifest: &ManifestData,
    staged: &Generation,
    slots: &[&Slot],
) -> Result<(), RuntimeError> {
    if manifest.provides.is_empty() {
        return Ok(());
    }
    let registered: BTreeSet<String> = slots
        .iter()
        .filter(|slot| staged.entry(slot.ordinal).shape().is_some())
        .map(|slot| slot.contract.to_string())
        .collect();
    let promised: BTreeSet<String> =
        manifest.parsed_provides()?.iter().map(ContractName::identity).collect();
    if registered == promised {
        return Ok(());
    }
    Err(ProvidedError::ProvidesMismatch {
        bundle: manifest.name.clone(),
        missing: promised.difference(&registered).cloned().collect(),
        unexpected: registered.difference(&promised).cloned().collect(),
    }
    .into())
}

/// `function_count`, where given, equals what was registered.
fn function_counts(
    core: &Core,
    manifest: &ManifestData,
    staged: &Generation,
    slots: &[&Slot],
) -> Result<(), RuntimeError> {
    for (contract, stated) in manifest.parsed_function_count()? {
        let contract = contract.identity();
        let registered = slots
            .iter()
            .filter(|slot| *slot.contract == *contract)
            .find_map(|slot| staged.entry(slot.ordinal).shape());
        let registered = match registered {
            Some((_, Some(count))) => count,
            Some((_, None)) => continue,
            None => 0,
        };
        if registered != stated {
            by_compatibility(
                core,
                ProvidedError::FunctionCountMismatch {
                    bundle: manifest.name.clone(),
                    contract,
                    stated,
                    registered,
                }
                .into(),
            )?;
        }
    }
    Ok(())
}

/// A contract keeps at least the functions and the major it had.
fn nothing_lost(
    core: &Core,
    member: &Member,
    staged: &Generation,
    slots: &[&Slot],
) -> Result<(), RuntimeError> {
    let writer = core.writer.lock();
    let losses = member.bundle.with_generation(&writer, |running| {
        slots
            .iter()
            .filter_map(|slot| loss(member, slots, slot, running, staged))
            .collect::<Vec<_>>()
    });
    drop(writer);
    losses.unwrap_or_default().into_iter().try_for_each(|loss| by_compatibility(core, loss.into()))
}

fn loss(
    member: &Member,
    slots: &[&Slot],
    slot: &Slot,
    running: &Generation,
    staged: &Generation,
) -> Option<ProvidedError> {
    let (_, had) = running.entry(slot.ordinal).shape()?;
    let bundle = member.bundle.name.to_string();
    let contract = slot.contract.to_string();
    match (had, staged.entry(slot.ordinal).shape()) {
        (_, None) => {
            let instead = same_name(slots, slot, staged);
            Some(ProvidedError::ContractLost { bundle, contract, instead })
        }
        (Some(had), Some((_, Some(has)))) if has < had => {
            Some(ProvidedError::FunctionsLost { bundle, contract, had, has })
        }
        _ => None,
    }
}

/// The contracts of `staged` that differ from the slot's in their major alone.
fn same_name(slots: &[&Slot], lost: &Slot, staged: &Generation) -> Vec<String> {
    let name = |slot: &Slot| slot.contract.rsplit_once('@').map(|(name, _)| name.to_owned());
    let provided = slots.iter().filter(|slot| staged.entry(slot.ordinal).shape().is_some());
    let alike = provided.filter(|slot| name(slot) == name(lost));
    alike.map(|slot| slot.contract.to_string()).collect()
}

fn by_compatibility(core: &Core, error: RuntimeError) -> Result<(), RuntimeError> {
    match core.options.compatibility {
        Compatibility::Strict => Err(error),
        Compatibility::Relaxed => {
            core.log(LogLevel::Warn, "runtime", &error.to_string());
            Ok(())
        }
        Compatibility::Yolo => Ok(()),
    }
}

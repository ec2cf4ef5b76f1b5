//! Find and resolve. A bundle that is starting also sees what its own transaction has staged.

use super::slot::Slot;
use crate::core::Core;
use crate::error::RegistryError;
use crate::loader::manifest::{ContractName, nearest};
use crate::version::{pack, satisfies};
use polyplug_abi::{BundleId, GuestContractHandle, Version};

/// The first provider of at least `min_version`.
#[inline]
pub(crate) fn find(
    core: &Core,
    contract: u64,
    min_version: u32,
) -> Result<GuestContractHandle, RegistryError> {
    if let Some(entry) = core.index.get(contract) {
        if let Some(handle) = entry.best()
            && (min_version == 0 || will_do(core, handle, min_version))
        {
            return Ok(handle);
        }
        if let Some(handle) =
            entry.providers().into_iter().find(|handle| will_do(core, *handle, min_version))
        {
            return Ok(handle);
        }
    }
    find_staged(core, contract, min_version)
}

/// The first provider of `version` or a later one; of one bundle, if that is said.
pub(crate) fn find_version(
    core: &Core,
    contract: u64,
    version: Version,
    bundle: Option<BundleId>,
) -> Result<GuestContractHandle, RegistryError> {
    let slot_of = |handle: &GuestContractHandle| {
        let slot = resolve(core, *handle).ok()?;
        bundle.is_none_or(|bundle| slot.bundle().id == bundle).then_some(slot)
    };
    let published = find_all(core, contract, 0)
        .into_iter()
        .find(|handle| slot_of(handle).is_some_and(|slot| slot.version() >= version));
    let staged = || {
        let open = core.thread().open_transaction(core)?;
        let staged = open.all_staged(contract, |staged| staged >= version);
        staged.into_iter().find(|handle| slot_of(handle).is_some())
    };
    let min_version = pack(version);
    published.or_else(staged).ok_or(RegistryError::NotFound { contract, min_version })
}

/// What there is instead of a contract that nobody provides, in words: the same name in another
/// version, or else the name that is most like it.
#[cold]
pub(crate) fn instead_of(core: &Core, asked: &ContractName) -> String {
    let slots = (0..core.slots.len()).filter_map(|index| core.slots.get(index));
    let provided: Vec<&Slot> = slots
        .filter(|slot| slot.bundle().is_loaded() && resolve(core, slot.handle()).is_ok())
        .collect();
    let name = |slot: &Slot| slot.contract.split('@').next().unwrap_or_default().to_owned();
    let names: Vec<String> = provided.iter().map(|slot| name(slot)).collect();
    let is_there = names.contains(&asked.name);
    let alike = if is_there {
        Some(&*asked.name)
    } else {
        nearest(&asked.name, names.iter().map(|name| &**name))
    };
    let slot = alike.and_then(|alike| provided.iter().find(|slot| name(slot) == alike));
    let Some(slot) = slot else { return "nobody provides anything like it".to_owned() };
    let (bundle, contract, version) = (&slot.bundle().name, &slot.contract, slot.version());
    format!("`{bundle}` provides `{contract}` in version {version}")
}

/// All published providers of at least `min_version`, in order.
pub(crate) fn find_all(core: &Core, contract: u64, min_version: u32) -> Vec<GuestContractHandle> {
    let Some(entry) = core.index.get(contract) else { return Vec::new() };
    let mut providers = entry.providers();
    providers.retain(|handle| will_do(core, *handle, min_version));
    providers
}

/// As [`find_all`], and what the transaction of this thread has staged.
pub(crate) fn list(core: &Core, contract: u64, min_version: u32) -> Vec<GuestContractHandle> {
    let mut all = find_all(core, contract, min_version);
    if let Some(open) = core.thread().open_transaction(core) {
        for handle in open.all_staged(contract, |version| satisfies(version, min_version)) {
            if !all.contains(&handle) {
                all.push(handle);
            }
        }
    }
    all
}

/// The slot behind a handle.
#[inline]
pub(crate) fn resolve(core: &Core, handle: GuestContractHandle) -> Result<&Slot, RegistryError> {
    match core.slots.get(handle.index) {
        Some(slot) if slot.is_current(handle) => Ok(slot),
        _ => Err(RegistryError::StaleHandle { index: handle.index, generation: handle.generation }),
    }
}

fn will_do(core: &Core, handle: GuestContractHandle, min_version: u32) -> bool {
    resolve(core, handle).is_ok_and(|slot| satisfies(slot.version(), min_version))
}

#[cold]
fn find_staged(
    core: &Core,
    contract: u64,
    min_version: u32,
) -> Result<GuestContractHandle, RegistryError> {
    let open = core.thread().open_transaction(core);
    let staged =
        open.map(|open| open.all_staged(contract, |version| satisfies(version, min_version)));
    let first = staged.and_then(|staged| staged.into_iter().next());
    first.ok_or(RegistryError::NotFound { contract, min_version })
}

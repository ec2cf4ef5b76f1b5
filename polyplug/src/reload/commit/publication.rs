//! What a commit writes, prepared beforehand so that writing it allocates nothing and cannot fail.

use super::adoption::Adoptions;
use super::hand_over::old;
use crate::core::{Core, Writer};
use crate::dispatch::trampoline::TRAMPOLINES;
use crate::generation::{Entry, Generation, Replaced};
use crate::registry::lookup;
use crate::registry::slot::Slot;
use crate::reload::drain::Retired;
use crate::reload::transaction::Member;
use polyplug_abi::{
    BundleId, DispatchType, GuestContractHandle, SHUTDOWN_REPLACED, SHUTDOWN_UNLOADED,
};
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

/// The new lists of providers, and room for everything else.
pub(super) struct Publication {
    /// Contract id and its providers after the commit, best first.
    providers: Vec<(u64, Vec<GuestContractHandle>)>,
    retired: Vec<Retired>,
}

/// A provider with what orders it.
struct Ranked {
    handle: GuestContractHandle,
    priority: i64,
    bundle: String,
}

impl Publication {
    pub(super) fn prepare(core: &Core, writer: &Writer, members: &[Member]) -> Self {
        let changing: HashSet<BundleId> = members.iter().map(|member| member.bundle.id).collect();
        let mut providers: BTreeMap<u64, Vec<Ranked>> = BTreeMap::new();
        for member in members {
            for slot in member.bundle.slots() {
                if let Some(Entry::Native(native)) = staged_entry(member, slot) {
                    slot.reserve(native.functions.len(), TRAMPOLINES.missing);
                }
                if keeps_its_place(writer, member, slot) {
                    continue;
                }
                let contract = slot.contract_id().as_u64();
                let ranked = providers
                    .entry(contract)
                    .or_insert_with(|| ranked_others(core, writer, &changing, contract));
                let Some(staged) = member.staged.as_deref() else { continue };
                if staged.entry(slot.ordinal).shape().is_some() {
                    ranked.push(rank(slot, staged));
                }
            }
        }
        let providers: Vec<_> =
            providers.into_iter().map(|(id, list)| (id, sorted(list))).collect();
        for (contract, list) in &providers {
            core.index.reserve(*contract, list.len());
        }
        Self { providers, retired: Vec::with_capacity(members.len()) }
    }

    /// Writes everything. The gate is sealed; nothing here can fail.
    pub(super) fn publish(
        &mut self,
        core: &Core,
        members: &mut [Member],
        adoptions: &Adoptions,
    ) -> Vec<Retired> {
        let mut retired = std::mem::take(&mut self.retired);
        for member in &mut *members {
            if let (Some(old), Some(new)) = (old(member), &member.staged) {
                adoptions.adopt(&member.bundle, old, new);
            }
            let new = member.staged.take();
            if let Some(new) = &new {
                member.bundle.count_load(new.number);
            }
            member.bundle.for_each_slot(|slot| write_slot(slot, new.as_deref()));
            let new = new.map_or(std::ptr::null_mut(), Box::into_raw);
            let old = member.bundle.replace(new);
            if new.is_null() {
                member.bundle.for_each_slot(Slot::retire_handles);
            }
            let reason = match new.is_null() {
                true => SHUTDOWN_UNLOADED,
                false => SHUTDOWN_REPLACED,
            };
            // SAFETY: the bundle owned it, and has given it up.
            if let Some(generation) = unsafe { Replaced::new(old) } {
                retired.push(Retired::new(Arc::clone(&member.bundle), generation, reason));
            }
        }
        for (contract, providers) in &self.providers {
            core.index.set(*contract, providers);
        }
        retired
    }

    /// Keeps the writer's own notes; after the point of no return, under the same lock.
    pub(super) fn note(&self, writer: &mut Writer, members: &[Member]) {
        for member in members {
            let id = member.bundle.id.as_u64();
            writer.failed.forget_name(&member.bundle.name);
            // Before its manifest could be read, a failure was kept under the folder's name.
            if let Some(staged) = member
                .bundle
                .with_generation(writer, |generation| generation.origin.manifest.data.path.clone())
            {
                writer.failed.forget_folder(&staged);
            }
            *member.bundle.last_error.lock() = None;
            let reinit = member.bundle.with_generation(writer, |generation| {
                generation.origin.manifest.data.needs_reinit_on_dep_reload
            });
            match reinit {
                Some(true) => writer.reinit.insert(id),
                _ => writer.reinit.remove(&id),
            };
        }
    }
}

fn write_slot(slot: &Slot, new: Option<&Generation>) {
    let entry = new.map_or(&Entry::Absent, |new| new.entry(slot.ordinal));
    if let Some((version, _)) = entry.shape() {
        slot.set_version(version);
    }
    if slot.dispatch_type() == DispatchType::Native {
        match entry {
            Entry::Native(native) => slot.point_at(&native.functions, TRAMPOLINES.missing),
            _ => slot.point_at(&[], TRAMPOLINES.stale),
        }
    }
}

fn staged_entry<'a>(member: &'a Member, slot: &Slot) -> Option<&'a Entry> {
    Some(member.staged.as_ref()?.entry(slot.ordinal))
}

/// Whether the slot is a provider before and after the commit, in the same place: then its list of
/// providers stays as it is, however long it is.
fn keeps_its_place(writer: &Writer, member: &Member, slot: &Slot) -> bool {
    let Some(staged) = member.staged.as_deref() else { return false };
    let before = member.bundle.with_generation(writer, |running| {
        let provided = running.entry(slot.ordinal).shape().is_some();
        provided.then_some(running.origin.manifest.options.priority)
    });
    let provides = staged.entry(slot.ordinal).shape().is_some();
    provides && before.flatten() == Some(staged.origin.manifest.options.priority)
}

/// The providers of a contract that the commit leaves as they are.
fn ranked_others(
    core: &Core,
    writer: &Writer,
    changing: &HashSet<BundleId>,
    contract: u64,
) -> Vec<Ranked> {
    lookup::find_all(core, contract, 0)
        .into_iter()
        .filter_map(|handle| lookup::resolve(core, handle).ok())
        .filter(|slot| !changing.contains(&slot.bundle().id))
        .filter_map(|slot| slot.bundle().with_generation(writer, |loaded| rank(slot, loaded)))
        .collect()
}

/// Highest priority first, then by bundle name.
fn sorted(mut providers: Vec<Ranked>) -> Vec<GuestContractHandle> {
    providers.sort_by(|a, b| b.priority.cmp(&a.priority).then_with(|| a.bundle.cmp(&b.bundle)));
    providers.into_iter().map(|ranked| ranked.handle).collect()
}

fn rank(slot: &Slot, generation: &Generation) -> Ranked {
    Ranked {
        handle: slot.handle(),
        priority: generation.origin.manifest.options.priority,
        bundle: slot.bundle().name.to_string(),
    }
}

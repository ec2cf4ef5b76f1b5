//! Adoption: the live instances of native code go from one version to the next in place, because the
//! handles that raw callers keep cannot be redirected.
//!
//! Invariant: from [`Adoptions::prepare`] until the bundle is replaced or the adoptions are dropped, no
//! call is inside of its old generation and none comes in, so nobody looks at an instance while the
//! new code does.

use super::Obstacle;
use super::hand_over::{held_by, old};
use crate::barrier;
use crate::bundle::Bundle;
use crate::core::Core;
use crate::error::RuntimeError;
use crate::events::StateOutcome;
use crate::generation::{Entry, Generation};
use crate::native_code::{Adoption, NativeCode};
use crate::native_instances::NativeInstance;
use crate::reload::open_transaction::OpenTransaction;
use crate::reload::operation::Quiescence;
use crate::reload::transaction::Member;
use crate::thread::Within;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The pause between two looks at the call records.
const PAUSE: Duration = Duration::from_micros(50);

/// What is adopted in one commit.
pub(super) struct Adoptions {
    bundles: Vec<Adopting>,
}

/// One bundle whose instances are adopted; no call comes in.
struct Adopting {
    bundle: Arc<Bundle>,
    instances: Vec<Adoption>,
}

impl Adoptions {
    /// Waits until no call is inside of the bundles that have live native instances, and asks their
    /// new versions whether they adopt them. What was adopted goes into `outcomes`.
    pub(super) fn prepare(
        core: &Core,
        members: &[Member],
        slice: Instant,
        quiescence: Quiescence,
        outcomes: &mut [StateOutcome],
    ) -> Result<Self, Obstacle> {
        let mut adoptions = Self { bundles: Vec::new() };
        for (at, member) in members.iter().enumerate() {
            let (Some(old), Some(new)) = (old(member), member.staged.as_deref()) else { continue };
            if old.native_instances.count() == 0 {
                continue;
            }
            member.bundle.pause();
            let bundle = Arc::clone(&member.bundle);
            adoptions.bundles.push(Adopting { bundle, instances: Vec::new() });
            // Pairs with the light barriers of `CallRecord::enter` and `Slot::hand_out`: who does not
            // see the pause is seen here.
            barrier::heavy();
            if was_handed_out(&member.bundle) && quiescence == Quiescence::Unknown {
                return Err(needs_quiescence(member));
            }
            wait_for_calls(core, member, old, slice)?;
            let instances = wanted(old, new).ok_or_else(|| instances_alive(member, old))?;
            if let (Some(code), Some(adopting)) = (&new.code, adoptions.bundles.last_mut()) {
                outcomes[at] = StateOutcome::Kept { objects: instances.len() as u32, reset: 0 };
                let transaction = OpenTransaction::of(members);
                transaction.while_open(core.thread(), Within::HandOver, || {
                    agree(member, &**code, &instances)
                })?;
                adopting.instances = instances;
            }
        }
        Ok(adoptions)
    }

    pub(super) fn contains(&self, bundle: &Bundle) -> bool {
        self.bundles.iter().any(|adopting| adopting.bundle.id == bundle.id)
    }

    /// Gives a bundle's instances to its new version. The gate is sealed; nothing here allocates or
    /// fails.
    pub(super) fn adopt(&self, bundle: &Bundle, old: &Generation, new: &Generation) {
        let adopting = self.bundles.iter().find(|adopting| adopting.bundle.id == bundle.id);
        let (Some(adopting), Some(code)) = (adopting, &new.code) else { return };
        for instance in &adopting.instances {
            // SAFETY: the invariant; the new version has agreed to this instance.
            unsafe { code.adopt(instance) };
        }
        old.native_instances.pass_to(&new.native_instances);
    }
}

impl Drop for Adoptions {
    fn drop(&mut self) {
        for adopting in &self.bundles {
            if adopting.bundle.is_paused() {
                adopting.bundle.resume();
            }
        }
    }
}

/// Instances of native code cannot be moved: refused, unless the new version offers to adopt them.
pub(super) fn refuse_unless_offered(member: &Member) -> Result<(), Obstacle> {
    let (Some(old), Some(new)) = (old(member), member.staged.as_deref()) else { return Ok(()) };
    if old.native_instances.count() > 0 && wanted(old, new).is_none() {
        return Err(instances_alive(member, old));
    }
    Ok(())
}

/// Whether the commit of a member must wait for a poll that declares quiescence.
pub(crate) fn waits_for_quiescence(member: &Member) -> bool {
    let (Some(old), Some(new)) = (old(member), member.staged.as_deref()) else { return false };
    old.native_instances.count() > 0 && wanted(old, new).is_some() && was_handed_out(&member.bundle)
}

fn was_handed_out(bundle: &Bundle) -> bool {
    bundle.slots().iter().any(|slot| slot.was_handed_out())
}

/// Every live instance of `old` as `new` would adopt it; none if there is one that it would not.
fn wanted(old: &Generation, new: &Generation) -> Option<Vec<Adoption>> {
    let (from, to) = (old.code.as_deref()?, new.code.as_deref()?);
    let adoption = |instance: NativeInstance| {
        to.state_version(instance.contract)?;
        let same_kind = matches!(
            (old.entry(instance.slot), new.entry(instance.slot)),
            (Entry::Native(_), Entry::Native(_)) | (Entry::ForeignVm(_), Entry::ForeignVm(_))
        );
        same_kind.then_some(Adoption {
            host: new.host.0,
            contract: instance.contract,
            data: instance.data,
            from_version: from.state_version(instance.contract)?,
        })
    };
    old.native_instances.all().into_iter().map(adoption).collect()
}

fn wait_for_calls(
    core: &Core,
    member: &Member,
    old: &Generation,
    slice: Instant,
) -> Result<(), Obstacle> {
    while core.threads.name(old) {
        if Instant::now() >= slice {
            return Err(held_by(core, member, old, None));
        }
        std::thread::park_timeout(PAUSE);
    }
    Ok(())
}

/// Asks the new version about every instance.
fn agree(member: &Member, code: &dyn NativeCode, instances: &[Adoption]) -> Result<(), Obstacle> {
    instances.iter().try_for_each(|instance| {
        // SAFETY: the bundle is paused and no call is inside; the instance is alive in `old`.
        unsafe { code.adopt_check(instance) }.map_err(|refusal| {
            let bundle = member.bundle.name.to_string();
            let error = format!("{}: {}", step(member, code, instance), refusal.message);
            Obstacle::Fatal(RuntimeError::HandOverFailed { bundle, error })
        })
    })
}

/// Which objects would have been adopted, in words.
fn step(member: &Member, code: &dyn NativeCode, instance: &Adoption) -> String {
    let slots = member.bundle.slots();
    let slot = slots.iter().find(|slot| slot.contract_id() == instance.contract);
    let contract = slot.map_or("a contract", |slot| &*slot.contract);
    let (from, to) = (instance.from_version, code.state_version(instance.contract).unwrap_or(0));
    format!("the objects of `{contract}` have state version {from}, the new code has {to}")
}

fn instances_alive(member: &Member, old: &Generation) -> Obstacle {
    let (bundle, count) = (member.bundle.name.to_string(), old.native_instances.count());
    Obstacle::Fatal(RuntimeError::InstancesAlive { bundle, count })
}

fn needs_quiescence(member: &Member) -> Obstacle {
    let bundle = member.bundle.name.to_string();
    Obstacle::Fatal(RuntimeError::NeedsQuiescence { bundle })
}

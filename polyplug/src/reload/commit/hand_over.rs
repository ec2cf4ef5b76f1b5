//! The hand-over of state: old objects are read, new ones are filled, with both VMs locked.

use super::Obstacle;
use super::adoption::{self, Adoptions};
use crate::core::Core;
use crate::error::RuntimeError;
use crate::events::StateOutcome;
use crate::generation::{Generation, VmGuest};
use crate::loader::manifest::StatePolicy;
use crate::reload::open_transaction::OpenTransaction;
use crate::reload::transaction::Member;
use crate::thread::Within;
use crate::vm_lock::ThreadNumber;
use std::panic::{self, AssertUnwindSafe};
use std::ptr;
use std::time::Instant;

/// The locks of the old VMs that have state to hand over; dropping it leaves them.
///
/// Whether a VM has state is asked once, here: a constructor that runs in a VM that was not locked may
/// change the answer at any moment, and such a VM must not be handed over.
///
/// Invariant: the generations outlive this: until the commit publishes they are published
/// themselves, and afterwards they are retired only when this is gone.
pub(super) struct Locked {
    held: Vec<*const VmGuest>,
}

impl Locked {
    /// Takes the locks in the members' order, which is dependency order.
    pub(super) fn take(core: &Core, members: &[Member], slice: Instant) -> Result<Self, Obstacle> {
        let thread = core.thread();
        let mut locked = Self { held: Vec::new() };
        for member in members {
            let Some((old, vm, _)) = pair(member) else { continue };
            if !vm.guest.has_state() {
                continue;
            }
            if !vm.lock.enter_before(thread.number, slice) {
                return Err(held_by(core, member, old, vm.lock.owner()));
            }
            locked.held.push(vm);
        }
        Ok(locked)
    }

    fn contains(&self, vm: &VmGuest) -> bool {
        self.held.iter().any(|held| ptr::eq(*held, vm))
    }
}

impl Drop for Locked {
    fn drop(&mut self) {
        for vm in self.held.drain(..).rev() {
            // SAFETY: the invariant.
            unsafe { &*vm }.lock.leave();
        }
    }
}

/// Hands the state of every member over; what the members' outcomes were.
pub(super) fn hand_over(
    core: &Core,
    members: &[Member],
    locked: &Locked,
) -> Result<Vec<StateOutcome>, Obstacle> {
    let transaction = OpenTransaction::of(members);
    transaction.while_open(core.thread(), Within::HandOver, || {
        members.iter().map(|member| one(core, member, locked)).collect()
    })
}

fn one(core: &Core, member: &Member, locked: &Locked) -> Result<StateOutcome, Obstacle> {
    adoption::refuse_unless_offered(member)?;
    let Some((_, old, new)) = pair(member).filter(|(_, old, _)| locked.contains(old)) else {
        return Ok(match (&member.staged, member.replaces) {
            (Some(staged), Some(_)) if !keeps(staged) => StateOutcome::Reset,
            _ => StateOutcome::None,
        });
    };
    let failed = |error: String| {
        let bundle = member.bundle.name.to_string();
        Obstacle::Fatal(RuntimeError::HandOverFailed { bundle, error })
    };
    let thread = core.thread();
    let entered = new.lock.enter(thread.number, &core.waits, &member.bundle.name);
    entered.map_err(|_| failed("the new version is busy before it was published".to_owned()))?;
    let handed = panic::catch_unwind(AssertUnwindSafe(|| {
        // SAFETY: this thread is inside both locks, and the new guest is not published yet.
        unsafe { new.guest.hand_over(&*old.guest) }
    }));
    new.lock.leave();
    match handed {
        Ok(Ok(handed)) if handed.kept + handed.reset == 0 => Ok(StateOutcome::None),
        Ok(Ok(handed)) => Ok(StateOutcome::Kept { objects: handed.kept, reset: handed.reset }),
        Ok(Err(error)) => Err(failed(error.message)),
        Err(panic) => Err(failed(crate::border::panic_text(panic.as_ref()).to_owned())),
    }
}

/// A member that had nothing to hand over when the locks were taken and has something now.
pub(super) fn state_that_appeared(
    members: &[Member],
    locked: &Locked,
    adoptions: &Adoptions,
) -> Option<String> {
    members
        .iter()
        .filter(|member| member.opens.is_some())
        .find(|member| {
            let natives = old(member).is_some_and(|old| old.native_instances.count() > 0)
                && !adoptions.contains(&member.bundle);
            let state =
                pair(member).is_some_and(|(_, vm, _)| !locked.contains(vm) && vm.guest.has_state());
            natives || state
        })
        .map(|member| member.bundle.name.to_string())
}

/// Old generation, old and new VM of a member that keeps its state, if it has any.
fn pair(member: &Member) -> Option<(&Generation, &VmGuest, &VmGuest)> {
    let (old, new) = (old(member)?, member.staged.as_deref()?);
    let (from, to) = (old.guest.as_ref()?, new.guest.as_ref()?);
    keeps(new).then_some((old, from, to))
}

fn keeps(staged: &Generation) -> bool {
    staged.origin.manifest.options.reload.state == StatePolicy::Keep
}

/// The generation that runs.
pub(super) fn old(member: &Member) -> Option<&Generation> {
    // SAFETY: a published generation is replaced only under the commit lock, which the caller holds
    // for as long as it looks.
    unsafe { member.bundle.current().as_ref() }
}

/// Who is inside of what the commit wants: the owner of its VM's lock, or any caller.
pub(super) fn held_by(
    core: &Core,
    member: &Member,
    old: &Generation,
    owner: Option<ThreadNumber>,
) -> Obstacle {
    let threads = core.threads.all();
    let thread = threads.iter().find(|thread| match owner {
        Some(owner) => thread.number == owner,
        None => thread.record.names(old),
    });
    let call = thread.and_then(|thread| thread.record.call_into(old));
    let holder = call.and_then(|call| {
        let slot = core.slots.get((call >> 32) as u32)?;
        Some(format!("function {} of `{}` is running", call as u32, slot.contract))
    });
    Obstacle::Held {
        bundle: member.bundle.name.to_string(),
        holder: holder.unwrap_or_else(|| "a call is running".to_owned()),
        thread: thread.map(|thread| thread.name()).unwrap_or_default(),
        pin: false,
    }
}

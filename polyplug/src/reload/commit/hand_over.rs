//! The hand-over of state: old objects are read, new ones are filled, with both VMs locked.

use super::Obstacle;
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
use std::sync::atomic::Ordering;
use std::time::Instant;

/// The locks of the old VMs that have state to hand over; dropping it leaves them.
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
            let Some((old, _)) = pair(member) else { continue };
            let Some(vm) = &old.guest else { continue };
            if !vm.lock.enter_before(thread.number, slice) {
                return Err(held_by(core, member, old, vm.lock.owner()));
            }
            locked.held.push(vm);
        }
        Ok(locked)
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
    _locked: &Locked,
) -> Result<Vec<StateOutcome>, Obstacle> {
    let transaction = OpenTransaction::new(members.iter().map(|member| member.bundle.id).collect());
    transaction.while_open(core.thread(), Within::HandOver, || {
        members.iter().map(|member| one(core, member)).collect()
    })
}

fn one(core: &Core, member: &Member) -> Result<StateOutcome, Obstacle> {
    refuse_living_natives(member)?;
    let Some((old, new)) = pair(member) else {
        return Ok(match (&member.staged, member.replaces) {
            (Some(staged), Some(_)) if !keeps(staged) => StateOutcome::Reset,
            _ => StateOutcome::None,
        });
    };
    let (Some(old), Some(new)) = (&old.guest, &new.guest) else { return Ok(StateOutcome::None) };
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

/// Instances of native code cannot be moved, and its new version has not said that it adopts them.
fn refuse_living_natives(member: &Member) -> Result<(), Obstacle> {
    let Some(old) = old(member) else { return Ok(()) };
    let count = old.native_instances.load(Ordering::Relaxed);
    if count == 0 || member.opens.is_none() {
        return Ok(());
    }
    let bundle = member.bundle.name.to_string();
    Err(Obstacle::Fatal(RuntimeError::InstancesAlive { bundle, count }))
}

/// A member that had nothing to hand over when the locks were taken and has something now.
pub(super) fn state_that_appeared(members: &[Member]) -> Option<String> {
    members
        .iter()
        .filter(|member| member.opens.is_some())
        .find(|member| {
            let Some(old) = old(member) else { return false };
            let staged = member.staged.as_ref().is_some_and(|staged| keeps(staged));
            let unlocked = pair(member).is_none();
            let natives = old.native_instances.load(Ordering::Relaxed) > 0;
            let state = old.guest.as_ref().is_some_and(|vm| vm.guest.has_state());
            natives || staged && unlocked && state
        })
        .map(|member| member.bundle.name.to_string())
}

/// Old and new generation of a member whose state is handed over.
fn pair(member: &Member) -> Option<(&Generation, &Generation)> {
    let (old, new) = (old(member)?, member.staged.as_deref()?);
    let has_state = old.guest.as_ref().is_some_and(|vm| vm.guest.has_state());
    (has_state && keeps(new) && new.guest.is_some()).then_some((old, new))
}

fn keeps(staged: &Generation) -> bool {
    staged.origin.manifest.options.reload.state == StatePolicy::Keep
}

/// The generation that runs.
fn old(member: &Member) -> Option<&Generation> {
    // SAFETY: a published generation is replaced only under the commit lock, which the caller holds
    // for as long as it looks.
    unsafe { member.bundle.cell.load(Ordering::Acquire).as_ref() }
}

/// Who is inside of a VM that the commit wants.
fn held_by(
    core: &Core,
    member: &Member,
    old: &Generation,
    owner: Option<ThreadNumber>,
) -> Obstacle {
    let threads = core.threads.all();
    let thread = threads.iter().find(|thread| Some(thread.number) == owner);
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

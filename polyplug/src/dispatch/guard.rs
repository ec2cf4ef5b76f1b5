//! The guard: for the length of one call the generation is open, and the thread is inside its VM.
//!
//! Order of entering: name the generation in the call record, take the VM lock, look once more
//! whether the generation is still the current one. A thread that waited for the lock while a commit
//! handed the state over starts again with the new generation, so nothing it writes is lost.

use super::{CallError, CallOrigin};
use crate::bundle::Bundle;
use crate::call_record::EnterError;
use crate::core::Core;
use crate::generation::{Generation, VmGuest};
use crate::host_table::core_of;
use crate::registry::slot::Slot;
use crate::thread::{Thread, Within};
use crate::vm_lock::Entry as LockEntry;
use polyplug_abi::{AbiErrorCode, CallArena};
use std::ptr;
use std::sync::atomic::Ordering;

/// A generation that stays open until this is dropped. Enough for native code, which has no lock.
pub(crate) struct Opened<'a> {
    pub(super) thread: &'a Thread,
    pub(super) generation: &'a Generation,
    /// The depth at which the call was entered.
    depth: usize,
}

impl<'a> Opened<'a> {
    /// As [`Opened::enter`], if nothing is out of the ordinary.
    #[inline(always)]
    pub(super) fn enter_at_once(
        slot: &'a Slot,
        function: u32,
        arena: *mut CallArena,
    ) -> Option<Self> {
        let thread = slot.cached_thread()?;
        if thread.within.get() != Within::Nothing {
            return None;
        }
        let cell = &slot.bundle().cell;
        let (generation, depth) =
            thread.record.enter_at_once(cell, || call(slot, function), arena)?;
        // SAFETY: the record names it, so it stays open until `leave`.
        let generation: &Generation = unsafe { &*generation };
        Some(Self { thread, generation, depth })
    }

    /// Opens the present generation of the slot's bundle to call `function`, whose result is
    /// allocated in `arena`.
    #[inline(always)]
    pub(super) fn enter(
        slot: &'a Slot,
        function: u32,
        arena: *mut CallArena,
    ) -> Result<Self, Box<CallError>> {
        let core = slot.core();
        let thread = core.thread();
        let bundle = slot.bundle();
        if thread.within.get() != Within::Nothing {
            refuse_own_transaction(core, thread, bundle)?;
        }
        let call = call(slot, function);
        let (generation, depth) = match thread.record.enter(&bundle.cell, call, arena) {
            Ok(entered) => entered,
            Err(error) => enter_later(slot, thread, call, arena, error)?,
        };
        // SAFETY: the record names it, so it stays open until `leave`.
        let generation: &Generation = unsafe { &*generation };
        let opened = Self { thread, generation, depth };
        if generation.main_thread_only && !core.is_main_thread() {
            return Err(wrong_thread(slot));
        }
        Ok(opened)
    }

    /// What is called, for a report: the frame says it.
    #[cold]
    pub(super) fn origin(&self) -> Option<Box<CallOrigin>> {
        let call = self.thread.record.call_at(self.depth);
        // SAFETY: a generation's host table lives as long as the runtime.
        let core = unsafe { core_of(self.generation.host.0) }?;
        let slot = core.slots.get((call >> 32) as u32)?;
        Some(CallOrigin::of_bundle(slot, self.generation, call as u32))
    }
}

impl Drop for Opened<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        self.thread.record.leave(self.depth);
    }
}

/// A call as the record names it.
#[inline(always)]
fn call(slot: &Slot, function: u32) -> u64 {
    u64::from(slot.index) << 32 | u64::from(function)
}

/// One entered call; dropping it leaves.
pub(crate) struct Guard<'a> {
    pub(super) core: &'a Core,
    pub(super) bundle: &'a Bundle,
    /// The VM whose lock is held.
    vm: Option<&'a VmGuest>,
    /// After the lock: dropped when the lock is left.
    opened: Opened<'a>,
}

impl<'a> Guard<'a> {
    /// Enters the present generation of the slot's bundle to call `function`. What that allocates
    /// goes where the call goes that this is part of.
    pub(crate) fn enter(slot: &'a Slot, function: u32) -> Result<Self, Box<CallError>> {
        Self::enter_with(slot, function, slot.core().thread().record.arena())
    }

    /// As [`Guard::enter`], with an arena of its own.
    #[inline(always)]
    pub(super) fn enter_with(
        slot: &'a Slot,
        function: u32,
        arena: *mut CallArena,
    ) -> Result<Self, Box<CallError>> {
        let core = slot.core();
        let bundle = slot.bundle();
        loop {
            let opened = Opened::enter(slot, function, arena)?;
            let generation = opened.generation;
            let Some(vm) = &generation.guest else {
                return Ok(Self { core, bundle, vm: None, opened });
            };
            match vm.lock.enter(opened.thread.number, &core.waits, &bundle.name) {
                Ok(LockEntry::First) => {
                    let guard = Self { core, bundle, vm: Some(vm), opened };
                    // Acquire pairs with the commit's store: a new generation is seen whole.
                    if ptr::eq(bundle.cell.load(Ordering::Acquire), generation) {
                        return Ok(guard);
                    }
                }
                Ok(LockEntry::Nested) => {
                    let guard = Self { core, bundle, vm: Some(vm), opened };
                    if vm.guest.may_reenter() {
                        return Ok(guard);
                    }
                    return Err(left_through_ffi(slot));
                }
                Err(circle) => return Err(would_deadlock(&circle.wanted, &circle.held)),
            }
        }
    }

    /// The generation, open as long as the guard.
    #[inline(always)]
    pub(crate) fn generation(&self) -> &'a Generation {
        self.opened.generation
    }

    /// The generation's VM, whose lock is held.
    #[inline(always)]
    pub(crate) fn vm(&self) -> Option<&'a VmGuest> {
        self.vm
    }

    /// As [`Opened::origin`].
    #[cold]
    pub(super) fn origin(&self) -> Option<Box<CallOrigin>> {
        self.opened.origin()
    }

    /// Leaves the VM, whose generation stays open until the guard is dropped.
    pub(super) fn leave_lock(&mut self) {
        if let Some(vm) = self.vm.take() {
            vm.lock.leave();
        }
    }

    /// Whether the generation is still the current one, now that the caller has changed something
    /// in it that a commit must not miss: what happened before is seen by the next seal.
    pub(crate) fn is_current(&self) -> bool {
        self.core.gate.is_still_current(&self.bundle.cell, self.opened.generation)
    }
}

impl Drop for Guard<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        if let Some(vm) = self.vm {
            vm.lock.leave();
        }
    }
}

/// A bundle that this thread is staging or committing is not called.
#[cold]
fn refuse_own_transaction(
    core: &Core,
    thread: &Thread,
    bundle: &Bundle,
) -> Result<(), Box<CallError>> {
    let Some(open) = thread.open_transaction(core) else { return Ok(()) };
    if !open.contains(bundle.id) {
        return Ok(());
    }
    Err(CallError::new(
        AbiErrorCode::ReentrantCall,
        format!(
            "bundle `{}` is being loaded by this thread; its contracts can be called after that, \
             not from init, save or restore",
            bundle.name
        ),
    ))
}

/// Enters when the commit that lets no call in is through, if that is why the cell is empty.
#[cold]
fn enter_later(
    slot: &Slot,
    thread: &Thread,
    call: u64,
    arena: *mut CallArena,
    mut error: EnterError,
) -> Result<(*mut Generation, usize), Box<CallError>> {
    let bundle = slot.bundle();
    while error == EnterError::Empty && bundle.is_loaded() {
        bundle.wait_while_paused(thread);
        match thread.record.enter(&bundle.cell, call, arena) {
            Ok(entered) => return Ok(entered),
            Err(still) => error = still,
        }
    }
    Err(refused(slot, error))
}

#[cold]
fn refused(slot: &Slot, error: EnterError) -> Box<CallError> {
    let name = &slot.bundle().name;
    match error {
        EnterError::Empty => CallError::new(
            AbiErrorCode::StaleHandle,
            format!("`{}`: bundle `{name}` is not loaded", slot.contract),
        ),
        EnterError::TooDeep => CallError::new(
            AbiErrorCode::ReentrantCall,
            format!("`{}` of bundle `{name}`: calls are nested 64 deep already", slot.contract),
        ),
    }
}

#[cold]
fn wrong_thread(slot: &Slot) -> Box<CallError> {
    CallError::new(
        AbiErrorCode::WrongThread,
        format!(
            "`{}`: bundle `{}` has `threads = \"main\"` and runs only on the thread that built the \
             runtime",
            slot.contract,
            slot.bundle().name
        ),
    )
}

#[cold]
fn left_through_ffi(slot: &Slot) -> Box<CallError> {
    CallError::new(
        AbiErrorCode::ReentrantCall,
        format!(
            "`{}`: bundle `{}` is running on this thread and was left through FFI; call other \
             contracts with polyplug_guest.call",
            slot.contract,
            slot.bundle().name
        ),
    )
}

#[cold]
fn would_deadlock(wanted: &str, held: &str) -> Box<CallError> {
    CallError::new(
        AbiErrorCode::WouldDeadlock,
        format!(
            "this thread is inside bundle `{held}` and wants `{wanted}`, while another thread is \
             inside `{wanted}` and waits for `{held}`; call the two in one order, or from one thread"
        ),
    )
}

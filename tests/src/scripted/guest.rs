//! The guest of a scripted bundle.

use super::Shared;
use crate::call;
use crate::script::{Action, Script};
use polyplug::guest::{Aftermath, Guest, GuestCall, GuestError, GuestRecord, HandedOver};
use polyplug::registration::Stage;
use polyplug_abi::{AbiErrorCode, HostApi};
use std::any::Any;
use std::cell::UnsafeCell;
use std::collections::BTreeMap;
use std::ffi::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

/// One generation.
pub(super) struct ScriptedGuest {
    shared: Arc<Shared>,
    script: Script,
    host: *const HostApi,
    /// Only touched inside the runtime's lock.
    objects: UnsafeCell<Objects>,
    live: AtomicUsize,
    has_default_state: AtomicBool,
    inside: AtomicU64,
}

#[derive(Clone, Default)]
struct Objects {
    /// How often `count` ran on the default object.
    default: u32,
    /// By id: the contract, and how often `count` ran on it.
    instances: BTreeMap<u64, (u32, u32)>,
    /// The load number in the high half, so that no id is ever used twice.
    next: u64,
}

// SAFETY: `objects` is touched only inside the runtime's lock for this generation, which `Guest`
// promises for every function that does so; the host table is valid as long as the runtime.
unsafe impl Send for ScriptedGuest {}
// SAFETY: as above.
unsafe impl Sync for ScriptedGuest {}

/// What an action is run on.
struct Scene {
    instance: *mut c_void,
    args: *const (),
    out: *mut (),
}

impl Scene {
    fn empty() -> Self {
        Self { instance: std::ptr::null_mut(), args: std::ptr::null(), out: std::ptr::null_mut() }
    }
}

/// Notes that a thread is inside; nested entries of one thread are fine.
struct Inside<'a> {
    guest: &'a ScriptedGuest,
    before: u64,
}

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.guest.inside.store(self.before, Ordering::Relaxed);
    }
}

impl ScriptedGuest {
    pub(super) fn new(shared: Arc<Shared>, script: Script, stage: &Stage<'_>) -> Self {
        shared.open.fetch_add(1, Ordering::SeqCst);
        let next = u64::from(stage.load_number()) << 32 | 1;
        Self {
            shared,
            script,
            host: stage.host_api(),
            objects: UnsafeCell::new(Objects { next, ..Objects::default() }),
            live: AtomicUsize::new(0),
            has_default_state: AtomicBool::new(false),
            inside: AtomicU64::new(0),
        }
    }

    pub(super) fn init(&self) -> Result<(), Box<GuestError>> {
        self.run_all(&self.script.init)
    }

    fn enter(&self) -> Inside<'_> {
        let me = call::thread_token();
        let before = self.inside.swap(me, Ordering::Relaxed);
        if before != 0 && before != me {
            self.shared.collisions.fetch_add(1, Ordering::SeqCst);
        }
        Inside { guest: self, before }
    }

    /// # Safety
    /// - The caller is inside the runtime's lock, and does not call this again while it uses the
    ///   result.
    #[expect(clippy::mut_from_ref, reason = "the runtime's lock is the one that excludes others")]
    unsafe fn objects(&self) -> &mut Objects {
        // SAFETY: the caller's promise.
        unsafe { &mut *self.objects.get() }
    }

    fn run_all(&self, actions: &[Action]) -> Result<(), Box<GuestError>> {
        actions.iter().try_for_each(|action| {
            // SAFETY: nothing of the scene is set.
            unsafe { self.run(action, &Scene::empty()) }
        })
    }

    /// # Safety
    /// - What the scene points at is what the action expects, or null.
    unsafe fn run(&self, action: &Action, scene: &Scene) -> Result<(), Box<GuestError>> {
        let number = match action {
            // SAFETY: the caller's promise.
            Action::Add => unsafe { call::sum_of(scene.args) },
            Action::Version(number) => *number,
            Action::Count => self.count(scene.instance)?,
            Action::Call(contract, function) => {
                // SAFETY: the caller's promise, handed on.
                let called = unsafe {
                    call::through_table(self.host, contract, *function, scene.args, scene.out)
                };
                return called.map_err(|(code, message)| error(code, &message));
            }
            Action::Wait(latch) => {
                self.shared.latch(latch).pass();
                0
            }
            Action::Fail(code, message) => return Err(with_record(*error(*code, message))),
            Action::Stop(message) => {
                let stopped = error(AbiErrorCode::TimedOut as u32, message);
                return Err(Box::new(GuestError { aftermath: Aftermath::Rebuild, ..*stopped }));
            }
            Action::Panic(message) => panic!("{message}"),
            Action::Hook(name) => match self.shared.hook(name) {
                Some(hook) => hook(self.host)?,
                None => return Err(error(1, &format!("there is no hook `{name}`"))),
            },
        };
        // SAFETY: the caller's promise.
        unsafe { call::write_number(scene.out, number) };
        Ok(())
    }

    fn count(&self, instance: *mut c_void) -> Result<u32, Box<GuestError>> {
        // SAFETY: functions run inside the lock, and nothing else has the objects in this one.
        let objects = unsafe { self.objects() };
        if instance.is_null() {
            self.has_default_state.store(true, Ordering::Relaxed);
            objects.default += 1;
            return Ok(objects.default);
        }
        let Some((_, count)) = objects.instances.get_mut(&(instance.addr() as u64)) else {
            return Err(stale());
        };
        *count += 1;
        Ok(*count)
    }
}

// SAFETY: the functions keep to what `Guest` asks: inside the lock, `objects` belongs to this
// thread, and no reference to it lives across a call of anybody else's code.
unsafe impl Guest for ScriptedGuest {
    unsafe fn call(&self, call: &GuestCall) -> Result<(), Box<GuestError>> {
        let _inside = self.enter();
        let action =
            &self.script.contracts[call.contract as usize].functions[call.function as usize];
        let scene = Scene { instance: call.instance, args: call.args, out: call.out };
        // SAFETY: the caller's promise.
        let ran = catch_unwind(AssertUnwindSafe(|| unsafe { self.run(action, &scene) }));
        ran.unwrap_or_else(|panic| {
            let text = panic.downcast_ref::<String>().map_or("?", String::as_str);
            Err(error(AbiErrorCode::Panic as u32, text))
        })
    }

    unsafe fn create_instance(
        &self,
        contract: u32,
        _: *const (),
    ) -> Result<*mut c_void, Box<GuestError>> {
        let _inside = self.enter();
        self.run_all(&self.script.contracts[contract as usize].new)?;
        // SAFETY: the caller's promise.
        let objects = unsafe { self.objects() };
        let id = objects.next;
        objects.next += 1;
        objects.instances.insert(id, (contract, 0));
        self.live.store(objects.instances.len(), Ordering::Relaxed);
        Ok(std::ptr::without_provenance_mut(id as usize))
    }

    unsafe fn destroy_instance(&self, _: u32, data: *mut c_void) -> Result<(), Box<GuestError>> {
        let _inside = self.enter();
        // SAFETY: the caller's promise.
        let objects = unsafe { self.objects() };
        let gone = objects.instances.remove(&(data.addr() as u64));
        self.live.store(objects.instances.len(), Ordering::Relaxed);
        gone.map(|_| ()).ok_or_else(stale)
    }

    fn live_instances(&self) -> usize {
        self.live.load(Ordering::Relaxed)
    }

    fn has_state(&self) -> bool {
        self.live_instances() > 0 || self.has_default_state.load(Ordering::Relaxed)
    }

    unsafe fn hand_over(&self, old: &dyn Guest) -> Result<HandedOver, Box<GuestError>> {
        let _inside = self.enter();
        let Some(old) = old.as_any().downcast_ref::<Self>() else {
            return Err(error(1, "the old guest is of another loader"));
        };
        let _old_inside = old.enter();
        self.run_all(&self.script.hand_over)?;
        // SAFETY: the caller is inside the old generation's lock.
        let before = unsafe { old.objects() }.clone();
        let count = before.instances.len() as u32;
        // SAFETY: the caller is inside this generation's lock.
        let objects = unsafe { self.objects() };
        let next = objects.next;
        *objects = Objects { next, ..before };
        let default = u32::from(old.has_default_state.load(Ordering::Relaxed));
        self.has_default_state.store(default > 0, Ordering::Relaxed);
        self.live.store(objects.instances.len(), Ordering::Relaxed);
        if self.script.forget {
            objects.instances.values_mut().for_each(|(_, count)| *count = 0);
            return Ok(HandedOver { kept: default, reset: count });
        }
        Ok(HandedOver { kept: count + default, reset: 0 })
    }

    fn may_reenter(&self) -> bool {
        !self.script.no_reentry
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl Drop for ScriptedGuest {
    fn drop(&mut self) {
        let _ = self.run_all(&self.script.close);
        self.shared.open.fetch_sub(1, Ordering::SeqCst);
    }
}

fn error(code: u32, message: &str) -> Box<GuestError> {
    let message = message.to_owned();
    Box::new(GuestError { code, message, record: None, aftermath: Aftermath::None })
}

fn with_record(error: GuestError) -> Box<GuestError> {
    let message = format!("traceback of: {}", error.message);
    let record = Some(GuestRecord { scope: "loader.scripted", message });
    Box::new(GuestError { record, ..error })
}

fn stale() -> Box<GuestError> {
    error(AbiErrorCode::StaleHandle as u32, "the instance was destroyed")
}

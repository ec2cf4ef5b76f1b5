use crate::core::Core;
use crate::error::RuntimeError;
use crate::events::{Event, StateOutcome};
use crate::options::ReloadMode;
use crate::pin::{self, Pin};
use crate::test_bundle::{Behaviour, call, load, reload, runtime, try_load, wait_until};
use polyplug_abi::BundleId;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock, Weak};

/// Whether this thread is inside the VM of the generation that runs.
fn is_inside(core: &Core, name: &str) -> bool {
    let bundle = core.bundle(BundleId::of(name).as_u64()).unwrap();
    let writer = core.writer.lock();
    let owned = bundle.with_generation(&writer, |generation| {
        generation.guest.as_ref().unwrap().lock.is_owned_by(core.thread().number)
    });
    owned.unwrap()
}

/// Has state from the moment on at which the commit has first asked.
#[derive(Default)]
struct LateState {
    asked: AtomicBool,
    core: OnceLock<Weak<Core>>,
    handed_over_inside: AtomicBool,
}

impl Behaviour for LateState {
    fn has_state(&self, _load: u32) -> bool {
        self.asked.swap(true, Ordering::SeqCst)
    }

    fn hand_over(&self, _load: u32) {
        let core = self.core.get().unwrap().upgrade().unwrap();
        self.handed_over_inside.store(is_inside(&core, "late"), Ordering::SeqCst);
    }
}

#[test]
fn state_that_appears_during_a_commit_is_handed_over_inside_the_lock() {
    let behaviour = Arc::new(LateState::default());
    let runtime = runtime(&behaviour, ReloadMode::OnPoll);
    behaviour.core.set(Arc::downgrade(runtime.core())).unwrap();
    load(&runtime, "late");
    let events = runtime.events();
    reload(&runtime, "late");
    assert!(behaviour.handed_over_inside.load(Ordering::SeqCst));
    let kept = StateOutcome::Kept { objects: 1, reset: 0 };
    let state = events.try_iter().find_map(|event| match event {
        Event::Reloaded { state, .. } => Some(state),
        _ => None,
    });
    assert_eq!(state, Some(kept));
}

/// A hand-over of `a` that calls into `x`, from where another thread loads a bundle.
#[derive(Default)]
struct Crossing {
    core: OnceLock<Weak<Core>>,
    handing_over: AtomicBool,
    inside_x: AtomicBool,
    loaded: OnceLock<Result<(), RuntimeError>>,
}

impl Crossing {
    fn core(&self) -> Arc<Core> {
        self.core.get().unwrap().upgrade().unwrap()
    }
}

impl Behaviour for Crossing {
    fn call(&self, _load: u32) {
        if self.loaded.get().is_some() {
            return;
        }
        self.inside_x.store(true, Ordering::SeqCst);
        wait_until(|| self.handing_over.load(Ordering::SeqCst));
        self.loaded.set(try_load(&self.core(), "y")).unwrap();
    }

    fn has_state(&self, _load: u32) -> bool {
        true
    }

    fn hand_over(&self, _load: u32) {
        self.handing_over.store(true, Ordering::SeqCst);
        call(&self.core(), "x.test@1").unwrap();
    }
}

#[test]
fn a_load_inside_a_call_does_not_wait_for_a_commit_that_waits_for_the_call() {
    let behaviour = Arc::new(Crossing::default());
    let runtime = runtime(&behaviour, ReloadMode::OnPoll);
    behaviour.core.set(Arc::downgrade(runtime.core())).unwrap();
    load(&runtime, "a");
    load(&runtime, "x");
    std::thread::scope(|scope| {
        scope.spawn(|| call(runtime.core(), "x.test@1").unwrap());
        wait_until(|| behaviour.inside_x.load(Ordering::SeqCst));
        reload(&runtime, "a");
    });
    assert!(matches!(behaviour.loaded.get(), Some(Err(RuntimeError::Busy { .. }))));
}

/// Pins where the state is handed over.
#[derive(Default)]
struct PinInHandOver {
    core: OnceLock<Weak<Core>>,
    refused: AtomicBool,
}

impl Behaviour for PinInHandOver {
    fn has_state(&self, _load: u32) -> bool {
        true
    }

    fn hand_over(&self, _load: u32) {
        let core = self.core.get().unwrap().upgrade().unwrap();
        drop(Pin::new(Arc::clone(&core)));
        let taken = pin::take(&core);
        self.refused
            .store(matches!(taken, Err(RuntimeError::ReentrantCall { .. })), Ordering::SeqCst);
    }
}

#[test]
fn a_pin_inside_a_hand_over_does_not_wait_for_its_own_commit() {
    let behaviour = Arc::new(PinInHandOver::default());
    let runtime = runtime(&behaviour, ReloadMode::OnPoll);
    behaviour.core.set(Arc::downgrade(runtime.core())).unwrap();
    load(&runtime, "a");
    reload(&runtime, "a");
    assert!(behaviour.refused.load(Ordering::SeqCst));
}

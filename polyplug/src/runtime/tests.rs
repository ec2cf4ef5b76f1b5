use crate::core::Core;
use crate::options::ReloadMode;
use crate::registry::lookup;
use crate::runtime::RuntimeBuilder;
use crate::test_bundle::{Behaviour, load, reload, runtime, wait_until};
use polyplug_abi::GuestContractInstance;
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

#[derive(Default)]
struct Counted {
    closed: AtomicU32,
}

impl Behaviour for Counted {
    fn close(&self, _load: u32) {
        self.closed.fetch_add(1, Ordering::SeqCst);
    }
}

#[test]
fn nothing_of_a_dropped_runtime_stays_behind() {
    for mode in [ReloadMode::OnPoll, ReloadMode::Immediate] {
        let behaviour = Arc::new(Counted::default());
        let runtime = runtime(&behaviour, mode);
        load(&runtime, "one");
        reload(&runtime, "one");
        let core = Arc::downgrade(runtime.core());
        drop(runtime);
        assert_eq!(behaviour.closed.load(Ordering::SeqCst), 2, "{mode:?}");
        assert!(core.upgrade().is_none(), "{mode:?}");
    }
}

/// A call that lasts longer than its runtime.
#[derive(Default)]
struct Stuck {
    inside: AtomicBool,
    goes_on: AtomicBool,
    closed: AtomicBool,
}

impl Behaviour for Stuck {
    fn call(&self, _load: u32) {
        self.inside.store(true, Ordering::SeqCst);
        wait_until(|| self.goes_on.load(Ordering::SeqCst));
    }

    fn close(&self, _load: u32) {
        self.closed.store(true, Ordering::SeqCst);
    }
}

#[test]
fn what_a_call_is_inside_of_outlives_the_runtime() {
    let behaviour = Arc::new(Stuck::default());
    let runtime = runtime(&behaviour, ReloadMode::OnPoll);
    load(&runtime, "a");
    let core: &Core = runtime.core();
    let contract = polyplug_abi::GuestContractId::of("a.test", 1);
    let handle = lookup::find(core, contract.as_u64(), 0).unwrap();
    let interface = lookup::resolve(core, handle).unwrap().hand_out() as usize;
    let weak = Arc::downgrade(runtime.core());
    std::thread::scope(|scope| {
        // As a C host calls: with the interface alone, which keeps nothing alive.
        scope.spawn(move || {
            let interface = interface as *const polyplug_abi::GuestContractInterface;
            // SAFETY: the runtime lives until it is dropped, and then what is used here is leaked.
            let slot = unsafe { crate::registry::slot::Slot::of(interface) };
            let request = crate::dispatch::call::Request {
                instance: GuestContractInstance::null(),
                function: 0,
                args: ptr::null(),
                out: ptr::null_mut(),
                arena: ptr::null_mut(),
            };
            // SAFETY: the guest looks at no argument.
            unsafe { crate::dispatch::call::guarded(slot, request) }.unwrap();
        });
        wait_until(|| behaviour.inside.load(Ordering::SeqCst));
        drop(runtime);
        assert!(!behaviour.closed.load(Ordering::SeqCst));
        assert!(weak.upgrade().is_some());
        behaviour.goes_on.store(true, Ordering::SeqCst);
    });
}

#[test]
fn leaving_the_last_folder_ends_the_watcher() {
    let folder = tempfile::tempdir().unwrap();
    let runtime = RuntimeBuilder::new().build().unwrap();
    let is_watching = || runtime.core().watching.is_running();
    runtime.watch_folder(folder.path()).unwrap();
    assert!(is_watching());
    runtime.unwatch_folder(folder.path()).unwrap();
    assert!(!is_watching());
    runtime.watch_folder(folder.path()).unwrap();
    runtime.unwatch_all().unwrap();
    assert!(!is_watching());
}

use crate::options::ReloadMode;
use crate::test_bundle::{Behaviour, load, reload, runtime};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

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

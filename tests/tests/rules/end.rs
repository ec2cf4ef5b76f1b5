//! 8-rules, 3: the end of a runtime.

use polyplug::runtime::ReloadMode;
use polyplug_abi::LogLevel;
use polyplug_tests::call::{self, Raw};
use polyplug_tests::host::Host;
use polyplug_tests::patience::wait_until;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

const SCRIPT: &str =
    "contract test.a@1.0\nfn version 1\nfn wait door\nfn hook drop\nfn fail 300 late";

#[test]
fn a_runtime_that_is_dropped_closes_everything_and_is_gone() {
    for mode in [ReloadMode::OnPoll, ReloadMode::Immediate] {
        let host = Host::with(|builder| builder.hot_reload(true).reload_mode(mode));
        host.load("one", SCRIPT).unwrap();
        host.load("two", "contract test.b@1.0\nfn version 1").unwrap();
        host.reload("one", SCRIPT).unwrap();
        let Host { runtime, loader, log, .. } = host;
        assert_eq!(log.holders(), 1);

        drop(runtime);

        assert_eq!(loader.open_guests(), 0);
        wait_until("nobody has the logger any more", || log.holders() == 0);
    }
}

#[test]
fn a_caller_that_outlives_the_runtime_answers_stale_handle() {
    let host = Host::new();
    host.load("one", SCRIPT).unwrap();
    let contract = host.contract("test.a@1");
    let Host { runtime, log, .. } = host;

    drop(runtime);

    let error = call::number(&contract, 0).unwrap_err();
    assert_eq!(error.code, polyplug_abi::AbiErrorCode::StaleHandle as u32);
    drop(contract);
    assert_eq!(log.holders(), 0);
}

#[test]
fn rule_3_dropping_the_runtime_inside_a_call_is_refused_and_logged() {
    let host = Host::new();
    host.load("one", SCRIPT).unwrap();
    let contract = host.contract("test.a@1");
    let Host { runtime, loader, log, .. } = host;
    let mine = parking_lot::Mutex::new(Some(runtime));
    loader.hook("drop", move |_| {
        drop(mine.lock().take());
        Ok(5)
    });

    assert_eq!(call::number(&contract, 2).unwrap(), 5);

    assert_eq!(log.count(LogLevel::Error, "not destroyed inside a call"), 1);
    assert_eq!(call::number(&contract, 0).unwrap(), 1, "everything is still there");
}

#[test]
fn rule_3_dropping_the_runtime_inside_a_pin_is_refused_and_logged() {
    let host = Host::new();
    host.load("one", SCRIPT).unwrap();
    let contract = host.contract("test.a@1");
    let Host { runtime, log, .. } = host;
    let pin = runtime.pin();

    drop(runtime);
    drop(pin);

    assert_eq!(log.count(LogLevel::Error, "not destroyed inside a pin"), 1);
    assert_eq!(call::number(&contract, 0).unwrap(), 1);
}

#[test]
fn rule_3_dropping_the_runtime_waits_for_a_running_call() {
    let host = Host::new();
    host.load("one", SCRIPT).unwrap();
    let contract = host.contract("test.a@1");
    let Host { runtime, loader, log, .. } = host;
    let (door, done) = (loader.latch("door"), AtomicBool::new(false));

    thread::scope(|scope| {
        scope.spawn(|| {
            call::number(&contract, 1).unwrap();
            done.store(true, Ordering::SeqCst);
        });
        door.wait_for_arrival();
        let latch = Arc::clone(&door);
        scope.spawn(move || {
            thread::sleep(Duration::from_millis(100));
            latch.release();
        });
        drop(runtime);
        assert!(done.load(Ordering::SeqCst), "the call had ended");
    });

    assert_eq!(loader.open_guests(), 0);
    assert_eq!(log.count(LogLevel::Error, ""), 0, "{:?}", log.records());
}

#[test]
fn rule_3_what_is_inside_too_long_is_leaked_with_a_log_record_and_not_freed() {
    let host = Host::new();
    host.load("one", SCRIPT).unwrap();
    let raw = Raw::of(&host.contract("test.a@1"));
    let Host { runtime, loader, log, .. } = host;
    let held = loader.latch("held");
    let inside = Arc::clone(&held);
    // It fails after the runtime is gone, so that its error and record need what is left of it.
    loader.hook("drop", move |api| {
        inside.pass();
        polyplug_tests::table::Table(api).find("test.a@1", 0).map_or(
            Err(polyplug::guest::GuestError::new(polyplug_abi::AbiErrorCode::NotFound, "gone")),
            |_| Ok(1),
        )
    });

    let late = thread::spawn(move || raw.number(2));
    held.wait_for_arrival();
    drop(runtime);
    assert!(log.count(LogLevel::Error, "leaked") >= 1, "{:?}", log.records());
    assert_eq!(loader.open_guests(), 1);
    held.release();

    assert_eq!(late.join().unwrap().unwrap_err().1, "gone");
    assert_eq!(loader.open_guests(), 1, "nobody frees it later");
}

#[test]
fn several_runtimes_share_nothing() {
    let (first, second) = (Host::new(), Host::new());
    first.load("one", SCRIPT).unwrap();

    assert!(second.runtime.contract("test.a@1").is_err());
    second.load("one", "contract test.a@1.0\nfn version 2").unwrap();
    first.unload("one").unwrap();

    assert_eq!(second.call("test.a@1").unwrap(), 2);
    assert!(second.events.story("one") == ["loaded"]);
    let pin = first.runtime.pin();
    second.reload("one", "contract test.a@1.0\nfn version 3").unwrap();
    drop(pin);
    assert_eq!(second.call("test.a@1").unwrap(), 3);
    assert_ne!(first.runtime.host_abi(), second.runtime.host_abi());
}

//! 8-rules, 4: the instances of native code are adopted in place, or the reload is refused.

use super::native::{NATIVE, STALE, drained, relaxed};
use parking_lot::Mutex;
use polyplug::error::RuntimeError;
use polyplug::events::{Event, PinReason, StateOutcome};
use polyplug::runtime::{Runtime, RuntimeBuilder};
use polyplug_abi::{
    AbiErrorCode, BundleId, GuestContractInstance, LogLevel, POLL_QUIESCENT, SHUTDOWN_REFUSED,
    SHUTDOWN_REPLACED, SHUTDOWN_RUNTIME, SHUTDOWN_UNLOADED,
};
use polyplug_tests::call::{self, Raw};
use polyplug_tests::folder::Folder;
use polyplug_tests::host::Host;
use polyplug_tests::native::{NativeLoader, door};
use polyplug_tests::table::Table;
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::thread;
use std::time::Duration;

/// A contract that counts its calls, whose library adopts instances of layout `version`.
fn counting(version: u32) -> String {
    format!("contract test.n@1.0\nfn count\ncode adopts {version}")
}

fn load(host: &Host, script: &str) -> (polyplug::Contract, GuestContractInstance) {
    host.load_with("native", NATIVE, script).unwrap();
    let contract = host.contract("test.n@1");
    let instance = call::create(&contract).unwrap();
    (contract, instance)
}

#[test]
fn rule_4_instances_are_adopted_in_place() {
    let host = relaxed();
    let (contract, instance) = load(&host, &counting(3));
    assert_eq!(call::on(&contract, instance, 0).unwrap(), 1);

    host.reload("native", &counting(4)).unwrap();

    assert_eq!(call::on(&contract, instance, 0).unwrap(), 2, "the same object");
    let told = host.code.of("native");
    assert_eq!(told[..2], ["asked from 3", "adopts from 3"]);
    assert_eq!(told[2..], [format!("shutdown {SHUTDOWN_REPLACED}"), "closed".to_owned()]);
    let kept = StateOutcome::Kept { objects: 1, reset: 0 };
    let state = host.events.wait_for("the event says so", |event| match event {
        Event::Reloaded { state, .. } => Some(*state),
        _ => None,
    });
    assert_eq!(state, kept);
    assert_eq!(host.runtime.bundles()[0].instances, 1);
    call::destroy(&contract, instance).unwrap();
    assert_eq!(host.runtime.bundles()[0].instances, 0);
}

#[test]
fn rule_4_an_instance_that_is_refused_keeps_the_old_version() {
    let host = relaxed();
    let (contract, instance) = load(&host, &counting(3));

    let script = "contract test.n@1.0\nfn count\ncode refuses too old";
    let error = host.reload("native", script).unwrap_err();

    let RuntimeError::HandOverFailed { error, .. } = &error else { panic!("{error:?}") };
    assert!(error.ends_with(": too old"), "{error}");
    assert!(error.starts_with("the objects of `test.n@1` have state version 3, "), "{error}");
    assert_eq!(call::on(&contract, instance, 0).unwrap(), 1);
    let shutdown = format!("shutdown {SHUTDOWN_REFUSED}");
    assert_eq!(host.code.of("native"), ["asked from 3", &shutdown, "closed"]);
    host.reload("native", &counting(4)).unwrap();
    assert_eq!(call::on(&contract, instance, 0).unwrap(), 2);
}

#[test]
fn rule_4_both_versions_must_offer_to_adopt() {
    let silent = "contract test.n@1.0\nfn count\ncode kept by nobody";
    for (old, new) in [(silent, &*counting(1)), (&*counting(1), silent)] {
        let host = relaxed();
        let (contract, instance) = load(&host, old);

        let error = host.reload("native", new).unwrap_err();

        assert!(matches!(error, RuntimeError::InstancesAlive { count: 1, .. }), "{error:?}");
        assert_eq!(call::on(&contract, instance, 0).unwrap(), 1);
    }
}

#[test]
fn rule_4_a_raw_interface_lets_only_a_quiescent_poll_adopt() {
    let host = relaxed();
    let (contract, instance) = load(&host, &counting(1));
    let raw = Raw::of(&contract);

    let error = host.reload("native", &counting(2)).unwrap_err();
    assert!(matches!(error, RuntimeError::NeedsQuiescence { .. }), "{error:?}");
    assert_eq!(error.code(), AbiErrorCode::NeedsQuiescence as u32);
    host.runtime.request_reload(BundleId::of("native")).unwrap();
    let said = || host.log.count(LogLevel::Warn, "POLYPLUG_POLL_QUIESCENT");
    polyplug_tests::patience::wait_until("it is said why nothing happens", || {
        assert_eq!(host.runtime.poll().unwrap(), 0, "this is no quiescent poll");
        said() > 0
    });
    assert_eq!(raw.on(instance, 0), Ok(1));

    assert_eq!(Table::of(&host.runtime).poll(POLL_QUIESCENT), Ok(1));

    assert_eq!(raw.on(instance, 0), Ok(2));
    assert_eq!(host.events.commits("native"), 2);
    assert_eq!(said(), 1, "and said once");
}

#[test]
fn rule_4_a_call_that_stays_inside_refuses_an_adoption() {
    let host = relaxed();
    let script = "contract test.n@1.0\nfn count\nfn wait 1\ncode adopts 1";
    let more = format!("{NATIVE}\n[reload]\ndrain_timeout_ms = 50");
    host.load_with("native", &more, script).unwrap();
    let contract = host.contract("test.n@1");
    let instance = call::create(&contract).unwrap();

    thread::scope(|scope| {
        scope.spawn(|| call::number(&contract, 1).unwrap());
        door(1).wait_for_arrival();
        let error = host.reload("native", script).unwrap_err();
        assert!(matches!(error, RuntimeError::Busy { .. }), "{error:?}");
        assert!(error.to_string().contains("function 1 of `test.n@1`"), "{error}");
        assert_eq!(call::on(&contract, instance, 0).unwrap(), 1, "calls come in again");
        door(1).release();
    });

    host.reload("native", script).unwrap();
    assert_eq!(call::on(&contract, instance, 0).unwrap(), 2);
}

#[test]
fn rule_4_calls_wait_for_an_adoption_and_lose_nothing() {
    let host = relaxed();
    let (contract, instance) = load(&host, &counting(0));
    let address = instance.data.expose_provenance();
    let stop = AtomicBool::new(false);

    let counted: u32 = thread::scope(|scope| {
        let call_on = || {
            let data = ptr::with_exposed_provenance_mut(address);
            let instance = GuestContractInstance { data, ..GuestContractInstance::null() };
            let mut calls = 0;
            while !stop.load(Ordering::Relaxed) {
                call::on(&contract, instance, 0).unwrap();
                // A second instance comes and goes.
                let other = call::create(&contract).unwrap();
                assert_eq!(call::on(&contract, other, 0).unwrap(), 1);
                call::destroy(&contract, other).unwrap();
                calls += 1;
            }
            calls
        };
        let callers = [scope.spawn(call_on), scope.spawn(call_on)];
        // On a busy machine a caller may not come to its end for longer than a reload waits.
        let reload = |version| loop {
            match host.reload("native", &counting(version)) {
                Err(RuntimeError::Busy { .. }) => {}
                ended => return ended,
            }
        };
        // A reload that fails ends the test, and not only this thread of it.
        let reloads = (1..=200).try_for_each(reload);
        stop.store(true, Ordering::Relaxed);
        reloads.unwrap();
        callers.map(|caller| caller.join().unwrap()).into_iter().sum()
    });

    assert_eq!(call::on(&contract, instance, 0).unwrap(), counted + 1);
    assert_eq!(host.runtime.bundles()[0].instances, 1);
    let adopted = host.code.of("native").iter().filter(|what| what.starts_with("adopts")).count();
    assert!(adopted >= 200, "{adopted}");
}

#[test]
fn rule_4_an_instance_is_destroyed_once() {
    let host = relaxed();
    let (contract, instance) = load(&host, &counting(0));

    call::destroy(&contract, instance).unwrap();

    assert_eq!(call::destroy(&contract, instance).unwrap_err().code, STALE);
}

#[test]
fn rule_4_a_library_hears_why_it_is_closed() {
    let host = relaxed();
    host.load_with("native", NATIVE, &counting(0)).unwrap();
    host.reload("native", &counting(1)).unwrap();
    host.unload("native").unwrap();
    host.runtime.poll().unwrap();
    host.load_with("native", NATIVE, &counting(2)).unwrap();
    let code = host.code.clone();

    drop(host);

    let reasons = [SHUTDOWN_REPLACED, SHUTDOWN_UNLOADED, SHUTDOWN_RUNTIME];
    let story = reasons.iter().flat_map(|why| [format!("shutdown {why}"), "closed".to_owned()]);
    assert_eq!(code.of("native"), story.collect::<Vec<_>>());
}

#[test]
fn a_library_that_the_system_keeps_is_told() {
    let host = relaxed();
    let script = "contract test.n@1.0\nfn count\ncode kept by a thread of its own";
    host.load_with("native", NATIVE, script).unwrap();

    host.reload("native", &counting(1)).unwrap();

    let reason = host.events.wait_for("the event says so", |event| match event {
        Event::Pinned { generation: 1, reason, .. } => Some(reason.clone()),
        _ => None,
    });
    assert_eq!(reason, PinReason::KeptBySystem("by a thread of its own".to_owned()));
    assert_eq!(drained(&host), 0);
}

#[test]
fn rule_4_attached_threads_speak_for_themselves() {
    let host = relaxed();
    let script = "contract test.n@1.0\nfn version 1";
    host.load_with("native", NATIVE, script).unwrap();
    Raw::of(&host.contract("test.n@1"));
    host.runtime.thread_attach().unwrap();
    assert!(host.runtime.quiescent().is_err(), "no statement about the whole process");

    host.reload("native", script).unwrap();
    host.runtime.poll().unwrap();
    assert_eq!(drained(&host), 0);
    thread::scope(|scope| {
        let other = scope.spawn(|| {
            host.runtime.thread_attach().unwrap();
            assert!(host.runtime.thread_attach().is_err(), "once is enough");
            host.reload("native", script).unwrap();
            host.runtime.thread_detach().unwrap();
            assert!(host.runtime.thread_quiescent().is_err(), "it is not attached any more");
        });
        other.join().unwrap();
    });
    host.runtime.poll().unwrap();
    assert_eq!(drained(&host), 0, "this thread has said nothing yet");

    host.runtime.thread_quiescent().unwrap();
    host.runtime.poll().unwrap();

    assert_eq!(drained(&host), 2);
}

#[test]
fn rule_4_a_poll_of_the_only_attached_thread_adopts() {
    let host = relaxed();
    let (contract, instance) = load(&host, &counting(1));
    let raw = Raw::of(&contract);
    host.runtime.thread_attach().unwrap();
    host.runtime.request_reload(BundleId::of("native")).unwrap();

    polyplug_tests::patience::wait_until("the new version is staged", || {
        host.runtime.poll_quiescent().unwrap() == 1
    });

    assert_eq!(raw.on(instance, 0), Ok(1));
}

#[test]
fn rule_4_a_thread_does_not_attach_during_an_adoption() {
    let host = relaxed();
    let script = format!("{}\ncode waits 2", counting(1));
    let (contract, instance) = load(&host, &script);
    let raw = Raw::of(&contract);

    thread::scope(|scope| {
        let adopting = scope.spawn(|| {
            host.runtime.thread_attach().unwrap();
            host.runtime.request_reload(BundleId::of("native")).unwrap();
            polyplug_tests::patience::wait_until("the new version is staged", || {
                host.runtime.poll_quiescent().unwrap() == 1
            });
            host.runtime.thread_detach().unwrap();
        });
        door(2).wait_for_arrival();
        let attaching = scope.spawn(|| host.runtime.thread_attach().unwrap());
        thread::sleep(Duration::from_millis(20));
        let attached = attaching.is_finished();
        door(2).release();
        adopting.join().unwrap();
        attaching.join().unwrap();
        assert!(!attached, "it would make raw calls beside the adoption");
    });

    assert_eq!(raw.on(instance, 0), Ok(1));
}

#[test]
fn rule_4_a_thread_does_not_attach_inside_of_a_pin() {
    let host = relaxed();
    let pin = host.runtime.pin();
    let error = host.runtime.thread_attach().unwrap_err();
    assert!(matches!(error, RuntimeError::ReentrantCall { .. }), "{error:?}");
    drop(pin);

    host.runtime.thread_attach().unwrap();
}

#[test]
fn a_record_of_a_version_that_waits_is_made_without_locks() {
    let place: Arc<Mutex<Option<Weak<Runtime>>>> = Arc::default();
    let (known, heard) = (Arc::clone(&place), Arc::new(AtomicBool::new(false)));
    let noted = Arc::clone(&heard);
    let sink = move |_: LogLevel, _: &str, message: &str| {
        let runtime = known.lock().as_ref().and_then(Weak::upgrade);
        if let (Some(runtime), true) = (runtime, message.contains("quiescence")) {
            // It would wait for a thread that waits for it.
            thread::scope(|scope| scope.spawn(|| runtime.poll().unwrap()).join().unwrap());
            noted.store(true, Ordering::Relaxed);
        }
    };
    let builder = RuntimeBuilder::new().hot_reload(true).loader(NativeLoader::default());
    let runtime = builder.logger(sink).build().unwrap();
    let folder = Folder::new();
    runtime.load_bundle(folder.bundle_with("native", NATIVE, &counting(1))).unwrap();
    let contract = runtime.contract("test.n@1").unwrap();
    call::create(&contract).unwrap();
    Raw::of(&contract);
    *place.lock() = Some(Arc::downgrade(&runtime));

    runtime.request_reload(BundleId::of("native")).unwrap();

    polyplug_tests::patience::wait_until("it is told", || {
        runtime.poll().unwrap();
        heard.load(Ordering::Relaxed)
    });
}

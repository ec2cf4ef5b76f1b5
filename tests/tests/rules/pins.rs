//! 8-rules, 3: pins hold commits back.

use polyplug::error::RuntimeError;
use polyplug::events::Event;
use polyplug::runtime::ReloadMode;
use polyplug_abi::{AbiErrorCode, BundleId};
use polyplug_tests::call;
use polyplug_tests::folder::Folder;
use polyplug_tests::host::Host;
use polyplug_tests::patience::wait_until;
use polyplug_tests::table::Table;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::thread;

const SHORT: &str = "[reload]\ndrain_timeout_ms = 60";

fn versioned(version: u32) -> String {
    format!("contract test.a@1.0\nfn version {version}\nfn count\nfn wait door")
}

#[test]
fn rule_3_a_pin_holds_commits_back() {
    let host = Host::new();
    host.load("one", &versioned(1)).unwrap();
    let contract = host.contract("test.a@1");
    let done = AtomicBool::new(false);

    thread::scope(|scope| {
        let pin = host.runtime.pin();
        let revision = pin.revision();
        scope.spawn(|| {
            host.reload("one", &versioned(2)).unwrap();
            done.store(true, Ordering::SeqCst);
        });
        wait_until("the new version is staged", || host.loader.open_guests() == 2);
        for _ in 0..1000 {
            assert_eq!(call::number(&contract, 0).unwrap(), 1);
        }
        assert!(!done.load(Ordering::SeqCst));
        assert_eq!(host.runtime.registry().revision(), revision);
        drop(pin);
    });

    assert_eq!(call::number(&contract, 0).unwrap(), 2);
}

#[test]
fn rule_3_a_pin_held_past_the_timeout_makes_the_commit_busy_and_is_told() {
    let host = Host::new();
    host.load_with("one", SHORT, &versioned(1)).unwrap();
    let pin = host.runtime.pin();

    let error = thread::scope(|scope| {
        let reload = || host.reload("one", &versioned(2)).unwrap_err();
        thread::Builder::new().spawn_scoped(scope, reload).unwrap().join().unwrap()
    });

    let RuntimeError::Busy { bundle, holder, .. } = &error else { panic!("{error:?}") };
    assert_eq!(bundle, "one");
    assert!(holder.contains("pin"), "{holder}");
    host.events.wait_for("the pin is told", |event| match event {
        Event::PinHeld { thread, .. } => {
            assert!(thread.contains("pin_held_past"), "the pinning thread's name, not {thread}");
            Some(())
        }
        _ => None,
    });
    assert_eq!(host.call("test.a@1").unwrap(), 1);
    assert_eq!(host.loader.open_guests(), 1);
    drop(pin);
    host.reload("one", &versioned(3)).unwrap();
    assert_eq!(host.call("test.a@1").unwrap(), 3);
}

#[test]
fn rule_3_an_unload_that_a_pin_holds_back_waits_as_long_as_the_manifest_says() {
    let host = Host::new();
    host.load_with("one", SHORT, &versioned(1)).unwrap();
    let pin = host.runtime.pin();

    let error =
        thread::scope(|scope| scope.spawn(|| host.unload("one").unwrap_err()).join().unwrap());

    let RuntimeError::Busy { since, .. } = error else { panic!("{error:?}") };
    assert!(since.as_millis() < 1000, "{since:?}, not the default of two seconds");
    drop(pin);
    assert_eq!(host.call("test.a@1").unwrap(), 1);
    host.unload("one").unwrap();
}

#[test]
fn rule_3_a_busy_change_is_tried_again_at_the_next_poll() {
    let host = Host::new();
    host.load_with("one", SHORT, &versioned(1)).unwrap();
    let contract = host.contract("test.a@1");
    let (pinned, wait) = (channel::<()>(), channel::<()>());

    thread::scope(|scope| {
        let runtime = &host.runtime;
        let (tell, go) = (pinned.0, wait.1);
        scope.spawn(move || {
            let pin = runtime.pin();
            tell.send(()).unwrap();
            go.recv().unwrap();
            drop(pin);
        });
        pinned.1.recv().unwrap();
        host.folder.rewrite("one", &versioned(2));
        host.runtime.request_reload(BundleId::of("one")).unwrap();
        wait_until("the new version is staged", || host.loader.open_guests() == 2);
        wait_until("the poll is busy", || {
            assert_eq!(host.runtime.poll().unwrap(), 0);
            host.events.story("one").contains(&"failed")
        });
        assert_eq!(call::number(&contract, 0).unwrap(), 1);
        wait.0.send(()).unwrap();
    });
    assert_eq!(host.runtime.poll().unwrap(), 1);

    assert_eq!(call::number(&contract, 0).unwrap(), 2);
}

#[test]
fn rule_3_a_busy_change_is_tried_again_at_the_next_event() {
    let folder = Folder::new();
    folder.bundle_with("one", SHORT, &versioned(1));
    folder.bundle("two", "contract test.b@1.0\nfn version 1");
    let host = Host::watching(folder, |builder| builder.reload_mode(ReloadMode::Immediate));
    let contract = host.contract("test.a@1");

    let pin = host.runtime.pin();
    host.folder.rewrite("one", &versioned(2));
    wait_until("the commit gave up", || host.events.story("one").contains(&"failed"));
    assert_eq!(call::number(&contract, 0).unwrap(), 1);
    drop(pin);
    host.folder.rewrite("two", "contract test.b@1.0\nfn version 2");

    wait_until("the change is made up for", || call::number(&contract, 0).unwrap() == 2);
}

#[test]
fn rule_3_pins_nest() {
    let host = Host::new();
    host.load_with("one", SHORT, &versioned(1)).unwrap();
    let outer = host.runtime.pin();
    let inner = host.runtime.pin();
    drop(outer);

    let busy = thread::scope(|scope| {
        scope.spawn(|| host.reload("one", &versioned(2)).unwrap_err()).join().unwrap()
    });

    assert!(matches!(busy, RuntimeError::Busy { .. }), "{busy:?}");
    drop(inner);
    host.reload("one", &versioned(2)).unwrap();
}

#[test]
fn rule_3_a_pin_inside_a_call_never_waits_for_a_commit_that_waits_for_the_call() {
    let host = Host::new();
    // The state makes the commit want the lock that the call holds, with the gate closed.
    host.load("one", "contract test.a@1.0\nfn hook pin\nfn count").unwrap();
    let contract = host.contract("test.a@1");
    call::number(&contract, 1).unwrap();
    let door = host.loader.latch("door");
    let held = std::sync::Arc::clone(&door);
    host.loader.hook("pin", move |api| {
        held.pass();
        for _ in 0..200 {
            let token = Table(api).pin().unwrap();
            Table(api).unpin(token).unwrap();
        }
        Ok(1)
    });

    thread::scope(|scope| {
        let call = scope.spawn(|| call::number(&contract, 0).unwrap());
        door.wait_for_arrival();
        scope.spawn(|| host.runtime.reload_bundle(host.folder.of("one")).unwrap());
        wait_until("the new version is staged", || host.loader.open_guests() == 2);
        door.release();
        assert_eq!(call.join().unwrap(), 1);
    });

    assert_eq!(host.runtime.bundles()[0].generation, 2);
    assert_eq!(call::number(&contract, 1).unwrap(), 2);
}

#[test]
fn rule_3_a_token_is_given_back_once_and_on_its_thread() {
    let host = Host::new();
    let table = Table::of(&host.runtime);
    let token = table.pin().unwrap();

    let wrong = table.unpin(token + 1).unwrap_err();
    let elsewhere =
        thread::scope(|scope| scope.spawn(|| table.unpin(token).unwrap_err()).join().unwrap());
    table.unpin(token).unwrap();
    let twice = table.unpin(token).unwrap_err();

    assert_eq!(wrong.0, AbiErrorCode::InvalidArgument as u32, "{wrong:?}");
    assert_eq!(elsewhere.0, AbiErrorCode::WrongThread as u32, "{elsewhere:?}");
    assert_eq!(twice.0, AbiErrorCode::InvalidArgument as u32, "{twice:?}");
}

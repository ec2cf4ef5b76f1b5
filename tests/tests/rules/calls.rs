//! 8-rules, 1, 3 and 5: calls, locks, what a failure leaves with its caller.

use polyplug::error::RuntimeError;
use polyplug::events::{Cause, Event, PinReason};
use polyplug::runtime::ReloadMode;
use polyplug_abi::{AbiErrorCode, LogLevel};
use polyplug_tests::call;
use polyplug_tests::host::Host;
use polyplug_tests::patience::wait_until;
use polyplug_tests::table::Table;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

const SHORT: &str = "[reload]\ndrain_timeout_ms = 60";

fn immediate() -> Host {
    Host::with(|builder| builder.hot_reload(true).reload_mode(ReloadMode::Immediate))
}

#[test]
fn rule_1_a_stuck_call_delays_only_its_own_generation() {
    let host = immediate();
    let script = |version| format!("contract test.a@1.0\nfn version {version}\nfn wait door");
    host.load_with("one", SHORT, &script(1)).unwrap();
    let contract = host.contract("test.a@1");
    let door = host.loader.latch("door");

    thread::scope(|scope| {
        let stuck = scope.spawn(|| call::number(&contract, 1));
        door.wait_for_arrival();
        host.reload("one", &script(2)).unwrap();
        assert_eq!(call::number(&contract, 0).unwrap(), 2);
        host.reload("one", &script(3)).unwrap();
        assert_eq!(call::number(&contract, 0).unwrap(), 3);

        let drained = |number| {
            host.events.count(
                |event| matches!(event, Event::Drained { generation, .. } if *generation == number),
            )
        };
        wait_until("the second generation is closed", || drained(2) == 1);
        assert_eq!(drained(1), 0, "the call is still in the first");
        assert_eq!(host.loader.open_guests(), 2);
        host.events.wait_for("that it is overdue is told", |event| match event {
            Event::Pinned { generation: 1, reason: PinReason::CallRunning, .. } => Some(()),
            _ => None,
        });
        door.release();
        assert_eq!(stuck.join().unwrap().unwrap(), 0);
        wait_until("the first generation is closed", || drained(1) == 1);
    });
    assert_eq!(host.loader.open_guests(), 1);
}

#[test]
fn rule_1_a_commit_that_cannot_get_in_is_busy_and_the_old_version_untouched() {
    let host = Host::new();
    let script =
        |version| format!("contract test.a@1.0\nfn version {version}\nfn wait door\nfn count");
    host.load_with("one", SHORT, &script(1)).unwrap();
    let contract = host.contract("test.a@1");
    call::number(&contract, 2).unwrap();
    let door = host.loader.latch("door");

    let error = thread::scope(|scope| {
        let call = || call::number(&contract, 1).unwrap();
        thread::Builder::new().name("caller".to_owned()).spawn_scoped(scope, call).unwrap();
        door.wait_for_arrival();
        let error = host.reload("one", &script(2)).unwrap_err();
        assert_eq!(host.runtime.bundles()[0].generation, 1);
        door.release();
        error
    });

    let RuntimeError::Busy { bundle, holder, thread, since } = error else { panic!("{error:?}") };
    assert_eq!((bundle.as_str(), thread.as_str()), ("one", "caller"));
    assert!(holder.contains("function 1") && holder.contains("test.a@1"), "{holder}");
    assert!(since.as_millis() >= 60, "{since:?}");
    assert_eq!(call::number(&contract, 0).unwrap(), 1);
    assert_eq!(call::number(&contract, 2).unwrap(), 2);
    assert_eq!(host.loader.open_guests(), 1);
}

#[test]
fn rule_1_a_caller_that_waits_while_state_is_handed_over_enters_the_new_generation() {
    let host = Host::new();
    let script = |more: &str| format!("contract test.a@1.0\nfn count\n{more}");
    host.load("one", &script("")).unwrap();
    let contract = host.contract("test.a@1");
    call::number(&contract, 0).unwrap();
    let door = host.loader.latch("door");

    thread::scope(|scope| {
        scope.spawn(|| host.reload("one", &script("hand_over wait door")).unwrap());
        door.wait_for_arrival();
        let waiting = scope.spawn(|| call::number(&contract, 0).unwrap());
        // Nothing tells that a thread waits for a lock; either way its count must not be lost.
        thread::sleep(std::time::Duration::from_millis(20));
        door.release();
        assert_eq!(waiting.join().unwrap(), 2);
    });

    assert_eq!(call::number(&contract, 0).unwrap(), 3);
    assert_eq!(host.loader.collisions(), 0);
}

#[test]
fn rule_3_would_deadlock_names_both_bundles() {
    let host = Host::new();
    let (left, right) = (host.loader.latch("left"), host.loader.latch("right"));
    let script = |mine: &str, other: &str| {
        format!("contract test.{mine}@1.0\nfn hook into {other}\nfn version 1")
    };
    for (other, latch) in [("right", left.clone()), ("left", right.clone())] {
        host.loader.hook(&format!("into {other}"), move |api| {
            latch.pass();
            let table = Table(api);
            let raw = table.find(&format!("test.{other}@1"), 0).unwrap();
            table.call(raw, 1).map_err(|(code, message)| {
                let error = polyplug::guest::GuestError::new(AbiErrorCode::Generic, message);
                Box::new(polyplug::guest::GuestError { code, ..*error })
            })
        });
    }
    host.load("left", &script("left", "right")).unwrap();
    host.load("right", &script("right", "left")).unwrap();
    let contracts = [host.contract("test.left@1"), host.contract("test.right@1")];

    let answers: Vec<_> = thread::scope(|scope| {
        let calls = contracts.each_ref().map(|one| scope.spawn(|| call::number(one, 0)));
        left.wait_for_arrival();
        right.wait_for_arrival();
        left.release();
        right.release();
        calls.into_iter().map(|call| call.join().unwrap()).collect()
    });

    let errors: Vec<_> = answers.iter().filter_map(|answer| answer.as_ref().err()).collect();
    assert_eq!(errors.len(), 1, "one gives way, the other goes on: {answers:?}");
    assert_eq!(errors[0].code, AbiErrorCode::WouldDeadlock as u32);
    let message = &errors[0].message;
    assert!(message.contains("`left`") && message.contains("`right`"), "{message}");
}

#[test]
fn two_contracts_of_one_bundle_that_call_each_other_share_one_lock() {
    let host = Host::new();
    let script = "contract test.a@1.0\nfn call test.b@1 0\nfn version 1\n\
                  contract test.b@1.0\nfn version 2\nfn call test.a@1 1";
    host.load("one", script).unwrap();
    let (a, b) = (host.contract("test.a@1"), host.contract("test.b@1"));

    thread::scope(|scope| {
        for (contract, function, answer) in [(&a, 0, 2), (&b, 1, 1)] {
            scope.spawn(move || {
                for _ in 0..2000 {
                    assert_eq!(call::number(contract, function).unwrap(), answer);
                }
            });
        }
    });

    assert_eq!(host.loader.collisions(), 0);
}

#[test]
fn rule_5_a_message_lives_until_sixteen_further_failures() {
    let host = Host::new();
    host.load("one", "contract test.a@1.0\nfn fail 300 first\nfn fail 301 later").unwrap();
    let table = Table::of(&host.runtime);
    let raw = table.find("test.a@1", 0).unwrap();

    let view = polyplug_tests::table::failure_view(&table, raw, 0);
    for _ in 0..15 {
        table.call(raw, 1).unwrap_err();
    }

    assert_eq!(call::text(view), "first");
}

#[test]
fn rule_5_the_last_error_is_the_newest_of_its_own_thread() {
    let host = Host::new();
    host.load("one", "contract test.a@1.0\nfn fail 300 mine\nfn fail 301 theirs").unwrap();
    let table = Table::of(&host.runtime);
    let raw = table.find("test.a@1", 0).unwrap();
    table.call(raw, 0).unwrap_err();

    thread::scope(|scope| {
        scope.spawn(|| {
            assert_eq!(table.last_error(), "");
            assert_eq!(raw.number(1).unwrap_err(), (301, "theirs".to_owned()));
            assert!(table.last_error().ends_with(": theirs"), "{}", table.last_error());
        });
    });

    let mine = "function 0 of `test.a@1` in bundle `one`: mine";
    assert_eq!(table.last_error(), mine);
    assert_eq!(table.take_last_error(), mine);
    assert_eq!(table.last_error(), "");
}

#[test]
fn rule_5_a_bundle_for_the_main_thread_refuses_calls_from_others() {
    let host = Host::new();
    host.load_with("one", "threads = \"main\"", "contract test.a@1.0\nfn version 1").unwrap();
    let contract = host.contract("test.a@1");

    let error = thread::scope(|scope| {
        let make = scope.spawn(|| call::create(&contract).unwrap_err());
        assert_eq!(make.join().unwrap().code, AbiErrorCode::WrongThread as u32);
        scope.spawn(|| call::number(&contract, 0).unwrap_err()).join().unwrap()
    });

    assert_eq!(error.code, AbiErrorCode::WrongThread as u32);
    assert!(error.message.contains("`one`"), "{error}");
    assert_eq!(call::number(&contract, 0).unwrap(), 1);
}

#[test]
fn a_failure_keeps_its_code_and_message_and_logs_its_record_once() {
    let host = Host::new();
    host.load("one", "contract test.a@1.0\nfn fail 300 no fuel\nfn call test.a@1 0").unwrap();
    let contract = host.contract("test.a@1");

    let error = call::number(&contract, 0).unwrap_err();
    let nested = call::number(&contract, 1).unwrap_err();

    for error in [error, nested] {
        assert_eq!((error.code, error.message.as_str()), (300, "no fuel"));
    }
    assert_eq!(host.log.count(LogLevel::Error, "traceback of: no fuel"), 2);
}

#[test]
fn a_record_is_logged_outside_of_the_guests_lock() {
    let calls = Arc::new(AtomicUsize::new(0));
    let entered = Arc::clone(&calls);
    let place: Arc<parking_lot::Mutex<Option<polyplug::Contract>>> = Arc::default();
    let known = Arc::clone(&place);
    let loader = polyplug_tests::scripted::ScriptedLoader::new();
    let runtime = polyplug::runtime::RuntimeBuilder::new()
        .loader(loader.clone())
        .logger(move |_, _, _| {
            let Some(contract) = known.lock().take() else { return };
            thread::scope(|scope| {
                scope.spawn(|| {
                    call::number(&contract, 1).unwrap();
                    entered.fetch_add(1, Ordering::SeqCst);
                });
            });
        })
        .build()
        .unwrap();
    let folder = polyplug_tests::folder::Folder::new();
    let script = "contract test.a@1.0\nfn fail 300 no fuel\nfn version 1";
    runtime.load_bundle(folder.bundle("one", script)).unwrap();
    let contract = runtime.contract("test.a@1").unwrap();
    *place.lock() = Some(contract.clone());

    call::number(&contract, 0).unwrap_err();

    assert_eq!(calls.load(Ordering::SeqCst), 1);
}

#[test]
fn a_panic_of_a_guest_is_an_error_and_the_bundle_goes_on() {
    let host = Host::new();
    host.load("one", "contract test.a@1.0\nfn panic wild\nfn version 1").unwrap();
    let contract = host.contract("test.a@1");

    let error = call::number(&contract, 0).unwrap_err();

    assert_eq!((error.code, error.message.as_str()), (AbiErrorCode::Panic as u32, "wild"));
    assert_eq!(call::number(&contract, 1).unwrap(), 1);
}

#[test]
fn a_guest_that_was_stopped_is_rebuilt_from_the_same_bytes() {
    for mode in [ReloadMode::Immediate, ReloadMode::OnPoll] {
        let host = Host::with(|builder| builder.reload_mode(mode));
        host.load("one", "contract test.a@1.0\nfn stop ran away\nfn version 1\nfn count").unwrap();
        let contract = host.contract("test.a@1");
        call::number(&contract, 2).unwrap();
        host.folder.rewrite("one", "contract test.a@1.0\nfn stop ran away\nfn version 2\nfn count");

        let error = call::number(&contract, 0).unwrap_err();

        assert_eq!(error.code, AbiErrorCode::TimedOut as u32);
        let cause = polyplug_tests::patience::wait_for("it is rebuilt", || {
            host.runtime.poll().unwrap();
            host.events.all().iter().find_map(|event| match event {
                Event::Reloaded { cause, .. } => Some(*cause),
                _ => None,
            })
        });
        assert_eq!(cause, Cause::Rebuild);
        assert_eq!(call::number(&contract, 1).unwrap(), 1, "the bytes that ran, not the new ones");
        assert_eq!(call::number(&contract, 2).unwrap(), 2);
    }
}

#[test]
fn a_function_that_the_contract_lacks_is_not_available() {
    let host = Host::new();
    host.load("one", "contract test.a@1.0\nfn version 1").unwrap();
    let contract = host.contract("test.a@1");

    let guarded = call::number(&contract, 1).unwrap_err();
    let raw = call::Raw::of(&contract).number(u32::MAX).unwrap_err();

    assert_eq!(guarded.code, AbiErrorCode::FunctionNotAvailable as u32);
    assert_eq!(raw.0, AbiErrorCode::FunctionNotAvailable as u32);
    assert!(guarded.message.contains("test.a@1") && guarded.message.contains("`one`"), "{guarded}");
}

#[test]
fn an_instance_of_another_contract_is_not_destroyed() {
    let host = Host::new();
    let script = "contract test.a@1.0\nfn count\ncontract test.b@1.0\nfn count";
    host.load("one", script).unwrap();
    let (a, b) = (host.contract("test.a@1"), host.contract("test.b@1"));
    let instance = call::create(&a).unwrap();

    let error = call::destroy(&b, instance).unwrap_err();

    assert_eq!(error.code, AbiErrorCode::InvalidArgument as u32);
    call::destroy(&a, instance).unwrap();
    let again = call::destroy(&a, instance).unwrap_err();
    assert_eq!(again.code, AbiErrorCode::StaleHandle as u32);
}

#[test]
fn a_constructor_that_fails_says_why_and_makes_nothing() {
    let host = Host::new();
    host.load("one", "contract test.a@1.0\nfn count\nnew fail 300 no room").unwrap();
    let contract = host.contract("test.a@1");

    let error = call::create(&contract).unwrap_err();

    assert_eq!((error.code, error.message.as_str()), (300, "no room"));
    assert_eq!(host.runtime.bundles()[0].instances, 0);
}

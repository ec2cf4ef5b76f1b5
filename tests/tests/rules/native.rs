//! 8-rules, 2 and 4: native slots, raw calls, quiescence.

use polyplug::error::RuntimeError;
use polyplug::events::{Event, PinReason};
use polyplug::runtime::ReloadMode;
use polyplug_abi::{AbiErrorCode, Compatibility, DispatchType, POLL_QUIESCENT};
use polyplug_tests::call::{self, Raw};
use polyplug_tests::events::word;
use polyplug_tests::host::Host;
use polyplug_tests::native::door;
use polyplug_tests::patience::wait_until;
use polyplug_tests::table::{Arena, Table};
use std::thread;

pub(super) const NATIVE: &str = "loader = \"functions\"";
pub(super) const STALE: u32 = AbiErrorCode::StaleHandle as u32;
const MISSING: u32 = AbiErrorCode::FunctionNotAvailable as u32;

pub(super) fn relaxed() -> Host {
    Host::with(|builder| builder.hot_reload(true).compatibility(Compatibility::Relaxed))
}

/// A contract of `count` functions that answer `version`.
fn versioned(version: u32, count: usize) -> String {
    format!("contract test.n@1.0\n{}", format!("fn version {version}\n").repeat(count))
}

#[track_caller]
fn load(host: &Host, script: &str) -> Raw {
    host.load_with("native", NATIVE, script).unwrap();
    Raw::of(&host.contract("test.n@1"))
}

pub(super) fn drained(host: &Host) -> usize {
    host.events.count(|event| word(event) == "drained")
}

#[test]
fn rule_2_native_functions_are_called_raw_and_guarded() {
    let host = relaxed();
    let raw = load(&host, "contract test.n@1.0\nfn version 3\nfn add\nfn fail");
    let contract = host.contract("test.n@1");

    assert_eq!(raw.dispatch_type(), DispatchType::Native);
    assert_eq!((raw.function_count(), raw.number(0)), (3, Ok(3)));
    assert_eq!(call::add(&contract, 1, 40, 2).unwrap(), 42);
    assert_eq!(raw.number(2).unwrap_err(), (300, "the plugin's own words".to_owned()));
    let error = call::number(&contract, 2).unwrap_err();
    assert_eq!((error.code, error.message.as_str()), (300, "the plugin's own words"));
    assert_eq!(call::number(&contract, 3).unwrap_err().code, MISSING);
}

#[test]
fn rule_2_a_reload_rewrites_the_entries_of_the_same_interface() {
    let host = relaxed();
    let raw = load(&host, &versioned(1, 2));
    let table = raw.functions();

    host.reload("native", &versioned(2, 2)).unwrap();

    assert_eq!((raw.number(0), raw.number(1)), (Ok(2), Ok(2)));
    assert_eq!(raw.functions(), table);
    assert_eq!(Raw::of(&host.contract("test.n@1")), raw);
}

#[test]
fn rule_2_a_native_table_grows_and_old_tables_follow() {
    let host = relaxed();
    let raw = load(&host, &versioned(1, 3));
    let first = raw.functions();

    host.reload("native", &versioned(2, 20)).unwrap();

    assert_eq!(raw.function_count(), 20);
    assert_ne!(raw.functions(), first, "8 places were not enough");
    assert!((0..20).all(|function| raw.number(function) == Ok(2)));
    let kept = |function| call::native(call::function_at(first, function));
    assert!((0..3).all(|function| kept(function) == Ok(2)), "a kept table calls the new code");
    host.unload("native").unwrap();
    assert!((0..3).all(|function| kept(function).unwrap_err().0 == STALE));
}

#[test]
fn rule_2_a_table_never_shrinks_and_lost_functions_answer_so() {
    let host = relaxed();
    let raw = load(&host, &versioned(1, 3));

    host.reload("native", &versioned(2, 1)).unwrap();

    assert_eq!((raw.function_count(), raw.number(0)), (3, Ok(2)));
    assert_eq!(raw.number(1).unwrap_err().0, MISSING);
    assert_eq!(raw.number(2).unwrap_err().0, MISSING);
    assert_eq!(call::number(&host.contract("test.n@1"), 2).unwrap_err().code, MISSING);
}

#[test]
fn rule_2_after_an_unload_every_entry_answers_stale_handle_until_it_comes_back() {
    let host = relaxed();
    let raw = load(&host, &versioned(1, 3));

    host.unload("native").unwrap();
    assert!((0..3).all(|function| raw.number(function).unwrap_err().0 == STALE));

    host.load_with("native", NATIVE, &versioned(2, 3)).unwrap();
    assert_eq!(raw.number(2), Ok(2));
}

#[test]
fn rule_2_a_lost_contract_answers_stale_handle() {
    let host = relaxed();
    let raw = load(&host, &versioned(1, 2));
    let contract = host.contract("test.n@1");

    host.reload("native", "contract test.other@1.0\nfn version 2").unwrap();

    assert_eq!(raw.number(0).unwrap_err().0, STALE);
    assert_eq!(call::number(&contract, 0).unwrap_err().code, STALE);
    assert!(host.runtime.contract("test.n@1").is_err(), "nobody provides it any more");
    host.reload("native", &versioned(3, 2)).unwrap();
    assert_eq!((raw.number(0), call::number(&contract, 0).unwrap()), (Ok(3), 3));
}

#[test]
fn rule_2_another_dispatch_type_is_another_slot() {
    let host = relaxed();
    let raw = load(&host, &versioned(1, 1));

    host.folder.manifest("native", "loader = \"scripted\"");
    host.reload("native", &versioned(2, 1)).unwrap();

    let now = Raw::of(&host.contract("test.n@1"));
    assert_ne!(now, raw);
    assert_eq!((now.dispatch_type(), now.number(0)), (DispatchType::VirtualMachine, Ok(2)));
    assert_eq!(raw.number(0).unwrap_err().0, STALE);
}

#[test]
fn rule_4_what_was_handed_out_is_closed_only_when_the_host_is_quiescent() {
    let host = relaxed();
    load(&host, &versioned(1, 1));

    host.reload("native", &versioned(2, 1)).unwrap();
    host.runtime.poll().unwrap();
    host.runtime.poll().unwrap();
    assert_eq!(drained(&host), 0, "somebody may be in it");

    host.runtime.quiescent().unwrap();
    host.runtime.poll().unwrap();
    assert_eq!(drained(&host), 1);
    host.reload("native", &versioned(3, 1)).unwrap();
    Table::of(&host.runtime).poll(POLL_QUIESCENT).unwrap();
    assert_eq!(drained(&host), 2);
}

#[test]
fn rule_4_under_immediate_the_worker_closes_once_the_host_is_quiescent() {
    let host = Host::with(|builder| builder.hot_reload(true).reload_mode(ReloadMode::Immediate));
    load(&host, &versioned(1, 1));
    host.reload("native", &versioned(2, 1)).unwrap();

    host.runtime.quiescent().unwrap();

    wait_until("the worker closed it", || drained(&host) == 1);
}

#[test]
fn rule_4_guarded_callers_hand_nothing_out() {
    let host = relaxed();
    host.load_with("native", NATIVE, &versioned(1, 1)).unwrap();
    let contract = host.contract("test.n@1");
    assert_eq!(call::number(&contract, 0).unwrap(), 1);

    host.reload("native", &versioned(2, 1)).unwrap();

    assert_eq!(drained(&host), 1, "closed at once: nobody has a raw pointer");
}

#[test]
fn rule_4_a_declaration_does_not_release_what_is_retired_later() {
    let host = relaxed();
    load(&host, &versioned(1, 1));
    host.runtime.quiescent().unwrap();

    host.reload("native", &versioned(2, 1)).unwrap();
    host.runtime.poll().unwrap();

    assert_eq!(drained(&host), 0);
}

#[test]
fn rule_4_a_guarded_call_keeps_its_generation_though_the_host_is_quiescent() {
    let host = relaxed();
    host.load_with("native", NATIVE, "contract test.n@1.0\nfn wait 0").unwrap();
    let contract = host.contract("test.n@1");

    thread::scope(|scope| {
        scope.spawn(|| call::number(&contract, 0).unwrap());
        door(0).wait_for_arrival();
        host.reload("native", &versioned(2, 1)).unwrap();
        host.runtime.poll_quiescent().unwrap();
        assert_eq!(drained(&host), 0);
        door(0).release();
    });

    host.runtime.poll().unwrap();
    assert_eq!(drained(&host), 1);
}

#[test]
fn rule_4_many_retired_generations_held_by_raw_pointers_are_told_once() {
    let host = relaxed();
    load(&host, &versioned(0, 1));
    let told = || {
        host.events
            .count(|event| matches!(event, Event::Pinned { reason: PinReason::RawPointers, .. }))
    };

    for version in 1..=16 {
        host.reload("native", &versioned(version, 1)).unwrap();
    }
    assert_eq!(told(), 0, "sixteen are not more than sixteen");
    for version in 17..=40 {
        host.reload("native", &versioned(version, 1)).unwrap();
    }

    assert_eq!(told(), 1);
    assert_eq!(drained(&host), 0);
    host.runtime.poll_quiescent().unwrap();
    assert_eq!(drained(&host), 40);
}

#[test]
fn rule_4_living_instances_of_native_code_refuse_a_reload() {
    let host = relaxed();
    host.load_with("native", NATIVE, "contract test.n@1.0\nfn count").unwrap();
    let contract = host.contract("test.n@1");
    let instance = call::create(&contract).unwrap();
    assert_eq!(call::on(&contract, instance, 0).unwrap(), 1);

    let error = host.reload("native", "contract test.n@1.0\nfn count").unwrap_err();

    assert!(matches!(error, RuntimeError::InstancesAlive { count: 1, .. }), "{error:?}");
    assert_eq!(call::on(&contract, instance, 0).unwrap(), 2);
    call::destroy(&contract, instance).unwrap();
    host.reload("native", "contract test.n@1.0\nfn count").unwrap();
    assert_eq!(host.runtime.bundles()[0].instances, 0);
}

#[test]
fn rule_5_results_belong_to_the_arena_of_the_guarded_call() {
    let host = relaxed();
    let raw = load(&host, "contract test.n@1.0\nfn result");
    let table = Table::of(&host.runtime);
    let mut arena = Arena::new(table);

    let inside = arena.call_for_result(raw, 5000);
    let again = arena.call_for_result(raw, 100);

    assert!(arena.owns(&inside), "in one of the arena's blocks");
    assert!(arena.owns(&again));
    arena.reset();
    let reused = arena.call_for_result(raw, 5000);
    assert!(arena.owns(&reused));
    let outside = table.call_for_result(raw, 64);
    assert!(!arena.owns(&outside), "without an arena it is the caller's");
    table.free(outside);
}

#[test]
fn a_dispatcher_of_a_plugins_own_is_called_with_its_data() {
    let host = relaxed();
    host.load_with("foreign", NATIVE, "contract test.f@1.0\nvm 7").unwrap();
    let contract = host.contract("test.f@1");

    assert_eq!(call::number(&contract, 3).unwrap(), 703);
    assert_eq!(Raw::of(&contract).number(4), Ok(704));
    let error = call::number(&contract, 9).unwrap_err();
    assert_eq!((error.code, error.message.as_str()), (301, "the dispatcher's own words"));
    host.reload("foreign", "contract test.f@1.0\nvm 8").unwrap();
    assert_eq!(Raw::of(&contract).number(4), Ok(804));
    assert_eq!(host.runtime.bundles()[0].contracts[0].functions, None);
}

#[test]
fn a_registration_that_is_no_interface_is_refused_with_a_code_and_a_reason() {
    let null = AbiErrorCode::InvalidPointer as u32;
    let wrong = AbiErrorCode::InvalidArgument as u32;
    for (spoilt, code, word) in [
        ("descriptor", null, "descriptor"),
        ("interface", null, "interface"),
        ("table", null, "functions"),
        ("descriptor_place", wrong, "descriptor"),
        ("interface_place", wrong, "interface"),
        ("table_place", wrong, "functions"),
        ("name", wrong, "contract_name"),
        ("id", wrong, "contract_id"),
        ("dispatch_type", wrong, "7"),
        ("entry", wrong, "function 0"),
    ] {
        let host = relaxed();
        let script = format!("contract test.n@1.0\nfn version 1\nspoil {spoilt}");

        let error = host.load_with("native", NATIVE, &script).unwrap_err().to_string();

        assert!(error.contains(&format!("code {code}:")) && error.contains(word), "{error}");
        assert!(host.loaded().is_empty());
        assert!(host.runtime.contract("test.n@1").is_err());
    }
    let host = relaxed();
    let script = "contract test.n@1.0\nvm 3\nspoil call";
    let error = host.load_with("native", NATIVE, script).unwrap_err().to_string();
    assert!(error.contains(&format!("code {null}:")) && error.contains("call"), "{error}");
}

#[test]
fn a_plugin_that_gives_no_message_is_named() {
    let host = relaxed();
    host.load_with("native", NATIVE, "contract test.n@1.0\nfn fail silently").unwrap();

    let error = host.call("test.n@1").unwrap_err();

    assert_eq!((error.code, &*error.message), (302, "the plugin gave no message"));
}

#[test]
fn a_contract_without_a_constructor_says_so() {
    let host = relaxed();
    let script = "contract test.n@1.0\nfn version 1\nspoil constructor";
    host.load_with("native", NATIVE, script).unwrap();

    let error = call::create(&host.contract("test.n@1")).unwrap_err();

    assert_eq!(error.code, MISSING);
    assert!(error.message.contains("constructor"), "{error}");
}

#[test]
fn rule_4_instances_that_are_destroyed_while_preparing_do_not_refuse_the_reload() {
    use std::sync::Arc;
    let place: Arc<parking_lot::Mutex<Option<(polyplug::Contract, usize)>>> = Arc::default();
    let known = Arc::clone(&place);
    let host = Host::with(|builder| {
        builder.hot_reload(true).on_reload(move |event| {
            if word(event) == "preparing"
                && let Some((contract, data)) = known.lock().take()
            {
                call::destroy_at(&contract, data).unwrap();
            }
        })
    });
    host.load_with("native", NATIVE, "contract test.n@1.0\nfn count").unwrap();
    let contract = host.contract("test.n@1");
    let instance = call::create(&contract).unwrap();
    *place.lock() = Some((contract, instance.data.expose_provenance()));

    host.reload("native", "contract test.n@1.0\nfn count").unwrap();

    assert_eq!(host.runtime.bundles()[0].instances, 0);
}

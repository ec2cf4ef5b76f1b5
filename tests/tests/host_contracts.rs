//! What the host provides to bundles.

use polyplug::error::RuntimeError;
use polyplug_abi::{AbiErrorCode, HostContractId, Version};
use polyplug_tests::host::Host;
use polyplug_tests::host_contract::{
    Asking, Counts, call, instance, interface, register, register_spoilt,
};
use polyplug_tests::table::Table;
use std::sync::Barrier;
use std::sync::atomic::Ordering;
use std::thread;

const V1_2: Version = Version::new(1, 2, 0);

/// Counts that live for ever, and that a leak checker can reach.
fn counts() -> &'static Counts {
    static ALL: parking_lot::Mutex<Vec<&Counts>> = parking_lot::Mutex::new(Vec::new());
    let counts = Box::leak(Box::default());
    ALL.lock().push(counts);
    counts
}

#[test]
fn a_singleton_is_one_instance_for_everybody_and_goes_with_the_runtime() {
    let (host, counts) = (Host::new(), counts());
    register(&host.runtime, interface("host.clock", V1_2, true, counts)).unwrap();
    let table = Table::of(&host.runtime);
    assert_eq!(counts.made.load(Ordering::SeqCst), 0, "made when it is first asked for");

    let first = instance(&table, "host.clock", 0).unwrap();
    let second = instance(&table, "host.clock", 1 << 16 | 2).unwrap();
    let in_rust = host.runtime.get_host_contract(HostContractId::of("host.clock", 1), 0).unwrap();

    assert_eq!((first.data, in_rust.data), (second.data, first.data));
    assert_eq!(call(&table, "host.clock", first), 1);
    assert_eq!(counts.made.load(Ordering::SeqCst), 1);
    drop(host);
    assert_eq!(counts.destroyed.load(Ordering::SeqCst), 1);
}

#[test]
fn a_contract_that_is_no_singleton_is_a_fresh_instance_each_time() {
    let (host, counts) = (Host::new(), counts());
    let table = Table::of(&host.runtime);
    register_spoilt(&table, interface("host.canvas", V1_2, false, counts), None).unwrap();

    let (first, second) = (instance(&table, "host.canvas", 0), instance(&table, "host.canvas", 0));

    assert_eq!(call(&table, "host.canvas", first.unwrap()), 1);
    assert_eq!(call(&table, "host.canvas", second.unwrap()), 2);
    drop(host);
    assert_eq!(counts.destroyed.load(Ordering::SeqCst), 0, "they are the callers'");
}

#[test]
fn the_version_of_a_host_contract_counts() {
    let host = Host::new();
    register(&host.runtime, interface("host.clock", V1_2, true, counts())).unwrap();
    let table = Table::of(&host.runtime);

    assert!(instance(&table, "host.clock", 1 << 16 | 3).is_none());

    assert!(table.last_error().contains("version"), "{}", table.last_error());
    assert!(instance(&table, "host.nothing", 0).is_none());
    assert!(table.last_error().contains("no contract"), "{}", table.last_error());
    let missing = host.runtime.get_host_contract(HostContractId::of("host.nothing", 1), 0);
    assert!(matches!(missing, Err(RuntimeError::InvalidArgument { .. })));
}

#[test]
fn a_host_contract_is_registered_once() {
    let host = Host::new();
    let clock = interface("host.clock", V1_2, true, counts());
    register(&host.runtime, clock).unwrap();

    let rust = register(&host.runtime, clock).unwrap_err();
    let c = register_spoilt(&Table::of(&host.runtime), clock, None).unwrap_err();

    assert!(matches!(rust, RuntimeError::HostContractExists { .. }), "{rust:?}");
    assert_eq!(c.0, AbiErrorCode::DuplicateProvider as u32);
}

#[test]
fn a_host_contract_with_bits_that_are_no_value_is_refused() {
    let host = Host::new();
    let (table, clock) = (Table::of(&host.runtime), interface("host.clock", V1_2, true, counts()));
    let null = AbiErrorCode::InvalidPointer as u32;
    let wrong = AbiErrorCode::InvalidArgument as u32;

    for (at, byte, code) in [
        (20, 2, wrong),
        (24, 7, wrong),
        (24, 1, wrong),
        (48, 0, null),
        (56, 0, null),
        (64, 0xFF, wrong),
        (72, 0, null),
    ] {
        let error = register_spoilt(&table, clock, Some((at, byte))).unwrap_err();
        assert_eq!(error.0, code, "{error:?}");
    }
    assert!(instance(&table, "host.clock", 0).is_none());
}

#[test]
fn a_bundle_asks_for_a_host_contract_while_it_starts() {
    let (host, counts) = (Host::new(), counts());
    register(&host.runtime, interface("host.clock", V1_2, true, counts)).unwrap();
    host.loader.hook("ask", |api| {
        assert!(instance(&Table(api), "host.clock", 1).is_some());
        Ok(0)
    });

    host.load("one", "contract test.a@1.0\nfn version 1\ninit hook ask").unwrap();

    assert_eq!(counts.made.load(Ordering::SeqCst), 1);
}

#[test]
fn a_bundle_cannot_provide_a_host_contract() {
    let (host, counts) = (Host::new(), counts());
    host.loader.hook("provide", |api| {
        let clock = interface("host.clock", V1_2, true, counts);
        let (code, words) = register_spoilt(&Table(api), clock, None).unwrap_err();
        assert_eq!(code, AbiErrorCode::InvalidArgument as u32);
        assert!(words.contains("register_guest_contract"), "{words}");
        Ok(0)
    });

    host.load("one", "contract test.a@1.0\nfn version 1\ninit hook provide").unwrap();

    assert!(instance(&Table::of(&host.runtime), "host.clock", 1).is_none());
    register(&host.runtime, interface("host.clock", V1_2, true, counts)).unwrap();
}

#[test]
fn a_singleton_whose_constructor_asks_for_itself_gets_an_error() {
    let host = Host::new();
    let table = Table::of(&host.runtime);
    let (clock, asking) = Asking::interface(table, "host.clock", "host.clock", None);
    register(&host.runtime, clock).unwrap();

    let made = instance(&table, "host.clock", 1).unwrap();

    let refused = asking.answer.lock().clone().unwrap().unwrap_err();
    assert!(refused.contains("is being made"), "{refused}");
    assert_eq!(instance(&table, "host.clock", 1).unwrap().data, made.data);
}

#[test]
fn singletons_whose_constructors_ask_for_each_other_end_in_an_error_and_not_in_a_wait() {
    let host = Host::new();
    let table = Table::of(&host.runtime);
    let meeting: &'static Barrier = Box::leak(Box::new(Barrier::new(2)));
    let (left, of_left) = Asking::interface(table, "host.left", "host.right", Some(meeting));
    let (right, of_right) = Asking::interface(table, "host.right", "host.left", Some(meeting));
    register(&host.runtime, left).unwrap();
    register(&host.runtime, right).unwrap();

    thread::scope(|scope| {
        scope.spawn(|| assert!(instance(&table, "host.left", 1).is_some()));
        scope.spawn(|| assert!(instance(&table, "host.right", 1).is_some()));
    });

    let answers = [of_left, of_right].map(|asking| asking.answer.lock().clone().unwrap());
    let refused: Vec<&String> = answers.iter().filter_map(|answer| answer.as_ref().err()).collect();
    assert_eq!(refused.len(), 1, "one is refused, the other waits and gets it: {answers:?}");
    assert!(refused[0].contains("is being made"), "{refused:?}");
}

#[test]
fn threads_that_ask_at_once_get_one_singleton() {
    let (host, counts) = (Host::new(), counts());
    register(&host.runtime, interface("host.clock", V1_2, true, counts)).unwrap();
    let table = Table::of(&host.runtime);
    let together = Barrier::new(8);

    let found: Vec<usize> = thread::scope(|scope| {
        let ask = || {
            together.wait();
            instance(&table, "host.clock", 1).unwrap().data.addr()
        };
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(ask)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });

    assert_eq!(found, [1; 8]);
    assert_eq!(counts.made.load(Ordering::SeqCst), 1);
}

//! What keeps a library loaded after it was closed: said before, and said afterwards.

use polyplug::events::{Event, PinReason};
use polyplug_abi::LogLevel;
use polyplug_tests::call;
use polyplug_tests::native_bundle::NativeHost;
use std::thread;

const TRAPS: &str = "traps/cpp/main.cpp";

/// Why the system kept the generations that were closed, in order.
fn kept(native: &NativeHost) -> Vec<String> {
    let all = native.host.events.all();
    let reasons = all.into_iter().filter_map(|event| match event {
        Event::Pinned { reason: PinReason::KeptBySystem(reason), .. } => Some(reason),
        _ => None,
    });
    reasons.collect()
}

fn drained(native: &NativeHost) -> usize {
    native.host.events.count(|event| matches!(event, Event::Drained { .. }))
}

#[test]
fn plain_cpp_is_unmapped() {
    let native = NativeHost::new();
    native.load("one", TRAPS, &[]).unwrap();

    native.reload("one", TRAPS, &["-DVERSION=2"]).unwrap();

    assert_eq!((kept(&native).len(), drained(&native), native.mapped().len()), (0, 1, 1));
}

#[test]
fn a_library_that_is_linked_to_stay_is_pinned() {
    let native = NativeHost::new();
    native.load("one", TRAPS, &["-Wl,-z,nodelete"]).unwrap();
    assert_eq!(native.host.log.count(LogLevel::Warn, "-z nodelete"), 1);

    native.reload("one", TRAPS, &["-DVERSION=2"]).unwrap();

    assert_eq!(native.host.call("test.trap@1").unwrap(), 2);
    assert!(kept(&native)[0].contains("-z nodelete"), "{:?}", kept(&native));
    assert_eq!((drained(&native), native.mapped().len()), (0, 2));
    assert_eq!(native.copies_on_disk().len(), 1, "the file is not needed any more");
}

#[test]
fn unique_symbols_pin_the_library_and_bind_the_next_to_the_old() {
    let native = NativeHost::new();
    let flags = ["-DUNIQUE", "-fgnu-unique"];
    native.load("one", TRAPS, &flags).unwrap();
    let trap = native.host.contract("test.trap@1");
    assert_eq!(native.host.log.count(LogLevel::Warn, "`Cache<int>::entries`"), 1);
    assert_eq!(native.host.log.count(LogLevel::Warn, "-fno-gnu-unique -fvisibility=hidden"), 1);
    assert_eq!(call::number(&trap, 1).unwrap(), 1);

    native.reload("one", TRAPS, &[flags[0], flags[1], "-DVERSION=2"]).unwrap();

    assert!(kept(&native)[0].contains("`Cache<int>::entries`"), "{:?}", kept(&native));
    assert_eq!(call::number(&trap, 0).unwrap(), 2);
    assert_eq!(call::number(&trap, 1).unwrap(), 2, "this is the trap: the old static");
}

#[test]
fn the_flags_that_the_warning_names_help() {
    let native = NativeHost::new();
    let flags = ["-DUNIQUE", "-fno-gnu-unique", "-fvisibility=hidden"];
    native.load("one", TRAPS, &flags).unwrap();
    let trap = native.host.contract("test.trap@1");
    assert_eq!(call::number(&trap, 1).unwrap(), 1);

    native.reload("one", TRAPS, &[flags[0], flags[1], flags[2], "-DVERSION=2"]).unwrap();

    assert_eq!((kept(&native).len(), native.mapped().len()), (0, 1));
    assert_eq!(call::number(&trap, 1).unwrap(), 1);
    assert_eq!(native.host.log.count(LogLevel::Warn, "Cache"), 0);
}

#[test]
fn destructors_of_thread_locals_pin_the_library_until_the_thread_ends() {
    let native = NativeHost::new();
    native.load("one", TRAPS, &["-DTHREAD_LOCAL"]).unwrap();
    let trap = native.host.contract("test.trap@1");

    thread::scope(|scope| {
        scope.spawn(|| {
            call::number(&trap, 0).unwrap();
            native.reload("one", TRAPS, &["-DTHREAD_LOCAL", "-DVERSION=2"]).unwrap();

            assert!(kept(&native)[0].contains("thread"), "{:?}", kept(&native));
            assert_eq!(native.mapped().len(), 2);
        });
    });

    assert_eq!(call::number(&trap, 0).unwrap(), 2);
    native.reload("one", TRAPS, &["-DVERSION=3"]).unwrap();
    let first =
        native.mapped().into_iter().filter(|path| path.display().to_string().contains("one.1"));
    assert_eq!(first.count(), 0, "closing another lets go of it");
}

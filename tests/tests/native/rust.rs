//! Plugins in Rust: built by `rustc` alone, replaced like those in C.

use polyplug::events::{Event, PinReason};
use polyplug_tests::call;
use polyplug_tests::native_bundle::NativeHost;
use std::thread;

const ADDER: &str = "adder/rust/main.rs";

#[test]
fn a_plugin_in_rust_is_called_and_replaced() {
    let native = NativeHost::new();
    native.load("one", ADDER, &[]).unwrap();
    let adder = native.host.contract("test.adder@1");
    assert_eq!(call::add(&adder, 1, 40, 2).unwrap(), 42);

    native.reload("one", ADDER, &["--cfg", "second"]).unwrap();

    assert_eq!(call::number(&adder, 0).unwrap(), 2);
    assert_eq!(native.mapped().len(), 1, "{:?}", native.host.events.all());
}

/// The keys of thread-local objects are never given back by Rust's standard library, and a thread
/// calls them at its end: unmapped code would crash it.
#[test]
fn a_plugin_in_rust_that_left_a_key_in_the_system_is_pinned_and_threads_end_well() {
    let native = NativeHost::new();
    native.load("one", ADDER, &["--cfg", "panics"]).unwrap();
    let adder = native.host.contract("test.adder@1");

    thread::scope(|scope| {
        scope.spawn(|| {
            call::number(&adder, 0).unwrap();
            native.reload("one", ADDER, &["--cfg", "second"]).unwrap();
            assert_eq!(call::number(&adder, 0).unwrap(), 2);
        });
    });

    let reason = native.host.events.wait_for("the old version is pinned", |event| match event {
        Event::Pinned { reason: PinReason::KeptBySystem(reason), .. } => Some(reason.clone()),
        _ => None,
    });
    assert!(reason.contains("pthread_key_create"), "{reason}");
    assert_eq!(native.copies_on_disk().len(), 1);
}

/// As above, in C, which gives its key back.
#[test]
fn a_key_that_is_deleted_at_shutdown_pins_nothing() {
    const KEYS: &str = "thread_key/c/main.c";
    let native = NativeHost::new();
    for (flags, left) in [(&["-DDELETES"][..], 0), (&[], 1)] {
        native.load("one", KEYS, flags).unwrap();
        let contract = native.host.contract("test.key@1");
        thread::scope(|scope| {
            scope.spawn(|| {
                call::number(&contract, 0).unwrap();
                native.host.unload("one").unwrap();
                native.host.runtime.poll().unwrap();
            });
        });

        assert_eq!(native.mapped().len(), left, "{flags:?}");
    }
}

//! Plugins that throw or panic where they must not: stopped, told, and nothing is left of them.

use crate::child;
use polyplug::error::{LoaderError, RuntimeError};
use polyplug_abi::LogLevel;
use polyplug_tests::call;
use polyplug_tests::native_bundle::{NativeHost, library};
use std::os::unix::process::ExitStatusExt;

const ODD: &str = "odd/c/main.c";
const TRAPS: &str = "traps/cpp/main.cpp";
const PANICS: &str = "panics/rust/main.rs";

/// Loads and reloads what throws in its start; what is said about it.
#[track_caller]
fn refused(native: &NativeHost, source: &str, flags: &[&str]) -> String {
    let bytes = library(source, flags);
    let fresh = native.host.runtime.load_bundle(native.write_bytes("fresh", "", &bytes));
    native.load("old", ODD, &[]).unwrap();
    let odd = native.host.contract("test.odd@1");
    let error = native.host.runtime.reload_bundle(native.write_bytes("old", "", &bytes));

    let (fresh, error) = (fresh.unwrap_err(), error.unwrap_err());
    assert_eq!(error.code(), fresh.code());
    assert_eq!((call::number(&odd, 0).unwrap(), native.copies_on_disk().len()), (1, 1));
    let RuntimeError::Loader(LoaderError::InitFailed { bundle, error, .. }) = fresh else {
        panic!("{fresh:?}");
    };
    assert_eq!(bundle, "fresh");
    error
}

#[test]
fn an_exception_out_of_init_is_named_by_its_type() {
    for (throws, words) in [
        ("throw 7", "threw an exception of the type `int`"),
        ("throw std::runtime_error(\"x\")", "of the type `std::runtime_error`"),
    ] {
        let native = NativeHost::new();
        let error = refused(&native, TRAPS, &[&format!("-DTHROWS={throws}")]);
        assert!(error.contains(words) && error.contains("`polyplug_init` of `main.so`"), "{error}");
        assert_eq!(native.mapped().len(), 1, "what threw is gone");
    }
}

#[test]
fn a_runtime_of_cpp_that_hides_in_the_library_is_stopped_too() {
    let native = NativeHost::new();
    let hidden = ["-static-libstdc++", "-static-libgcc", "-Wl,--exclude-libs,ALL"];
    let error = refused(&native, TRAPS, &[&["-DTHROWS=throw 7"], &hidden[..]].concat());
    assert!(error.contains("threw an exception; catch it"), "{error}");
}

#[test]
fn a_panic_out_of_an_init_that_may_unwind_is_told() {
    let native = NativeHost::new();
    let error = refused(&native, PANICS, &["--cfg", "unwinds"]);
    assert!(error.contains("panicked"), "{error}");
}

#[test]
fn an_exception_out_of_a_check_is_a_refusal() {
    let native = NativeHost::new();
    native.load("one", TRAPS, &["-DADOPTS"]).unwrap();
    let trap = native.host.contract("test.trap@1");
    let instance = call::create(&trap).unwrap();

    let flags = ["-DADOPTS", "-DCHECK_THROWS", "-DVERSION=2"];
    let error = native.reload("one", TRAPS, &flags).unwrap_err();

    assert!(matches!(error, RuntimeError::HandOverFailed { .. }), "{error:?}");
    let words = "`polyplug_adopt_check` threw an exception of the type `unsigned int`";
    assert!(error.to_string().contains(words), "{error}");
    assert_eq!(call::on(&trap, instance, 0).unwrap(), 1);
    assert_eq!((native.mapped().len(), native.copies_on_disk().len()), (1, 1));
    call::destroy(&trap, instance).unwrap();
}

#[test]
fn an_exception_out_of_a_shutdown_is_logged_and_the_library_goes() {
    let native = NativeHost::new();
    native.load("one", TRAPS, &["-DSHUTDOWN_THROWS"]).unwrap();

    native.reload("one", TRAPS, &["-DVERSION=2"]).unwrap();

    let words = "`polyplug_shutdown` threw an exception of the type `std::logic_error`";
    assert_eq!(native.host.log.count(LogLevel::Error, words), 1);
    assert_eq!((native.mapped().len(), native.copies_on_disk().len()), (1, 1));
}

/// It does not get as far as the border.
#[test]
fn a_panic_in_an_init_that_cannot_unwind_ends_the_process_and_says_so() {
    if child::argument().is_some() {
        let _ = NativeHost::new().load("one", PANICS, &[]);
        return;
    }
    let test = "unwinding::a_panic_in_an_init_that_cannot_unwind_ends_the_process_and_says_so";
    let ended = child::running(test, "").output().unwrap();
    let words = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.signal(), Some(libc::SIGABRT), "{words}");
    assert!(words.contains("the tank is empty"), "{words}");
}

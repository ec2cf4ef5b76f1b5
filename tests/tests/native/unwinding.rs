//! Starts that throw or panic. Nothing can catch what crosses the border of a language: the process
//! ends with words that say so. Each test runs itself in a process of its own.

use crate::child;
use polyplug_tests::native_bundle::NativeHost;
use std::os::unix::process::ExitStatusExt;

/// Runs the test `name` in a child process, in which `body` loads; how that ended.
fn in_a_child(name: &str, body: impl FnOnce()) -> Option<(Option<i32>, String)> {
    if child::argument().is_some() {
        body();
        return None;
    }
    let output = child::running(&format!("unwinding::{name}"), "").output().unwrap();
    Some((output.status.signal(), String::from_utf8_lossy(&output.stderr).into_owned()))
}

#[test]
fn an_exception_out_of_init_ends_the_process_and_says_so() {
    let ended = in_a_child("an_exception_out_of_init_ends_the_process_and_says_so", || {
        let _ = NativeHost::new().load("one", "traps/cpp/main.cpp", &["-DTHROWS"]);
    });
    let Some((signal, words)) = ended else { return };
    assert_eq!(signal, Some(libc::SIGABRT), "{words}");
    assert!(words.contains("foreign exception"), "{words}");
}

#[test]
fn a_panic_in_an_init_that_cannot_unwind_ends_the_process_and_says_so() {
    let name = "a_panic_in_an_init_that_cannot_unwind_ends_the_process_and_says_so";
    let ended = in_a_child(name, || {
        let _ = NativeHost::new().load("one", "panics/rust/main.rs", &[]);
    });
    let Some((signal, words)) = ended else { return };
    assert_eq!(signal, Some(libc::SIGABRT), "{words}");
    assert!(words.contains("the tank is empty"), "{words}");
}

#[test]
fn a_panic_out_of_an_unwinding_init_ends_the_process_and_says_so() {
    let name = "a_panic_out_of_an_unwinding_init_ends_the_process_and_says_so";
    let ended = in_a_child(name, || {
        let _ = NativeHost::new().load("one", "panics/rust/main.rs", &["--cfg", "unwinds"]);
    });
    let Some((signal, words)) = ended else { return };
    assert_eq!(signal, Some(libc::SIGABRT), "{words}");
    assert!(words.contains("the tank is empty"), "{words}");
}

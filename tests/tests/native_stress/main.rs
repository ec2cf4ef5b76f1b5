//! A thousand rebuilds under load, and what is left of them. One test, alone in its process: it
//! counts what the process holds.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic, and clippy sees `#[test]` only")]

use polyplug_tests::build;
use polyplug_tests::call;
use polyplug_tests::memory::{Counting, live_bytes, resident_bytes};
use polyplug_tests::native_bundle::{LIBRARY, NativeHost, library, source_of};
use std::env;
use std::fs;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const COUNTER: &str = "counter/c/main.c";
/// What stands in the library where its version is.
const MARK: u32 = 0x5EED_F00D;

/// How often; `POLYPLUG_ROUNDS` says otherwise.
fn rounds() -> u32 {
    env::var("POLYPLUG_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(1_000)
}

/// What the process holds.
#[derive(Debug)]
struct Held {
    live: usize,
    resident: usize,
    files: usize,
}

impl Held {
    fn now(native: &NativeHost) -> Self {
        native.host.events.forget();
        native.host.log.forget();
        let files = fs::read_dir("/proc/self/fd").unwrap().count();
        Self { live: live_bytes(), resident: resident_bytes(), files }
    }
}

/// A new build: the library with another version in it.
fn build_as(version: u32) -> Vec<u8> {
    let mut bytes = library(COUNTER, &[&format!("-DVERSION={MARK}")]).to_vec();
    let mut found = 0;
    for at in 0..bytes.len() - 4 {
        if bytes[at..at + 4] == MARK.to_le_bytes() {
            bytes[at..at + 4].copy_from_slice(&version.to_le_bytes());
            found += 1;
        }
    }
    assert_eq!(found, 1);
    bytes
}

#[test]
fn a_thousand_rebuilds_with_two_threads_inside_leave_one_library() {
    let native = NativeHost::new();
    native.host.runtime.load_bundle(native.write_bytes("one", "", &build_as(0))).unwrap();
    let counter = native.host.contract("test.counter@1");
    // The version that runs, and the one that is being loaded.
    let (runs, comes, stop) = (AtomicU32::new(0), AtomicU32::new(0), AtomicBool::new(false));
    let counted = AtomicU32::new(0);
    let rounds = rounds();
    // By then everything that is made once has been made.
    let mut warm = Held::now(&native);
    let warm_after = rounds / 5;

    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let instance = call::create(&counter).unwrap();
                let mut calls = 0;
                while !stop.load(Ordering::Acquire) {
                    let before = runs.load(Ordering::Acquire);
                    let answer = call::number(&counter, 0).unwrap();
                    let after = comes.load(Ordering::Acquire);
                    assert!((before..=after).contains(&answer), "{before} {answer} {after}");
                    calls += 1;
                    let count = call::on(&counter, instance, 1).unwrap();
                    assert_eq!(count, calls, "every version counts on where the last one was");
                }
                call::destroy(&counter, instance).unwrap();
                counted.fetch_add(calls, Ordering::Relaxed);
            });
        }
        for round in 1..=rounds {
            comes.store(round, Ordering::Release);
            if round % 100 == 0 {
                let flag = format!("-DVERSION={round}");
                let output = native.host.folder.of("one").join(LIBRARY);
                build::compile("cc", &source_of(COUNTER), &output, &[&flag]);
            } else {
                native.write_bytes("one", "", &build_as(round));
            }
            native.host.runtime.reload_bundle(native.host.folder.of("one")).unwrap();
            runs.store(round, Ordering::Release);
            if round == warm_after {
                native.host.runtime.poll().unwrap();
                warm = Held::now(&native);
            }
        }
        stop.store(true, Ordering::Release);
    });

    native.host.runtime.poll().unwrap();
    let end = Held::now(&native);
    let count = counted.load(Ordering::Relaxed);
    assert_eq!(call::number(&counter, 0).unwrap(), rounds);
    assert_eq!((native.mapped().len(), native.copies_on_disk().len()), (1, 1));
    println!("{rounds} rounds, {count} calls on instances: {warm:?} then {end:?}");
    // A sanitizer's allocator keeps what was freed, and its symbolizer has pipes.
    if env::var_os("POLYPLUG_SANITIZER").is_some() {
        return;
    }
    assert_eq!(end.files, warm.files);
    assert!(end.live <= warm.live + warm.live / 50, "{warm:?} {end:?}");
    assert!(end.resident <= warm.resident + warm.resident / 50 + (1 << 20), "{warm:?} {end:?}");
}

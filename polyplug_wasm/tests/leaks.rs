//! A component that goes wrong a thousand times in each way leaves nothing behind, and other contracts
//! answer meanwhile. Alone in its process, which it asks how much it holds.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test fails by a panic, and clippy sees `#[test]` only")]

#[path = "runtime/bundle.rs"]
#[expect(dead_code, reason = "the tests of the runtime use more of it")]
mod bundle;
#[path = "runtime/hostile.rs"]
mod hostile;

use bundle::Host;
use polyplug::schema::Value;
use polyplug_wasm::{CachePlace, WasmConfig, WasmLoader};
use std::cell::Cell;
use std::fmt;
use std::time::{Duration, Instant};

/// How often each goes wrong.
const TIMES: u32 = 1_000;

/// How often each goes wrong before memory is read: what is kept for the next time is there then.
const WARM: u32 = 50;

/// How much more may be resident afterwards. A store that was left behind would be a thousand times 64 KiB.
const TOLERATED: u64 = 4 << 20;

/// The functions of a hostile component that fail.
const FAILING: [&str; 11] = [
    "trap", "spin", "recurse", "grow", "all", "far", "nowhere", "crooked", "long", "not-utf8",
    "not-char",
];

/// What this process holds, in bytes.
struct Held {
    resident: u64,
    handles: usize,
    threads: usize,
}

impl Held {
    fn now() -> Self {
        let status = std::fs::read_to_string("/proc/self/statm").unwrap();
        let pages: u64 = status.split(' ').nth(1).unwrap().parse().unwrap();
        let count = |folder| std::fs::read_dir(folder).unwrap().count();
        Self {
            resident: pages * 4096,
            handles: count("/proc/self/fd"),
            threads: count("/proc/self/task"),
        }
    }
}

impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { resident, handles, threads } = self;
        write!(f, "{resident} bytes, {handles} handles, {threads} threads")
    }
}

/// A host with a hostile bundle, and two that it must not hurt.
struct Hurt {
    host: Host,
    /// The longest that another contract took to answer.
    slowest: Cell<Duration>,
}

impl Hurt {
    fn new() -> Self {
        let mut config = WasmConfig::default();
        let compiled = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("compiled");
        // A component that does not start is loaded a thousand times, and compiled once.
        config.cache.place = CachePlace::Folder(compiled);
        let loader = WasmLoader::new(config);
        let host = Host::with(|builder| builder.loader(loader).logger(|_, _, _| {}));
        let limits = "[limits]\ncall_ms = 1\nmemory = \"2 MiB\"\n";
        host.load_with("hostile", &hostile::component("hostile"), limits).unwrap();
        host.load_with("good", &hostile::component("good"), "[wasm]\ninstance = \"call\"\n")
            .unwrap();
        host.load("kept", &hostile::component("kept")).unwrap();
        Self { host, slowest: Cell::new(Duration::ZERO) }
    }

    /// Other contracts answer as if nothing had happened.
    fn check_the_others(&self, kept: &mut u32) {
        let start = Instant::now();
        assert_eq!(self.host.call("demo.good@1", "count", &[]), Value::U32(1));
        *kept += 1;
        assert_eq!(self.host.call("demo.kept@1", "count", &[]), Value::U32(*kept));
        self.slowest.set(self.slowest.get().max(start.elapsed()));
    }

    /// Goes wrong so many times in each way.
    fn go_wrong(&self, times: u32, kept: &mut u32) {
        for function in FAILING {
            for _ in 0..times {
                self.host.runtime.call("demo.hostile@1", function, &[]).unwrap_err();
                self.check_the_others(kept);
            }
            assert_eq!(self.host.call("demo.hostile@1", "count", &[]), Value::U32(1));
        }
        let folder = self.host.write("unstartable", &hostile::unstartable("unstartable"), "");
        for _ in 0..times {
            let error = self.host.runtime.load_bundle(&folder).unwrap_err().to_string();
            assert!(error.contains("did not start"), "{error}");
            self.check_the_others(kept);
        }
    }
}

#[test]
fn a_thousand_failures_of_each_kind_leave_nothing_behind() {
    let hurt = Hurt::new();
    let mut kept = 0;
    hurt.go_wrong(WARM, &mut kept);
    let before = Held::now();
    let start = Instant::now();
    hurt.go_wrong(TIMES, &mut kept);
    let after = Held::now();
    println!(
        "{TIMES} failures of {} kinds in {:?}: {before} before, {after} after; two other contracts \
         answered {kept} times each, in {:?} at most",
        FAILING.len() + 1,
        start.elapsed(),
        hurt.slowest.get()
    );
    assert!(after.resident < before.resident + TOLERATED, "{before} before, {after} after");
    assert_eq!((after.handles, after.threads), (before.handles, before.threads));
}

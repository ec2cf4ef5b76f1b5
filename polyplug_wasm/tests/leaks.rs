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

/// How often each goes wrong, and those that take as long as their limit.
const TIMES: u32 = 1_000;
const SPINS: u32 = 50;

/// The functions of a hostile component that fail.
const FAILING: [&str; 10] = [
    "trap", "spin", "recurse", "grow", "far", "nowhere", "crooked", "long", "not-utf8", "not-char",
];

/// What this process holds, in bytes.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/statm").unwrap();
    let pages: u64 = status.split(' ').nth(1).unwrap().parse().unwrap();
    pages * 4096
}

fn go_wrong(host: &Host, times: u32, spins: u32) {
    for function in FAILING {
        for _ in 0..(if function == "spin" { spins } else { times }) {
            host.runtime.call("demo.hostile@1", function, &[]).unwrap_err();
            assert_eq!(host.call("demo.good@1", "count", &[]), Value::U32(1), "{function}");
        }
    }
    assert_eq!(host.call("demo.hostile@1", "count", &[]), Value::U32(1));
}

#[test]
fn a_thousand_failures_of_each_kind_leave_nothing_behind() {
    let host = Host::with(|builder| builder.loader(bundle::loader()).logger(|_, _, _| {}));
    let limits = "[limits]\ncall_ms = 5\nmemory = \"2 MiB\"\n";
    host.load_with("hostile", &hostile::component("hostile"), limits).unwrap();
    host.load_with("good", &hostile::component("good"), "[wasm]\ninstance = \"call\"\n").unwrap();
    go_wrong(&host, 50, 3);
    let before = resident();
    go_wrong(&host, TIMES, SPINS);
    let grown = resident().saturating_sub(before);
    assert!(grown < 2 << 20, "{grown} bytes more after {TIMES} failures of each kind");
}

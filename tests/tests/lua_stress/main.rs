//! Lua under load: short in a normal run, long with `POLYPLUG_SOAK=1` (see `docs/verification.md`).

#![expect(clippy::unwrap_used, reason = "a test fails by a panic, and clippy sees `#[test]` only")]

mod compiled_reentry;
mod load;
#[expect(unsafe_code, reason = "asks the allocator")]
mod memory;
mod reloads;

use std::process::Command;
use std::{any, env};

/// Runs `body` in a process that runs no other test, with glibc's caches of freed memory off: what the
/// process holds is then what is in use.
fn in_a_process_of_its_own<F: FnOnce()>(body: F) {
    const INSIDE: &str = "POLYPLUG_STRESS_PROCESS";
    if env::var_os(INSIDE).is_some() {
        return body();
    }
    // `crate::module::test::{{closure}}`.
    let name = any::type_name::<F>().trim_end_matches("::{{closure}}");
    let test = name.split_once("::").map_or(name, |(_, test)| test);
    let output = Command::new(env::current_exe().unwrap())
        .args([test, "--exact", "--nocapture"])
        .env(INSIDE, "1")
        .env("GLIBC_TUNABLES", "glibc.malloc.tcache_count=0")
        .output()
        .unwrap();
    let (said, complained) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    print!("{said}");
    assert!(output.status.success(), "{said}{complained}");
    assert!(said.contains("1 passed"), "`{test}` is not the test's name: {said}");
}

/// How often: `short`, or with `POLYPLUG_SOAK=1` `long`; `POLYPLUG_ROUNDS` beats both.
fn rounds(short: u32, long: u32) -> u32 {
    let stated = env::var("POLYPLUG_ROUNDS").ok().and_then(|text| text.parse().ok());
    let soak = env::var_os("POLYPLUG_SOAK").is_some_and(|value| value == "1");
    stated.unwrap_or(if soak { long } else { short })
}

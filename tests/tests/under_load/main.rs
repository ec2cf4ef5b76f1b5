//! Reload under load: two threads call while a bundle is replaced again and again. No error, no torn
//! pair under a pin, instance state kept, memory flat.
//!
//! `POLYPLUG_SOAK=1` reloads 10,000 times instead of 1,000, `POLYPLUG_RELOADS=n` n times.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

mod bytes;
mod callers;
mod comings;
mod folders;
mod many;

use callers::{Callers, How};
use parking_lot::Mutex;
use polyplug::runtime::ReloadMode;
use polyplug_tests::call;
use polyplug_tests::host::Host;
use polyplug_tests::memory::{self, Counting};
use polyplug_tests::patience::wait_until;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// One at a time, so that what is measured is one test's.
static ALONE: Mutex<()> = Mutex::new(());

/// From this reload on memory must not grow.
const SETTLED: u32 = 100;

const MIB: usize = 1 << 20;

fn reloads() -> u32 {
    if let Some(number) = std::env::var("POLYPLUG_RELOADS").ok().and_then(|text| text.parse().ok())
    {
        return number;
    }
    if std::env::var_os("POLYPLUG_SOAK").is_some() { 10_000 } else { 1_000 }
}

/// Two contracts that answer one version, and one with state.
fn script(version: u32) -> String {
    format!(
        "contract test.left@1.0\nfn version {version}\nfn count\n\
         contract test.right@1.0\nfn version {version}\nfn count\nfn call test.left@1 0"
    )
}

#[derive(Clone, Copy)]
struct Held {
    live: usize,
    resident: usize,
}

impl Held {
    /// What the process holds once everything that was replaced is closed.
    fn now(host: &Host, open: usize) -> Self {
        wait_until("what was replaced is closed", || {
            host.runtime.poll().unwrap();
            host.loader.open_guests() == open
        });
        // Events and records that a test keeps are not the runtime's.
        host.events.forget();
        Self { live: memory::live_bytes(), resident: memory::resident_bytes() }
    }

    #[track_caller]
    fn assert_flat(self, now: Self) {
        let limit = |before: usize, slack: usize| before + before / 50 + slack;
        let (live, resident) = (now.live, now.resident);
        // Exact to the byte, but for what a thread or a channel keeps for its next use.
        assert!(live <= limit(self.live, 32 << 10), "live bytes: {} -> {live}", self.live);
        // A sanitizer keeps what was freed.
        if !cfg!(sanitize_fences) {
            let (before, limit) = (self.resident, limit(self.resident, MIB));
            assert!(resident <= limit, "resident: {before} -> {resident}");
        }
    }
}

fn run(how: How, mode: ReloadMode, every_third_fails: bool) {
    let _alone = ALONE.lock();
    let host = Host::with(|builder| builder.hot_reload(true).reload_mode(mode).event_capacity(64));
    host.load("pair", &script(0)).unwrap();
    let callers = Callers::start(&host, how);
    let mut settled = None;
    let mut failed = 0;
    for number in 1..=reloads() {
        if every_third_fails && number % 3 == 0 {
            let broken = ["init fail 300 broken", "hand_over fail 300 broken", "no statement"];
            let script = format!("{}\n{}", script(number), broken[number as usize / 3 % 3]);
            host.reload("pair", &script).unwrap_err();
            failed += 1;
        } else {
            host.reload("pair", &script(number)).unwrap();
        }
        if number == SETTLED {
            settled = Some(callers.paused(|| Held::now(&host, 1)));
        }
    }
    let calls = callers.stop();
    let end = Held::now(&host, 1);

    assert!(calls > u64::from(reloads()), "{calls} calls is no load");
    assert_eq!(host.loader.collisions(), 0, "nobody is inside of a guest with somebody else");
    assert_eq!(failed > 0, every_third_fails);
    if let Some(settled) = settled {
        println!(
            "live bytes {} -> {}, resident {} -> {}",
            settled.live, end.live, settled.resident, end.resident
        );
        settled.assert_flat(end);
    }
    let last =
        (0..=reloads()).rev().find(|number| !every_third_fails || number % 3 != 0 || *number == 0);
    assert_eq!(Some(call::number(&host.contract("test.left@1"), 0).unwrap()), last);
}

#[test]
fn guarded_calls_go_on_while_a_bundle_is_reloaded() {
    run(How::Guarded, ReloadMode::OnPoll, false);
}

#[test]
fn guarded_calls_go_on_while_the_worker_closes_what_was_replaced() {
    run(How::Guarded, ReloadMode::Immediate, false);
}

#[test]
fn guarded_calls_go_on_while_every_third_reload_fails() {
    run(How::Guarded, ReloadMode::Immediate, true);
}

#[test]
fn raw_calls_through_kept_pointers_go_on_while_a_bundle_is_reloaded() {
    run(How::Raw, ReloadMode::OnPoll, false);
}

#[test]
fn raw_calls_through_kept_pointers_go_on_while_every_third_reload_fails() {
    run(How::Raw, ReloadMode::Immediate, true);
}

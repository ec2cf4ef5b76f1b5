//! Two threads call two contracts of one bundle while it is reloaded: no error, nothing torn under a
//! pin, nothing lost of what was counted, and memory stays.

use crate::load::{Side, Way, call_until};
use crate::memory::Held;
use crate::{in_a_process_of_its_own, rounds};
use polyplug::events::Event;
use polyplug::runtime::ReloadMode;
use polyplug_lua::LuaLoader;
use polyplug_tests::host::Host;
use polyplug_tests::language::{Behaviour, Language, Lua, write};
use polyplug_tests::patience::wait_until;
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;

/// Which reloads are made to fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Failing {
    Never,
    EveryThird,
}

impl Failing {
    fn fails(self, version: u32) -> bool {
        self == Self::EveryThird && version.is_multiple_of(3)
    }
}

/// Generations that were committed and not closed.
type Open = Arc<AtomicU32>;

/// A host with version 1 of the bundle `pair`.
fn host() -> (Host, Open) {
    let open = Open::default();
    let count = Arc::clone(&open);
    let host = Host::with(|builder| {
        builder
            .hot_reload(true)
            .reload_mode(ReloadMode::Immediate)
            .loader(LuaLoader::default())
            .on_reload(move |event| match event {
                Event::Loaded { .. } | Event::Reloaded { .. } => {
                    count.fetch_add(1, Ordering::Relaxed);
                }
                Event::Drained { .. } => {
                    count.fetch_sub(1, Ordering::Relaxed);
                }
                _ => {}
            })
    });
    write(&host.folder, &Lua, "pair", Behaviour::Pair, 1);
    host.runtime.load_bundle(host.folder.of("pair")).unwrap();
    (host, open)
}

/// Replaces the bundle by `version`, or fails to.
fn reload(host: &Host, version: u32, failing: Failing) {
    let fails = failing.fails(version);
    let behaviour = match (fails, version % 2) {
        (false, _) => Behaviour::Pair,
        (true, 0) => Behaviour::BrokenStart,
        (true, _) => Behaviour::BrokenText,
    };
    fs::write(host.folder.of("pair").join("main.lua"), Lua.code(behaviour, version)).unwrap();
    let reloaded = host.runtime.reload_bundle(host.folder.of("pair"));
    assert_eq!(reloaded.is_err(), fails, "{reloaded:?}");
    // Events and records are kept by the host; here they would count as growth.
    host.events.forget();
    host.log.forget();
}

/// Reloads `range` while two threads call; the number of calls.
fn under_load(
    host: &Host,
    sides: &[Side; 2],
    range: std::ops::RangeInclusive<u32>,
    failing: Failing,
) -> u64 {
    let done = AtomicBool::new(false);
    let (done, runtime) = (&done, &*host.runtime);
    let [left, right] = sides;
    thread::scope(|scope| {
        let threads = [(left, right), (right, left)].map(|(mine, other)| {
            scope.spawn(move || {
                let finished =
                    std::panic::AssertUnwindSafe(|| call_until(done, runtime, mine, other));
                std::panic::catch_unwind(finished).unwrap_or_else(|panic| {
                    done.store(true, Ordering::Relaxed);
                    std::panic::resume_unwind(panic)
                })
            })
        });
        for version in range {
            if done.load(Ordering::Relaxed) {
                break;
            }
            reload(host, version, failing);
        }
        done.store(true, Ordering::Relaxed);
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    })
}

/// What the process holds once all old generations are closed. The last one is of a version that
/// nobody has called yet, so that two readings differ by what was left behind alone.
fn settle(host: &Host, open: &Open, version: u32) -> Held {
    reload(host, version, Failing::Never);
    wait_until("the old generations are closed", || open.load(Ordering::Relaxed) == 1);
    Held::now()
}

fn reloads_under_load(way: Way, failing: Failing) {
    const FIRST: u32 = 100;
    let last = rounds(300, 10_000).max(FIRST + 3);
    let (host, open) = host();
    let sides = ["test.left@1", "test.right@1"].map(|name| Side::new(&host.runtime, name, way));

    let mut calls = under_load(&host, &sides, 2..=FIRST, failing);
    let before = settle(&host, &open, FIRST + 1);
    let started = std::time::Instant::now();
    calls += under_load(&host, &sides, FIRST + 2..=last - 1, failing);
    let took = started.elapsed();
    let after = settle(&host, &open, last);

    for side in &sides {
        assert_eq!(side.version(), last);
        assert!(side.counted() > 0);
    }
    // Two versions were loaded without failing, to settle.
    let settled = [FIRST + 1, last];
    let failed = (2..=last).filter(|version| !settled.contains(version) && failing.fails(*version));
    assert_eq!(host.runtime.bundles()[0].generation, last - failed.count() as u32);
    let total: u64 = sides.iter().map(Side::counted).sum();
    println!(
        "{way:?}, failing {failing:?}: {last} reloads, {calls} calls, {total} counted, \
         {took:?} for the last {}; {before:?} -> {after:?}",
        last - FIRST
    );
    after.is_no_more_than(before);
}

#[test]
fn guarded_calls_go_on_while_their_bundle_is_reloaded() {
    in_a_process_of_its_own(|| reloads_under_load(Way::Guarded, Failing::Never));
}

#[test]
fn raw_calls_go_on_while_their_bundle_is_reloaded() {
    in_a_process_of_its_own(|| reloads_under_load(Way::Raw, Failing::Never));
}

#[test]
fn guarded_calls_go_on_while_every_third_reload_fails() {
    in_a_process_of_its_own(|| reloads_under_load(Way::Guarded, Failing::EveryThird));
}

#[test]
fn raw_calls_go_on_while_every_third_reload_fails() {
    in_a_process_of_its_own(|| reloads_under_load(Way::Raw, Failing::EveryThird));
}

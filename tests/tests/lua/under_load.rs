//! Changes of every kind while threads call: short rounds of what `lua_stress` does at length.

use crate::world::{World, script};
use polyplug::Contract;
use polyplug::events::{Cause, Event};
use polyplug::runtime::ReloadMode;
use polyplug_abi::AbiErrorCode;
use polyplug_tests::call;
use polyplug_tests::patience::wait_until;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;

const COUNTS: &str = "function new() return { count = 0 } end
functions[0] = function(self, _, o) self.count = self.count + 1 set(o, self.count) end";

fn immediate() -> World {
    World::with(|builder| builder.reload_mode(ReloadMode::Immediate))
}

/// Runs `caller` in two threads while `change` runs in this one; how often the callers ran.
fn beside(caller: impl Fn() + Sync, change: impl FnOnce()) -> u32 {
    let (done, times) = (AtomicBool::new(false), AtomicU32::new(0));
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    caller();
                    times.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        let changed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(change));
        wait_until("the callers have run", || times.load(Ordering::Relaxed) > 10);
        done.store(true, Ordering::Relaxed);
        changed.unwrap();
    });
    times.into_inner()
}

#[test]
fn objects_made_and_destroyed_during_reloads_are_all_found() {
    let world = immediate();
    let contract = world.bundle("one", COUNTS);

    beside(
        || {
            let object = call::create(&contract).unwrap();
            for expected in 1..=3 {
                assert_eq!(call::on(&contract, object, 0).unwrap(), expected);
            }
            call::destroy(&contract, object).unwrap();
            let stale = call::on(&contract, object, 0).unwrap_err();
            assert_eq!(stale.code, AbiErrorCode::StaleHandle as u32);
        },
        || (0..150).for_each(|_| world.change("one", COUNTS).unwrap()),
    );

    assert_eq!(world.runtime.bundles()[0].instances, 0);
}

#[test]
fn nested_calls_go_on_while_each_of_their_bundles_is_reloaded() {
    let world = immediate();
    let outer = "functions[0] = function(_, a, o)
           local answer, code, message = ask('inner.api', 0, get(a))
           if code ~= 0 then return guest.err(code, message) end
           set(o, answer)
         end
         functions[1] = function(_, a, o) set(o, get(a) + 1) end";
    let inner = "functions[0] = function(_, a, o)
           local answer, code, message = ask('outer.api', 1, get(a))
           if code ~= 0 then return guest.err(code, message) end
           set(o, answer * 2)
         end";
    let contract = world.bundle("outer", outer);
    world.bundle("inner", inner);

    beside(
        || assert_eq!(call::add(&contract, 0, 20, 0).unwrap(), 42),
        || {
            for _ in 0..100 {
                world.change("outer", outer).unwrap();
                world.change("inner", inner).unwrap();
            }
        },
    );
}

#[test]
fn calls_while_a_bundle_goes_and_comes_are_answered_or_told_that_it_is_gone() {
    let world = immediate();
    let contract = world.bundle("one", "functions[0] = function(_, _, o) set(o, 7) end");
    let folder = world.folder.of("one");
    let gone = AtomicU32::new(0);

    beside(
        || match call::number(&contract, 0) {
            Ok(answer) => assert_eq!(answer, 7),
            Err(error) => {
                assert_eq!(error.code, AbiErrorCode::StaleHandle as u32, "{}", error.message);
                gone.fetch_add(1, Ordering::Relaxed);
            }
        },
        || {
            for _ in 0..150 {
                world.unload("one").unwrap();
                world.runtime.load_bundle(&folder).unwrap();
            }
        },
    );

    assert_eq!(call::number(&contract, 0).unwrap(), 7);
}

#[test]
fn a_stopped_call_beside_others_costs_them_nothing_but_time() {
    let world = immediate();
    let body = COUNTS.to_owned() + "\nfunctions[1] = function() while true do end end";
    let contract = world.bundle_with("one", "[limits]\ncall_ms = 150\n", &body);
    let counted = AtomicU32::new(0);
    let stop = |contract: &Contract| call::number(contract, 1).unwrap_err().code;

    beside(
        || {
            call::number(&contract, 0).unwrap();
            counted.fetch_add(1, Ordering::Relaxed);
        },
        || {
            for rebuilds in 1..=3 {
                assert_eq!(stop(&contract), AbiErrorCode::TimedOut as u32);
                wait_until("the bundle is made anew", || {
                    let rebuilt = |event: &Event| {
                        matches!(event, Event::Reloaded { cause: Cause::Rebuild, .. })
                    };
                    world.events.count(rebuilt) == rebuilds
                });
            }
        },
    );

    let before = counted.load(Ordering::Relaxed);
    assert_eq!(call::number(&contract, 0).unwrap(), before + 1, "no count was lost");
}

#[test]
fn finalizers_that_run_at_the_close_may_log_and_call() {
    let world = World::new();
    let other = world.bundle("other", COUNTS);
    let body = "local anchor = newproxy(true)
        getmetatable(anchor).__gc = function()
          local count, code = ask('other.api', 0)
          polyplug.log('info', 'closed with ' .. code)
          error('nobody hears this')
        end
        functions[0] = function() return anchor end";
    world.bundle("one", body);

    for closed in 1..=3_u32 {
        world.change("one", body).unwrap();
        wait_until("the old generation is closed", || {
            world.runtime.poll().unwrap();
            world.log.count(polyplug_abi::LogLevel::Info, "closed with 0") == closed as usize
        });
        assert_eq!(call::number(&other, 0).unwrap(), 2 * closed, "once by the finalizer");
    }
    world.try_load("two", "", &script("two", "functions[0] = function() end")).unwrap();
}

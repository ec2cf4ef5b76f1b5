//! Scripts that run too long or take too much: stopped, told, and made anew.

use crate::world::World;
use polyplug::Contract;
use polyplug::events::{Cause, Event};
use polyplug::runtime::ReloadMode;
use polyplug_abi::{AbiErrorCode, LogLevel};
use polyplug_tests::call;
use polyplug_tests::patience::wait_until;
use std::time::{Duration, Instant};

const LIMIT: &str = "[limits]\ncall_ms = 150\n";

/// Far more than a stop takes, far less than for ever.
const LATE: Duration = Duration::from_secs(5);

fn rebuilds(world: &World) -> usize {
    world.events.count(|event| matches!(event, Event::Reloaded { cause: Cause::Rebuild, .. }))
}

#[track_caller]
fn is_stopped(contract: &Contract, function: u32) -> String {
    let begin = Instant::now();
    let error = call::number(contract, function).unwrap_err();
    assert_eq!(error.code, AbiErrorCode::TimedOut as u32, "{}", error.message);
    assert!(error.message.contains("time limit of 150 ms"), "{}", error.message);
    assert!(begin.elapsed() >= Duration::from_millis(150), "{:?}", begin.elapsed());
    assert!(begin.elapsed() < LATE, "{:?}", begin.elapsed());
    error.message
}

const RUNAWAYS: &str = "
functions[0] = function(_, _, o) set(o, 1) end
functions[1] = function() local x = 0 for i = 1, 1e15 do x = x + i % 7 end end
functions[2] = function() local x = 0 while true do pcall(function() while true do x = x + 1 end end) end end
functions[3] = function() while true do
  local co = coroutine.create(function() while true do coroutine.yield(1) end end)
  while coroutine.resume(co) do end end end
functions[4] = function() while true do pcall(error, 'again') end end
functions[5] = function() coroutine.wrap(function() pcall(function() while true do end end) while true do end end)() end";

#[test]
fn rule_6_compiled_loops_pcall_loops_and_coroutine_loops_are_stopped() {
    for mode in [ReloadMode::Immediate, ReloadMode::OnPoll] {
        let world = World::with(|builder| builder.reload_mode(mode));
        let contract = world.bundle_with("wild", LIMIT, RUNAWAYS);

        for function in 1..=5 {
            let message = is_stopped(&contract, function);

            assert!(message.contains("wild/main.lua:"), "{message}");
            assert_eq!(call::number(&contract, 0).unwrap(), 1, "the next call works");
            wait_until("the bundle is made anew", || {
                world.runtime.poll().unwrap();
                rebuilds(&world) == function as usize
            });
            assert_eq!(call::number(&contract, 0).unwrap(), 1, "and the next in the new VM");
        }
        assert_eq!(world.runtime.bundles()[0].generation, 6);
    }
}

#[test]
fn rule_6_a_stopped_vm_is_rebuilt_from_the_same_bytes_with_its_state() {
    let world = World::new();
    let body = "local kept, fresh = polyplug.keep('kept', { n = 0 }), 0
        function new() return { count = 0 } end
        functions[0] = function(self, _, o) self.count = self.count + 1 set(o, self.count) end
        functions[1] = function(_, _, o) kept.n = kept.n + 1 set(o, kept.n) end
        functions[2] = function(_, _, o) fresh = fresh + 1 set(o, fresh) end
        functions[3] = function() while true do end end";
    let contract = world.bundle_with("state", LIMIT, body);
    let instance = call::create(&contract).unwrap();
    for expected in 1..=3 {
        assert_eq!(call::on(&contract, instance, 0).unwrap(), expected);
        assert_eq!(call::number(&contract, 1).unwrap(), expected);
        assert_eq!(call::number(&contract, 2).unwrap(), expected);
    }
    std::fs::write(world.folder.of("state").join("main.lua"), "not what was loaded").unwrap();
    std::fs::write(world.folder.of("state").join("manifest.toml"), "nor this").unwrap();

    is_stopped(&contract, 3);
    wait_until("the bundle is made anew", || {
        world.runtime.poll().unwrap();
        rebuilds(&world) == 1
    });

    assert_eq!(call::on(&contract, instance, 0).unwrap(), 4, "instances keep their state");
    assert_eq!(call::number(&contract, 1).unwrap(), 4, "kept tables too");
    assert_eq!(call::number(&contract, 2).unwrap(), 1, "locals do not: the VM is new");
    assert_eq!(world.runtime.bundles()[0].last_error, None);
}

#[test]
fn rule_6_a_start_that_does_not_end_is_stopped_and_the_old_version_runs_on() {
    let world = World::new();
    let contract =
        world.bundle_with("slow", LIMIT, "functions[0] = function(_, _, o) set(o, 1) end");

    let error = world.change("slow", "while true do end").unwrap_err();

    assert!(error.to_string().contains("time limit of 150 ms"), "{error}");
    assert_eq!(call::number(&contract, 0).unwrap(), 1);
    assert_eq!(world.runtime.bundles()[0].generation, 1);
}

#[test]
fn rule_6_a_blocking_call_is_reported_as_stuck_and_ends_as_timed_out() {
    let world = World::new();
    let body = "ffi.cdef('int usleep(unsigned)')
        functions[0] = function() ffi.C.usleep(1600000) end
        functions[1] = function(_, _, o) set(o, 1) end";
    let contract = world.bundle_with("blocks", LIMIT, body);

    is_stopped(&contract, 0);

    let records = world.log.records();
    let stuck = records.iter().find(|record| record.message.contains("stuck")).expect("a record");
    assert_eq!((stuck.level, stuck.scope.as_str()), (LogLevel::Error, "loader.lua"));
    assert!(stuck.message.contains("`blocks`"), "{}", stuck.message);
    assert_eq!(call::number(&contract, 1).unwrap(), 1);
}

#[test]
fn rule_6_a_compiled_loop_is_stopped_without_giving_up_the_compiler() {
    let world = World::new();
    let body = "functions[0] = function(_, _, o) set(o, jit.status() and 1 or 0) end";
    let contract = world.bundle_with("compiled", LIMIT, body);

    assert_eq!(call::number(&contract, 0).unwrap(), 1, "the compiler is on");
    assert_eq!(world.log.count(LogLevel::Warn, "runs interpreted"), 0);
}

#[test]
fn rule_6_a_caller_is_stopped_in_what_it_calls_and_neither_bundle_is_lost() {
    let world = World::new();
    let inner = world.bundle_with("inner", LIMIT, RUNAWAYS);
    let outer = world.bundle_with(
        "outer",
        LIMIT,
        "functions[0] = function()
           local _, code, message = ask('inner.api', 1)
           return guest.err(code, message)
         end
         functions[1] = function(_, _, o) set(o, 2) end",
    );

    let error = call::number(&outer, 0).unwrap_err();

    assert_eq!(error.code, AbiErrorCode::TimedOut as u32, "{}", error.message);
    wait_until("both are made anew", || {
        world.runtime.poll().unwrap();
        rebuilds(&world) >= 1
    });
    assert_eq!(call::number(&inner, 0).unwrap(), 1);
    assert_eq!(call::number(&outer, 1).unwrap(), 2);
}

#[test]
fn rule_6_a_bundle_that_loops_in_a_nested_entry_is_stopped_as_a_whole() {
    let world = World::new();
    let contract = world.bundle_with(
        "first",
        LIMIT,
        "functions[0] = function()
           while true do pcall(ask, 'second.api', 0) end
         end
         functions[1] = function() while true do end end
         functions[2] = function(_, _, o) set(o, 4) end",
    );
    let second = world.bundle(
        "second",
        "local calls = 0
         functions[0] = function() calls = calls + 1 ask('first.api', 1) end
         functions[1] = function(_, _, o) set(o, calls) end",
    );

    is_stopped(&contract, 0);

    assert_eq!(call::number(&contract, 2).unwrap(), 4);
    assert_eq!(call::number(&second, 1).unwrap(), 1, "it is not entered again and again");
    wait_until("the stopped bundle is made anew", || {
        world.runtime.poll().unwrap();
        rebuilds(&world) == 1
    });
    assert_eq!(call::number(&contract, 2).unwrap(), 4);
}

#[test]
fn memory_beyond_the_limit_has_a_code_of_its_own_and_the_host_goes_on() {
    let world = World::new();
    let body = "functions[0] = function() local t = {} for i = 1, 1e9 do t[i] = { i } end end
        functions[1] = function() return ('x'):rep(1e9) end
        functions[2] = function(_, _, o) set(o, 1) end";
    let contract = world.bundle_with("greedy", "[limits]\nmemory = 4194304\n", body);

    for function in [0, 1, 0, 1] {
        let error = call::number(&contract, function).unwrap_err();

        assert_eq!(error.code, AbiErrorCode::MemoryLimit as u32, "{}", error.message);
        assert!(error.message.contains("4194304 bytes"), "{}", error.message);
        assert_eq!(call::number(&contract, 2).unwrap(), 1);
    }
    let error =
        world.change("greedy", "local t = {} for i = 1, 1e9 do t[i] = { i } end").unwrap_err();
    assert!(error.to_string().contains("4194304 bytes"), "{error}");
    assert_eq!(call::number(&contract, 2).unwrap(), 1);
    assert_eq!(rebuilds(&world), 0);
}

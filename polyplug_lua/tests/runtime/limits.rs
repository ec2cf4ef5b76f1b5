//! Limits of the manifest and of the host, and what follows a call that was stopped.

use super::*;
use polyplug::events::Event;
use polyplug_abi::{AbiErrorCode, BundleId};
use polyplug_lua::LuaConfig;
use std::time::{Duration, Instant};

fn wait_until(what: &str, mut done: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !done() {
        assert!(begin.elapsed() < Duration::from_secs(20), "{what} did not happen");
        std::thread::yield_now();
    }
}

const LOOPS: &str = "
local count = 0
functions[0] = function() count = 100 while true do end end
functions[1] = function(_, a, o) count = count + 1 set(o, count) end";

#[test]
fn a_bundle_that_was_stopped_is_built_anew_from_the_same_bytes() {
    let world = World::new();
    let contract = world.load_with("loops", "[limits]\ncall_ms = 30\n", LOOPS);
    fs::write(world.folder.path().join("loops/main.lua"), "not the bytes that were loaded")
        .unwrap();
    assert_eq!(call(&contract, 1, 0.0).unwrap(), 1.0);
    for _ in 0..2 {
        let (code, message) = call(&contract, 0, 0.0).unwrap_err();
        assert_eq!(code, AbiErrorCode::TimedOut as u32, "{message}");
        assert!(world.logged("Lua function call failed: stopped after its time limit of 30 ms"));
        wait_until("the rebuild", || {
            world.runtime.poll().unwrap();
            call(&contract, 1, 0.0).is_ok_and(|count| count < 50.0)
        });
    }
}

#[test]
fn a_rebuild_does_not_undo_a_change_that_waits_for_the_poll() {
    let world = World::new();
    let contract = world.load_with("loops", "[limits]\ncall_ms = 30\n", LOOPS);
    world.load("marker", "functions[0] = function() end");
    let events = world.runtime.events();
    let mended = script(
        "loops",
        "functions[1] = function(_, a, o) set(o, -1) end
         functions[0] = functions[1]",
    );
    fs::write(world.folder.path().join("loops/main.lua"), mended).unwrap();
    world.runtime.request_reload(BundleId::of("loops")).unwrap();
    assert_eq!(call(&contract, 0, 0.0).unwrap_err().0, AbiErrorCode::TimedOut as u32);
    // The worker works in order: once this has failed, it has seen the wish for a rebuild.
    fs::write(world.folder.path().join("marker/main.lua"), "no lua").unwrap();
    world.runtime.request_reload(BundleId::of("marker")).unwrap();
    wait_until("the failure of the marker", || {
        events
            .try_iter()
            .any(|event| matches!(event, Event::Failed { bundle, .. } if bundle == "marker"))
    });
    world.runtime.poll().unwrap();
    assert_eq!(call(&contract, 0, 0.0).unwrap(), -1.0);
}

#[test]
fn the_host_may_set_limits_for_all() {
    let mut config = LuaConfig::default();
    // Time enough to reach the memory limit first, also on a busy machine.
    config.default_call_time = Some(Duration::from_millis(500));
    config.default_memory = Some(1 << 20);
    let world = World::with(LuaLoader::new(config));
    let contract = world.load(
        "greedy",
        "functions[0] = function() while true do end end
         functions[1] = function() local t = {} for i = 1, 1e9 do t[i] = { i } end end",
    );
    assert_eq!(call(&contract, 1, 0.0).unwrap_err().0, AbiErrorCode::MemoryLimit as u32);
    assert_eq!(call(&contract, 0, 0.0).unwrap_err().0, AbiErrorCode::TimedOut as u32);
}

#[test]
fn a_start_that_does_not_end_is_an_error() {
    let world = World::new();
    let error =
        world.try_load("loops", "[limits]\ncall_ms = 30\n", "while true do end").unwrap_err();
    assert!(error.to_string().contains("time limit of 30 ms"), "{error}");
}

#[test]
fn a_bundle_stops_even_while_it_waits_for_another() {
    let world = World::new();
    world.load(
        "slow",
        "functions[0] = function() local t = os.clock() while os.clock() < t + 0.2 do end end",
    );
    let contract = world.load_with(
        "waits",
        "[limits]\ncall_ms = 30\n",
        "local slow = guest.resolve('slow.api', 1)
         functions[0] = function() while true do guest.call(slow, nil, 0) end end",
    );
    let (code, message) = call(&contract, 0, 0.0).unwrap_err();
    assert_eq!(code, AbiErrorCode::TimedOut as u32, "{message}");
}

//! Failures that were seen elsewhere, by their numbers in the project's vision. F8 and F9 are in
//! `deadlocks` and `reporting`, F15 in `time_limit`.

use crate::world::{World, script};
use polyplug::error::RuntimeError;
use polyplug::events::Event;
use polyplug_tests::call::{self, Raw};
use polyplug_tests::table::Table;
use std::thread;

const COUNTS: &str = "function new() return { count = 0 } end
functions[0] = function(self, _, o) self.count = self.count + 1 set(o, self.count) end";

#[test]
fn f3_a_failed_reload_keeps_the_running_version_and_says_why() {
    let world = World::new();
    let contract = world.bundle("one", COUNTS);
    let instance = call::create(&contract).unwrap();
    let broken = [
        "error('no key')".to_owned(),
        "function polyplug_init() error('no key') end".to_owned(),
        "function polyplug_init() return {}, { code = 300, message = 'no key' } end".to_owned(),
        script("other", COUNTS),
        script("one", ""),
    ];

    for (times, source) in (1..).zip(&broken) {
        world.events.forget();
        let error = world.change_to("one", source).unwrap_err();

        assert_eq!(call::on(&contract, instance, 0).unwrap(), times, "{source}");
        assert_eq!(world.runtime.bundles()[0].generation, 1);
        let told = world.events.wait_for("the failure is told", |event| match event {
            Event::Failed { bundle, error, .. } => Some((bundle.clone(), error.to_string())),
            _ => None,
        });
        assert_eq!(told, ("one".to_owned(), error.to_string()));
    }
}

#[test]
fn f4_loading_a_live_bundle_again_is_an_error_and_the_live_one_lives() {
    let world = World::new();
    let contract = world.bundle("one", COUNTS);
    let instance = call::create(&contract).unwrap();
    call::on(&contract, instance, 0).unwrap();

    let error = world.runtime.load_bundle(world.folder.of("one")).unwrap_err();

    assert!(matches!(error, RuntimeError::DuplicateBundle { .. }), "{error:?}");
    assert_eq!(call::on(&contract, instance, 0).unwrap(), 2);
}

#[test]
fn f5_a_reload_touches_no_other_bundle() {
    let world = World::new();
    let body = "local started = 0 functions[1] = function(_, _, o) started = started + 1 set(o, started) end ";
    world.bundle("one", COUNTS);
    let other = world.bundle("two", &(body.to_owned() + COUNTS));
    let instance = call::create(&other).unwrap();
    call::on(&other, instance, 0).unwrap();
    call::number(&other, 1).unwrap();

    for _ in 0..5 {
        world.change("one", COUNTS).unwrap();
    }

    assert_eq!(call::on(&other, instance, 0).unwrap(), 2);
    assert_eq!(call::number(&other, 1).unwrap(), 2, "even its locals are as they were");
    assert_eq!(world.events.story("two"), ["loaded"]);
}

#[test]
fn f7_a_load_that_fails_half_way_leaves_no_contract_behind() {
    let world = World::new();
    let source = "
        local function fine() return {} end
        local functions = { [0] = function() end }
        function polyplug_init()
          return {
            ['half.a'] = { factory = fine, functions = functions },
            ['half.b'] = { factory = fine, functions = functions },
            ['half.c'] = { factory = function() error('no room') end, functions = functions },
          }, { code = 0 }
        end";
    let revision = world.runtime.registry().revision();

    world.try_load("half", "", source).unwrap_err();

    let table = Table::of(&world.runtime);
    for contract in ["half.a@1", "half.b@1", "half.c@1"] {
        assert!(table.find(contract, 0).is_none(), "{contract}");
    }
    assert_eq!(world.runtime.registry().revision(), revision);
    assert!(world.loaded().is_empty());
}

#[test]
fn f13_an_interface_pointer_stays_the_same_across_reloads_and_unloads() {
    let world = World::new();
    let contract = world.bundle("one", COUNTS);
    let (raw, table) = (Raw::of(&contract), Table::of(&world.runtime));

    for version in 0..10_u32 {
        let body = format!("functions[0] = function(_, _, o) set(o, {version}) end");
        world.change("one", &body).unwrap();
        assert_eq!(table.find("one.api@1", 0), Some(raw));
        assert_eq!(raw.number(0).unwrap(), version);
    }
    world.unload("one").unwrap();
    assert!(raw.number(0).is_err());
    world.bundle("one", "functions[0] = function(_, _, o) set(o, 77) end");
    assert_eq!(table.find("one.api@1", 0), Some(raw));
    assert_eq!(raw.number(0).unwrap(), 77);
}

#[test]
fn f13_a_pointer_that_a_script_keeps_reaches_the_new_version() {
    let world = World::new();
    world.bundle("target", "functions[0] = function(_, _, o) set(o, 1) end");
    let keeper = world.bundle(
        "keeper",
        "local interface = guest.resolve('target.api', 1)
         functions[0] = function(_, _, o)
           local code, message = guest.call(interface, nil, 0, nil, o)
           if code ~= 0 then return guest.err(code, message) end
         end",
    );
    assert_eq!(call::number(&keeper, 0).unwrap(), 1);

    for version in 2..20_u32 {
        let body = format!("functions[0] = function(_, _, o) set(o, {version}) end");
        world.change("target", &body).unwrap();
        assert_eq!(call::number(&keeper, 0).unwrap(), version);
    }
    world.unload("target").unwrap();
    let error = call::number(&keeper, 0).unwrap_err();
    assert_eq!(error.code, polyplug_abi::AbiErrorCode::StaleHandle as u32);
}

#[test]
fn f15_a_runaway_start_in_a_folder_does_not_keep_the_others_from_loading() {
    let world = World::new();
    world.write("a_loops", "[limits]\ncall_ms = 150\n", "while true do end");
    world.write("b_eats", "[limits]\nmemory = 2000000\n", "local s = ('x'):rep(1e8)");
    world.write(
        "c_works",
        "",
        &script("c_works", "functions[0] = function(_, _, o) set(o, 1) end"),
    );

    let report = world.runtime.load_folder(world.folder.path()).unwrap();

    assert_eq!(report.failed.len(), 2);
    assert_eq!(world.loaded(), ["c_works"]);
    assert_eq!(call::number(&world.contract("c_works.api@1"), 0).unwrap(), 1);
}

#[test]
fn a_bundle_is_called_from_a_thread_that_did_not_load_it_and_that_ends() {
    let world = World::new();
    let contract = world.bundle("one", COUNTS);

    for expected in 1..=50 {
        let contract = &contract;
        let count = thread::scope(|scope| {
            scope.spawn(move || call::number(contract, 0).unwrap()).join().unwrap()
        });
        assert_eq!(count, expected);
    }
}

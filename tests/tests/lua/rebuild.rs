//! A stopped VM is rebuilt; what happens to the bundle meanwhile comes first.

use crate::world::{World, script};
use polyplug::Contract;
use polyplug::events::{Cause, Event};
use polyplug::runtime::ReloadMode;
use polyplug_abi::{AbiErrorCode, LogLevel};
use polyplug_lua::LuaLoader;
use polyplug_tests::call;
use polyplug_tests::events::word;
use polyplug_tests::folder::Folder;
use polyplug_tests::host::Host;
use polyplug_tests::patience::wait_until;

const LIMIT: &str = "[limits]\ncall_ms = 150\n";

/// Function 0 answers the version, 1 does not end, 2 counts in a local, which no rebuild keeps.
fn versioned(version: u32) -> String {
    format!(
        "local count = 0
         polyplug.log('info', 'version {version} starts')
         functions[0] = function(_, _, o) set(o, {version}) end
         functions[1] = function() while true do end end
         functions[2] = function(_, _, o) count = count + 1 set(o, count) end"
    )
}

#[track_caller]
fn stop(contract: &Contract) {
    let error = call::number(contract, 1).unwrap_err();
    assert_eq!(error.code, AbiErrorCode::TimedOut as u32, "{}", error.message);
}

fn rebuilds(host: &Host, name: &str) -> usize {
    host.events.count(|event| {
        matches!(event, Event::Reloaded { bundle, cause: Cause::Rebuild, .. } if bundle == name)
    })
}

/// Stops `marker` and waits until it was rebuilt: the worker has done all that it was asked before.
fn let_the_worker_catch_up(host: &Host, marker: &Contract) {
    let before = rebuilds(host, "marker");
    stop(marker);
    wait_until("the worker has caught up", || {
        host.runtime.poll().unwrap();
        rebuilds(host, "marker") > before
    });
}

#[test]
fn rule_6_a_rebuild_does_not_take_the_place_of_a_newer_version_that_waits_for_the_poll() {
    let writer = World::new();
    writer.write("one", LIMIT, &script("one", &versioned(1)));
    let folder = Folder::new();
    std::fs::rename(writer.folder.of("one"), folder.of("one")).unwrap();
    let host = Host::watching(folder, |builder| {
        builder.reload_mode(ReloadMode::OnPoll).loader(LuaLoader::default())
    });
    let contract = host.contract("one.api@1");
    let started =
        |version: u32| host.log.count(LogLevel::Info, &format!("version {version} starts"));

    std::fs::write(host.folder.of("one").join("main.lua"), script("one", &versioned(2))).unwrap();
    wait_until("the new version is staged", || started(2) == 1);
    stop(&contract);
    // Another file of the folder is written; once that was looked at, so was the rebuild.
    std::fs::create_dir(host.folder.of("two")).unwrap();
    std::fs::write(host.folder.of("two").join("main.lua"), script("two", &versioned(3))).unwrap();
    host.folder.manifest("two", "loader = \"lua\"\nfile = \"main.lua\"\n");
    wait_until("the other bundle is staged", || started(3) > 0);
    host.runtime.poll().unwrap();

    assert_eq!(call::number(&contract, 0).unwrap(), 2);
    wait_until("the other bundle runs", || {
        host.runtime.poll().unwrap();
        host.runtime.contract("two.api@1").is_ok()
    });
    assert_eq!(call::number(&contract, 0).unwrap(), 2);
    assert_eq!(host.events.count(|event| word(event) == "failed"), 0, "{:?}", host.events.all());
}

#[test]
fn rule_6_a_version_that_has_replaced_the_stopped_one_is_not_rebuilt() {
    for mode in [ReloadMode::Immediate, ReloadMode::OnPoll] {
        let world = World::with(|builder| builder.reload_mode(mode));
        let contract = world.bundle_with("one", LIMIT, &versioned(1));
        let marker = world.bundle_with("marker", LIMIT, &versioned(9));

        for version in 2..5 {
            stop(&contract);
            // The rebuild may have got in first, or be in the way for a moment.
            wait_until("the new version runs", || world.change("one", &versioned(version)).is_ok());
            let rebuilt = rebuilds(&world, "one");
            assert_eq!(call::number(&contract, 2).unwrap(), 1);
            let_the_worker_catch_up(&world, &marker);

            assert_eq!(rebuilds(&world, "one"), rebuilt, "{mode:?}");
            assert_eq!(call::number(&contract, 2).unwrap(), 2, "{mode:?}: it was left alone");
            assert_eq!(call::number(&contract, 0).unwrap(), version);
        }
    }
}

#[test]
fn rule_6_a_rebuild_that_failed_is_tried_again_after_the_next_stop() {
    for mode in [ReloadMode::Immediate, ReloadMode::OnPoll] {
        let world = World::with(|builder| builder.reload_mode(mode));
        let body = "function new() return { save = function(self)
              if not self.ready then error('not yet') end
              return {} end } end
            functions[0] = function(self) self.ready = true end
            functions[1] = function() while true do end end";
        let contract = world.bundle_with("one", LIMIT, body);

        stop(&contract);
        wait_until("the failure is told", || {
            world.runtime.poll().unwrap();
            world.events.story("one").contains(&"failed")
        });
        assert_eq!(rebuilds(&world, "one"), 0);
        call::number(&contract, 0).unwrap();
        stop(&contract);

        wait_until("it is rebuilt", || {
            world.runtime.poll().unwrap();
            rebuilds(&world, "one") == 1
        });
    }
}

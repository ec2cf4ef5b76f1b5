//! What survives a reload, and what does not.

use crate::world::{World, script};
use polyplug::events::{Event, StateOutcome};
use polyplug_tests::call;

fn outcome(world: &World) -> StateOutcome {
    world.events.wait_for("the reload is told", |event| match event {
        Event::Reloaded { state, .. } => Some(*state),
        _ => None,
    })
}

const COUNTS: &str = "function new() return { count = 0 } end
functions[0] = function(self, _, o) self.count = self.count + 1 set(o, self.count) end";

#[test]
fn rule_6_instances_and_the_default_object_survive() {
    let world = World::new();
    let contract = world.bundle("kept", COUNTS);
    let instance = call::create(&contract).unwrap();
    for _ in 0..3 {
        call::on(&contract, instance, 0).unwrap();
    }
    call::number(&contract, 0).unwrap();

    world
        .change("kept", &COUNTS.replace("set(o, self.count)", "set(o, self.count + 100)"))
        .unwrap();

    assert_eq!(call::on(&contract, instance, 0).unwrap(), 104);
    assert_eq!(call::number(&contract, 0).unwrap(), 102);
    assert_eq!(outcome(&world), StateOutcome::Kept { objects: 2, reset: 0 });
}

#[test]
fn rule_6_locals_of_a_file_do_not_survive_and_kept_tables_do() {
    let world = World::new();
    let body = "local forgotten, kept = { count = 0 }, polyplug.keep('counts', { count = 0 })
        functions[0] = function(_, _, o) forgotten.count = forgotten.count + 1 set(o, forgotten.count) end
        functions[1] = function(_, _, o) kept.count = kept.count + 1 set(o, kept.count) end";
    let contract = world.bundle("both", body);
    for expected in 1..=3 {
        assert_eq!(call::number(&contract, 0).unwrap(), expected);
        assert_eq!(call::number(&contract, 1).unwrap(), expected);
    }

    world.change("both", body).unwrap();

    assert_eq!(call::number(&contract, 0).unwrap(), 1);
    assert_eq!(call::number(&contract, 1).unwrap(), 4);
}

#[test]
fn rule_6_a_kept_table_that_a_version_does_not_ask_for_waits_for_the_next() {
    let world = World::new();
    let asks = "local kept = polyplug.keep('counts', { count = 0 })
        functions[0] = function(_, _, o) kept.count = kept.count + 1 set(o, kept.count) end";
    let contract = world.bundle("waits", asks);
    call::number(&contract, 0).unwrap();

    world.change("waits", "functions[0] = function(_, _, o) set(o, 0) end").unwrap();
    world.change("waits", asks).unwrap();

    assert_eq!(call::number(&contract, 0).unwrap(), 2);
}

#[test]
fn rule_6_save_and_restore_are_given_the_version_that_saved() {
    let world = World::new();
    let body = "function new()
           return {
             gold = 0, from = 0,
             save = function(self) return { coins = self.gold } end,
             restore = function(self, state, from_version)
               self.gold = state.coins
               local major, minor, patch = from_version:match('^(%d+)%.(%d+)%.(%d+)$')
               self.from = major * 10000 + minor * 100 + patch
             end,
           }
         end
         functions[0] = function(self, _, o) self.gold = self.gold + 5 set(o, self.gold) end
         functions[1] = function(self, _, o) set(o, self.from) end";
    let source = |version: &str| {
        script("saver", body)
            .replace("{ factory", &format!("{{ contract_version = '{version}', factory"))
    };
    world.try_load("saver", "", &source("1.2.3")).unwrap();
    let contract = world.contract("saver.api@1");
    let instance = call::create(&contract).unwrap();
    call::on(&contract, instance, 0).unwrap();

    world.change_to("saver", &source("1.4.0")).unwrap();
    assert_eq!(call::on(&contract, instance, 1).unwrap(), 1_02_03);
    assert_eq!(call::on(&contract, instance, 0).unwrap(), 10);

    world.change_to("saver", &source("1.4.1")).unwrap();
    assert_eq!(call::on(&contract, instance, 1).unwrap(), 1_04_00);
    assert_eq!(call::on(&contract, instance, 0).unwrap(), 15);
}

#[test]
fn rule_6_plain_data_survives_with_its_cycles_and_its_shared_tables() {
    let world = World::new();
    let body = "local kept = polyplug.keep('shared', {})
        function new() return { list = { 1, 2.5, 'three', [true] = 'yes' }, call = print } end
        functions[0] = function(self)
          self.me, self.other = self, self.list
          kept.list, kept.owner = self.list, self
          self.list.deep = self.list
        end
        functions[1] = function(self, _, o)
          assert(self.me == self, 'the cycle')
          assert(self.other == self.list and self.list.deep == self.list, 'shared within')
          assert(kept.list == self.list and kept.owner == self, 'shared with a kept table')
          assert(#self.list == 3 and self.list[2] == 2.5 and self.list[3] == 'three')
          assert(self.list[true] == 'yes' and self.call == print, 'functions are of the new version')
          set(o, 1)
        end";
    let contract = world.bundle("graph", body);
    let instance = call::create(&contract).unwrap();
    call::on(&contract, instance, 0).unwrap();
    assert_eq!(call::on(&contract, instance, 1).unwrap(), 1);

    for _ in 0..3 {
        world.change("graph", body).unwrap();
        assert_eq!(call::on(&contract, instance, 1).unwrap(), 1);
    }
}

#[test]
fn rule_6_deep_and_large_state_is_carried_whole() {
    let world = World::new();
    let body = "function new() return { list = {} } end
        functions[0] = function(self)
          local at = self.list
          for i = 1, 100000 do at.next = { value = i } at = at.next end
        end
        functions[1] = function(self, _, o)
          local at, sum = self.list, 0
          while at.next do at = at.next sum = sum + at.value % 7 end
          set(o, sum)
        end";
    let contract = world.bundle("deep", body);
    call::number(&contract, 0).unwrap();
    let before = call::number(&contract, 1).unwrap();

    world.change("deep", body).unwrap();

    assert!(before > 0);
    assert_eq!(call::number(&contract, 1).unwrap(), before);
}

#[test]
fn rule_1_save_constructor_or_restore_that_fails_leaves_the_old_version_and_its_state() {
    let world = World::new();
    let body = "function new() return { count = 0, save = function(s) return { c = s.count } end,
          restore = function(s, state) s.count = state.c end } end
        functions[0] = function(self, _, o) self.count = self.count + 1 set(o, self.count) end";
    let contract = world.bundle("strict", body);
    let instance = call::create(&contract).unwrap();
    call::on(&contract, instance, 0).unwrap();
    let failing = [
        ("restore", body.replace("s.count = state.c", "error('cannot restore')")),
        (
            "construct",
            body.replace(
                "function new()",
                "local n = 0 function new() n = n + 1 if n > 1 then error('cannot construct') end",
            ),
        ),
    ];

    for (times, (what, body)) in (2..).zip(&failing) {
        let error = world.change("strict", body).unwrap_err();

        assert!(error.to_string().contains(&format!("cannot {what}")), "{error}");
        assert!(error.to_string().contains("strict/main.lua:"), "{error}");
        assert_eq!(call::on(&contract, instance, 0).unwrap(), times);
    }
    world.change("strict", &body.replace("{ c = s.count }", "error('cannot save')")).unwrap();
    let error = world.change("strict", body).unwrap_err();
    assert!(error.to_string().contains("cannot save"), "{error}");
    assert_eq!(call::on(&contract, instance, 0).unwrap(), 4);
}

#[test]
fn rule_1_save_and_restore_may_not_call_the_bundles_that_are_being_replaced() {
    let world = World::new();
    let body = "function new() return {
          save = function() local _, code = ask('inward.api', 0) return { code = code } end,
          restore = function(self, state)
            self.saving = state.code
            local _, code = ask('inward.api', 0)
            self.restoring = code
          end } end
        functions[0] = function(_, _, o) set(o, 1) end
        functions[1] = function(self, _, o) set(o, self.saving) end
        functions[2] = function(self, _, o) set(o, self.restoring) end";
    let contract = world.bundle("inward", body);

    world.change("inward", body).unwrap();

    let refused = polyplug_abi::AbiErrorCode::ReentrantCall as u32;
    assert_eq!(call::number(&contract, 1).unwrap(), refused);
    assert_eq!(call::number(&contract, 2).unwrap(), refused);
    assert_eq!(call::number(&contract, 0).unwrap(), 1);
}

//! Reloads: what changes, and what must not.

use polyplug::events::{Event, StateOutcome};
use polyplug_tests::call::{self, Raw};
use polyplug_tests::language::{Behaviour, Language, World};
use polyplug_tests::patience::wait_until;

for_each_language!(
    a_reload_keeps_handles_callers_and_pointers,
    a_reload_keeps_the_state_of_every_object,
    a_failed_reload_keeps_the_old_version_and_its_state,
    both_contracts_of_a_bundle_change_together,
    the_old_generation_is_closed,
);

fn a_reload_keeps_handles_callers_and_pointers(language: &dyn Language) {
    let world = World::new(language);
    world.load("one", Behaviour::Counter, 1).unwrap();
    let counter = world.host.contract("test.counter@1");
    let id = call::contract_id("test.counter@1");
    let handle = world.host.runtime.registry().find(id, 0).unwrap();
    let raw = Raw::of(&counter);

    for version in 2..5 {
        world.reload("one", Behaviour::Counter, version).unwrap();

        assert_eq!(call::number(&counter, 0).unwrap(), version);
        assert_eq!(raw.number(0).unwrap(), version);
        let registry = world.host.runtime.registry();
        assert_eq!(registry.find(id, 0).unwrap(), handle);
        assert_eq!(registry.resolve_guest_contract(handle).unwrap(), raw.0);
    }
}

fn a_reload_keeps_the_state_of_every_object(language: &dyn Language) {
    for (behaviour, name) in
        [(Behaviour::Counter, "test.counter@1"), (Behaviour::Pair, "test.right@1")]
    {
        let world = World::new(language);
        world.load("one", behaviour, 1).unwrap();
        let contract = world.host.contract(name);
        let instances: Vec<_> = (0..5).map(|_| call::create(&contract).unwrap()).collect();
        for (times, instance) in instances.iter().enumerate() {
            for _ in 0..times {
                call::on(&contract, *instance, 1).unwrap();
            }
        }
        call::number(&contract, 1).unwrap();

        world.reload("one", behaviour, 2).unwrap();
        world.reload("one", behaviour, 3).unwrap();

        for (times, instance) in instances.iter().enumerate() {
            let count = call::on(&contract, *instance, 1).unwrap();
            assert_eq!(count, times as u32 + 1, "{name}");
        }
        let default = if language.keeps_the_default_object() { 2 } else { 1 };
        assert_eq!(call::number(&contract, 1).unwrap(), default);
        let state = world.host.events.wait_for("the reload is told", |event| match event {
            Event::Reloaded { state, .. } => Some(*state),
            _ => None,
        });
        assert!(
            matches!(state, StateOutcome::Kept { objects, reset: 0 } if objects >= 4 + default),
            "{name}: {state:?}"
        );
    }
}

fn a_failed_reload_keeps_the_old_version_and_its_state(language: &dyn Language) {
    let world = World::new(language);
    world.load("one", Behaviour::Counter, 1).unwrap();
    let counter = world.host.contract("test.counter@1");
    let instance = call::create(&counter).unwrap();
    let revision = world.host.runtime.registry().revision();
    let broken = [Behaviour::BrokenStart, Behaviour::BrokenText, Behaviour::LostContract];

    for (times, behaviour) in (1..).zip(broken) {
        let error = world.reload("one", behaviour, 2).unwrap_err();

        assert_eq!(call::number(&counter, 0).unwrap(), 1, "{behaviour:?}");
        assert_eq!(call::on(&counter, instance, 1).unwrap(), times, "{behaviour:?}");
        assert_eq!(world.host.runtime.registry().revision(), revision);
        let listed = &world.host.runtime.bundles()[0];
        assert_eq!(listed.last_error.as_deref(), Some(error.to_string().as_str()));
        assert!(world.host.runtime.contract("test.other@1").is_err());
    }
    world.reload("one", Behaviour::Counter, 2).unwrap();
    assert_eq!(call::on(&counter, instance, 0).unwrap(), 2);
    assert_eq!(call::on(&counter, instance, 1).unwrap(), 4);
}

fn both_contracts_of_a_bundle_change_together(language: &dyn Language) {
    let world = World::new(language);
    world.load("one", Behaviour::Pair, 1).unwrap();
    let (left, right) = (world.host.contract("test.left@1"), world.host.contract("test.right@1"));

    for version in 2..10 {
        world.reload("one", Behaviour::Pair, version).unwrap();

        assert_eq!(call::number(&left, 0).unwrap(), version);
        assert_eq!(call::number(&right, 0).unwrap(), version);
    }
}

fn the_old_generation_is_closed(language: &dyn Language) {
    let world = World::new(language);
    world.load("one", Behaviour::Counter, 1).unwrap();

    world.reload("one", Behaviour::Counter, 2).unwrap();

    wait_until("the old generation is closed", || {
        world.host.runtime.poll().unwrap();
        world.host.events.count(
            |event| matches!(event, Event::Drained { bundle, generation: 1, .. } if bundle == "one"),
        ) == 1
    });
}

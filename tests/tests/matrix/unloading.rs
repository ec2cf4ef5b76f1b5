//! Unloads: what goes, and what comes back.

use polyplug::error::RuntimeError;
use polyplug_abi::{AbiErrorCode, BundleId};
use polyplug_tests::call::{self, Raw};
use polyplug_tests::language::{Behaviour, Language, World};
use polyplug_tests::patience::wait_until;

for_each_language!(
    an_unload_makes_everything_stale,
    what_comes_back_is_reached_by_the_old_pointers,
    an_unload_closes_the_bundle,
    what_is_not_loaded_is_not_unloaded,
);

fn an_unload_makes_everything_stale(language: &dyn Language) {
    let world = World::new(language);
    world.load("one", Behaviour::Counter, 1).unwrap();
    let counter = world.host.contract("test.counter@1");
    let raw = Raw::of(&counter);
    let registry = world.host.runtime.registry();
    let handle = registry.find(call::contract_id("test.counter@1"), 0).unwrap();

    world.host.unload("one").unwrap();

    let stale = AbiErrorCode::StaleHandle as u32;
    assert_eq!(call::number(&counter, 0).unwrap_err().code, stale);
    assert_eq!(raw.number(0).unwrap_err().0, stale);
    assert_eq!(call::create(&counter).unwrap_err().code, stale);
    assert!(registry.resolve_guest_contract(handle).is_err());
    assert!(world.host.runtime.contract("test.counter@1").is_err());
    assert!(world.host.loaded().is_empty());
}

fn what_comes_back_is_reached_by_the_old_pointers(language: &dyn Language) {
    let world = World::new(language);
    world.load("one", Behaviour::Counter, 1).unwrap();
    let counter = world.host.contract("test.counter@1");
    let raw = Raw::of(&counter);
    call::number(&counter, 1).unwrap();

    world.host.unload("one").unwrap();
    world.load("one", Behaviour::Counter, 2).unwrap();

    assert_eq!(call::number(&counter, 0).unwrap(), 2);
    assert_eq!(raw.number(0).unwrap(), 2);
    assert_eq!(raw.number(1).unwrap(), 1, "what was unloaded starts afresh");
}

fn an_unload_closes_the_bundle(language: &dyn Language) {
    let world = World::new(language);
    world.load("one", Behaviour::Counter, 1).unwrap();

    world.host.unload("one").unwrap();

    wait_until("the bundle is closed", || {
        world.host.runtime.poll().unwrap();
        world.host.events.story("one").contains(&"drained")
    });
    assert_eq!(world.host.loader.open_guests(), 0);
}

fn what_is_not_loaded_is_not_unloaded(language: &dyn Language) {
    let world = World::new(language);
    world.load("one", Behaviour::Counter, 1).unwrap();

    let unknown = world.host.runtime.unload_bundle(BundleId::of("two")).unwrap_err();
    world.host.unload("one").unwrap();
    let again = world.host.unload("one").unwrap_err();

    for error in [unknown, again] {
        assert!(matches!(error, RuntimeError::BundleNotLoaded { .. }), "{error:?}");
    }
}

//! Instances: made, used, destroyed, and used after that.

use polyplug_abi::AbiErrorCode;
use polyplug_tests::call;
use polyplug_tests::language::{Behaviour, Language, World};

for_each_language!(
    instances_are_apart_from_each_other_and_from_the_default,
    a_destroyed_instance_is_stale_and_stays_so,
    an_instance_of_another_contract_is_not_destroyed,
    an_instance_does_not_survive_an_unload,
);

fn instances_are_apart_from_each_other_and_from_the_default(language: &dyn Language) {
    let world = World::new(language);
    world.load("one", Behaviour::Counter, 1).unwrap();
    let counter = world.host.contract("test.counter@1");
    let (first, second) = (call::create(&counter).unwrap(), call::create(&counter).unwrap());

    for expected in 1..=3 {
        assert_eq!(call::on(&counter, first, 1).unwrap(), expected);
    }
    assert_eq!(call::on(&counter, second, 1).unwrap(), 1);
    assert_eq!(call::number(&counter, 1).unwrap(), 1);
    assert_eq!(world.host.runtime.bundles()[0].instances, 2);
}

fn a_destroyed_instance_is_stale_and_stays_so(language: &dyn Language) {
    let world = World::new(language);
    world.load("one", Behaviour::Counter, 1).unwrap();
    let counter = world.host.contract("test.counter@1");
    let gone = call::create(&counter).unwrap();
    // An address may be given to a new object, which is then no dead one.
    let before = (!language.knows_its_instances()).then(|| call::create(&counter).unwrap());
    call::destroy(&counter, gone).unwrap();
    let next = before.unwrap_or_else(|| call::create(&counter).unwrap());

    for _ in 0..2 {
        if language.knows_its_instances() {
            let error = call::on(&counter, gone, 1).unwrap_err();
            assert_eq!(error.code, AbiErrorCode::StaleHandle as u32, "{}", error.message);
        }
        let error = call::destroy(&counter, gone).unwrap_err();
        assert_eq!(error.code, AbiErrorCode::StaleHandle as u32, "{}", error.message);
        world.reload("one", Behaviour::Counter, 2).unwrap();
    }
    assert_eq!(call::on(&counter, next, 1).unwrap(), 1);
    assert_eq!(world.host.runtime.bundles()[0].instances, 1);
}

fn an_instance_of_another_contract_is_not_destroyed(language: &dyn Language) {
    let world = World::new(language);
    world.load("one", Behaviour::Pair, 1).unwrap();
    let left = world.host.contract("test.left@1");
    let right = world.host.contract("test.right@1");
    let instance = call::create(&left).unwrap();

    let error = call::destroy(&right, instance).unwrap_err();

    assert_eq!(error.code, AbiErrorCode::InvalidArgument as u32);

    assert_eq!(call::on(&left, instance, 1).unwrap(), 1);
}

fn an_instance_does_not_survive_an_unload(language: &dyn Language) {
    let world = World::new(language);
    world.load("one", Behaviour::Counter, 1).unwrap();
    let counter = world.host.contract("test.counter@1");
    let instance = call::create(&counter).unwrap();

    world.host.unload("one").unwrap();
    world.load("one", Behaviour::Counter, 2).unwrap();

    if language.knows_its_instances() {
        let error = call::on(&counter, instance, 1).unwrap_err();
        assert_eq!(error.code, AbiErrorCode::StaleHandle as u32);
    }
    let error = call::destroy(&counter, instance).unwrap_err();
    assert_eq!(error.code, AbiErrorCode::StaleHandle as u32);
    assert_eq!(call::number(&counter, 0).unwrap(), 2);
}

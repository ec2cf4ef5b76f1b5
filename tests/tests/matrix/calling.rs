//! Calls and their failures.

use polyplug_abi::{AbiErrorCode, LogLevel};
use polyplug_tests::call::{self, Raw};
use polyplug_tests::language::{Behaviour, Language, World};
use polyplug_tests::table::Table;

for_each_language!(
    guarded_and_raw_calls_answer_the_same,
    an_error_arrives_with_code_and_message,
    a_function_that_does_not_exist_is_not_available,
    calls_from_many_threads_are_all_answered,
);

fn counter(language: &dyn Language) -> World<'_> {
    let world = World::new(language);
    world.load("one", Behaviour::Counter, 5).unwrap();
    world
}

fn guarded_and_raw_calls_answer_the_same(language: &dyn Language) {
    let world = counter(language);
    let contract = world.host.contract("test.counter@1");
    let raw = Raw::of(&contract);

    assert_eq!(raw.number(0).unwrap(), 5);
    assert_eq!(call::number(&contract, 1).unwrap(), 1);
    assert_eq!(raw.number(1).unwrap(), 2);
    assert_eq!(Table::of(&world.host.runtime).find("test.counter@1", 0), Some(raw));
}

fn an_error_arrives_with_code_and_message(language: &dyn Language) {
    let world = counter(language);
    let contract = world.host.contract("test.counter@1");
    let table = Table::of(&world.host.runtime);
    table.take_last_error();

    let guarded = call::number(&contract, 3).unwrap_err();
    let (code, message) = Raw::of(&contract).number(3).unwrap_err();

    let expected = language.code_of_failure();
    assert_eq!((guarded.code, code), (expected, expected));
    assert!(guarded.message.contains("no fuel"), "{}", guarded.message);
    assert!(message.contains("no fuel"), "{message}");
    assert!(table.take_last_error().contains("no fuel"));
    assert_eq!(call::number(&contract, 0).unwrap(), 5);
}

fn a_function_that_does_not_exist_is_not_available(language: &dyn Language) {
    let world = counter(language);
    let contract = world.host.contract("test.counter@1");

    for function in [4, 5, u32::MAX] {
        let error = call::number(&contract, function).unwrap_err();

        assert_eq!(error.code, AbiErrorCode::FunctionNotAvailable as u32, "{function}");
        assert!(error.message.contains("test.counter"), "{}", error.message);
    }
    assert_eq!(world.host.log.count(LogLevel::Error, "panic"), 0);
}

fn calls_from_many_threads_are_all_answered(language: &dyn Language) {
    const CALLS: u32 = 2_000;
    let world = counter(language);
    let contract = world.host.contract("test.counter@1");

    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..CALLS {
                    call::number(&contract, 1).unwrap();
                }
            });
        }
    });

    assert_eq!(call::number(&contract, 1).unwrap(), 4 * CALLS + 1);
    assert_eq!(world.host.loader.collisions(), 0);
}

//! Components beside descriptions that others gave of the same contract.

use crate::bundle::{Host, loader};
use crate::calls::calculator;
use polyplug::schema::Value;
use std::fs;

fn described(wit: &str) -> Host {
    let text = format!("package demo:calculator@1.0.0; interface calculator {{ {wit} }}");
    Host::with(|builder| builder.loader(loader()).wit_text("calculator.wit", text))
}

#[test]
fn the_functions_of_a_component_may_stand_in_another_order() {
    let host = described(
        "sum: func(numbers: list<u32>) -> u64; greet: func(name: string) -> string;
         add: func(a: u32, b: u32) -> u32;",
    );
    host.load("calculator", &calculator()).unwrap();
    let sum = host.call("demo.calculator@1", "add", &[Value::U32(40), Value::U32(2)]);
    assert_eq!(sum, Value::U32(42));
    let contract = host.runtime.contract("demo.calculator@1").unwrap();
    // SAFETY: as the host describes it, function 2 takes two `u32` and gives one.
    let sum: u32 = unsafe { contract.call(2, &[40_u32, 2]) }.unwrap();
    assert_eq!(sum, 42);
}

#[test]
fn a_component_of_another_shape_than_the_host_expects_is_refused_with_both() {
    let host = described(
        "add: func(a: u64, b: u64) -> u64; greet: func(name: string) -> string;
         sum: func(numbers: list<u32>) -> u64;",
    );
    let error = host.load("calculator", &calculator()).unwrap_err().to_string();
    assert!(error.contains("a: u32") && error.contains("a: u64"), "{error}");
    assert!(host.runtime.contract("demo.calculator@1").is_err());
}

#[test]
fn a_function_that_the_host_expects_is_missed_by_name() {
    let host = described(
        "add: func(a: u32, b: u32) -> u32; greet: func(name: string) -> string;
         sum: func(numbers: list<u32>) -> u64; divide: func(a: u32, b: u32) -> u32;",
    );
    let error = host.load("calculator", &calculator()).unwrap_err().to_string();
    assert!(error.contains("`divide` is missing"), "{error}");
}

#[test]
fn the_bundle_s_own_wit_is_held_against_its_component() {
    let host = Host::new();
    let folder = host.write("calculator", &calculator(), "wit = \"calculator.wit\"\n");
    let write = |result: &str| {
        let text = format!(
            "package demo:calculator@1.0.0;
             interface calculator {{
               /// Adds.
               add: func(a: u32, b: u32) -> {result};
               greet: func(name: string) -> string; sum: func(numbers: list<u32>) -> u64;
             }}"
        );
        fs::write(folder.join("calculator.wit"), text).unwrap();
    };
    write("s32");
    let error = host.runtime.load_bundle(&folder).unwrap_err().to_string();
    assert!(error.contains("-> s32") && error.contains("-> u32"), "{error}");
    write("u32");
    host.runtime.load_bundle(&folder).unwrap();
    let contract = host.runtime.contract("demo.calculator@1").unwrap();
    let description = contract.description().unwrap().unwrap();
    assert_eq!(description.functions()[0].docs(), Some("Adds."));
}

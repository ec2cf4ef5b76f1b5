//! Time and memory limits around values.

use super::*;
use polyplug_abi::AbiErrorCode;

const FUNCTIONS: &str = "
spin: func();
grow: func(text: string, times: u32) -> list<string>;
take: func(numbers: list<f64>) -> u32;
add: func(a: u32, b: u32) -> u32;";
const SCRIPT: &str = "
function Class:spin() while true do end end
function Class:grow(text, times)
  local list = {}
  for i = 1, times do list[i] = text .. i end
  return list
end
function Class:take(numbers) return #numbers end
function Class:add(a, b) return a + b end";

#[test]
fn a_call_that_runs_too_long_is_stopped() {
    let world = World::new();
    let limits = "[limits]\ncall_ms = 30\n";
    world.try_load_typed("demo", limits, FUNCTIONS, SCRIPT).unwrap();
    let error = world.runtime.call_text("demo.api@1", "spin()").unwrap_err();
    assert_eq!(error.code(), AbiErrorCode::TimedOut as u32, "{error}");
}

#[test]
fn values_that_are_too_large_for_the_bundle_are_an_error_and_it_goes_on() {
    let world = World::new();
    let limits = "[limits]\nmemory = \"2 MiB\"\n";
    world.try_load_typed("demo", limits, FUNCTIONS, SCRIPT).unwrap();
    let contract = world.runtime.contract("demo.api@1").unwrap();
    let numbers = Value::from(vec![0.5_f64; 1 << 18]);
    for _ in 0..5 {
        let error = contract.call_values("take", std::slice::from_ref(&numbers)).unwrap_err();
        assert_eq!(error.code(), AbiErrorCode::MemoryLimit as u32, "{error}");
        let arguments = [Value::from("x".repeat(1000)), Value::U32(3_000)];
        let error = contract.call_values("grow", &arguments).unwrap_err();
        assert_eq!(error.code(), AbiErrorCode::MemoryLimit as u32, "{error}");
        assert_eq!(contract.call_text("add(1, 2)").unwrap(), Value::U32(3));
    }
    let list = contract.call_text("grow(\"x\", 2)").unwrap();
    assert_eq!(list, Value::from(vec!["x1", "x2"]));
}

/// What a proxy was asked to carry goes when the call ends, also if memory ran out on the way.
#[test]
fn a_script_that_runs_out_of_memory_in_a_call_out_goes_on() {
    let world = World::new();
    world.load_typed("demo", FUNCTIONS, SCRIPT);
    let script = "
local demo = polyplug.contract('demo.api@1')
function Class:ask(times) return #demo:grow(('x'):rep(1000), times) end";
    let limits = "[limits]\nmemory = \"2 MiB\"\n";
    world.try_load_typed("user", limits, "ask: func(times: u32) -> u32;", script).unwrap();
    let user = world.runtime.contract("user.api@1").unwrap();
    for _ in 0..150 {
        let error = user.call_values("ask", &[Value::U32(3_000)]).unwrap_err();
        assert_eq!(error.code(), AbiErrorCode::MemoryLimit as u32, "{error}");
        assert_eq!(user.call_values("ask", &[Value::U32(3)]).unwrap(), Value::U32(3));
    }
}

//! The typed form in a sandbox: all of it, without `ffi`.

use super::*;

const SANDBOX: &str = "[lua]\nsandbox = true\n";

const FUNCTIONS: &str = "
record point { x: s64, y: u64, name: option<string> }
variant shape { dot(point), empty }
sum: func(points: list<point>) -> point;
flip: func(v: s64) -> s64;
same: func(v: shape) -> shape;
count: func() -> u64;";

const SCRIPT: &str = "
local made = 0
function Class.new() made = made + 1 return setmetatable({ calls = 0 }, Class) end
function Class:sum(points)
  local sum = { x = 0, y = 0, name = #points .. ' points' }
  for _, point in ipairs(points) do sum.x, sum.y = sum.x + point.x, sum.y + point.y end
  return sum
end
function Class:flip(v) return -v end
function Class:same(v) return v end
function Class:count() self.calls = self.calls + 1 return self.calls end";

fn sandboxed() -> World {
    let world = World::new();
    world.try_load_typed("demo", SANDBOX, FUNCTIONS, SCRIPT).unwrap();
    world
}

#[test]
fn a_host_calls_it_with_values_of_all_sizes() {
    let world = sandboxed();
    for (call, expected) in [
        ("sum([])", "{x: 0, y: 0, name: some(\"0 points\")}"),
        ("sum([{x: -3, y: 4}, {x: 1, y: 2}])", "{x: -2, y: 6, name: some(\"2 points\")}"),
        // More than a number of Lua holds: an integer of 64 bits, without `ffi`.
        (
            "sum([{x: -9007199254740993, y: 18446744073709551614}, {x: -1, y: 1}])",
            "{x: -9007199254740994, y: 18446744073709551615, name: some(\"2 points\")}",
        ),
        ("flip(9223372036854775807)", "-9223372036854775807"),
        ("flip(-5)", "5"),
        ("same(dot({x: 1, y: 18446744073709551615}))", "dot({x: 1, y: 18446744073709551615})"),
        ("same(empty)", "empty"),
        ("count()", "1"),
    ] {
        let value = world.runtime.call_text("demo.api@1", call);
        let value = value.unwrap_or_else(|error| panic!("{call}: {error}"));
        assert_eq!(value.to_string(), expected, "{call}");
    }
}

#[test]
fn it_calls_others_by_proxies_and_owns_instances() {
    let world = sandboxed();
    let script = "
local demo = polyplug.contract('demo.api@1')
function Class:run()
  assert(not pcall(require, 'ffi') and package.loaded.ffi == nil)
  local wide = demo:flip(-9223372036854775807LL)
  assert(wide == 9223372036854775807LL and type(wide) == 'cdata')
  assert(demo:flip(2) == -2 and type(demo:flip(2)) == 'number')
  local sum = demo:sum({ { x = 1, y = 2 }, { x = -4, y = 18446744073709551613ULL, name = 'b' } })
  assert(sum.x == -3 and sum.y == 18446744073709551615ULL and sum.name == '2 points')
  local dot = demo:same({ tag = 'dot', value = { x = 1, y = 1 } })
  assert(dot.tag == 'dot' and dot.value.x == 1 and dot.value.name == nil)
  local fine, problem = pcall(demo.flip, demo, 1.5)
  assert(not fine and tostring(problem):find('expected s64', 1, true), problem)
  local one, two = polyplug.create(demo), polyplug.create(demo)
  assert(one:count() == 1 and one:count() == 2 and two:count() == 1 and demo:count() == 1)
  polyplug.destroy(one)
  assert(not pcall(one.count, one))
  -- What 64-bit integers are made with is no way out of the sandbox.
  assert(not pcall(require, 'ffi') and package.loaded.ffi == nil)
  assert(tostring(getmetatable(wide)) == 'ffi' or getmetatable(wide) == nil)
  return 'all of it'
end";
    world.try_load_typed("user", SANDBOX, "run: func() -> string;", script).unwrap();
    let said = world.runtime.call_text("user.api@1", "run()");
    assert_eq!(said.unwrap_or_else(|error| panic!("{error}")), Value::from("all of it"));
}

//! Values that no honest script makes. Each is an error of its call, nothing of it stays behind, and
//! the VM and the runtime go on.

use super::*;

const FUNCTIONS: &str = "
record node { name: string, inner: list<list<list<u8>>> }
variant tree { leaf(u8), twig(list<list<string>>), bare }
deep: func(key: string) -> list<list<list<u8>>>;
get-node: func(key: string) -> node;
get-tree: func(key: string) -> tree;
texts: func(key: string) -> list<string>;
maybe: func(key: string) -> list<option<u8>>;
take: func(nested: list<list<list<u8>>>) -> u32;
add: func(a: u32, b: u32) -> u32;";

const SCRIPT: &str = r#"
local circle = {}
circle[1] = circle
local hostile = setmetatable({}, {
  __index = function() error("asked") end, __len = function() return 2 ^ 40 end,
  __pairs = function() error("walked") end,
})
local endless = setmetatable({}, {})
getmetatable(endless).__tostring = function(self) local text = tostring(self) return text end
local values = {
  circle = circle,
  hostile = hostile,
  in_record = { name = "a", inner = { circle } },
  in_case = { tag = "twig", value = { { "a", "\255" } } },
  no_case = { tag = "twigs", value = 1 },
  case_of_table = { tag = circle },
  not_text = { "a", "\xC0\x80" },
  surrogate = { "\xED\xA0\x80" },
  cut = { "a\xF0\x9F\x98" },
  n_negative = { n = -1 },
  n_fraction = { n = 1.5 },
  n_nan = { n = 0 / 0 },
  n_huge = { n = 1e300 },
  n_text = { n = "x" },
  n_large = { n = 2 ^ 31 - 1 },
  n_limit = { n = 200000000 },
}
local function give(_, key)
  if key == "endless" then error(endless) end
  if key == "nothing" then error() end
  if key == "recursion" then return give(_, key), 1 end
  return values[key]
end
Class.deep, Class.get_node, Class.get_tree, Class.texts, Class.maybe = give, give, give, give, give
function Class:take(nested) return #nested end
function Class:add(a, b) return a + b end"#;

const ROWS: &[(&str, &str, &str)] = &[
    ("deep", "circle", "result[1][1][1]: expected u8, got table"),
    ("get-node", "hostile", "result: field `name` is missing"),
    ("deep", "recursion", "stack overflow"),
    ("deep", "endless", ""),
    ("deep", "nothing", ""),
    ("get-node", "in_record", "result.inner[1][1][1]: expected u8, got table"),
    ("get-node", "circle", "result"),
    ("get-tree", "in_case", "result.twig[1][2]: the text is not UTF-8 from byte 0 on"),
    ("get-tree", "no_case", "case `twigs` is unknown; did you mean `twig`?"),
    ("get-tree", "case_of_table", "a table whose `tag` is a table"),
    ("get-tree", "circle", "a table without `tag`"),
    ("texts", "not_text", "result[2]: the text is not UTF-8 from byte 0 on"),
    ("texts", "surrogate", "result[1]: the text is not UTF-8 from byte 0 on"),
    ("texts", "cut", "result[1]: the text is not UTF-8 from byte 1 on"),
    ("texts", "circle", "result[1]: expected string, got table"),
    ("maybe", "n_negative", "expected a whole number in the field `n`, got -1"),
    ("maybe", "n_fraction", "in the field `n`, got 1.5"),
    ("maybe", "n_nan", "`n`"),
    ("maybe", "n_huge", ""),
    ("maybe", "n_text", "in the field `n`, got string"),
    ("maybe", "n_large", ""),
    ("maybe", "n_limit", ""),
];

/// Makes every bad value often, in little memory: what stayed behind would fill it.
fn hold_out(world: &World, more: &str) {
    let limits = format!("{more}[limits]\nmemory = \"4 MiB\"\n");
    world.try_load_typed("bad", &limits, FUNCTIONS, SCRIPT).unwrap();
    let contract = world.runtime.contract("bad.api@1").unwrap();
    for (function, key, expected) in ROWS {
        for _ in 0..40 {
            let message = refusal(contract.call_values(function, &[Value::from(*key)]));
            assert!(message.contains(expected), "{function} {key}: {message}");
        }
        assert_eq!(contract.call_text("add(1, 2)").unwrap(), Value::U32(3), "{function} {key}");
    }
}

#[test]
fn values_that_cannot_be_are_errors_and_the_bundle_goes_on() {
    hold_out(&World::new(), "");
}

#[test]
fn a_sandbox_holds_out_as_well() {
    hold_out(&World::new(), "[lua]\nsandbox = true\n");
}

#[test]
fn a_proxy_refuses_them_before_anything_is_called() {
    let world = World::new();
    world.load_typed("bad", FUNCTIONS, SCRIPT);
    let script = "
local bad = polyplug.contract('bad.api@1')
local circle = {}
circle[1] = circle
function Class:run()
  local last
  for _ = 1, 500 do
    local fine, problem = pcall(bad.take, bad, circle)
    assert(not fine)
    last = tostring(problem)
    assert(bad:take({ { { 1 } }, {} }) == 2)
  end
  return last
end";
    for more in ["", "[lua]\nsandbox = true\n"] {
        let limits = format!("{more}[limits]\nmemory = \"4 MiB\"\n");
        world.try_load_typed("user", &limits, "run: func() -> string;", script).unwrap();
        let said = world.runtime.call_text("user.api@1", "run()").unwrap().to_string();
        assert!(said.contains("parameter `nested`[1][1][1]: expected u8, got table"), "{said}");
        world.runtime.unload_bundle(polyplug_abi::BundleId::of("user")).unwrap();
    }
}

/// As deep as types may nest: the walk ends where the type does, however deep the value is.
#[test]
fn the_deepest_type_goes_in_and_out() {
    const DEPTH: usize = 60;
    let ty = format!("{}u8{}", "list<".repeat(DEPTH), ">".repeat(DEPTH));
    let functions = format!("echo: func(v: {ty}) -> {ty};\ncircle: func() -> {ty};");
    let script = "
function Class:echo(v) return v end
function Class:circle() local t = {} t[1] = t return t end";
    let world = World::new();
    let contract = world.load_typed("demo", &functions, script);
    let value = format!("{}7{}", "[".repeat(DEPTH), "]".repeat(DEPTH));
    let back = contract.call_text(&format!("echo({value})")).unwrap();
    assert_eq!(back.to_string(), value);
    let message = refusal(contract.call_values("circle", &[]));
    assert!(message.contains("[1][1]") && message.contains("expected u8, got table"), "{message}");
}

/// Making a text of what was raised is part of the call, and of its time.
#[test]
fn an_error_whose_text_never_ends_is_stopped() {
    let world = World::new();
    let script = "
local endless = setmetatable({}, { __tostring = function(self) return tostring(self) end })
function Class:fail() error(endless) end
function Class:add(a, b) return a + b end";
    let functions = "fail: func();\nadd: func(a: u32, b: u32) -> u32;";
    world.try_load_typed("demo", "[limits]\ncall_ms = 30\n", functions, script).unwrap();
    let error = world.runtime.call_text("demo.api@1", "fail()").unwrap_err();
    assert_eq!(error.code(), polyplug_abi::AbiErrorCode::TimedOut as u32, "{error}");
}

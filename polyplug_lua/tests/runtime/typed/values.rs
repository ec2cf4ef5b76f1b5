//! Every type of WIT, from the host to Lua and back.

use super::*;

const TYPES: &str = "
record point { x: f32, y: f32, max-speed: option<u8> }
record outer { name: string, points: list<point>, inner: tuple<u8, string> }
variant shape { empty, circle(f64), named(string), deep(option<u32>) }
enum color { red, dark-green, blue }
flags rights { can-read, write, all }
echo-bool: func(v: bool) -> bool;
echo-s8: func(v: s8) -> s8;
echo-u8: func(v: u8) -> u8;
echo-s16: func(v: s16) -> s16;
echo-u16: func(v: u16) -> u16;
echo-s32: func(v: s32) -> s32;
echo-u32: func(v: u32) -> u32;
echo-s64: func(v: s64) -> s64;
echo-u64: func(v: u64) -> u64;
echo-f32: func(v: f32) -> f32;
echo-f64: func(v: f64) -> f64;
echo-char: func(v: char) -> char;
echo-string: func(v: string) -> string;
echo-bytes: func(v: list<u8>) -> list<u8>;
echo-list: func(v: list<s64>) -> list<s64>;
echo-options: func(v: list<option<u8>>) -> list<option<u8>>;
echo-tuple: func(v: tuple<u8, option<string>, bool>) -> tuple<u8, option<string>, bool>;
echo-point: func(v: point) -> point;
echo-outer: func(v: outer) -> outer;
echo-color: func(v: color) -> color;
echo-rights: func(v: rights) -> rights;
echo-option: func(v: option<string>) -> option<string>;
echo-nested: func(v: option<option<u8>>) -> option<option<u8>>;
echo-shape: func(v: shape) -> shape;
echo-result: func(v: result<u32, string>) -> result<u32, string>;
echo-outcome: func(v: result) -> result;
echo-none: func();
kind: func() -> string;
";

/// `seen` is what the last value looked like from inside of Lua.
const ECHO: &str = r#"
local seen = ""
local function show(v)
    if type(v) == "table" then
        local keys, parts = {}, {}
        for k in pairs(v) do keys[#keys + 1] = k end
        table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
        for _, k in ipairs(keys) do parts[#parts + 1] = tostring(k) .. "=" .. show(v[k]) end
        return "{" .. table.concat(parts, ",") .. "}"
    end
    return type(v) == "string" and string.format("%q", v) or tostring(v)
end
setmetatable(Class, {
    __index = function(_, name)
        if not name:find("^echo_") then return nil end
        return function(self, ...)
            seen = select('#', ...) == 0 and "nothing" or show((...))
            return ...
        end
    end,
})
function Class:kind() return seen end
"#;

fn echo() -> (World, Contract) {
    let world = World::new();
    let contract = world.load_typed("echo", TYPES, &format!("local rawset = rawset\n{ECHO}"));
    (world, contract)
}

#[test]
fn every_type_goes_in_and_comes_back() {
    let (_world, contract) = echo();
    let rows = [
        ("echo-bool", "true", "true"),
        ("echo-bool", "false", "false"),
        ("echo-s8", "-128", "-128"),
        ("echo-u8", "255", "255"),
        ("echo-s16", "-32768", "-32768"),
        ("echo-u16", "65535", "65535"),
        ("echo-s32", "-2147483648", "-2147483648"),
        ("echo-u32", "4294967295", "4294967295"),
        ("echo-s64", "-7", "-7"),
        ("echo-s64", "9007199254740992", "9.007199254741e+15"),
        ("echo-s64", "9007199254740993", "9007199254740993LL"),
        ("echo-s64", "-9223372036854775808", "-9223372036854775808LL"),
        ("echo-s64", "9223372036854775807", "9223372036854775807LL"),
        ("echo-u64", "18446744073709551615", "18446744073709551615ULL"),
        ("echo-u64", "12", "12"),
        ("echo-f32", "0.5", "0.5"),
        ("echo-f64", "-1.25e300", "-1.25e+300"),
        ("echo-f64", "inf", "inf"),
        ("echo-char", "'ä'", "\"ä\""),
        ("echo-string", "\"\"", "\"\""),
        ("echo-string", "\"Grüße, 世界\"", "\"Grüße, 世界\""),
        ("echo-bytes", "[65, 66, 67]", "\"ABC\""),
        ("echo-list", "[1, -2, 9007199254740993]", "{1=1,2=-2,3=9007199254740993LL}"),
        ("echo-list", "[]", "{}"),
        ("echo-options", "[none, some(1), none]", "{2=1,n=3}"),
        ("echo-tuple", "(1, none, true)", "{1=1,3=true}"),
        ("echo-tuple", "(1, some(\"x\"), false)", "{1=1,2=\"x\",3=false}"),
        ("echo-point", "{x: 1, y: 2, max-speed: some(9)}", "{max_speed=9,x=1,y=2}"),
        ("echo-point", "{x: 1, y: 2}", "{x=1,y=2}"),
        (
            "echo-outer",
            "{name: \"o\", points: [{x: 1, y: 2}], inner: (3, \"i\")}",
            "{inner={1=3,2=\"i\"},name=\"o\",points={1={x=1,y=2}}}",
        ),
        ("echo-color", "dark-green", "\"dark-green\""),
        ("echo-rights", "{can-read, all}", "{all=true,can_read=true}"),
        ("echo-rights", "{}", "{}"),
        ("echo-option", "none", "nil"),
        ("echo-option", "some(\"x\")", "\"x\""),
        ("echo-nested", "none", "nil"),
        ("echo-nested", "some(none)", "{tag=\"some\"}"),
        ("echo-nested", "some(some(3))", "{tag=\"some\",value=3}"),
        ("echo-shape", "empty", "{tag=\"empty\"}"),
        ("echo-shape", "circle(2.5)", "{tag=\"circle\",value=2.5}"),
        ("echo-shape", "named(\"n\")", "{tag=\"named\",value=\"n\"}"),
        ("echo-shape", "deep(none)", "{tag=\"deep\"}"),
        ("echo-shape", "deep(some(7))", "{tag=\"deep\",value=7}"),
        ("echo-result", "ok(1)", "{tag=\"ok\",value=1}"),
        ("echo-result", "err(\"bad\")", "{tag=\"err\",value=\"bad\"}"),
        ("echo-outcome", "ok", "{tag=\"ok\"}"),
        ("echo-outcome", "err", "{tag=\"err\"}"),
    ];
    for (function, value, in_lua) in rows {
        let call = format!("{function}({value})");
        let back = contract.call_text(&call).unwrap_or_else(|error| panic!("{call}: {error}"));
        let parsed = contract.description().unwrap().unwrap();
        let expected = parsed.parse_call(&call).unwrap().arguments.remove(0);
        assert_eq!(back, expected, "{call}");
        let seen = contract.call_values("kind", &[]).unwrap();
        assert_eq!(seen, Value::from(in_lua), "{call}");
    }
    assert_eq!(contract.call_text("echo-none()").unwrap(), Value::Tuple(Vec::new()));
    assert_eq!(contract.call_values("kind", &[]).unwrap(), Value::from("nothing"));
}

/// A contract whose function `f` gives what the Lua expression is.
fn gives(
    world: &World,
    number: usize,
    ty: &str,
    expression: &str,
) -> Result<Value, DynamicCallError> {
    let name = format!("gives{number}");
    let functions = format!("{}f: func() -> {ty};", TYPES.split("echo-bool").next().unwrap());
    let script = format!("function Class:f() return {expression} end");
    world.load_typed(&name, &functions, &script).call_values("f", &[])
}

#[test]
fn other_spellings_are_accepted() {
    let world = World::new();
    let rows = [
        ("rights", "{ 'can_read', 'all' }", "{can-read, all}"),
        ("rights", "{ 'can-read' }", "{can-read}"),
        ("rights", "{ write = true, all = false }", "{write}"),
        ("shape", "'empty'", "empty"),
        ("shape", "'deep'", "deep(none)"),
        ("result", "'ok'", "ok"),
        ("result<u8, string>", "polyplug.ok(3)", "ok(3)"),
        ("result<u8, string>", "polyplug.err('no')", "err(\"no\")"),
        ("result", "polyplug.err()", "err"),
        ("list<u8>", "{ 1, 2, 255 }", "[1, 2, 255]"),
        ("list<option<u8>>", "{ 1, nil, nil, n = 3 }", "[some(1), none, none]"),
        ("list<option<u8>>", "{ n = 2 }", "[none, none]"),
        ("s64", "5LL", "5"),
        ("s64", "5ULL", "5"),
        ("u64", "5LL", "5"),
        ("u64", "2^63", "9223372036854775808"),
        ("s64", "-2^63", "-9223372036854775808"),
        ("u8", "-0", "0"),
        ("f32", "0.1", "0.1"),
        ("point", "setmetatable({ x = 1, y = 2, extra = 3 }, {})", "{x: 1, y: 2}"),
    ];
    for (number, (ty, expression, expected)) in rows.into_iter().enumerate() {
        let value = gives(&world, number, ty, expression);
        let value = value.unwrap_or_else(|error| panic!("{ty}, {expression}: {error}"));
        assert_eq!(value.to_string(), expected, "{ty}: {expression}");
    }
}

#[test]
fn what_is_no_value_of_the_type_is_named_with_its_place() {
    let world = World::new();
    let rows = [
        ("u8", "256", "result: 256 is out of range for u8"),
        ("u8", "-1", "result: -1 is out of range for u8"),
        ("u8", "1.5", "result: expected u8, got 1.5"),
        ("u8", "0/0", "result: expected u8, got NaN"),
        ("u8", "'1'", "result: expected u8, got string"),
        ("u8", "nil", "result: expected u8, got nil"),
        ("u8", "1LL", "result: expected u8, got cdata"),
        ("bool", "1", "result: expected bool, got number"),
        ("bool", "nil", "result: expected bool, got nil"),
        ("s64", "2^63", "result: 9223372036854776000 is out of range for s64"),
        ("s64", "18446744073709551615ULL", "18446744073709551615 is out of range for s64"),
        ("u64", "-1LL", "result: -1 is out of range for u64"),
        ("u64", "-1", "result: -1 is out of range for u64"),
        ("u64", "require('ffi').new('int32_t[1]')", "cdata that is no 64-bit integer"),
        ("f32", "1e300", "is out of range for f32"),
        ("f64", "true", "result: expected f64, got boolean"),
        ("char", "'ab'", "result: expected char, got a string of 2 bytes"),
        ("char", "''", "result: expected char, got a string of 0 bytes"),
        ("char", "97", "result: expected char, got number"),
        ("string", "5", "result: expected string, got number"),
        ("string", "'a\\255'", "result: the text is not UTF-8 from byte 1 on"),
        ("list<u32>", "{ 1, 'x' }", "result[2]: expected u32, got string"),
        (
            "list<u32>",
            "(function() local t = { 1, 2, 3 } t[2] = nil return t end)()",
            "result[2]: expected u32, got nil",
        ),
        ("list<u32>", "{ x = 1 }", "expected list<u32>, got a table with the field `x`"),
        ("list<u32>", "5", "result: expected list<u32>, got number"),
        ("list<u8>", "{ 256 }", "result[1]: 256 is out of range for u8"),
        ("list<option<u8>>", "{ n = 2147483648 }", "is larger than"),
        ("list<option<u64>>", "{ n = 2000000000 }", "larger than the limit"),
        ("tuple<u8, u8>", "{ 1 }", "result[2]: expected u8, got nil"),
        ("tuple<u8, u8>", "{ 1, 2, 3 }", "result: expected 2 elements, got 3"),
        ("point", "{ x = 1 }", "result: field `y` is missing"),
        ("point", "{ x = 1, y = 'a' }", "result.y: expected f32, got string"),
        ("point", "'point'", "result: expected point, got string"),
        (
            "outer",
            "{ name = 'a', inner = { 1, 'b' }, points = { { x = 1, y = {} } } }",
            "result.points[1].y: expected f32, got table",
        ),
        ("color", "'redd'", "result: case `redd` is unknown; did you mean `red`?"),
        ("color", "1", "result: expected color, got number"),
        ("rights", "{ fly = true }", "flag `fly` is unknown"),
        (
            "rights",
            "{ write = 1 }",
            "result.write: expected true or false, or an array of names, got number",
        ),
        ("rights", "'write'", "result: expected rights, got string"),
        ("shape", "{}", "result: expected shape, got a table without `tag`"),
        ("shape", "{ tag = 1 }", "a table whose `tag` is a number"),
        ("shape", "{ tag = 'circel' }", "case `circel` is unknown; did you mean `circle`?"),
        ("shape", "{ tag = 'circle' }", "result: case `circle` needs a value"),
        ("shape", "{ tag = 'empty', value = 1 }", "result: case `empty` has no value"),
        ("shape", "{ tag = 'named', value = 5 }", "result.named: expected string, got number"),
        ("shape", "'circle'", "result: case `circle` needs a value"),
        ("result<u8, string>", "5", "result: expected result<u8, string>, got number"),
        ("option<u8>", "'x'", "result: expected u8, got string"),
        ("option<option<u8>>", "5", "expected option<option<u8>>, got number"),
        ("option<option<u8>>", "{}", "got another table"),
    ];
    for (number, (ty, expression, expected)) in rows.into_iter().enumerate() {
        let message = refusal(gives(&world, number, ty, expression));
        assert!(message.contains(expected), "{ty}, {expression}: {message}");
        assert!(message.contains(&format!("gives{number}.api@1 f: func() -> ")), "{message}");
    }
}

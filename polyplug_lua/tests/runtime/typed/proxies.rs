//! `polyplug.contract` and `polyplug.host`: contracts that scripts call with values.

use super::*;

const GREET: &str = "
record person { name: string, age: option<u8> }
greet: func(name: string) -> string;
oldest: func(people: list<person>) -> option<person>;
add: func(a: u32, b: u32) -> u32;
find: func(name: string, limit: option<u32>) -> list<string>;
fail: func(message: string);
huge: func(x: u64) -> u64;";

const GREETER: &str = "
function Class:greet(name) return 'Hello, ' .. name end
function Class:oldest(people)
  local oldest
  for _, person in ipairs(people) do
    if not oldest or (person.age or 0) > (oldest.age or 0) then oldest = person end
  end
  return oldest
end
function Class:add(a, b) return a + b end
function Class:find(name, limit) return { name, tostring(limit) } end
function Class:fail(message) error(message, 0) end
function Class:huge(x) return x + 1 end";

/// A world with the greeter, and a bundle whose function `run` is this script.
fn run(script: &str) -> Result<Value, DynamicCallError> {
    let world = World::new();
    world.load_typed("demo", GREET, GREETER);
    let body = format!(
        "local greeter = polyplug.contract('demo.api@1')\nfunction Class:run() {script} end"
    );
    world.load_typed("user", "run: func() -> string;", &body).call_values("run", &[])
}

#[test]
fn values_go_out_and_come_back() {
    let script = "
assert(greeter:greet('Ada') == 'Hello, Ada')
assert(greeter:add(20, 22) == 42)
local oldest = greeter:oldest({ { name = 'Ada', age = 36 }, { name = 'Bob' } })
assert(oldest.name == 'Ada' and oldest.age == 36)
assert(greeter:oldest({}) == nil)
local found = greeter:find('x')
assert(#found == 2 and found[2] == 'nil')
assert(greeter:find('x', 3)[2] == '3')
assert(greeter:huge(1) == 2 and greeter:huge(9007199254740993ULL) == 9007199254740994ULL)
assert(greeter == polyplug.contract('demo.api@1') and greeter == polyplug.contract('demo.api@1.0'))
for i = 1, 300 do assert(greeter:greet(tostring(i)) == 'Hello, ' .. i) end
return tostring(greeter)";
    assert_eq!(run(script).unwrap(), Value::from("contract demo.api@1 of bundle `demo`"));
}

#[test]
fn a_bundle_in_the_raw_form_has_proxies_too() {
    let world = World::new();
    world.load_typed("demo", GREET, GREETER);
    let raw = world.load(
        "raw",
        "functions[0] = function(_, a, o)
           local greeter = polyplug.contract('demo.api@1')
           assert(greeter:huge(9007199254740993ULL) == 9007199254740994ULL)
           set(o, greeter:add(get(a), 2))
         end",
    );
    assert_eq!(call(&raw, 0, 40.0).unwrap(), 42.0);
}

#[test]
fn mistakes_are_errors_of_lua_that_name_what_is_wrong() {
    let rows = [
        (
            "greeter:greet(5)",
            "demo.api@1 greet: func(name: string) -> string: parameter `name`: expected string, got number",
        ),
        ("greeter:greet()", "expected 1 arguments, got 0"),
        ("greeter:greet('a', nil)", "expected 1 arguments, got 2"),
        ("greeter:find()", "expected 2 arguments, got 0"),
        ("greeter.greet('a')", "call it with a colon, as in `proxy:greet(..)`"),
        ("greeter.greet()", "call it with a colon"),
        ("greeter.greet(io.stdout, 'a')", "call it with a colon"),
        (
            "greeter:oldest({ { name = 'a', age = 300 } })",
            "parameter `people`[1].age: 300 is out of range for u8",
        ),
        ("greeter:gret('a')", "demo.api@1 has no function `gret`; did you mean `greet`?"),
        ("greeter:fail('broken')", "demo.api@1 fail: func(message: string): broken"),
        ("greeter.new = 5", "attempt to index"),
        ("polyplug.contract('nobody.home@1')", "no bundle provides the contract `nobody.home@1`"),
        ("polyplug.contract('nobody')", "write a contract as `name@major`"),
        ("polyplug.contract()", "the name is a string"),
        ("polyplug.host('game.clock@1')", "the host provides no contract `game.clock@1`"),
        ("polyplug.create(5)", "expected what polyplug.contract gives"),
        ("polyplug.destroy(greeter)", "expected what polyplug.create gives"),
        ("polyplug.create(greeter)", "define `function Class.new(host)`"),
    ];
    for (script, expected) in rows {
        let script = format!("local ok, message = pcall(function() {script} end) return message");
        let Value::String(message) = run(&script).unwrap() else { panic!("{script}") };
        assert!(message.contains(expected), "{script}: {message}");
        assert!(message.starts_with("user/main.lua:4: "), "{script}: {message}");
    }
}

#[test]
fn instances_are_made_used_and_destroyed() {
    let world = World::new();
    world.load_typed(
        "demo",
        "add: func(amount: u32) -> u32;",
        "function Class.new() return setmetatable({ sum = 0 }, Class) end
         function Class:add(amount) self.sum = self.sum + amount return self.sum end",
    );
    let user = world.load_typed(
        "user",
        "run: func() -> string;",
        "function Class:run()
           local counter = polyplug.contract('demo.api@1')
           local first, second = polyplug.create(counter), polyplug.create(counter)
           assert(first:add(1) == 1 and first:add(1) == 2 and second:add(5) == 5 and counter:add(9) == 9)
           polyplug.destroy(first)
           local _, message = pcall(first.add, first, 1)
           assert(message:find('the instance was destroyed', 1, true), message)
           _, message = pcall(polyplug.destroy, first)
           assert(message:find('it was destroyed before', 1, true), message)
           assert(second:add(5) == 10)
           polyplug.destroy(second)
           return 'done'
         end",
    );
    assert_eq!(user.call_values("run", &[]).unwrap(), Value::from("done"));
}

#[test]
fn instances_of_others_survive_a_reload_of_their_owner() {
    let world = World::new();
    world.load_typed(
        "demo",
        "add: func(amount: u32) -> u32;",
        "function Class.new() return setmetatable({ sum = 0 }, Class) end
         function Class:add(amount) self.sum = self.sum + amount return self.sum end",
    );
    let script = "
local kept = polyplug.keep('counters', {})
function Class.new() return setmetatable({ all = polyplug.contract('demo.api@1') }, Class) end
function Class:run()
  self.own = self.own or polyplug.create(self.all)
  kept.second = kept.second or polyplug.create(self.all)
  self.all:add(1)
  return self.own:add(10) .. ' ' .. kept.second:add(100) .. ' ' .. self.all:add(0)
end";
    let user = world.load_typed("user", "run: func() -> string;", script);
    assert_eq!(user.call_values("run", &[]).unwrap(), Value::from("10 100 1"));
    for round in 2..5 {
        world.reload_typed("user", script).unwrap();
        let expected = format!("{} {} {round}", 10 * round, 100 * round);
        assert_eq!(user.call_values("run", &[]).unwrap(), Value::from(expected));
    }
}

#[test]
fn a_proxy_follows_its_provider_which_may_not_contradict_it() {
    let world = World::new();
    world.load_typed("demo", GREET, GREETER);
    let user = world.load_typed(
        "user",
        "greet: func() -> string;",
        "local greeter = polyplug.contract('demo.api@1')
         function Class:greet() return greeter:greet('Ada') end",
    );
    let greet = || user.call_values("greet", &[]);
    assert_eq!(greet().unwrap(), Value::from("Hello, Ada"));
    world.reload_typed("demo", &GREETER.replace("Hello", "Bye")).unwrap();
    assert_eq!(greet().unwrap(), Value::from("Bye, Ada"));

    let changed =
        GREET.replace("greet: func(name: string) -> string", "greet: func(name: u32) -> u32");
    let folder = world.write_typed("demo", "", &changed, GREETER);
    let error = world.runtime.reload_bundle(folder).unwrap_err();
    assert!(
        error.to_string().contains("changed") || error.to_string().contains("differently"),
        "{error}"
    );
    assert_eq!(greet().unwrap(), Value::from("Bye, Ada"));

    world.runtime.unload_bundle(polyplug_abi::BundleId::of("demo")).unwrap();
    assert!(refusal(greet()).contains("not loaded"), "{}", refusal(greet()));
    world.write_typed("demo", "", GREET, GREETER);
    world.runtime.load_bundle(world.folder.path().join("demo")).unwrap();
    assert_eq!(greet().unwrap(), Value::from("Hello, Ada"));
}

#[test]
fn the_callers_own_wit_counts_for_a_provider_without() {
    let world = World::new();
    world.load(
        "old",
        "functions[0] = function(_, a, o)
           local args = ffi.cast('const uint32_t *', a)
           ffi.cast('uint32_t *', o)[0] = args[0] * args[1]
         end",
    );
    let undescribed = world.load_typed(
        "user",
        "run: func() -> u32;",
        "function Class:run() return polyplug.contract('old.api@1'):times(6, 7) end",
    );
    let message = refusal(undescribed.call_values("run", &[]));
    assert!(message.contains("`old.api@1` has no description"), "{message}");
    let folder = world.write_typed(
        "other",
        "",
        "run: func() -> u32;",
        "function Class:run() return polyplug.contract('old.api@1'):times(6, 7) end",
    );
    fs::create_dir_all(folder.join("wit/deps/old")).unwrap();
    fs::write(
        folder.join("wit/deps/old/old.wit"),
        wit("old", "times: func(a: u32, b: u32) -> u32;"),
    )
    .unwrap();
    world.runtime.load_bundle(folder).unwrap();
    assert_eq!(world.runtime.call_text("other.api@1", "run()").unwrap(), Value::U32(42));
}

#[test]
fn bundles_call_each_other_in_turn_also_from_coroutines() {
    let world = World::new();
    let countdown = |other: &str| {
        format!(
            "function Class:down(n)
               if n == 0 then return '' end
               local other = polyplug.contract('{other}.api@1')
               if n % 3 == 0 then
                 return coroutine.wrap(function() return other:down(n - 1) end)() .. 'c'
               end
               return other:down(n - 1) .. '{other}'
             end"
        )
    };
    let functions = "down: func(n: u32) -> string;";
    let ping = world.load_typed("ping", functions, &countdown("pong"));
    world.load_typed("pong", functions, &countdown("ping"));
    for _ in 0..50 {
        let said = ping.call_values("down", &[Value::U32(6)]).unwrap();
        assert_eq!(said, Value::from("pingpongcpongpingc"));
    }
    let message = refusal(ping.call_values("down", &[Value::U32(200)]));
    assert!(message.contains("64 deep"), "{message}");
    assert_eq!(ping.call_values("down", &[Value::U32(1)]).unwrap(), Value::from("pong"));
}

#[test]
fn a_proxy_of_a_bundle_that_starts_at_the_same_time_is_bound_later() {
    let world = World::new();
    let ask = "local other = polyplug.contract('zed.api@1')
               function Class:run() return other:greet('Ada') end";
    let dependency = "[[dependency]]\nkind = \"contract\"\ncontract = \"zed.api@1\"\n";
    world.write_typed("user", dependency, "run: func() -> string;", ask);
    world.write_typed("zed", "", GREET, GREETER);
    world.runtime.load_folder(world.folder.path()).unwrap();
    let said = world.runtime.call_text("user.api@1", "run()").unwrap();
    assert_eq!(said, Value::from("Hello, Ada"));
}

#[test]
fn failing_calls_of_proxies_leave_nothing_behind() {
    let script = "
local function fail()
  pcall(greeter.oldest, greeter, { { name = ('x'):rep(1000) }, { name = 5 } })
  pcall(greeter.fail, greeter, ('y'):rep(1000))
  pcall(function() return greeter.nothing end)
end
for i = 1, 2000 do fail() end
collectgarbage() collectgarbage()
local before = collectgarbage('count')
for i = 1, 10000 do fail() end
collectgarbage() collectgarbage()
local grown = collectgarbage('count') - before
return grown < 16 and 'ok' or tostring(grown)";
    assert_eq!(run(script).unwrap(), Value::from("ok"));
}

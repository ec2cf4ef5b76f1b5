//! What a chunk may return, and what is wrong when it returns something else.

use super::*;
use polyplug::loader::BundleSource;
use polyplug::loader::manifest::ManifestData;

const GREET: &str = "greet: func(name: string) -> string; twice: func(x: u32) -> u32;";
const GREETER: &str = "
function Class:greet(name) return 'Hello, ' .. name end
function Class:twice(x) return x * 2 end";

fn refused(functions: &str, script: &str) -> String {
    World::new().try_load_typed("odd", "", functions, script).unwrap_err().to_string()
}

#[test]
fn a_class_answers_by_the_names_of_its_description() {
    let world = World::new();
    let contract = world.load_typed("demo", GREET, GREETER);
    assert_eq!(contract.call_text("greet(\"Ada\")").unwrap(), Value::from("Hello, Ada"));
    assert_eq!(contract.call_text("twice(21)").unwrap(), Value::U32(42));
    assert_eq!(contract.version().to_string(), "1.0.0");
}

#[test]
fn a_class_may_inherit_its_methods() {
    let world = World::new();
    let script = format!(
        "local Base = {{}} Base.__index = Base
         do local Class = Base {GREETER} end
         setmetatable(Class, Base)
         function Class:twice(x) return x + x + self.more end
         function Class.new() return setmetatable({{ more = 1 }}, Class) end"
    );
    let contract = world.load_typed("demo", GREET, &script);
    assert_eq!(contract.call_text("greet(\"Ada\")").unwrap(), Value::from("Hello, Ada"));
    assert_eq!(contract.call_text("twice(21)").unwrap(), Value::U32(43));
}

#[test]
fn a_contract_without_description_is_an_error_that_says_what_to_do() {
    let world = World::new();
    let error = world.try_load("demo", "", &typed_script("demo", GREETER)).unwrap_err();
    let message = error.to_string();
    assert!(message.contains("`demo.api@1` has no description"), "{message}");
    assert!(message.contains("`wit`") && message.contains("RuntimeBuilder::wit"), "{message}");
    assert_eq!(error.code(), polyplug_abi::AbiErrorCode::Undescribed as u32);
    assert!(world.runtime.contract("demo.api@1").is_err());
}

#[test]
fn another_major_in_the_description_is_told_as_such() {
    let world = World::new();
    let script = typed_script("demo", GREETER).replace("demo.api@1", "demo.api@2");
    let folder = world.write_typed("demo", "", GREET, GREETER);
    fs::write(folder.join("main.lua"), script).unwrap();
    let message = world.runtime.load_bundle(folder).unwrap_err().to_string();
    assert!(message.contains("provides `demo.api@2`"), "{message}");
    assert!(message.contains("its WIT describes `demo.api@1`"), "{message}");
}

#[test]
fn a_new_shape_that_nobody_had_bound_is_taken_and_told() {
    let world = World::new();
    let folder =
        world.write_typed("demo", "", "give: func() -> u8;", "function Class:give() return 7 end");
    world.runtime.load_bundle(&folder).unwrap();
    fs::write(folder.join("wit/api.wit"), wit("demo", "give: func() -> u16;")).unwrap();
    world.runtime.reload_bundle(&folder).unwrap();
    assert!(world.logged("`demo.api@1` is described otherwise than before"));
    assert!(world.logged("function `give`: result is u16, not u8"));
}

#[test]
fn a_missing_method_is_named_with_contract_function_and_class() {
    let message = refused(GREET, "function Class:greet(name) return name end");
    for part in [
        "odd.api@1",
        "main.lua",
        "no method `twice`",
        "twice: func(x: u32) -> u32",
        "function Class:twice(x)",
    ] {
        assert!(message.contains(part), "{part}: {message}");
    }
    let message = refused("get-all: func(max-count: u32);", "Class.get_all = 5");
    assert!(message.contains("something else than a function in `get_all`"), "{message}");
    assert!(message.contains("Class:get_all(max_count)"), "{message}");
}

#[test]
fn what_else_may_be_wrong_is_said() {
    let world = World::new();
    let rows = [
        ("return {}", "the chunk returns an empty table"),
        ("return { [1] = {} }", "a key of the table that the chunk returns is a number"),
        ("return { ['odd.api'] = {} }", "\"odd.api\" is not the name of a contract"),
        ("return { ['odd.api@1.0'] = {} }", "\"odd.api@1.0\" is not the name of a contract"),
        ("return { ['odd.api@1'] = 5 }", "returns a number for \"odd.api@1\""),
        ("return { ['odd.api@1'] = { new = 5, f = print } }", "`new` of its class is a number"),
        ("return { ['odd.api@1'] = { new = function() end, f = print } }", "`new` returned nil"),
        (
            "return { ['odd.api@1'] = { new = function() error('no') end, f = print } }",
            "main.lua:1: no",
        ),
        ("function polyplug_init() return {}, {} end return {}", "keep one of them"),
        ("return 5", "nor does it return classes by contract"),
        ("", "nor does it return classes by contract"),
    ];
    for (number, (script, expected)) in rows.into_iter().enumerate() {
        let name = format!("odd{number}");
        let folder = world.write_typed(&name, "", "f: func();", "");
        fs::write(folder.join("main.lua"), script.replace("odd.api", &format!("{name}.api")))
            .unwrap();
        let message = world.runtime.load_bundle(folder).unwrap_err().to_string();
        let expected = expected.replace("odd.api", &format!("{name}.api"));
        assert!(message.contains(&expected), "{script}: {message}");
    }
}

#[test]
fn functions_that_are_called_like_the_runtimes_own_methods_get_an_underscore() {
    let world = World::new();
    let contract = world.load_typed(
        "demo",
        "save: func(path: string) -> string; restore: func(); new: func() -> u8; end: func() -> u8;",
        "function Class.new() return setmetatable({}, Class) end
         function Class:save_(path) return 'saved to ' .. path end
         function Class:restore_() end
         function Class:new_() return 7 end
         Class['end'] = function() return 8 end",
    );
    assert_eq!(contract.call_text("save(\"x\")").unwrap(), Value::from("saved to x"));
    assert_eq!(contract.call_text("new()").unwrap(), Value::U8(7));
    assert_eq!(contract.call_text("end()").unwrap(), Value::U8(8));
}

#[test]
fn a_source_in_memory_is_described_by_the_host() {
    let runtime = RuntimeBuilder::new()
        .loader(LuaLoader::default())
        .wit_text("demo.wit", wit("demo", GREET))
        .build()
        .unwrap();
    let manifest: ManifestData = ManifestData {
        id: polyplug_utils::bundle_id("demo"),
        name: "demo".to_owned(),
        loader: "lua".to_owned(),
        file: "main.lua".to_owned(),
        version: String::new(),
        path: "demo".into(),
        provides: Vec::new(),
        function_count: std::collections::HashMap::new(),
        dependencies: Vec::new(),
        needs_reinit_on_dep_reload: false,
        bundle_dependencies: Vec::new(),
    };
    let source = BundleSource::Code(typed_script("demo", GREETER));
    runtime.load_bundle_from_source(manifest, source).unwrap();
    assert_eq!(runtime.call("demo.api@1", "twice", &[Value::U8(4)]).unwrap(), Value::U32(8));
    assert_eq!(runtime.call_text("demo.api@1", "greet(\"A\")").unwrap(), Value::from("Hello, A"));
}

#[test]
fn a_sandbox_runs_the_typed_form() {
    let world = World::new();
    let script = "
assert(package.loaded.ffi == nil and not pcall(require, 'ffi'))
local literal = load('return 1LL')
assert(package.loaded.ffi == nil and not pcall(require, 'ffi'))
function Class:next(x) return x + 1 end";
    world
        .try_load_typed("demo", "[lua]\nsandbox = true\n", "next: func(x: u64) -> u64;", script)
        .unwrap();
    let next = |value: u64| world.runtime.call("demo.api@1", "next", &[Value::U64(value)]).unwrap();
    assert_eq!(next(1), Value::U64(2));
    assert_eq!(next((1 << 53) + 1), Value::U64((1 << 53) + 2));
    assert_eq!(next(u64::MAX - 1), Value::U64(u64::MAX));
}

#[test]
fn the_raw_form_is_refused_in_a_sandbox_with_the_way_out() {
    let world = World::new();
    let script = "function polyplug_init() return {}, { code = 0 } end";
    let error = world.try_load("raw", "[lua]\nsandbox = true\n", script).unwrap_err();
    assert!(error.to_string().contains("the typed form"), "{error}");
}

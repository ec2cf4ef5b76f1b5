//! Starting: the chunk, `polyplug_init`, and what it may get wrong.

use super::*;
use polyplug_abi::Version;

fn refused(source: &str) -> String {
    Bundle::of(&[("main.lua", source)]).refusal()
}

/// The refusal of a bundle whose manifest names `file`.
fn refused_main(file: &str) -> String {
    let mut bundle = Bundle::of(&[("main.lua", "")]);
    bundle.opening.sources = Sources::new("b", file, []);
    bundle.refusal()
}

/// The refusal of `registrations[..] = ` the text `entry`.
fn refused_entry(entry: &str) -> String {
    refused(&format!("function polyplug_init() return {{ {entry} }}, {{ code = 0 }} end"))
}

const FACTORY: &str = "factory = function() return {} end";

#[test]
fn contracts_come_sorted_with_version_and_names() {
    let guest = Bundle::of(&[(
        "main.lua",
        "local f = { [0] = print, [1] = print }
         local function new() return {} end
         function polyplug_init()
           return {
             ['b.two'] = { contract_version = '2.1', plugin_name = 'second', factory = new, functions = f },
             ['a.one'] = { factory = new, functions = { [0] = print } },
             ['c.three'] = { contract_version = 3, factory = new, functions = {} },
           }, { code = 0 }
         end",
    )])
    .open();
    let found: Vec<_> = guest.contracts.iter().map(|contract| &contract.registration).collect();
    let names: Vec<_> = found.iter().map(|registration| registration.name.as_str()).collect();
    assert_eq!(names, ["a.one", "b.two", "c.three"]);
    let versions: Vec<_> = found.iter().map(|registration| registration.version).collect();
    let version = |major, minor| Version { major, minor, patch: 0 };
    assert_eq!(versions, [version(1, 0), version(2, 1), version(3, 0)]);
    assert_eq!(
        (found[0].plugin_name.as_str(), found[1].plugin_name.as_str()),
        ("bundle", "second")
    );
    let counts: Vec<_> = found.iter().map(|registration| registration.functions.count()).collect();
    assert_eq!(counts, [1, 2, 0]);
}

#[test]
fn a_syntax_error_names_its_place() {
    let error =
        Bundle::of(&[("main.lua", "local a = 1\nlocal b = = 2\n")]).try_open().err().unwrap();
    let LoaderError::InitFailed { bundle, error, place: Some(place) } = error else {
        panic!("{error:?}")
    };
    assert_eq!(bundle, "bundle");
    assert!(error.starts_with("bundle/main.lua:2: unexpected symbol near '='"), "{error}");
    assert_eq!((place.file.as_str(), place.line), ("main.lua", 2));
    assert_eq!(place.text.as_deref(), Some("local b = = 2"));
}

#[test]
fn a_runtime_error_names_its_place_in_the_module_that_raised_it() {
    let bundle = Bundle::of(&[
        (
            "main.lua",
            "local parts = require('lib.parts')\nfunction polyplug_init() parts.fail() end",
        ),
        (
            "lib/parts.lua",
            "return { fail = function()\n  local nothing\n  return nothing.field\nend }",
        ),
    ]);
    let error = bundle.try_open().err().unwrap();
    let LoaderError::InitFailed { error, place: Some(place), .. } = error else {
        panic!("{error:?}")
    };
    assert!(error.contains("attempt to index local 'nothing'"), "{error}");
    assert!(error.contains("stack traceback:"), "{error}");
    assert_eq!((place.file.as_str(), place.line), ("lib/parts.lua", 3));
    assert_eq!(place.text.as_deref(), Some("  return nothing.field"));
}

#[test]
fn a_syntax_error_in_a_module_names_the_module() {
    let bundle = Bundle::of(&[("main.lua", "require('parts')"), ("parts.lua", "\n\nreturn +")]);
    let LoaderError::InitFailed { place: Some(place), .. } = bundle.try_open().err().unwrap()
    else {
        panic!("expected a place")
    };
    assert_eq!((place.file.as_str(), place.line), ("parts.lua", 3));
}

#[test]
fn what_is_missing_is_named() {
    assert!(refused("local x = 1").contains("does not define the global function polyplug_init"));
    assert!(refused("return { ['demo.greeter@1'] = {} }").contains("has no description"));
    let both = "function polyplug_init() end return { ['demo.greeter@1'] = {} }";
    assert!(refused(both).contains("the typed form, and defines polyplug_init"));
    let files: &[(&str, &str)] = &[("other.lua", "")];
    assert!(Bundle::of(files).refusal().contains("there is no file `main.lua`"));
    for (file, said) in [
        (
            "g.wasm",
            "`g.wasm` is a component, which this loader cannot run; write `loader = \"wasm\"`",
        ),
        ("libg.so.1", "`libg.so.1` is a library"),
        ("g.txt", "whose names end in `.lua`"),
    ] {
        let message = refused_main(file);
        assert!(message.contains(said), "{message}");
    }
    let strict = "setmetatable(_G, { __index = function(_, k) error('undeclared ' .. k) end })";
    assert!(refused(strict).contains("does not define the global function polyplug_init"));
}

#[test]
fn an_error_code_fails_the_start_with_its_message() {
    let returning =
        |result: &str| refused(&format!("function polyplug_init() return {{}}, {result} end"));
    assert!(returning("{ code = 1 }").ends_with("polyplug_init returned error code 1"));
    assert!(
        returning("{ code = 300, message = 'no licence' }").ends_with("error code 300: no licence")
    );
    assert!(returning("{ code = 'x' }").contains("returned a string as error code"));
    assert!(returning("7").contains("returned a number as its second result"));
    assert!(refused("function polyplug_init() end").contains("returned a nil where the table of"));
}

#[test]
fn a_wrong_shape_is_named_with_contract_and_field() {
    let cases = [
        ("[1] = {}", "a key of registrations is a number"),
        ("['a.b'] = 1", "contract `a.b`: its entry is a number instead of a table"),
        ("['a.b@1'] = {}", "contract `a.b@1`: write the name without the version"),
        (
            "['a.b'] = { functions = {} }",
            "contract `a.b`: factory is missing; a function belongs there",
        ),
        ("['a.b'] = { FACTORY }", "contract `a.b`: functions is missing; a table belongs there"),
        ("['a.b'] = { FACTORY, functions = print }", "functions is a function instead of a table"),
        ("['a.b'] = { FACTORY, functions = { print } }", "functions[0] is missing"),
        (
            "['a.b'] = { FACTORY, functions = { [0] = print, [2] = print } }",
            "functions[1] is missing",
        ),
        ("['a.b'] = { FACTORY, functions = { [0] = 1 } }", "functions[0] is a number"),
        ("['a.b'] = { FACTORY, functions = { add = print } }", "functions[\"add\"]: the keys are"),
        ("['a.b'] = { FACTORY, functions = { [0.5] = print } }", "functions[0.5]: the keys are"),
        ("['a.b'] = { FACTORY, contract_version = 'x' }", "contract_version is x; write"),
        ("['a.b'] = { FACTORY, contract_version = 1.5 }", "contract_version is 1.5; write"),
        ("['a.b'] = { FACTORY, contract_version = {} }", "contract_version is table; write"),
        ("['a.b'] = { FACTORY, plugin_name = 5 }", "plugin_name is a number instead of a string"),
    ];
    for (entry, expected) in cases {
        let message = refused_entry(&entry.replace("FACTORY", FACTORY));
        assert!(message.contains(expected), "{entry}: {message}");
        assert!(message.contains("a.b") || entry.starts_with("[1]"), "{entry}: {message}");
    }
}

#[test]
fn a_factory_that_fails_fails_the_start() {
    let entry = "['a.b'] = { factory = function() error('no way') end, functions = {} }";
    assert!(refused_entry(entry).contains("no way"));
    let entry = "['a.b'] = { factory = function() end, functions = {} }";
    assert!(refused_entry(entry).contains("contract `a.b`: its factory returned nil"));
}

#[test]
fn modules_that_require_each_other_are_an_error() {
    let bundle = Bundle::of(&[
        ("main.lua", "require('a')"),
        ("a.lua", "require('b')"),
        ("b.lua", "require('a')"),
    ]);
    assert!(bundle.refusal().contains("loop or previous error loading module 'a'"));
}

#[test]
fn a_missing_module_says_where_it_was_looked_for() {
    let message = refused("require('missing.part')");
    assert!(message.contains("module 'missing.part' not found"), "{message}");
    assert!(message.contains("no such file in the bundle"), "{message}");
}

#[test]
fn the_raw_form_is_refused_in_a_sandbox() {
    let source = contract("functions[0] = print");
    let message = Bundle::of(&[("main.lua", &source)]).libraries(Libraries::Sandbox).refusal();
    assert!(message.contains("raw form, which needs ffi"), "{message}");
}

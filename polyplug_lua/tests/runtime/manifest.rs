//! The manifest's `[lua]`.

use super::*;
use polyplug_lua::LuaConfig;

const PLAIN: &str = "functions[0] = function(_, a, o) set(o, get(a)) end";

#[test]
fn a_sandbox_has_no_ffi_and_says_so() {
    let world = World::new();
    let source = "function polyplug_init() return {}, { code = 0 } end";
    let error = world.try_load("boxed", "[lua]\nsandbox = true\n", source).unwrap_err();
    assert!(error.to_string().contains("raw form, which needs ffi"), "{error}");
    let error =
        world.try_load("boxed", "[lua]\nsandbox = true\n", &script("boxed", PLAIN)).unwrap_err();
    assert!(error.to_string().contains("module 'ffi' not found"), "{error}");
}

#[test]
fn the_manifest_decides_over_the_hosts_default() {
    let mut config = LuaConfig::default();
    config.sandbox_by_default = true;
    let world = World::with(LuaLoader::new(config));
    assert!(world.try_load("boxed", "", &script("boxed", PLAIN)).is_err());
    let open = world.load_with("open", "[lua]\nsandbox = false\n", PLAIN);
    assert_eq!(call(&open, 0, 7.0).unwrap(), 7.0);
}

#[test]
fn the_compiler_can_be_switched_off() {
    let world = World::new();
    let body = "functions[0] = function(_, a, o) set(o, jit.status() and 1 or 0) end";
    let off = world.load_with("interpreted", "[lua]\njit = false\n", body);
    assert_eq!(call(&off, 0, 0.0).unwrap(), 0.0);
    let on = world.load("compiled", body);
    assert_eq!(call(&on, 0, 0.0).unwrap(), 1.0);
}

#[test]
fn unknown_keys_are_a_warning_and_wrong_types_an_error() {
    let world = World::new();
    world.load_with("typo", "[lua]\nsandbx = true\n", PLAIN);
    assert!(world.logged("unknown key `lua.sandbx`; did you mean `sandbox`?"));
    let error =
        world.try_load("wrong", "[lua]\nsandbox = 1\n", &script("wrong", PLAIN)).unwrap_err();
    let text = error.to_string();
    assert!(text.contains("lua.sandbox") && text.contains("true or false"), "{text}");
}

#[test]
fn only_staged_lua_files_are_seen() {
    let world = World::new();
    let folder = world.write("parts", "", &script("parts", "local part = require('lib.part')\nfunctions[0] = function(_, a, o) set(o, part.value) end"));
    fs::create_dir(folder.join("lib")).unwrap();
    fs::write(folder.join("lib/part.lua"), "return { value = 5 }").unwrap();
    world.runtime.load_bundle(&folder).unwrap();
    let contract = world.runtime.contract("parts.api@1").unwrap();
    assert_eq!(call(&contract, 0, 0.0).unwrap(), 5.0);
    fs::write(folder.join("lib/part.lua"), "return { value = 6 }").unwrap();
    world.runtime.reload_bundle(&folder).unwrap();
    assert_eq!(call(&contract, 0, 0.0).unwrap(), 6.0);
}

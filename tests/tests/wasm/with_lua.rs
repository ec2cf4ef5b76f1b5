//! A component that calls Lua, and Lua that calls a component, with the same contract: whoever provides
//! it, and whoever asks, neither can tell what the other is written in.

use polyplug::loader::BundleSource;
use polyplug::loader::manifest::ManifestData;
use polyplug::runtime::{Runtime, RuntimeBuilder};
use polyplug::schema::Value;
use polyplug_abi::{AbiErrorCode, BundleId};
use polyplug_lua::LuaLoader;
use polyplug_wasm::{CachePlace, WasmConfig, WasmLoader};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

/// One interface for both sides; `front` asks `back`.
fn wit(name: &str) -> String {
    format!(
        "package demo:{name}@1.0.0; interface {name} {{
           add: func(a: u32, b: u32) -> u32; greet: func(name: string) -> string; }}"
    )
}

const LUA_BACK: &str = "
local Back = {}
function Back:add(a, b) return a + b end
function Back:greet(name) if name == '' then error('nobody is there') end return 'Hello, ' .. name end
return { ['demo.back@1'] = Back }";

const LUA_FRONT: &str = "
local back = polyplug.contract('demo.back@1')
local Front = {}
function Front:add(a, b) return back:add(a, b) end
function Front:greet(name) return back:greet(name) end
return { ['demo.front@1'] = Front }";

const MEMORY: &str = r#"
  (core module $memory
    (memory (export "memory") 1)
    (global $free (mut i32) (i32.const 1024))
    (func (export "realloc") (param i32 i32 i32) (param $size i32) (result i32)
      (local $place i32)
      (local.set $place (global.get $free))
      (global.set $free
        (i32.and (i32.add (i32.add (local.get $place) (local.get $size)) (i32.const 7)) (i32.const 0xfff8)))
      (local.get $place)))
  (core instance $memory (instantiate $memory))
  (alias core export $memory "memory" (core memory $mem))
  (alias core export $memory "realloc" (core func $realloc))"#;

const TYPES: &str = r#"
    (export "add" (func (param "a" u32) (param "b" u32) (result u32)))
    (export "greet" (func (param "name" string) (result string)))"#;

fn wasm_front() -> String {
    format!(
        r#"(component
  (import "demo:back/back@1.0.0" (instance $back {TYPES}))
  {MEMORY}
  (core func $add (canon lower (func $back "add")))
  (core func $greet (canon lower (func $back "greet") (memory $mem) (realloc $realloc)))
  (core module $code
    (import "back" "add" (func $add (param i32 i32) (result i32)))
    (import "back" "greet" (func $greet (param i32 i32 i32)))
    (func (export "add") (param i32 i32) (result i32) (call $add (local.get 0) (local.get 1)))
    (func (export "greet") (param i32 i32) (result i32)
      (call $greet (local.get 0) (local.get 1) (i32.const 64)) (i32.const 64)))
  (core instance $code (instantiate $code
    (with "back" (instance (export "add" (func $add)) (export "greet" (func $greet))))))
  {EXPORTS}
  (export "demo:front/front@1.0.0" (instance $out)))"#
    )
}

const EXPORTS: &str = r#"
  (func $out-add (param "a" u32) (param "b" u32) (result u32) (canon lift (core func $code "add")))
  (func $out-greet (param "name" string) (result string)
    (canon lift (core func $code "greet") (memory $mem) (realloc $realloc)))
  (instance $out (export "add" (func $out-add)) (export "greet" (func $out-greet)))"#;

/// Greets with what it was given behind `Hello, `.
fn wasm_back() -> String {
    format!(
        r#"(component
  {MEMORY}
  (core module $code
    (import "memory" "memory" (memory 1))
    (data (i32.const 256) "Hello, ")
    (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
    (func (export "greet") (param i32 i32) (result i32)
      (memory.copy (i32.const 263) (local.get 0) (local.get 1))
      (i32.store (i32.const 64) (i32.const 256))
      (i32.store (i32.const 68) (i32.add (local.get 1) (i32.const 7)))
      (i32.const 64)))
  (core instance $code (instantiate $code (with "memory" (instance $memory))))
  {EXPORTS}
  (export "demo:back/back@1.0.0" (instance $out)))"#
    )
}

fn manifest(name: &str, loader: &str) -> ManifestData {
    ManifestData {
        id: BundleId::of(name).as_u64(),
        name: name.to_owned(),
        loader: loader.to_owned(),
        file: "main".to_owned(),
        version: String::new(),
        path: PathBuf::from("memory"),
        provides: Vec::new(),
        function_count: HashMap::new(),
        dependencies: Vec::new(),
        needs_reinit_on_dep_reload: false,
        bundle_dependencies: Vec::new(),
    }
}

/// A builder with both loaders.
fn builder() -> RuntimeBuilder {
    let mut config = WasmConfig::default();
    config.cache.place = CachePlace::Off;
    let builder = RuntimeBuilder::new().loader(LuaLoader::default());
    builder.loader(WasmLoader::new(config)).logger(|_, _, _| {})
}

fn runtime(back: (&str, &str), front: (&str, &str)) -> Arc<Runtime> {
    let builder = builder().wit_text("back.wit", wit("back")).wit_text("front.wit", wit("front"));
    let runtime = builder.build().unwrap();
    for (name, (loader, code)) in [("back", back), ("front", front)] {
        let source = BundleSource::Code(code.to_owned());
        runtime.load_bundle_from_source(manifest(name, loader), source).unwrap();
    }
    runtime
}

#[test]
fn neither_side_can_tell_what_the_other_is_written_in() {
    let (front, back) = (wasm_front(), wasm_back());
    for (back, front) in [
        (("lua", LUA_BACK), ("wasm", front.as_str())),
        (("wasm", back.as_str()), ("lua", LUA_FRONT)),
        (("wasm", back.as_str()), ("wasm", front.as_str())),
    ] {
        let runtime = runtime(back, front);
        for _ in 0..3 {
            let sum = runtime.call("demo.front@1", "add", &[Value::U32(40), Value::U32(2)]);
            assert_eq!(sum.unwrap(), Value::U32(42));
            let greeting = runtime.call("demo.front@1", "greet", &[Value::from("Ada")]);
            assert_eq!(greeting.unwrap(), Value::from("Hello, Ada"));
        }
    }
}

#[test]
fn an_error_of_lua_ends_the_call_of_the_component_with_lua_s_words() {
    let runtime = runtime(("lua", LUA_BACK), ("wasm", &wasm_front()));
    let error = runtime.call("demo.front@1", "greet", &[Value::from("")]).unwrap_err();
    assert_eq!(error.code(), AbiErrorCode::Generic as u32);
    assert!(error.to_string().contains("nobody is there"), "{error}");
    let greeting = runtime.call("demo.front@1", "greet", &[Value::from("Ada")]);
    assert_eq!(greeting.unwrap(), Value::from("Hello, Ada"));
}

#[test]
fn a_provider_that_does_not_say_its_functions_names_needs_a_description() {
    const RAW: &str = "
        function polyplug_init()
            local functions = { [0] = function() end, [1] = function() end }
            local back = { factory = function() return {} end, functions = functions }
            return { ['demo.back'] = back }, { code = 0 }
        end";
    let (raw, front) = (BundleSource::Code(RAW.to_owned()), BundleSource::Code(wasm_front()));
    let runtime = builder().build().unwrap();
    runtime.load_bundle_from_source(manifest("back", "lua"), raw.clone()).unwrap();
    let loaded = runtime.load_bundle_from_source(manifest("front", "wasm"), front.clone());
    let error = loaded.unwrap_err().to_string();
    assert!(error.contains("`back`, which provides it, does not say their names"), "{error}");

    let runtime = builder().wit_text("back.wit", wit("back")).build().unwrap();
    runtime.load_bundle_from_source(manifest("back", "lua"), raw).unwrap();
    runtime.load_bundle_from_source(manifest("front", "wasm"), front).unwrap();
}

//! Random values of random types through a component: into it, out of it into the function of another
//! bundle, and all the way back. The types and values are those that `polyplug_schema` is tested with.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

mod component;
mod damage;
#[expect(unsafe_code, reason = "is a guest")]
mod echo;
#[path = "../../../polyplug_schema/tests/properties/types.rs"]
mod types;
#[expect(dead_code, reason = "polyplug_schema's tests use more of it")]
#[path = "../../../polyplug_schema/tests/properties/values.rs"]
mod values;
#[path = "../../../polyplug_schema/tests/properties/wit.rs"]
mod wit;

use echo::EchoLoader;
use polyplug::loader::BundleSource;
use polyplug::loader::manifest::ManifestData;
use polyplug::runtime::{Runtime, RuntimeBuilder};
use polyplug_schema::{Type, Value};
use polyplug_wasm::{CachePlace, WasmConfig, WasmLoader};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use std::collections::HashMap;
use std::sync::Arc;
use wit::Wit;
use wit_component::StringEncoding;

/// How many components there are one after the other, how many types each has, and values of each type.
const ROUNDS: usize = 8;
const TYPES: usize = 60;
const VALUES: usize = 4;

/// Settings that leave nothing on the disk.
fn uncached() -> WasmConfig {
    let mut config = WasmConfig::default();
    config.cache.place = CachePlace::Off;
    config
}

fn manifest(name: &str, loader: &str) -> ManifestData {
    ManifestData {
        id: polyplug_utils::bundle_id(name),
        name: name.to_owned(),
        loader: loader.to_owned(),
        file: "main".to_owned(),
        version: String::new(),
        path: name.into(),
        provides: Vec::new(),
        function_count: HashMap::new(),
        dependencies: Vec::new(),
        needs_reinit_on_dep_reload: false,
        bundle_dependencies: Vec::new(),
    }
}

fn load(runtime: &Runtime, name: &str, loader: &str, code: Vec<u8>) {
    let source = BundleSource::Bytes(code);
    let loaded = runtime.load_bundle_from_source(manifest(name, loader), source);
    loaded.unwrap_or_else(|error| panic!("{error}"));
}

/// A runtime with a component in front of a bundle that gives back what it gets.
fn forwarding(types: &[Type], encoding: StringEncoding) -> Arc<Runtime> {
    let mut wit = Wit::default();
    for (at, ty) in types.iter().enumerate() {
        wit.echo(&format!("f{at}"), ty);
    }
    let (echo, forward) = (wit.text("echo"), wit.text("forward"));
    let builder = RuntimeBuilder::new().loader(WasmLoader::new(uncached())).loader(EchoLoader);
    let runtime = builder.wit_text("echo", echo.clone()).build().unwrap();
    load(&runtime, "echo", "echo", Vec::new());
    load(&runtime, "forward", "wasm", component::forwarding(&echo, &forward, encoding));
    runtime
}

fn random<S: Strategy>(strategy: &S, runner: &mut TestRunner) -> S::Value {
    strategy.new_tree(runner).unwrap().current()
}

fn there_and_back(encoding: StringEncoding, rounds: usize) {
    let mut runner = TestRunner::new(Config::default());
    for _ in 0..rounds {
        let types = random(&vec(types::types(), TYPES), &mut runner);
        let runtime = forwarding(&types, encoding);
        let contract = runtime.contract("demo.forward@1").unwrap();
        for (at, ty) in types.iter().enumerate() {
            for value in random(&vec(values::values(ty), VALUES), &mut runner) {
                let value: Value = value;
                let back = contract.call_values(&format!("f{at}"), std::slice::from_ref(&value));
                let back = back.unwrap_or_else(|error| panic!("{ty}: {value}: {error}"));
                values::assert_same(&back, &value).unwrap_or_else(|error| panic!("{ty}: {error}"));
            }
        }
    }
}

#[test]
fn values_come_back_as_they_were() {
    there_and_back(StringEncoding::UTF8, ROUNDS);
}

#[test]
fn text_comes_back_from_components_of_every_encoding() {
    there_and_back(StringEncoding::UTF16, ROUNDS / 4);
    there_and_back(StringEncoding::CompactUTF16, ROUNDS / 4);
}

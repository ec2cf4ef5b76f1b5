//! Random values of random types through Lua: into a method, out of it through a proxy, into the method
//! of another bundle, and all the way back. The types and values are those that `polyplug_schema` is
//! tested with.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

#[path = "../../../polyplug_schema/tests/properties/types.rs"]
mod types;
#[expect(dead_code, reason = "polyplug_schema's tests use more of it")]
#[path = "../../../polyplug_schema/tests/properties/values.rs"]
mod values;
#[path = "../../../polyplug_schema/tests/properties/wit.rs"]
mod wit;

use polyplug::loader::BundleSource;
use polyplug::loader::manifest::ManifestData;
use polyplug::runtime::{Runtime, RuntimeBuilder};
use polyplug_abi::AbiErrorCode;
use polyplug_lua::LuaLoader;
use polyplug_schema::{Type, Value};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use std::collections::HashMap;
use std::sync::Arc;
use wit::Wit;

/// How many VMs there are one after the other, how many types each has, and values of each type.
const ROUNDS: usize = 25;
const TYPES: usize = 100;
const VALUES: usize = 4;

/// Gives back what it is given.
const ECHO: &str = "
local Echo = {}
local function echo(self, ...) assert(select('#', ...) == 1) return ... end
setmetatable(Echo, { __index = function(_, name) return name:find('^f%d') and echo end })
return { ['demo.echo@1'] = Echo }";

/// Gives back what the other gives.
const FORWARD: &str = "
local Forward, echo = {}, polyplug.contract('demo.echo@1')
setmetatable(Forward, { __index = function(_, name)
    return name:find('^f%d') and function(self, value) return echo[name](echo, value) end
end })
return { ['demo.forward@1'] = Forward }";

/// Gives back what it was given before, which mostly is of another type.
const MIX_UP: &str = "
local MixUp, last = {}, nil
local function mix_up(self, value) local before = last last = value return before end
setmetatable(MixUp, { __index = function(_, name) return name:find('^f%d') and mix_up end })
return { ['demo.mixup@1'] = MixUp }";

fn load(runtime: &Runtime, name: &str, script: &str) {
    let manifest = ManifestData {
        id: polyplug_utils::bundle_id(name),
        name: name.to_owned(),
        loader: "lua".to_owned(),
        file: "main.lua".to_owned(),
        version: String::new(),
        path: name.into(),
        provides: Vec::new(),
        function_count: HashMap::new(),
        dependencies: Vec::new(),
        needs_reinit_on_dep_reload: false,
        bundle_dependencies: Vec::new(),
    };
    let source = BundleSource::Code(script.to_owned());
    runtime.load_bundle_from_source(manifest, source).unwrap();
}

fn runtime(types: &[Type], names: &[&str]) -> Arc<Runtime> {
    let mut wit = Wit::default();
    for (at, ty) in types.iter().enumerate() {
        wit.echo(&format!("f{at}"), ty);
    }
    let builder = RuntimeBuilder::new().loader(LuaLoader::default()).logger(|_, _, _| {});
    let describe = |builder: RuntimeBuilder, name: &&str| builder.wit_text(*name, wit.text(name));
    names.iter().fold(builder, describe).build().unwrap()
}

fn random<S: Strategy>(strategy: &S, runner: &mut TestRunner) -> S::Value {
    strategy.new_tree(runner).unwrap().current()
}

#[test]
fn values_come_back_as_they_were() {
    let mut runner = TestRunner::new(Config::default());
    for _ in 0..ROUNDS {
        let types = random(&vec(types::types(), TYPES), &mut runner);
        let runtime = runtime(&types, &["echo", "forward"]);
        load(&runtime, "echo", ECHO);
        load(&runtime, "forward", FORWARD);
        let contract = runtime.contract("demo.forward@1").unwrap();
        for (at, ty) in types.iter().enumerate() {
            for value in random(&vec(values::values(ty), VALUES), &mut runner) {
                let back = contract.call_values(&format!("f{at}"), std::slice::from_ref(&value));
                let back = back.unwrap_or_else(|error| panic!("{ty}: {value}: {error}"));
                values::assert_same(&back, &value).unwrap_or_else(|error| panic!("{ty}: {error}"));
            }
        }
    }
}

#[test]
fn a_value_of_another_type_is_refused_or_is_a_value_of_this_one() {
    let mut runner = TestRunner::new(Config::default());
    let (mut refused, mut taken) = (0, 0);
    for _ in 0..ROUNDS / 5 {
        let types = random(&vec(types::types(), TYPES), &mut runner);
        let runtime = runtime(&types, &["mixup"]);
        load(&runtime, "mixup", MIX_UP);
        let contract = runtime.contract("demo.mixup@1").unwrap();
        for (at, ty) in types.iter().enumerate() {
            let value: Value = random(&values::values(ty), &mut runner);
            match contract.call_values(&format!("f{at}"), &[value]) {
                Ok(value) => {
                    taken += 1;
                    value.check(ty).unwrap();
                }
                Err(error) => {
                    refused += 1;
                    assert_eq!(error.code(), AbiErrorCode::ValueInvalid as u32, "{error}");
                }
            }
        }
    }
    assert!(refused > taken && taken > 0, "{refused} refused, {taken} taken");
}

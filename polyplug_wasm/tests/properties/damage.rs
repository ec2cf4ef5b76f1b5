//! Components that were damaged: bytes changed, cut out, doubled, swapped. Each is refused with a message
//! or runs within its limits; none hurts the host. `POLYPLUG_DAMAGE_SECONDS` says how long to go on.

use crate::{
    component, echo::EchoLoader, load, manifest, random, types, uncached, values, wit::Wit,
};
use polyplug::loader::BundleSource;
use polyplug::runtime::{Runtime, RuntimeBuilder};
use polyplug_abi::BundleId;
use polyplug_schema::Type;
use polyplug_wasm::WasmLoader;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::sync::Arc;
use std::time::{Duration, Instant};
use wit_component::StringEncoding;

/// How many damaged components there are if nothing else is said.
const DAMAGED: u32 = 150;
/// How many come from one component.
const OF_ONE: u32 = 50;

/// One change of a file.
#[derive(Clone, Debug)]
enum Damage {
    Set { at: u32, byte: u8 },
    Cut { at: u32, count: u8 },
    Double { at: u32, count: u8 },
    End { at: u32 },
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        8 => (any::<u32>(), any::<u8>()).prop_map(|(at, byte)| Damage::Set { at, byte }),
        2 => (any::<u32>(), 1..16_u8).prop_map(|(at, count)| Damage::Cut { at, count }),
        2 => (any::<u32>(), 1..64_u8).prop_map(|(at, count)| Damage::Double { at, count }),
        1 => any::<u32>().prop_map(|at| Damage::End { at }),
    ]
}

impl Damage {
    fn apply(&self, bytes: &mut Vec<u8>) {
        let place = |at: u32| at as usize % bytes.len().max(1);
        match *self {
            Self::Set { at, byte } => {
                let at = place(at);
                bytes[at] = byte;
            }
            Self::Cut { at, count } => {
                let at = place(at);
                bytes.drain(at..bytes.len().min(at + count as usize));
            }
            Self::Double { at, count } => {
                let at = place(at);
                let piece = bytes[at..bytes.len().min(at + count as usize)].to_vec();
                bytes.splice(at..at, piece);
            }
            Self::End { at } => bytes.truncate(place(at).max(1)),
        }
    }
}

/// A few types, and a component that passes their values on.
fn whole(runner: &mut TestRunner) -> (Vec<Type>, String, Vec<u8>) {
    let types = random(&vec(types::types(), 6), runner);
    let mut wit = Wit::default();
    for (at, ty) in types.iter().enumerate() {
        wit.echo(&format!("f{at}"), ty);
    }
    let (echo, forward) = (wit.text("echo"), wit.text("forward"));
    let bytes = component::forwarding(&echo, &forward, StringEncoding::UTF8);
    (types, echo, bytes)
}

fn runtime(echo: &str) -> Arc<Runtime> {
    let mut config = uncached();
    config.default_call_time = Some(Duration::from_millis(20));
    config.default_memory = Some(16 << 20);
    let builder = RuntimeBuilder::new().loader(WasmLoader::new(config)).loader(EchoLoader);
    let builder = builder.logger(|_, _, _| {}).wit_text("echo", echo);
    let runtime = builder.build().unwrap();
    load(&runtime, "echo", "echo", Vec::new());
    runtime
}

/// Loads what is left of a component, and calls what there is of its functions; whether it loaded.
fn try_out(runtime: &Runtime, types: &[Type], bytes: Vec<u8>, runner: &mut TestRunner) -> bool {
    let source = BundleSource::Bytes(bytes);
    if runtime.load_bundle_from_source(manifest("forward", "wasm"), source).is_err() {
        return false;
    }
    if let Ok(contract) = runtime.contract("demo.forward@1") {
        for (at, ty) in types.iter().enumerate() {
            let value = random(&values::values(ty), runner);
            let _ = contract.call_values(&format!("f{at}"), &[value]);
        }
    }
    runtime.unload_bundle(BundleId::of("forward")).unwrap();
    true
}

#[test]
fn a_damaged_component_is_refused_or_runs_within_its_limits() {
    let seconds = std::env::var("POLYPLUG_DAMAGE_SECONDS").ok();
    let seconds: u64 = seconds.map_or(0, |text| text.parse().unwrap());
    let end = Instant::now() + Duration::from_secs(seconds);
    let mut runner = TestRunner::new(Config::default());
    let (mut tried, mut loaded) = (0_u32, 0_u32);
    while tried < DAMAGED || Instant::now() < end {
        let (types, echo, bytes) = whole(&mut runner);
        let runtime = runtime(&echo);
        assert!(try_out(&runtime, &types, bytes.clone(), &mut runner));
        for _ in 0..OF_ONE {
            let mut damaged = bytes.clone();
            for damage in random(&vec(damage(), 1..4), &mut runner) {
                damage.apply(&mut damaged);
            }
            tried += 1;
            loaded += u32::from(try_out(&runtime, &types, damaged, &mut runner));
        }
        assert!(try_out(&runtime, &types, bytes, &mut runner));
    }
    println!("{tried} damaged components, {loaded} of them loaded");
    assert!(loaded > 0 && loaded < tried, "{loaded} of {tried} loaded");
}

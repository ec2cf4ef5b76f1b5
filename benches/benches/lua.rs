//! Lua: calls, errors, two threads, new VMs, a thousand bundles.

#![expect(unsafe_code, reason = "calls functions by their layout")]

use polyplug::Contract;
use polyplug::loader::BundleSource;
use polyplug::runtime::{Runtime, RuntimeBuilder};
use polyplug_benches::lua::{ADD, Bare, new_state_and_script};
use polyplug_benches::native::manifest;
use polyplug_benches::{measure, memory, report};
use polyplug_lua::LuaLoader;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

fn runtime() -> Arc<Runtime> {
    let builder = RuntimeBuilder::new().loader(LuaLoader::default()).logger(|_, _, _| {});
    builder.hot_reload(true).build().expect("a runtime without folders")
}

fn load(runtime: &Runtime, name: &str) {
    let source = BundleSource::Code(ADD.to_owned());
    runtime.load_bundle_from_source(manifest(name, "lua"), source).expect("the script is right");
}

fn add(contract: &Contract, args: &[u32; 2]) -> u32 {
    // SAFETY: function 0 of bench.add@1 takes two `u32` and gives one.
    unsafe { contract.call(0, args) }.unwrap_or(0)
}

fn main() {
    report::header("lua");
    calls();
    threads();
    start();
    thousand();
}

fn calls() {
    let bare = Bare::new();
    let runtime = runtime();
    load(&runtime, "bench");
    let contract = runtime.contract("bench.add@1").expect("it was loaded");
    assert_eq!(add(&contract, &[20, 22]), 42);
    assert_eq!(bare.add(&[20, 22]), 42);
    let (floor, ours) = measure::pair(
        || {
            black_box(bare.add(black_box(&[1, 2])));
        },
        || {
            black_box(add(&contract, black_box(&[1, 2])));
        },
    );
    report::row("Lua call, raw ABI, add(u32, u32)", Some(floor), ours, "60 ns (goal 50)");
    let (floor, ours) = measure::pair(
        || {
            black_box(bare.fail());
        },
        || {
            // SAFETY: function 1 takes nothing and raises an error.
            let failed: Result<(), _> = unsafe { contract.call(1, &()) };
            black_box(failed.is_err());
        },
    );
    report::row("Lua error raised and reported, with traceback", Some(floor), ours, "5 us");
}

fn threads() {
    let runtime = runtime();
    load(&runtime, "bench");
    let make = || {
        let contract = runtime.contract("bench.add@1").expect("it was loaded");
        move || {
            black_box(add(&contract, black_box(&[1, 2])));
        }
    };
    let one = measure::calls_per_second(1, make);
    let two = measure::calls_per_second(2, make);
    report::number("Lua, 2 threads on one bundle over 1", None, two / one, "0.9");
}

fn start() {
    let runtime = runtime();
    let mut number = 0;
    let floor = || {
        let start = Instant::now();
        new_state_and_script();
        start.elapsed()
    };
    let ours = || {
        number += 1;
        let name = format!("bundle{number}");
        let start = Instant::now();
        load(&runtime, &name);
        start.elapsed()
    };
    let (floor, _) = measure::samples(201, floor);
    let (ours, _) = measure::samples(201, ours);
    report::row("new Lua VM + small script (a load)", Some(floor), ours, "floor + 20%");
}

fn thousand() {
    let bare_before = memory::resident();
    let bare: Vec<Bare> = (0..1000).map(|_| Bare::new()).collect();
    let bare_each = (memory::resident() - bare_before) as f64 / 1000.0 / 1024.0;
    drop(bare);
    let runtime = runtime();
    let before = memory::resident();
    let start = Instant::now();
    for number in 0..1000 {
        load(&runtime, &format!("bundle{number}"));
    }
    let each = start.elapsed().as_nanos() as f64 / 1000.0;
    report::row("1,000 Lua bundles: time of each", None, each, "linear");
    let held = memory::resident().saturating_sub(before) as f64 / 1000.0 / 1024.0;
    report::number("1,000 Lua bundles: KiB of each", Some(bare_each), held, "85");
}

//! Lua: calls, errors, two threads, new VMs, a thousand bundles.

#![expect(unsafe_code, reason = "calls functions by their layout")]

use polyplug::Contract;
use polyplug::embedding;
use polyplug::loader::BundleSource;
use polyplug::runtime::{Runtime, RuntimeBuilder};
use polyplug_abi::{CallArena, GuestContractInstance, StringView};
use polyplug_benches::lua::{ADD, Bare, new_state_and_script};
use polyplug_benches::lua_typed::{self, BareTyped, Body};
use polyplug_benches::native::{NativeLoader, manifest};
use polyplug_benches::{measure, memory, report};
use polyplug_lua::LuaLoader;
use std::collections::HashMap;
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
    typed();
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

fn typed() {
    let native = NativeLoader {
        contracts: HashMap::from([("native".to_owned(), vec!["bench.native".to_owned()])]),
    };
    let builder = RuntimeBuilder::new().loader(LuaLoader::default()).loader(native);
    let builder = builder.wit_text("typed.wit", lua_typed::WIT);
    let builder = builder.wit_text("native.wit", lua_typed::NATIVE_WIT).logger(|_, _, _| {});
    let runtime = builder.build().expect("a runtime without folders");
    let source = BundleSource::Code(String::new());
    runtime.load_bundle_from_source(manifest("native", "bench"), source).expect("it registers");
    let source = BundleSource::Code(lua_typed::SCRIPT.to_owned());
    runtime.load_bundle_from_source(manifest("typed", "lua"), source).expect("it is right");
    let contract = runtime.contract("bench.typed@1").expect("it was loaded");
    let mut bare = BareTyped::new();
    assert_eq!((add(&contract, &[20, 22]), bare.add(&[20, 22])), (42, 42));
    let (floor, ours) = measure::pair(
        || {
            black_box(bare.add(black_box(&[1, 2])));
        },
        || {
            black_box(add(&contract, black_box(&[1, 2])));
        },
    );
    report::row("Lua call, typed, add(u32, u32)", Some(floor), ours, "60 ns (goal 50)");

    let mut arena = CallArena::new(runtime.host_abi());
    let text = StringView::from_str(lua_typed::TEXT);
    let mut echo = || {
        let mut out = StringView::null();
        // SAFETY: function 1 takes a string and gives one.
        unsafe { call_in(&contract, 1, black_box(&text), &mut out, &mut arena) };
        black_box(out.len)
    };
    assert_eq!((echo(), bare.echo(lua_typed::TEXT)), (32, 32));
    let (floor, ours) = measure::pair(
        || {
            black_box(bare.echo(black_box(lua_typed::TEXT)));
        },
        || {
            echo();
        },
    );
    report::row("Lua call, typed, 32 bytes of text in and out", Some(floor), ours, "200 ns");

    let samples: Vec<f64> = (0..16).map(f64::from).collect();
    let body = Body::with(&samples);
    let mut step = || {
        let mut out = Body::default();
        // SAFETY: function 2 takes a body and gives one.
        unsafe { call_in(&contract, 2, black_box(&body), &mut out, &mut arena) };
        black_box((out.id, out.samples.len))
    };
    assert_eq!((step(), bare.step(&body).samples.len), ((7, 16), 16));
    let (floor, ours) = measure::pair(
        || {
            black_box(bare.step(black_box(&body)));
        },
        || {
            step();
        },
    );
    report::row("Lua call, typed, 8 fields and 16 numbers, in and out", Some(floor), ours, "3 us");

    const TIMES: u32 = 1000;
    let often = measure::nanoseconds(|| {
        // SAFETY: function 3 takes a `u32`.
        let result: Result<(), _> = unsafe { contract.call(3, black_box(&TIMES)) };
        assert!(result.is_ok());
    });
    report::row("Lua calls a native contract by proxy, add(u32, u32)", None, often / 1000.0, "");
    // SAFETY: nothing of the arena is used any more.
    unsafe { embedding::arena_release(&raw mut arena) };
}

/// # Safety
/// - The function takes an `A` and gives a `T`.
unsafe fn call_in<A, T>(
    contract: &Contract,
    function: u32,
    args: &A,
    out: &mut T,
    arena: &mut CallArena,
) {
    // SAFETY: what the last call left there is not used any more.
    unsafe { embedding::arena_reset(arena) };
    let (args, out) = (std::ptr::from_ref(args).cast(), std::ptr::from_mut(out).cast());
    let none = GuestContractInstance::null();
    // SAFETY: the caller's promise.
    let called = unsafe { contract.call_raw(none, function, args, out, arena) };
    assert!(called.is_ok());
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

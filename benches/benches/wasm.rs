//! WASM: calls of a component through the runtime, beside the same component called through wasmtime.

#![expect(unsafe_code, reason = "calls functions by their layout")]

use polyplug::Contract;
use polyplug::embedding;
use polyplug::loader::BundleSource;
use polyplug::runtime::{Runtime, RuntimeBuilder};
use polyplug_abi::{CallArena, GuestContractInstance};
use polyplug_benches::native::manifest;
use polyplug_benches::wasm::{BENCH, Bare, passing};
use polyplug_benches::{measure, memory, report};
use polyplug_wasm::{CachePlace, WasmConfig, WasmLoader};
use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

fn main() {
    report::header("wasm");
    let runtime = runtime();
    load(&runtime, "bench", "");
    let contract = runtime.contract("bench.calls@1").expect("it was loaded");
    scalars(&contract);
    passed_on();
    bytes(&runtime, &contract);
    imports();
    instances(&runtime);
    fresh();
    start();
}

fn runtime() -> Arc<Runtime> {
    let builder = RuntimeBuilder::new().loader(loader()).logger(|_, _, _| {});
    builder.hot_reload(true).build().expect("a runtime without folders")
}

/// Compiled code is kept in a folder of its own.
fn loader() -> WasmLoader {
    let mut config = WasmConfig::default();
    let folder = std::env::temp_dir().join("polyplug-benches-wasm");
    config.cache.place = CachePlace::Folder(folder);
    WasmLoader::new(config)
}

fn load(runtime: &Runtime, name: &str, from: &str) {
    let text = if from.is_empty() { BENCH.to_owned() } else { from.to_owned() };
    let source = BundleSource::Code(text);
    runtime
        .load_bundle_from_source(manifest(name, "wasm"), source)
        .expect("the component is right");
}

fn add(contract: &Contract, args: &[u32; 2]) -> u32 {
    // SAFETY: function 0 takes two `u32` and gives one.
    unsafe { contract.call(0, args) }.unwrap_or(0)
}

fn scalars(contract: &Contract) {
    let mut core = Bare::new();
    let mut component = Bare::new();
    assert_eq!(
        (core.core_add(20, 22), component.add(20, 22), add(contract, &[20, 22])),
        (42, 42, 42)
    );
    let (floor, bare) = measure::pair(
        || {
            black_box(core.core_add(black_box(1), 2));
        },
        || {
            black_box(component.add(black_box(1), 2));
        },
    );
    report::row("wasmtime's component call; the floor is its core call", Some(floor), bare, "");
    let (floor, ours) = measure::pair(
        || {
            black_box(component.add(black_box(1), 2));
        },
        || {
            black_box(add(contract, black_box(&[1, 2])));
        },
    );
    report::row("component call, add(u32, u32)", Some(floor), ours, "200 ns");
}

/// What it costs that wasmtime looks the function up at each call.
fn passed_on() {
    let runtime = runtime();
    load(&runtime, "bench", &passing());
    let contract = runtime.contract("bench.calls@1").expect("it was loaded");
    let mut bare = Bare::of(&passing());
    assert_eq!((bare.add(20, 22), add(&contract, &[20, 22])), (42, 42));
    let (floor, ours) = measure::pair(
        || {
            black_box(bare.add(black_box(1), 2));
        },
        || {
            black_box(add(&contract, black_box(&[1, 2])));
        },
    );
    report::row("the same, passed on by a second core module", Some(floor), ours, "200 ns");
}

fn bytes(runtime: &Runtime, contract: &Contract) {
    let mut bare = Bare::new();
    let given = vec![7_u8; 1024];
    let mut arena = CallArena::new(runtime.host_abi());
    let arena = &raw mut arena;
    let mut ours = || {
        let (args, mut out) = ((given.as_ptr(), given.len()), (std::ptr::null::<u8>(), 0_usize));
        let place = (&raw mut out).cast();
        let instance = GuestContractInstance::null();
        // SAFETY: function 1 takes a list of bytes and gives one; the arena is this thread's.
        unsafe { contract.call_raw(instance, 1, (&raw const args).cast(), place, arena) }
            .expect("it gives back what it gets");
        assert_eq!(out.1, 1024);
        // SAFETY: nothing of it is used any more.
        unsafe { embedding::arena_reset(arena) };
    };
    let (floor, ours) = measure::pair(
        || {
            black_box(bare.echo(black_box(&given)).len());
        },
        &mut ours,
    );
    report::row("list<u8> of 1 KiB in and out", Some(floor), ours, "400 ns");
    // SAFETY: nothing of it is used any more.
    unsafe { embedding::arena_release(arena) };
}

fn imports() {
    let runtime = runtime();
    load(&runtime, "bench", "");
    load(&runtime, "caller", polyplug_benches::wasm::CALLER);
    let contract = runtime.contract("bench.caller@1").expect("it was loaded");
    assert_eq!(add(&contract, &[20, 22]), 42);
    let ours = measure::nanoseconds(|| {
        black_box(add(&contract, black_box(&[1, 2])));
    });
    report::row("a component that calls a component, add(u32, u32)", None, ours, "");
}

fn instances(runtime: &Runtime) {
    const COUNT: usize = 1_000;
    let contract = runtime.contract("bench.calls@1").expect("it was loaded");
    // SAFETY: a component's constructor expects nothing.
    let create = || unsafe { contract.create(std::ptr::null()) }.expect("there is room");
    let destroy = |instance| {
        // SAFETY: it was made just now.
        unsafe { contract.destroy(instance) }.expect("it is alive");
    };
    let before = memory::resident();
    let begin = Instant::now();
    let all: Vec<_> = (0..COUNT).map(|_| create()).collect();
    let each = begin.elapsed().as_nanos() as f64 / COUNT as f64;
    report::row("an instance, the first 1,000", None, each, "");
    let bytes = memory::resident().saturating_sub(before) / COUNT as u64;
    report::number("KiB of each of 1,000 instances", None, bytes as f64 / 1024.0, "64");
    all.into_iter().for_each(destroy);
    let mut bare = Bare::new();
    let (floor, ours) = measure::pair(|| bare.instantiate(), || destroy(create()));
    report::row("an instance made and destroyed; floor: wasmtime's", Some(floor), ours, "4 us");
}

/// A bundle that asks for a store for each call, and the same by wasmtime's pool.
fn fresh() {
    let folder = tempfile::tempdir().expect("there is a place for files");
    let manifest = "name = \"fresh\"\nversion = \"1.0.0\"\nloader = \"wasm\"\nfile = \"main.wat\"\n\
                    [wasm]\ninstance = \"call\"\n";
    for (name, text) in [("manifest.toml", manifest), ("main.wat", BENCH)] {
        std::fs::write(folder.path().join(name), text).expect("the folder can be written");
    }
    let runtime = runtime();
    runtime.load_bundle(folder.path()).expect("the component is right");
    let contract = runtime.contract("bench.calls@1").expect("it was loaded");
    let mut bare = Bare::pooled();
    assert_eq!((bare.add_afresh(20, 22), add(&contract, &[20, 22])), (42, 42));
    let (floor, ours) = measure::pair(
        || {
            black_box(bare.add_afresh(black_box(1), 2));
        },
        || {
            black_box(add(&contract, black_box(&[1, 2])));
        },
    );
    report::row("a call in a fresh instance", Some(floor), ours, "4 us");
}

fn start() {
    let runtime = runtime();
    load(&runtime, "warm", "");
    let id = polyplug_abi::BundleId::of("warm");
    let folder = tempfile::tempdir().expect("there is a place for files");
    let bare = Bare::new();
    let kept = folder.path().join("kept");
    bare.keep(&kept);
    let (floor, ours) = measure::pair(
        || bare.start(&kept),
        || {
            runtime.unload_bundle(id).expect("it is loaded");
            load(&runtime, "warm", "");
        },
    );
    report::row("load from the cache and unload", Some(floor), ours, "100 us");
}

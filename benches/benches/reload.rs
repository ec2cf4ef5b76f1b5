//! Reloading: stage to commit, among few and many, beside callers, and from save to new behaviour.

#![expect(unsafe_code, reason = "calls functions by their layout")]

use polyplug::loader::BundleSource;
use polyplug::runtime::{ReloadMode, Runtime, RuntimeBuilder};
use polyplug_abi::BundleId;
use polyplug_benches::library::{self, Bare};
use polyplug_benches::lua::{ADD, new_state_and_script};
use polyplug_benches::native::manifest;
use polyplug_benches::{measure, report};
use polyplug_lua::LuaLoader;
use polyplug_native::NativeLoader;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

fn runtime() -> Arc<Runtime> {
    let builder = RuntimeBuilder::new().loader(LuaLoader::default()).logger(|_, _, _| {});
    let builder = builder.hot_reload(true).reload_mode(ReloadMode::Immediate);
    builder.build().expect("a runtime without folders")
}

/// Loads a bundle that provides `{name}.add@1`.
fn load(runtime: &Runtime, name: &str) {
    let source = BundleSource::Code(ADD.replace("bench.add", &format!("{name}.add")));
    runtime.load_bundle_from_source(manifest(name, "lua"), source).expect("the script is right");
}

fn main() {
    report::header("reload");
    let floor = || {
        let start = Instant::now();
        new_state_and_script();
        start.elapsed()
    };
    let (floor, _) = measure::samples(301, floor);
    for bundles in [1, 1000] {
        let ours = reload_among(bundles);
        let name = format!("Lua reload, stage to first new answer, among {bundles}");
        report::row(&name, Some(floor), ours, "170 us, flat");
    }
    native_reload();
    beside_callers();
    save_to_visible("in place (close after write)", |path, text| std::fs::write(path, text));
    save_to_visible("write beside, rename", |path, text| {
        let beside = path.with_extension("new");
        std::fs::write(&beside, text)?;
        std::fs::rename(beside, path)
    });
}

fn reload_among(bundles: usize) -> f64 {
    let runtime = runtime();
    for number in 0..bundles {
        load(&runtime, &format!("bundle{number}"));
    }
    let bundle = BundleId::of("bundle0");
    let handle = runtime
        .find_guest_contract_by_bundle(
            bundle.as_u64(),
            polyplug_utils::guest_contract_id("bundle0.add", 1),
            0,
        )
        .expect("it was loaded");
    let interface = runtime.registry().resolve_guest_contract(handle).expect("it is loaded");
    let (median, _) = measure::samples(301, || {
        let start = Instant::now();
        runtime.reload_bundle_by_id(bundle).expect("the script is right");
        call(interface);
        start.elapsed()
    });
    median
}

/// Copying, opening, starting and committing, to the first new answer; closing the old one included,
/// and, in the row by name, everything but that.
fn native_reload() {
    let plugin = library::plugin();
    let bare = Bare::new(&plugin);
    let floor = || {
        let start = Instant::now();
        bare.open_and_close();
        start.elapsed()
    };
    let (floor, _) = measure::samples(1001, floor);
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("bench.so"), &plugin).expect("a fresh folder");
    let text = "name = \"bench\"\nloader = \"native\"\nfile = \"bench.so\"\n";
    std::fs::write(folder.path().join("manifest.toml"), text).expect("a fresh folder");
    let size = plugin.len() / 1024;
    for (what, asked) in [("memory", "80 us"), ("a folder", "")] {
        for (mode, close) in
            [(ReloadMode::OnPoll, "with close"), (ReloadMode::Immediate, "without close")]
        {
            let builder = RuntimeBuilder::new().loader(NativeLoader::default());
            let builder = builder.logger(|_, _, _| {}).hot_reload(true).reload_mode(mode);
            let runtime = builder.build().expect("a runtime without folders");
            match what {
                "memory" => {
                    let mut manifest = manifest("bench", "native");
                    manifest.file = "bench.so".to_owned();
                    let source = BundleSource::Bytes(plugin.clone());
                    runtime.load_bundle_from_source(manifest, source)
                }
                _ => runtime.load_bundle(folder.path()),
            }
            .expect("the plugin is right");
            let contract = runtime.contract("test.counter@1").expect("it was loaded");
            let bundle = BundleId::of("bench");
            let (ours, _) = measure::samples(1001, || {
                let start = Instant::now();
                runtime.reload_bundle_by_id(bundle).expect("the plugin is right");
                // SAFETY: function 2 takes two `u32` and gives one.
                let sum: Result<u32, _> = unsafe { contract.call(2, &[1_u32, 2]) };
                let took = start.elapsed();
                assert_eq!(sum.ok(), Some(3));
                if mode == ReloadMode::Immediate {
                    std::thread::sleep(Duration::from_micros(500));
                }
                took
            });
            let name = format!("native reload, {size} KiB from {what}, {close}");
            report::row(&name, Some(floor), ours, asked);
        }
    }
}

fn call(interface: *const polyplug_abi::GuestContractInterface) -> u32 {
    let (args, mut out) = ([1_u32, 2], 0_u32);
    let mut error = polyplug_abi::AbiError::ok();
    // SAFETY: the interface lives as long as the runtime.
    let interface = unsafe { &*interface };
    // SAFETY: Lua contracts have VM dispatch.
    let vm = unsafe { interface.dispatch.vm };
    let instance = polyplug_abi::GuestContractInstance::null();
    let (args, out_place) = ((&raw const args).cast(), (&raw mut out).cast());
    let arena = std::ptr::null_mut();
    // SAFETY: function 0 takes two `u32` and gives one.
    unsafe { (vm.call)(vm.loader_data, instance, 0, args, out_place, arena, &raw mut error) };
    out
}

/// How fast a caller of one bundle is while another reloads in a loop, over how fast it is alone.
fn beside_callers() {
    let runtime = runtime();
    load(&runtime, "called");
    load(&runtime, "reloaded");
    let contract = runtime.contract("called.add@1").expect("it was loaded");
    let operation = || {
        // SAFETY: function 0 takes two `u32` and gives one.
        let sum: Result<u32, _> = unsafe { contract.call(0, &[1_u32, 2]) };
        std::hint::black_box(sum.is_ok());
    };
    let alone = measure::nanoseconds(operation);
    let stop = AtomicBool::new(false);
    let beside = std::thread::scope(|scope| {
        scope.spawn(|| {
            let bundle = BundleId::of("reloaded");
            while !stop.load(Ordering::Relaxed) {
                runtime.reload_bundle_by_id(bundle).expect("the script is right");
            }
        });
        let beside = measure::nanoseconds(operation);
        stop.store(true, Ordering::Relaxed);
        beside
    });
    report::number("caller's speed while another bundle reloads", None, alone / beside, "0.8");
}

/// From the end of a save to the first call that runs the new code.
fn save_to_visible(name: &str, save: fn(&Path, &str) -> std::io::Result<()>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let bundle = folder.path().join("bench");
    std::fs::create_dir(&bundle).expect("a fresh folder");
    let manifest = "name = \"bench\"\nloader = \"lua\"\nfile = \"bench.lua\"\n";
    std::fs::write(bundle.join("manifest.toml"), manifest).expect("a fresh folder");
    let script = bundle.join("bench.lua");
    let text = |version: u32| ADD.replace("a[0] + a[1]", &format!("a[0] + a[1] + {version}"));
    std::fs::write(&script, text(0)).expect("a fresh folder");
    let runtime = RuntimeBuilder::new()
        .loader(LuaLoader::default())
        .plugin_dir(folder.path())
        .watch(true)
        .reload_mode(ReloadMode::Immediate)
        .logger(|_, _, _| {})
        .build()
        .expect("the folder is there");
    let contract = runtime.contract("bench.add@1").expect("it was loaded");
    let handle = contract.interface();
    let mut version = 0;
    let (median, late) = measure::samples(500, || {
        version += 1;
        save(&script, &text(version)).expect("the folder is there");
        let start = Instant::now();
        while call(handle) != 3 + version {
            assert!(start.elapsed() < Duration::from_secs(5), "version {version} never came");
            std::thread::yield_now();
        }
        let took = start.elapsed();
        // Saves of a person do not come within the quiet time of each other.
        std::thread::sleep(Duration::from_millis(40));
        took
    });
    report::row(&format!("save to new behaviour: {name}"), None, median, "2 ms");
    report::row("    99th percentile", None, late, "");
}

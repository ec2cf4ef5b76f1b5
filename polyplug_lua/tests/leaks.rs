//! Failing calls leave nothing behind: not in the arena, not in the VM, not with the host. Alone in its
//! process, which it asks how much is allocated.

#![cfg(all(target_os = "linux", target_env = "gnu"))]
#![expect(unsafe_code, reason = "calls by layout, and asks the C library")]

use polyplug::embedding;
use polyplug::loader::BundleSource;
use polyplug::loader::manifest::ManifestData;
use polyplug::runtime::RuntimeBuilder;
use polyplug_abi::{AbiErrorCode, CallArena, GuestContractInstance, StringView};
use polyplug_lua::{LuaConfig, LuaLoader};
use std::collections::HashMap;
use std::ptr;

const WIT: &str = "package demo:points@1.0.0;
interface points {
    record point { x: f32, tags: list<string> }
    points: func(count: u32) -> list<point>;
    collect: func();
}";

/// The last point has a tag that is none.
const SCRIPT: &str = "
local Points = {}
function Points:points(count)
  local points = {}
  for i = 1, count do points[i] = { x = i, tags = { ('t'):rep(50), ('u'):rep(i) } } end
  points[count].tags[2] = count
  return points
end
function Points:collect() collectgarbage() collectgarbage() end
return { ['demo.points@1'] = Points }";

/// How many bytes are allocated, by Rust and by LuaJIT.
fn in_use() -> usize {
    // SAFETY: the function has no preconditions.
    let counted = unsafe { libc::mallinfo2() };
    counted.uordblks + counted.hblkhd
}

#[test]
fn ten_thousand_failing_calls_leave_nothing_behind() {
    let mut config = LuaConfig::default();
    // Compiled code comes and goes as well.
    config.jit_by_default = false;
    let loader = LuaLoader::new(config);
    let builder = RuntimeBuilder::new().loader(loader).wit_text("p.wit", WIT);
    // What is printed in a test is kept, too.
    let runtime = builder.logger(|_, _, _| {}).build().unwrap();
    let manifest = ManifestData {
        id: polyplug_utils::bundle_id("points"),
        name: "points".to_owned(),
        loader: "lua".to_owned(),
        file: "points.lua".to_owned(),
        version: String::new(),
        path: "points".into(),
        provides: Vec::new(),
        function_count: HashMap::new(),
        dependencies: Vec::new(),
        needs_reinit_on_dep_reload: false,
        bundle_dependencies: Vec::new(),
    };
    let source = BundleSource::Code(SCRIPT.to_owned());
    runtime.load_bundle_from_source(manifest, source).unwrap();
    let contract = runtime.contract("demo.points@1").unwrap();
    let mut arena = CallArena::new(runtime.host_abi());
    let mut fail = |rounds: u32| {
        for round in 0..rounds {
            let (count, mut out) = (round % 20 + 1, StringView::null());
            let place = if round % 2 == 0 { &raw mut arena } else { ptr::null_mut() };
            let (args, slot) = ((&raw const count).cast(), (&raw mut out).cast());
            let none = GuestContractInstance::null();
            // SAFETY: function 0 takes a `u32` and gives a list, which has the layout of a view.
            let error = unsafe { contract.call_raw(none, 0, args, slot, place) }.unwrap_err();
            assert_eq!(error.code, AbiErrorCode::ValueInvalid as u32, "{error}");
            // SAFETY: nothing of the arena is used any more.
            unsafe { embedding::arena_reset(&raw mut arena) };
        }
    };
    let collect = || contract.call_values("collect", &[]).unwrap();
    fail(2_000);
    collect();
    let before = in_use();
    fail(10_000);
    collect();
    let grown = in_use().saturating_sub(before);
    // SAFETY: made above, on this thread; nothing of it is used any more.
    unsafe { embedding::arena_release(&raw mut arena) };
    // Two bytes a call would be more.
    assert!(grown < 20_000, "{grown} bytes");
}

//! The core: find, resolve, native calls, registration, readers on two threads.

#![expect(unsafe_code, reason = "calls native functions")]

use polyplug::loader::BundleSource;
use polyplug::runtime::{Runtime, RuntimeBuilder};
use polyplug_abi::{AbiError, GuestContractId, GuestContractInstance, NativeFunction};
use polyplug_benches::native::{self, NativeLoader, manifest};
use polyplug_benches::{measure, report};
use std::collections::HashMap;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

polyplug::contract!("wit/add.wit");

fn runtime_with(contracts: usize) -> Arc<Runtime> {
    let mut names: Vec<String> = vec!["bench.add".to_owned()];
    names.extend((1..contracts).map(|number| format!("bench.contract{number}")));
    let loader = NativeLoader { contracts: HashMap::from([("bench".to_owned(), names)]) };
    let runtime = RuntimeBuilder::new().loader(loader).build().expect("a runtime without folders");
    runtime
        .load_bundle_from_source(manifest("bench", "bench"), BundleSource::Code(String::new()))
        .expect("the bundle is in memory");
    runtime
}

fn main() {
    report::header("core");
    calls();
    look_ups();
    readers();
    registration();
}

fn calls() {
    let runtime = runtime_with(1);
    let contract = runtime.contract("bench.add@1").expect("it was loaded");
    let function: NativeFunction = black_box(native::add);
    let interface = contract.interface();
    // SAFETY: the interface lives as long as the runtime.
    let interface = unsafe { &*interface };
    // SAFETY: it is of native dispatch.
    let table = unsafe { interface.dispatch.native }.functions;
    let args = [20_u32, 22];
    let mut out = 0_u32;
    let mut error = AbiError::ok();
    let instance = GuestContractInstance::null();
    let (args, out, error) = ((&raw const args).cast(), (&raw mut out).cast(), &raw mut error);
    let bare = || {
        // SAFETY: the arguments are what `add` expects.
        unsafe { black_box(function)(instance, black_box(args), out, error) };
    };
    let raw = || {
        // SAFETY: entry 0 of the table is a function of the native shape.
        let function: NativeFunction = unsafe { black_box(table).cast::<NativeFunction>().read() };
        // SAFETY: as above.
        unsafe { function(instance, black_box(args), out, error) };
    };
    let (floor, ours) = measure::pair(bare, raw);
    report::row("raw native call through a resolved interface", Some(floor), ours, "floor");
    let guarded = || {
        // SAFETY: as above.
        let result =
            unsafe { contract.call_raw(instance, 0, black_box(args), out, std::ptr::null_mut()) };
        black_box(result.is_ok());
    };
    let (floor, ours) = measure::pair(bare, guarded);
    report::row("guarded native call", Some(floor), ours, "floor + 3 ns");
    let caller = add::Add::of(&contract).expect("it says nothing about its shape");
    let typed = || {
        black_box(caller.add(black_box(20), black_box(22)).is_ok());
    };
    let (floor, ours) = measure::pair(bare, typed);
    report::row("typed native call, add(u32, u32)", Some(floor), ours, "floor + 3 ns");
    let host = runtime.host_abi();
    // SAFETY: the host table and its extensions live as long as the runtime.
    let extensions = unsafe { (*host).reserved };
    // SAFETY: as above.
    let call = unsafe { (*extensions).call };
    let interface = contract.interface();
    let no_arena = std::ptr::null_mut();
    let from_c = || {
        // SAFETY: as above.
        unsafe {
            black_box(call)(host, interface, instance, 0, black_box(args), out, no_arena, error);
        };
    };
    let (floor, ours) = measure::pair(bare, from_c);
    report::row("guarded native call, as C calls it", Some(floor), ours, "floor + 3 ns");
}

fn look_ups() {
    for contracts in [10, 10_000] {
        let runtime = runtime_with(contracts);
        let id = GuestContractId::of("bench.add", 1);
        let find = || {
            black_box(runtime.registry().find(black_box(id), 0).is_ok());
        };
        let name = format!("find by contract id, among {contracts}");
        report::row(&name, None, measure::nanoseconds(find), "6 ns");
        let handle = runtime.registry().find(id, 0).expect("it was loaded");
        let resolve = || {
            black_box(runtime.registry().resolve_guest_contract(black_box(handle)).is_ok());
        };
        let name = format!("resolve a handle, among {contracts}");
        report::row(&name, None, measure::nanoseconds(resolve), "3 ns");
    }
}

fn readers() {
    let runtime = runtime_with(10);
    let id = GuestContractId::of("bench.add", 1);
    let handle = runtime.registry().find(id, 0).expect("it was loaded");
    let interface =
        runtime.registry().resolve_guest_contract(handle).expect("it is loaded") as usize;
    let bare = || {
        || {
            black_box(native::add as *const () as usize ^ black_box(7));
        }
    };
    let find = || {
        || {
            let found = runtime.registry().find(black_box(id), 0);
            black_box(found.is_ok());
        }
    };
    let call = || {
        let contract = runtime.contract("bench.add@1").expect("it was loaded");
        move || {
            // SAFETY: `add` takes two `u32` and gives one.
            let sum: Result<u32, _> = unsafe { contract.call(0, &black_box([1_u32, 2])) };
            black_box(sum.is_ok());
        }
    };
    let _ = interface;
    let floor = measure::calls_per_second(2, bare) / measure::calls_per_second(1, bare);
    let ours = measure::calls_per_second(2, find) / measure::calls_per_second(1, find);
    report::number("find: 2 threads over 1 (scaling)", Some(floor), ours, "0.95 of the floor");
    let ours = measure::calls_per_second(2, call) / measure::calls_per_second(1, call);
    report::number("guarded call: 2 threads over 1", Some(floor), ours, "0.95 of the floor");
}

fn registration() {
    for contracts in [1_000, 10_000] {
        let (median, _) = measure::samples(5, || {
            let start = Instant::now();
            let runtime = runtime_with(contracts);
            let took = start.elapsed();
            drop(runtime);
            took
        });
        report::row(&format!("register {contracts} contracts"), None, median, "20 ms for 10,000");
    }
}

//! Calls of one function in one native bundle: raw and guarded, from C, C++ and Rust, beside the same
//! function taken from its library with dlsym.
//!
//! C and C++ call the libpolyplug that `cargo xtask install` installs; Rust has the runtime built in.

#![expect(unsafe_code, reason = "calls native functions")]

use polyplug::runtime::RuntimeBuilder;
use polyplug_abi::{AbiError, GuestContractInstance, NativeFunction};
use polyplug_benches::outside::{self, Linked, Outside};
use polyplug_benches::{measure, report};
use polyplug_native::NativeLoader;
use std::hint::black_box;

const RAW: &str = "floor";
const GUARDED: &str = "floor + 3 ns";

fn main() {
    let outside = Outside::installed();
    report::header("calls of a native function, add(u32, u32)");
    c(&outside, "libpolyplug.so", Linked::Shared);
    c(&outside, "libpolyplug.a", Linked::Static);
    cpp(&outside);
    rust(&outside);
}

fn c(outside: &Outside, library: &str, linked: Linked) {
    let times = outside.times(outside::C, linked);
    let floor = Some(times["bare"]);
    report::row(&format!("C, raw through the interface, {library}"), floor, times["raw"], RAW);
    report::row(&format!("C, polyplug_call, {library}"), floor, times["guarded"], GUARDED);
    // Values that are checked against the description, beside the guarded call that believes them.
    let guarded = Some(times["guarded"]);
    for (call, name) in
        [("call_binary_at", "binary_at"), ("call_binary", "binary"), ("call_text", "text")]
    {
        report::row(&format!("C, polyplug_{call}, {library}"), guarded, times[name], "");
    }
}

fn cpp(outside: &Outside) {
    let times = outside.times(outside::CPP, Linked::Shared);
    let floor = Some(times["bare"]);
    report::row("C++, raw through the interface", floor, times["raw"], RAW);
    report::row("C++, polyplug_call", floor, times["guarded"], GUARDED);
    report::row(
        "C++, typed function; the floor is polyplug_call",
        Some(times["guarded"]),
        times["wrapped"],
        "floor",
    );
}

fn rust(outside: &Outside) {
    let bare = outside.function();
    let runtime = RuntimeBuilder::new().loader(NativeLoader::default()).build();
    let runtime = runtime.expect("a runtime without folders");
    runtime.load_bundle(outside.bundle()).expect("the bundle was just built");
    let contract = runtime.contract("bench.add@1").expect("it was loaded");
    let interface = contract.interface();

    // As the programs in C and C++ do: two numbers are packed, the error and the sum looked at.
    let call = |function: NativeFunction| {
        let (numbers, mut sum, mut error) = ([black_box(20_u32), 22], 0_u32, AbiError::ok());
        // SAFETY: the function takes two `u32` and gives one.
        unsafe {
            function(
                GuestContractInstance::null(),
                (&raw const numbers).cast(),
                (&raw mut sum).cast(),
                &raw mut error,
            );
        }
        assert_eq!(error.code, 0);
        black_box(sum);
    };
    let floor = || call(black_box(bare));
    let raw = || {
        // SAFETY: the interface lives as long as the runtime.
        let dispatch = unsafe { (*black_box(interface)).dispatch };
        // SAFETY: it is of native dispatch.
        let functions = unsafe { dispatch.native }.functions;
        // SAFETY: entry 0 of the table is a function of the native shape.
        call(unsafe { functions.cast::<NativeFunction>().read() });
    };
    let (time_of_floor, ours) = measure::pair(floor, raw);
    report::row("Rust, raw through the interface", Some(time_of_floor), ours, RAW);

    let guarded = || {
        let numbers = [black_box(20_u32), 22];
        // SAFETY: function 0 of bench.add@1 takes two `u32` and gives one.
        let sum: Result<u32, _> = unsafe { contract.call(0, &numbers) };
        assert!(sum.is_ok());
        black_box(sum.unwrap_or(0));
    };
    let (time_of_floor, ours) = measure::pair(floor, guarded);
    report::row("Rust, Contract::call", Some(time_of_floor), ours, GUARDED);
}

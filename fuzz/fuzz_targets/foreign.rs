//! The fuzzer of [`polyplug_fuzz::foreign`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| polyplug_fuzz::foreign::run(data));

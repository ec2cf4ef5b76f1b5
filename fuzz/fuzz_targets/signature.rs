//! The fuzzer of [`polyplug_fuzz::signature`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| polyplug_fuzz::signature::run(data));

//! The fuzzer of [`polyplug_fuzz::tree`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| polyplug_fuzz::tree::run(data));

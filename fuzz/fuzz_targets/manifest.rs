//! The fuzzer of [`polyplug_fuzz::manifest`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| polyplug_fuzz::manifest::run(data));

//! The fuzzer of [`polyplug_fuzz::bundle`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| polyplug_fuzz::bundle::run(data));

//! The fuzzer of [`polyplug_fuzz::binary`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| polyplug_fuzz::binary::run(data));

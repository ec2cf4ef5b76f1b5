//! The fuzzer of [`polyplug_fuzz::calls`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| polyplug_fuzz::calls::run(data));

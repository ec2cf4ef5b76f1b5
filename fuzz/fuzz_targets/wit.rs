//! The fuzzer of [`polyplug_fuzz::wit`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| polyplug_fuzz::wit::run(data));

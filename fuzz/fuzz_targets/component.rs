//! The fuzzer of [`polyplug_fuzz::component`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| polyplug_fuzz::component::run(data));

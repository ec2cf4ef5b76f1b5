//! The fuzzer of [`polyplug_fuzz::wave`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| polyplug_fuzz::wave::run(data));

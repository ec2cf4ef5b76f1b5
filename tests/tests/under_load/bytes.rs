//! What a call with values as bytes costs in memory: nothing, once the thread has made one.

use polyplug::schema::{Type, Value};
use polyplug_tests::host::Host;
use polyplug_tests::memory;
use std::fs;

const WIT: &str = "package test:math@1.0.0; interface math {
    version: func() -> u32;
    add: func(a: u32, b: u32) -> u32;
}";

#[test]
fn a_call_with_bytes_allocates_nothing() {
    let _alone = super::ALONE.lock();
    let host = Host::new();
    let manifest = "loader = \"functions\"\nwit = \"math.wit\"";
    let code = "contract test.math@1.0\nfn version 3\nfn add";
    let folder = host.folder.bundle_with("math", manifest, code);
    fs::write(folder.join("math.wit"), WIT).unwrap();
    host.runtime.load_bundle(folder).unwrap();
    let math = host.runtime.contract("test.math@1").unwrap();
    let (mut arguments, mut out) = (Vec::new(), Vec::with_capacity(4));
    for number in [40, 2] {
        Value::U32(number).to_binary(&Type::U32, &mut arguments).unwrap();
    }
    let mut before = 0;
    for call in 0..100 {
        out.clear();
        math.call_binary("add", &arguments, &mut out).unwrap();
        assert_eq!(out, [42, 0, 0, 0]);
        if call == 0 {
            before = memory::allocations();
        }
    }
    assert_eq!(memory::allocations(), before);
    drop(std::hint::black_box(Box::new(1_u8)));
    assert_eq!(memory::allocations(), before + 1, "the counting counts");
}

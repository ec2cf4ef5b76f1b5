//! A call with scalars only allocates nothing. Alone in its process, whose allocations it counts.

#![expect(unsafe_code, reason = "is an allocator, and calls by layout")]
#![expect(clippy::unwrap_used, reason = "a test fails by a panic, and clippy sees `#[test]` only")]

#[path = "runtime/bundle.rs"]
#[expect(dead_code, reason = "the tests of the runtime use more of it")]
mod bundle;

use bundle::Host;
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    static ALLOCATIONS: Cell<u32> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: it is the system's allocator; counting allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let _ = ALLOCATIONS.try_with(|count| count.set(count.get() + 1));
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(place, layout) };
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const ADD: &str = r#"(component
  (core module $m
    (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
    (func (export "mix") (param i32 i64 f32 f64 i32) (result i32) (local.get 4)))
  (core instance $i (instantiate $m))
  (func $add (param "a" u32) (param "b" u32) (result u32) (canon lift (core func $i "add")))
  (func $mix (param "a" u8) (param "b" s64) (param "c" f32) (param "d" f64) (param "e" bool) (result bool)
    (canon lift (core func $i "mix")))
  (instance $numbers (export "add" (func $add)) (export "mix" (func $mix)))
  (export "demo:numbers/numbers@1.0.0" (instance $numbers)))"#;

#[repr(C)]
struct Mix {
    a: u8,
    b: i64,
    c: f32,
    d: f64,
    e: bool,
}

#[test]
fn a_call_with_scalars_only_allocates_nothing() {
    let host = Host::new();
    host.load("numbers", ADD).unwrap();
    let contract = host.runtime.contract("demo.numbers@1").unwrap();
    let calls = |times: u32| {
        for number in 0..times {
            // SAFETY: function 0 takes two `u32` and gives one.
            let sum: u32 = unsafe { contract.call(0, &[number, 2]) }.unwrap();
            assert_eq!(sum, number + 2);
            let mix = Mix { a: 1, b: -2, c: 3.0, d: 4.0, e: number % 2 == 0 };
            // SAFETY: function 1 takes these in this order and gives a `bool`.
            let back: u8 = unsafe { contract.call(1, &mix) }.unwrap();
            assert_eq!(back != 0, mix.e);
        }
    };
    calls(10);
    let before = ALLOCATIONS.get();
    calls(1_000);
    assert_eq!(ALLOCATIONS.get() - before, 0);
}

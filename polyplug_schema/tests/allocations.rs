//! A call of numbers allocates nothing on its way into memory and back.

#![expect(unsafe_code, reason = "counts what the allocator is asked for")]

use polyplug_schema::{Function, NativeMemory, NoAllocator, Type, Value};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: the system's allocator does the work.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, address: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(address, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn a_call_of_scalars_allocates_nothing() {
    let color = Type::enumeration(Some("color"), ["red", "green"]).unwrap();
    let parameters = [("a", Type::U32), ("b", Type::F64), ("c", Type::Char), ("d", color)];
    let function = Function::new("f", parameters, Some(Type::Bool)).unwrap();
    let arguments = [Value::U32(1), Value::F64(2.0), Value::Char('c'), Value::enumeration("green")];
    let mut place = [0u64; 4];
    assert!(function.arguments_layout().size <= size_of_val(&place));
    let at = place.as_mut_ptr().expose_provenance();
    // SAFETY: the place has room for the arguments, and nothing in them is elsewhere.
    let mut memory = unsafe { NativeMemory::new(NoAllocator) };
    let mut lifted = Vec::with_capacity(4);
    let before = ALLOCATIONS.get();
    function.lower_arguments(&arguments, at, &mut memory).unwrap();
    function.lift_arguments_into(&mut lifted, at, &memory, 1024).unwrap();
    function.lower_result(Some(&Value::Bool(true)), at, &mut memory).unwrap();
    let result = function.lift_result(at, &memory, 1024).unwrap();
    assert_eq!(ALLOCATIONS.get(), before);
    assert_eq!((&lifted[..], result), (&arguments[..], Some(Value::Bool(true))));
}

#[test]
fn the_counting_counts() {
    let before = ALLOCATIONS.get();
    drop(std::hint::black_box(Box::new(1u8)));
    assert_eq!(ALLOCATIONS.get(), before + 1);
}

//! Calls of methods: which object, which form of call.

use super::*;
use polyplug_abi::{CallArena, GuestContractInstance, StringView};

const COUNTER: &str =
    "add: func(amount: u32) -> u32; name: func() -> string; total: func(of: list<f64>) -> f64;";
const SCRIPT: &str = "
function Class.new(host)
  assert(type(host) == 'number')
  return setmetatable({ sum = 0 }, Class)
end
function Class:add(amount) self.sum = self.sum + amount return self.sum end
function Class:name() return 'counter at ' .. self.sum end
function Class:total(of) local sum = 0 for _, x in ipairs(of) do sum = sum + x end return sum end";

fn add(contract: &Contract, instance: GuestContractInstance, amount: u32) -> u32 {
    let mut out = 0_u32;
    let (args, place) = ((&raw const amount).cast(), (&raw mut out).cast());
    // SAFETY: function 0 takes a `u32` and gives one.
    unsafe { contract.call_raw(instance, 0, args, place, std::ptr::null_mut()) }.unwrap();
    out
}

#[test]
fn every_instance_is_an_object_of_its_own() {
    let world = World::new();
    let contract = world.load_typed("demo", COUNTER, SCRIPT);
    // SAFETY: the constructor expects nothing.
    let create = || unsafe { contract.create(std::ptr::null()) }.unwrap();
    let (first, second) = (create(), create());
    assert_eq!(add(&contract, first, 1), 1);
    assert_eq!(add(&contract, first, 1), 2);
    assert_eq!(add(&contract, second, 5), 5);
    assert_eq!(add(&contract, GuestContractInstance::null(), 9), 9);
    // SAFETY: made just above.
    unsafe { contract.destroy(first) }.unwrap();
    assert_eq!(add(&contract, second, 5), 10);
}

#[test]
fn a_class_without_new_is_the_only_object() {
    let world = World::new();
    let script = SCRIPT.split_once("function Class:add").unwrap().1;
    let script = format!("Class.sum = 0 function Class:add{script}");
    let contract = world.load_typed("demo", COUNTER, &script);
    assert_eq!(add(&contract, GuestContractInstance::null(), 2), 2);
    assert_eq!(add(&contract, GuestContractInstance::null(), 2), 4);
    // SAFETY: the constructor expects nothing.
    let error = unsafe { contract.create(std::ptr::null()) }.unwrap_err();
    assert!(error.message.contains("define `function Class.new(host)`"), "{error}");
}

#[test]
fn strings_of_any_size_go_to_the_arena_or_to_the_caller() {
    let world = World::new();
    let contract = world.load_typed(
        "demo",
        "repeated: func(text: string, times: u32) -> string;",
        "function Class:repeated(text, times) return text:rep(times) end",
    );
    #[repr(C)]
    struct Args(StringView, u32);
    let host = world.runtime.host_abi();
    let mut arena = CallArena::new(host);
    for times in [0_u32, 1, 100, 100_000] {
        let args = Args(StringView::from_str("ab"), times);
        for place in [&raw mut arena, std::ptr::null_mut()] {
            let mut out = StringView::null();
            let none = GuestContractInstance::null();
            let (args, slot) = ((&raw const args).cast(), (&raw mut out).cast());
            // SAFETY: the function takes a string and a `u32` and gives a string.
            unsafe { contract.call_raw(none, 0, args, slot, place) }.unwrap();
            // SAFETY: the text is in the arena, or ours.
            let text = unsafe { std::slice::from_raw_parts(out.ptr, out.len) };
            assert_eq!(text, "ab".repeat(times as usize).as_bytes());
            if place.is_null() && out.len != 0 {
                // SAFETY: the table of a living runtime.
                let free = unsafe { (*host).free };
                // SAFETY: without an arena the caller owns the text.
                unsafe { free(host, out.ptr.cast_mut(), out.len, 1) };
            }
        }
    }
    // SAFETY: made above, on this thread.
    unsafe { polyplug::embedding::arena_release(&raw mut arena) };
}

#[test]
fn lists_of_numbers_arrive_whole() {
    let world = World::new();
    let contract = world.load_typed("demo", COUNTER, SCRIPT);
    let numbers: Vec<f64> = (0..10_000).map(f64::from).collect();
    let total = contract.call_values("total", &[Value::from(numbers)]).unwrap();
    assert_eq!(total, Value::F64(49_995_000.0));
}

#[test]
fn what_a_function_without_result_returns_is_left_out() {
    let world = World::new();
    let contract = world.load_typed(
        "demo",
        "log: func(x: string); add: func(a: u8, b: u8) -> u8;",
        "function Class:log(x) return self, x, {} end
         function Class:add(a, b) return a + b, 'more' end",
    );
    assert_eq!(contract.call_text("log(\"x\")").unwrap(), Value::Tuple(Vec::new()));
    assert_eq!(contract.call_text("add(1, 2)").unwrap(), Value::U8(3));
}

#[test]
fn two_threads_share_one_bundle() {
    let world = World::new();
    let contract = world.load_typed("demo", COUNTER, SCRIPT);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                for _ in 0..2_000 {
                    add(&contract, GuestContractInstance::null(), 1);
                    contract.call_values("name", &[]).unwrap();
                }
            });
        }
    });
    assert_eq!(add(&contract, GuestContractInstance::null(), 0), 4_000);
}

//! Failing calls: what they say, and that they leave nothing behind.

use super::*;
use polyplug_abi::{AbiErrorCode, GuestContractInstance};

const FUNCTIONS: &str = "
record point { x: f32, tags: list<string> }
fail: func(message: string) -> string;
coded: func() -> u8;
points: func(count: u32) -> list<point>;
add: func(a: u32, b: u32) -> u32;
wide: func() -> list<u64>;";

const SCRIPT: &str = "
function Class:fail(message) error(message) end
function Class:coded() error({ code = 300, message = 'no gold' }) end
function Class:points(count)
  local points = {}
  for i = 1, count do points[i] = { x = i, tags = { ('t'):rep(50), ('u'):rep(i) } } end
  points[count].tags[2] = count
  return points
end
function Class:add(a, b) return a - b end
function Class:wide() return { 2^60, 18446744073709551615ULL, -1LL } end";

#[test]
fn errors_keep_message_place_traceback_and_code() {
    let world = World::new();
    let contract = world.load_typed("demo", FUNCTIONS, SCRIPT);
    let message = refusal(contract.call_text("fail(\"broken\")"));
    assert!(message.contains(": demo/main.lua:4: broken\nstack traceback:\n"), "{message}");
    assert!(message.contains("demo/main.lua:4: in function"), "{message}");
    assert!(world.logged("Lua function call failed: demo/main.lua:4: broken"));
    let error = contract.call_values("coded", &[]).unwrap_err();
    assert_eq!((error.code(), error.to_string().contains("no gold")), (300, true));
}

#[test]
fn wrong_values_name_contract_function_and_place() {
    let world = World::new();
    let contract = world.load_typed("demo", FUNCTIONS, SCRIPT);
    let error = contract.call_text("points(3)").unwrap_err();
    assert_eq!(error.code(), AbiErrorCode::ValueInvalid as u32);
    let message = error.to_string();
    let expected = "demo.api@1 points: func(count: u32) -> list<point>: result[3].tags";
    assert!(message.contains(expected), "{message}");
    let message = refusal(contract.call_text("add(1, 2)"));
    assert!(message.contains("result: -1 is out of range for u32"), "{message}");
    assert!(message.contains("demo.api@1 add: func(a: u32, b: u32) -> u32"), "{message}");
    let message = refusal(contract.call_values("wide", &[]));
    assert!(message.contains("result[3]: -1 is out of range for u64"), "{message}");
    assert_eq!(contract.call_text("add(5, 2)").unwrap(), Value::U32(3));
}

/// Memory that nobody meant well is refused before Lua sees it.
#[test]
fn bad_memory_is_named_with_its_parameter() {
    let world = World::new();
    let contract = world.load_typed(
        "demo",
        "enum color { red, green }
         text: func(a: u8, text: string);
         flag: func(b: bool);
         paint: func(c: color);
         character: func(d: char);
         numbers: func(e: list<u32>);",
        "function Class:text() error('reached') end
         Class.flag, Class.paint, Class.character, Class.numbers = Class.text, Class.text, Class.text, Class.text",
    );
    let call = |function: u32, args: *const ()| {
        let none = GuestContractInstance::null();
        let (out, arena) = (std::ptr::null_mut(), std::ptr::null_mut());
        // SAFETY: the memory is there; whether it holds values is what is tested.
        let error = unsafe { contract.call_raw(none, function, args, out, arena) }.unwrap_err();
        assert_eq!(error.code, AbiErrorCode::ValueInvalid as u32);
        error.message
    };
    let slice = |ptr: usize, len: usize| [0_usize, ptr, len];
    let bytes = [b'a', 0xFF];
    let rows = [
        (
            0,
            slice(bytes.as_ptr().expose_provenance(), 2),
            "parameter `text`: the text is not UTF-8",
        ),
        (0, slice(0, 3), "parameter `text`: the pointer is null and the length 3"),
        (0, slice(16, usize::MAX), "parameter `text`: a length of"),
        (0, slice(16, 1 << 40), "parameter `text`: the whole value is larger than the limit"),
        (1, slice(0, 0).map(|_| 2), "parameter `b`: 2 is not a bool"),
        (2, slice(0, 0).map(|_| 9), "parameter `c`: 9 is not a case"),
        (3, slice(0, 0).map(|_| 0xD800), "parameter `d`: 0xd800 is not a char"),
        (4, [1, 1, 0], "parameter `e`: the pointer 0x1 is not a multiple of 4"),
    ];
    for (function, memory, expected) in rows {
        let message = call(function, memory.as_ptr().cast());
        assert!(message.contains(expected), "{message}");
    }
}

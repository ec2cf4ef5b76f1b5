use super::{DEFAULT_LIMIT, lift};
use crate::memory::MemoryMut;
use crate::memory::checked::Checked;
use crate::{Function, Type, Value};

/// What `bytes` are as a value of `ty`.
fn lifted(ty: &Type, bytes: &[u8]) -> Result<Value, String> {
    let mut memory = Checked::default();
    lifted_in(ty, bytes, &mut memory, DEFAULT_LIMIT)
}

fn lifted_in(ty: &Type, bytes: &[u8], memory: &mut Checked, limit: usize) -> Result<Value, String> {
    let at = memory.place(ty.layout().size, ty.layout().align);
    memory.write_all(at, bytes).unwrap();
    lift(ty, at, memory, limit).map_err(|error| error.to_string())
}

fn slice(address: usize, len: usize) -> Vec<u8> {
    [address.to_ne_bytes(), len.to_ne_bytes()].concat()
}

fn list(element: Type) -> Type {
    Type::list(element).unwrap()
}

#[test]
fn numbers_that_are_no_values_are_refused() {
    let color = Type::enumeration(None, ["red", "green"]).unwrap();
    let flags = Type::flags(None, ["a", "b", "c"]).unwrap();
    let option = Type::option(Type::U8).unwrap();
    let result = Type::result(None, None).unwrap();
    let surrogate = 0xd800u32.to_ne_bytes();
    let cases: [(&Type, &[u8], &str); 6] = [
        (&Type::Bool, &[2], "value: 2 is not a bool: 0 or 1"),
        (&Type::Char, &surrogate, "value: 0xd800 is not a char: a Unicode scalar value"),
        (&color, &[2], "value: 2 is not a case: there are 2"),
        (&flags, &[0x0a], "value: bit 3 is set: there are 3 flags"),
        (&option, &[2, 0], "value: 2 is not a case: there are 2"),
        (&result, &[0xff], "value: 255 is not a case: there are 2"),
    ];
    for (ty, bytes, message) in cases {
        assert_eq!(lifted(ty, bytes), Err(message.to_owned()), "{ty}");
    }
}

#[test]
fn pointers_are_checked_before_they_are_followed() {
    let cases = [
        (Type::String, slice(0, 3), "value: the pointer is null and the length 3"),
        (
            Type::String,
            slice(64, usize::MAX),
            "value: a length of 18446744073709551615 is larger than memory",
        ),
        (
            list(Type::U64),
            slice(64, usize::MAX / 4),
            "value: a length of 4611686018427387903 is larger than memory",
        ),
        (Type::String, slice(usize::MAX - 1, 2), "value: a length of 2 is larger than memory"),
        (list(Type::U32), slice(66, 1), "value: the pointer 0x42 is not a multiple of 4"),
    ];
    for (ty, bytes, message) in cases {
        assert_eq!(lifted(&ty, &bytes), Err(message.to_owned()), "{ty}");
    }
}

#[test]
fn nothing_needs_no_pointer() {
    assert_eq!(lifted(&Type::String, &slice(0, 0)), Ok(Value::from("")));
    assert_eq!(lifted(&Type::String, &slice(3, 0)), Ok(Value::from("")));
    assert_eq!(lifted(&list(Type::U64), &slice(3, 0)), Ok(Value::List(Vec::new())));
    assert_eq!(lifted(&list(Type::U8), &slice(0, 0)), Ok(Value::Bytes(Vec::new())));
}

#[test]
fn text_is_utf8() {
    let mut memory = Checked::default();
    let text = memory.place(4, 1);
    memory.write_all(text, b"ab\xffc").unwrap();
    let error = lifted_in(&Type::String, &slice(text, 4), &mut memory, DEFAULT_LIMIT);
    assert_eq!(error, Err("value: the text is not UTF-8 from byte 2 on".to_owned()));
    let value = lifted_in(&Type::String, &slice(text, 2), &mut memory, DEFAULT_LIMIT);
    assert_eq!(value, Ok(Value::from("ab")));
}

/// Many lists that share one memory are many values, and each costs.
#[test]
fn what_memory_shares_is_paid_for_each_time() {
    let mut memory = Checked::default();
    let mut ty = list(Type::U8);
    let mut at = memory.place(1000, 1);
    memory.zero(at, 1000).unwrap();
    let mut inner = slice(at, 1000);
    for _ in 0..8 {
        at = memory.place(16 * 100, 8);
        memory.write_all(at, &inner.repeat(100)).unwrap();
        inner = slice(at, 100);
        ty = list(ty);
    }
    let error = lifted_in(&ty, &inner, &mut memory, 1 << 20).unwrap_err();
    assert!(
        error.ends_with("the whole value is larger than the limit of 1048576 bytes"),
        "{error}"
    );
}

#[test]
fn a_value_within_the_limit_is_lifted() {
    let mut memory = Checked::default();
    let text = memory.place(100, 1);
    memory.write_all(text, &[b'a'; 100]).unwrap();
    assert!(lifted_in(&Type::String, &slice(text, 100), &mut memory, 100).is_ok());
    assert!(lifted_in(&Type::String, &slice(text, 100), &mut memory, 99).is_err());
}

#[test]
fn the_place_of_an_error_is_named() {
    let shape = Type::variant(None, [("dot", None), ("on", Some(Type::Bool))]).unwrap();
    let pair = Type::tuple([Type::U8, shape]).unwrap();
    let ty = Type::fixed_list(Type::record(None, [("p", pair)]).unwrap(), 2).unwrap();
    let error = lifted(&ty, &[0, 0, 0, 0, 1, 7]).unwrap_err();
    assert_eq!(error, "value[1].p[1].on: 7 is not a bool: 0 or 1");
}

#[test]
fn arguments_and_results_are_named() {
    let parameters = [("a", Type::U8), ("b", Type::Bool)];
    let function = Function::new("f", parameters, Some(Type::Bool)).unwrap();
    let mut memory = Checked::default();
    let at = memory.place(2, 1);
    memory.write_all(at, &[1, 9]).unwrap();
    let error = function.lift_arguments(at, &memory, DEFAULT_LIMIT).unwrap_err();
    assert_eq!(error.to_string(), "parameter `b`: 9 is not a bool: 0 or 1");
    let error = function.lift_result(at + 1, &memory, DEFAULT_LIMIT).unwrap_err();
    assert_eq!(error.to_string(), "result: 9 is not a bool: 0 or 1");
    assert_eq!(function.lift_result(at, &memory, DEFAULT_LIMIT), Ok(Some(Value::Bool(true))));
}

#[test]
fn bytes_are_bytes() {
    let three = Type::fixed_list(Type::U8, 3).unwrap();
    assert!(matches!(lifted(&three, &[1, 2, 3]), Ok(Value::Bytes(bytes)) if bytes == [1, 2, 3]));
}

#[test]
fn each_part_of_a_value_costs() {
    let option = Type::option(Type::U8).unwrap();
    let result = Type::result(None, Some(Type::U8)).unwrap();
    let variant = Type::variant(None, [("none", None), ("one", Some(Type::U8))]).unwrap();
    for ty in [
        option,
        result,
        variant,
        Type::tuple([Type::U8, Type::U8]).unwrap(),
        Type::record(None, [("a", Type::U8), ("b", Type::U8)]).unwrap(),
        Type::fixed_list(Type::U8, 2).unwrap(),
        Type::fixed_list(Type::S8, 2).unwrap(),
    ] {
        let error = lifted_in(&ty, &[1, 1], &mut Checked::default(), 1).unwrap_err();
        assert_eq!(error, "value: the whole value is larger than the limit of 1 bytes", "{ty}");
        assert!(lifted_in(&ty, &[1, 1], &mut Checked::default(), 128).is_ok(), "{ty}");
    }
    let flags = Type::flags(None, ["a", "b"]).unwrap();
    assert!(lifted_in(&flags, &[3], &mut Checked::default(), 1).is_err());
    assert!(lifted_in(&flags, &[0], &mut Checked::default(), 0).is_ok());
}

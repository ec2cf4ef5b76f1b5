use super::unpack;
use crate::memory::checked::Checked;
use crate::{DEFAULT_LIMIT, Function, Type, Value};

/// What is said about bytes that are no value; nothing stays allocated.
fn refused(ty: &Type, bytes: &[u8], limit: usize) -> String {
    let mut memory = Checked::default();
    let at = memory.place(ty.layout().size, ty.layout().align);
    let error = unpack(bytes, ty, at, &mut memory, limit).unwrap_err();
    assert_eq!(memory.pieces(), 1, "{error}");
    error.to_string()
}

#[test]
fn bytes_that_are_no_value_are_refused() {
    let cases = Type::enumeration(None, ["a", "b"]).unwrap();
    let flags = Type::flags(None, ["a", "b", "c"]).unwrap();
    let variant = Type::variant(None, [("a", Some(Type::String)), ("b", None)]).unwrap();
    let option = Type::option(Type::Bool).unwrap();
    for (ty, bytes, expected) in [
        (Type::Bool, &[2][..], "value: 2 is not a bool: 0 or 1"),
        (Type::Char, &[0, 0xd8, 0, 0], "value: 0xd800 is not a char: a Unicode scalar value"),
        (Type::String, &[2, 0, 0, 0, b'a', 0xff], "value: the text is not UTF-8 from byte 1 on"),
        (cases, &[2], "value: 2 is not a case: there are 2"),
        (flags, &[0x10], "value: bit 4 is set: there are 3 flags"),
        (variant, &[0, 1, 0, 0, 0, 0xff], "value.a: the text is not UTF-8 from byte 0 on"),
        (option, &[1, 7], "value.some: 7 is not a bool: 0 or 1"),
    ] {
        assert_eq!(refused(&ty, bytes, DEFAULT_LIMIT), expected);
    }
}

#[test]
fn a_length_beyond_the_bytes_allocates_nothing() {
    let huge = [0xff, 0xff, 0xff, 0xff, 1, 2, 3];
    let expected =
        |needed: u64| format!("value: the bytes end: {needed} or more are needed, and 3 are left");
    let list = |element| Type::list(element).unwrap();
    assert_eq!(refused(&Type::String, &huge, DEFAULT_LIMIT), expected(0xffff_ffff));
    assert_eq!(refused(&list(Type::U64), &huge, DEFAULT_LIMIT), expected(0xffff_ffff * 8));
    let texts = list(Type::tuple([Type::String, Type::Bool]).unwrap());
    assert_eq!(refused(&texts, &huge, DEFAULT_LIMIT), expected(0xffff_ffff * 5));
}

#[test]
fn few_bytes_do_not_become_much_memory() {
    let large = Type::fixed_list(Type::U64, 1 << 16).unwrap();
    let list = Type::list(Type::option(large).unwrap()).unwrap();
    let absent = [&[100, 0, 0, 0][..], &[0; 100]].concat();
    let expected = "value: the whole value is larger than the limit of 1000000 bytes";
    assert_eq!(refused(&list, &absent, 1_000_000), expected);
}

#[test]
fn a_value_that_breaks_off_leaks_nothing() {
    let words = Type::list(Type::list(Type::String).unwrap()).unwrap();
    let value = Value::from_wave(r#"[["a", "bc"], [], ["d"]]"#, &words).unwrap();
    let mut bytes = Vec::new();
    value.to_binary(&words, &mut bytes).unwrap();
    for end in 0..bytes.len() {
        refused(&words, &bytes[..end], DEFAULT_LIMIT);
    }
    for allocations in 0..6 {
        let mut memory = Checked::default();
        memory.allocations_left = Some(allocations);
        let at = memory.place(16, 8);
        unpack(&bytes, &words, at, &mut memory, DEFAULT_LIMIT).unwrap_err();
        assert_eq!(memory.pieces(), 1);
    }
}

#[test]
fn errors_of_arguments_name_the_parameter() {
    let parameters = [("a", Type::U8), ("names", Type::list(Type::String).unwrap())];
    let function = Function::new("f", parameters, None).unwrap();
    let said = |bytes: &[u8]| {
        let mut memory = Checked::default();
        let at = memory.place(24, 8);
        let unpacked = function.unpack_arguments(bytes, at, &mut memory, DEFAULT_LIMIT);
        assert_eq!(memory.pieces(), 1);
        unpacked.unwrap_err().to_string()
    };
    let two = [1, 2, 0, 0, 0, 1, 0, 0, 0, b'x', 1, 0, 0, 0, 0xff];
    assert_eq!(said(&two), "parameter `names`[1]: the text is not UTF-8 from byte 0 on");
    let ends = "parameter `a`: the bytes end: 1 or more are needed, and 0 are left";
    assert_eq!(said(&[]), ends);
    let surplus = "the arguments: 2 bytes are left behind the end";
    assert_eq!(said(&[1, 0, 0, 0, 0, 0, 0]), surplus);
}

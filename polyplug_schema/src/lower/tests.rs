use super::lower;
use crate::memory::checked::Checked;
use crate::{Function, Type, Value};

/// The bytes of a value in place.
fn bytes_of(value: &Value, ty: &Type) -> Vec<u8> {
    let (mut memory, at) = lowered(value, ty);
    let bytes = memory.piece(at).to_vec();
    crate::release(ty, at, &mut memory);
    assert_eq!(memory.pieces(), 1, "a piece is left over");
    bytes
}

fn lowered(value: &Value, ty: &Type) -> (Checked, usize) {
    let mut memory = Checked::default();
    let at = memory.place(ty.layout().size, ty.layout().align);
    lower(value, ty, at, &mut memory).unwrap();
    (memory, at)
}

fn refused(value: &Value, ty: &Type) -> String {
    let mut memory = Checked::default();
    let at = memory.place(ty.layout().size, ty.layout().align);
    let error = lower(value, ty, at, &mut memory).unwrap_err();
    assert_eq!(memory.pieces(), 1, "a failed lower leaves a piece: {error}");
    assert_eq!(value.check(ty).unwrap_err(), error, "checking says the same");
    error.to_string()
}

fn point() -> Type {
    Type::record(Some("point"), [("x", Type::U8), ("y", Type::option(Type::U16).unwrap())]).unwrap()
}

#[test]
fn scalars_stand_as_they_are_in_c() {
    assert_eq!(bytes_of(&Value::Bool(true), &Type::Bool), [1]);
    assert_eq!(bytes_of(&Value::S16(-2), &Type::S16), (-2i16).to_ne_bytes());
    assert_eq!(bytes_of(&Value::U64(7), &Type::U64), 7u64.to_ne_bytes());
    assert_eq!(bytes_of(&Value::F32(1.5), &Type::F32), 1.5f32.to_ne_bytes());
    assert_eq!(bytes_of(&Value::Char('ß'), &Type::Char), 0xdfu32.to_ne_bytes());
}

#[test]
fn padding_is_zero() {
    let value = Value::record([("x", Value::U8(1)), ("y", Value::some(2u16))]);
    assert_eq!(bytes_of(&value, &point()), [1, 0, 1, 0, 2, 0]);
    let none = Value::record([("x", Value::U8(1)), ("y", Value::none())]);
    assert_eq!(bytes_of(&none, &point()), [1, 0, 0, 0, 0, 0]);
}

#[test]
fn flags_are_bits_and_cases_numbers() {
    let names: Vec<String> = (0..20).map(|bit| format!("f{bit}")).collect();
    let flags = Type::flags(None, names.iter().map(String::as_str)).unwrap();
    let set = Value::flags(["f0", "f9", "f19"]);
    assert_eq!(bytes_of(&set, &flags), [1, 2, 8, 0]);
    let color = Type::enumeration(None, ["red", "green"]).unwrap();
    assert_eq!(bytes_of(&Value::enumeration("green"), &color), [1]);
    let shape = Type::variant(None, [("dot", None), ("circle", Some(Type::U16))]).unwrap();
    let circle = Value::variant("circle", Some(Value::U16(0x102)));
    assert_eq!(bytes_of(&circle, &shape), [1, 0, 2, 1]);
}

#[test]
fn an_empty_text_has_a_pointer() {
    let (memory, at) = lowered(&Value::from(""), &Type::String);
    let (pointer, len) = memory.piece(at).split_at(8);
    assert_ne!(pointer, [0; 8]);
    assert_eq!(len, [0; 8]);
    assert_eq!(memory.pieces(), 1);
}

#[test]
fn a_field_may_stand_anywhere_and_an_option_be_left_out() {
    let value = Value::record([("y", Value::some(2u16)), ("x", Value::U8(1))]);
    assert_eq!(bytes_of(&value, &point()), [1, 0, 1, 0, 2, 0]);
    assert_eq!(bytes_of(&Value::record([("x", Value::U8(1))]), &point()), [1, 0, 0, 0, 0, 0]);
}

#[test]
fn what_does_not_fit_is_refused_with_its_place() {
    let points = Type::list(point()).unwrap();
    let list = |value: Value| Value::list([Value::record([("x", Value::U8(1))]), value]);
    let record = |fields: &[(&'static str, Value)]| list(Value::record(fields.to_vec()));
    for (value, message) in [
        (list(Value::from("a")), "value[1]: expected point, got string"),
        (record(&[("x", Value::S64(256))]), "value[1].x: 256 is out of range for u8"),
        (record(&[("y", Value::none())]), "value[1]: field `x` is missing"),
        (record(&[("x", Value::U8(1)), ("z", Value::U8(1))]), "value[1]: field `z` is unknown"),
        (
            record(&[("x", Value::U8(1)), ("x", Value::U8(2))]),
            "value[1]: field `x` stands there twice",
        ),
        (
            record(&[("x", Value::U8(1)), ("y", Value::some("a"))]),
            "value[1].y.some: expected u16, got string",
        ),
        (Value::from(1u8), "value: expected list<point>, got u8"),
    ] {
        assert_eq!(refused(&value, &points), message);
    }
}

#[test]
fn cases_are_checked() {
    let shape = Type::variant(Some("shape"), [("dot", None), ("circle", Some(Type::F32))]).unwrap();
    for (value, message) in [
        (Value::variant("dott", None), "value: case `dott` is unknown; did you mean `dot`?"),
        (Value::variant("circle", None), "value: case `circle` needs a value"),
        (Value::variant("dot", Some(Value::U8(1))), "value: case `dot` has no value"),
        (Value::variant("circle", Some(Value::Char('a'))), "value.circle: expected f32, got char"),
        (Value::enumeration("dot"), "value: expected shape, got enum"),
    ] {
        assert_eq!(refused(&value, &shape), message);
    }
    let access = Type::flags(Some("access"), ["read", "write"]).unwrap();
    assert_eq!(
        refused(&Value::flags(["wriet"]), &access),
        "value: flag `wriet` is unknown; did you mean `write`?"
    );
}

#[test]
fn lengths_are_checked() {
    let three = Type::fixed_list(Type::U8, 3).unwrap();
    assert_eq!(refused(&Value::Bytes(vec![1]), &three), "value: expected 3 elements, got 1");
    let pair = Type::tuple([Type::U8, Type::U8]).unwrap();
    assert_eq!(refused(&Value::tuple([Value::U8(1)]), &pair), "value: expected 2 elements, got 1");
}

#[test]
fn a_lower_without_memory_leaks_nothing() {
    let ty = Type::list(Type::list(Type::String).unwrap()).unwrap();
    let inner = Value::list(["a", "b"]);
    let value = Value::list([inner.clone(), inner]);
    for left in 0..7 {
        let mut memory = Checked::default();
        memory.allocations_left = Some(left);
        let at = memory.place(16, 8);
        let error = lower(&value, &ty, at, &mut memory).unwrap_err();
        assert!(error.to_string().contains("no memory for"), "{error}");
        assert_eq!(memory.pieces(), 1);
    }
}

#[test]
fn arguments_are_named_in_errors() {
    let parameters = [("name", Type::String), ("times", Type::U8)];
    let function = Function::new("greet", parameters, None).unwrap();
    let mut memory = Checked::default();
    let at = memory.place(24, 8);
    let mut lower = |arguments: &[Value]| {
        function.lower_arguments(arguments, at, &mut memory).unwrap_err().to_string()
    };
    assert_eq!(
        lower(&[Value::from("Ada"), Value::from(300u16)]),
        "parameter `times`: 300 is out of range for u8"
    );
    assert_eq!(lower(&[Value::from("Ada")]), "value: expected 2 arguments, got 1");
    assert_eq!(memory.pieces(), 1);
}

#[test]
fn a_result_is_there_or_not() {
    let mut memory = Checked::default();
    let none = Function::new("f", [("", Type::U8); 0], None).unwrap();
    let some = Function::new("f", [("", Type::U8); 0], Some(Type::U8)).unwrap();
    assert!(none.lower_result(None, 0, &mut memory).is_ok());
    let error = none.lower_result(Some(&Value::U8(1)), 0, &mut memory).unwrap_err();
    assert_eq!(error.to_string(), "result: expected no result, got u8");
    let error = some.lower_result(None, 0, &mut memory).unwrap_err();
    assert_eq!(error.to_string(), "result: expected u8, got no result");
}

use super::release;
use crate::memory::MemoryMut;
use crate::memory::checked::Checked;
use crate::{Function, Type, Value, lower};

#[test]
fn everything_that_a_value_owns_is_given_back_once() {
    let texts = Type::list(Type::String).unwrap();
    let ty = Type::tuple([
        Type::option(texts.clone()).unwrap(),
        Type::result(Some(Type::String), Some(texts.clone())).unwrap(),
        Type::variant(None, [("a", None), ("b", Some(texts.clone()))]).unwrap(),
        Type::fixed_list(Type::String, 2).unwrap(),
        Type::record(None, [("n", Type::U8), ("t", Type::String)]).unwrap(),
    ])
    .unwrap();
    let two = || Value::list(["x", "y"]);
    let value = Value::tuple([
        Value::some(two()),
        Value::err(Some(two())),
        Value::variant("b", Some(two())),
        two(),
        Value::record([("n", Value::U8(1)), ("t", Value::from("z"))]),
    ]);
    let mut memory = Checked::default();
    let at = memory.place(ty.layout().size, ty.layout().align);
    lower(&value, &ty, at, &mut memory).unwrap();
    assert_eq!(memory.pieces(), 1 + 3 * 3 + 2 + 1);
    release(&ty, at, &mut memory);
    assert_eq!(memory.pieces(), 1);
}

#[test]
fn what_is_no_value_is_passed_over() {
    let mut memory = Checked::default();
    let ty = Type::variant(None, [("a", Some(Type::String)), ("b", None)]).unwrap();
    for tag in [1, 2, 255] {
        let at = memory.place(ty.layout().size, ty.layout().align);
        memory.zero(at, ty.layout().size).unwrap();
        memory.write(at, [tag]).unwrap();
        release(&ty, at, &mut memory);
    }
    let list = Type::list(Type::String).unwrap();
    let at = memory.place(16, 8);
    memory.write(at, 8usize.to_ne_bytes()).unwrap();
    memory.write(at + 8, usize::MAX.to_ne_bytes()).unwrap();
    release(&list, at, &mut memory);
    assert_eq!(memory.pieces(), 4);
}

#[test]
fn arguments_are_given_back() {
    let parameters = [("n", Type::U8), ("a", Type::String), ("b", Type::String)];
    let function = Function::new("f", parameters, Some(Type::String)).unwrap();
    let mut memory = Checked::default();
    let at = memory.place(40, 8);
    let arguments = [Value::U8(1), Value::from("x"), Value::from("y")];
    function.lower_arguments(&arguments, at, &mut memory).unwrap();
    assert_eq!(memory.pieces(), 3);
    function.release_arguments(at, &mut memory);
    assert_eq!(memory.pieces(), 1);
    let out = memory.place(16, 8);
    function.lower_result(Some(&Value::from("z")), out, &mut memory).unwrap();
    function.release_result(out, &mut memory);
    assert_eq!(memory.pieces(), 2);
}

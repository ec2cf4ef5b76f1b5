use super::pack;
use crate::memory::checked::Checked;
use crate::memory::{Memory, MemoryMut};
use crate::{DEFAULT_LIMIT, Function, Type, Value, ValueError, lower};

/// Packs what `write` put at the place of a `ty`.
fn packed(
    ty: &Type,
    limit: usize,
    write: impl FnOnce(&mut Checked, usize),
) -> Result<Vec<u8>, ValueError> {
    let mut memory = Checked::default();
    let at = memory.place(ty.layout().size, ty.layout().align);
    memory.zero(at, ty.layout().size).unwrap();
    write(&mut memory, at);
    let mut out = vec![7];
    let result = pack(ty, at, &memory, limit, &mut out);
    assert!(result.is_ok() || out == [7], "what was there stays as it was");
    result.map(|()| out[1..].to_vec())
}

#[test]
fn memory_that_is_no_value_is_refused() {
    let said = |ty: &Type, bytes: [u8; 4]| {
        let write = |memory: &mut Checked, at| {
            memory.write_all(at, &bytes[..ty.layout().size.min(4)]).unwrap();
        };
        packed(ty, DEFAULT_LIMIT, write).unwrap_err().to_string()
    };
    let option = Type::option(Type::U8).unwrap();
    let flags = Type::flags(None, ["a", "b", "c"]).unwrap();
    assert_eq!(said(&Type::Bool, [2, 0, 0, 0]), "value: 2 is not a bool: 0 or 1");
    assert_eq!(said(&option, [9, 0, 0, 0]), "value: 9 is not a case: there are 2");
    assert_eq!(said(&flags, [0x88, 0, 0, 0]), "value: bit 3 is set: there are 3 flags");
    assert!(said(&Type::Char, [0, 0xd8, 0, 0]).contains("is not a char"));
}

#[test]
fn pointers_are_checked() {
    let list = Type::list(Type::U32).unwrap();
    let said = |address: usize, len: usize| {
        let write = |memory: &mut Checked, at| {
            memory.write(at, address.to_ne_bytes()).unwrap();
            memory.write(at + 8, len.to_ne_bytes()).unwrap();
        };
        packed(&list, DEFAULT_LIMIT, write).unwrap_err().to_string()
    };
    assert_eq!(said(0, 1), "value: the pointer is null and the length 1");
    assert_eq!(said(6, 1), "value: the pointer 0x6 is not a multiple of 4");
    let endless = format!("value: a length of {} is larger than memory", usize::MAX);
    assert_eq!(said(8, usize::MAX), endless);
    let long = "value: a length of 4294967296 is larger than memory";
    assert_eq!(said(8, 1 << 32), long, "the form counts in 32 bits");
}

#[test]
fn a_value_beyond_the_limit_is_refused() {
    let ty = Type::list(Type::list(Type::U8).unwrap()).unwrap();
    let value = Value::from_wave("[[1, 2], [3]]", &ty).unwrap();
    let write = |memory: &mut Checked, at| lower(&value, &ty, at, memory).unwrap();
    let whole = packed(&ty, 15, write).unwrap();
    assert_eq!(whole, [2, 0, 0, 0, 2, 0, 0, 0, 1, 2, 1, 0, 0, 0, 3]);
    let error = packed(&ty, 14, write).unwrap_err().to_string();
    assert_eq!(error, "value[1]: the whole value is larger than the limit of 14 bytes");
}

#[test]
fn arguments_stand_one_behind_the_other() {
    let function = Function::new("f", [("a", Type::U8), ("b", Type::U32)], Some(Type::Bool));
    let function = function.unwrap();
    let mut memory = Checked::default();
    let (args, out) = (memory.place(8, 4), memory.place(1, 1));
    function.unpack_arguments(&[1, 2, 0, 0, 0], args, &mut memory, 100).unwrap();
    assert_eq!(memory.read::<4>(args + 4).unwrap(), [2, 0, 0, 0]);
    function.unpack_result(&[1], out, &mut memory, 100).unwrap();
    let mut bytes = Vec::new();
    function.pack_arguments(args, &memory, 100, &mut bytes).unwrap();
    function.pack_result(out, &memory, 100, &mut bytes).unwrap();
    assert_eq!(bytes, [1, 2, 0, 0, 0, 1]);
}

#[test]
fn without_parameters_and_result_there_are_no_bytes() {
    let function = Function::new("f", [("", Type::U8); 0], None).unwrap();
    let mut memory = Checked::default();
    let mut bytes = Vec::new();
    function.unpack_arguments(&[], 0, &mut memory, 100).unwrap();
    function.unpack_result(&[], 0, &mut memory, 100).unwrap();
    function.pack_arguments(0, &memory, 100, &mut bytes).unwrap();
    function.pack_result(0, &memory, 100, &mut bytes).unwrap();
    assert!(bytes.is_empty());
    let error = function.unpack_result(&[0], 0, &mut memory, 100).unwrap_err();
    assert_eq!(error.to_string(), "result: 1 bytes are left behind the end");
}

use crate::memory::checked::Checked;
use crate::{Descriptions, Type, Value};

fn variant() -> Type {
    let path = Type::list(Type::U16).unwrap();
    let cases = [("dot", None), ("circle", Some(Type::F32)), ("path", Some(path))];
    Type::variant(None, cases).unwrap()
}

fn many(count: usize) -> Type {
    Type::enumeration(None, (0..count).map(|at| format!("c{at}"))).unwrap()
}

/// Every kind of type, a value in WAVE, and its bytes.
fn forms() -> Vec<(Type, &'static str, &'static [u8])> {
    let bytes = Type::list(Type::U8).unwrap();
    let words = Type::list(Type::String).unwrap();
    let pair = Type::tuple([Type::U8, Type::U32]).unwrap();
    let record = Type::record(None, [("x", Type::U16), ("name", Type::String)]).unwrap();
    let flags = |count| Type::flags(None, (0..count).map(|at| format!("f{at}"))).unwrap();
    vec![
        (Type::Bool, "true", &[1]),
        (Type::S8, "-2", &[0xfe]),
        (Type::U16, "258", &[2, 1]),
        (Type::S32, "-2", &[0xfe, 0xff, 0xff, 0xff]),
        (Type::U64, "258", &[2, 1, 0, 0, 0, 0, 0, 0]),
        (Type::F32, "1.5", &[0, 0, 0xc0, 0x3f]),
        (Type::F64, "-2", &[0, 0, 0, 0, 0, 0, 0, 0xc0]),
        (Type::Char, "'ß'", &[0xdf, 0, 0, 0]),
        (Type::String, "\"\"", &[0, 0, 0, 0]),
        (Type::String, "\"ß\"", &[2, 0, 0, 0, 0xc3, 0x9f]),
        (bytes, "[1, 2]", &[2, 0, 0, 0, 1, 2]),
        (words, r#"["a", ""]"#, &[2, 0, 0, 0, 1, 0, 0, 0, b'a', 0, 0, 0, 0]),
        (Type::fixed_list(Type::U16, 2).unwrap(), "[1, 2]", &[1, 0, 2, 0]),
        (pair, "(1, 2)", &[1, 2, 0, 0, 0]),
        (record, r#"{name: "a", x: 7}"#, &[7, 0, 1, 0, 0, 0, b'a']),
        (Type::option(Type::U16).unwrap(), "none", &[0]),
        (Type::option(Type::U16).unwrap(), "some(3)", &[1, 3, 0]),
        (Type::result(Some(Type::U16), None).unwrap(), "ok(3)", &[0, 3, 0]),
        (Type::result(Some(Type::U16), None).unwrap(), "err", &[1]),
        (variant(), "dot", &[0]),
        (variant(), "path([5])", &[2, 1, 0, 0, 0, 5, 0]),
        (many(256), "c255", &[255]),
        (many(257), "c256", &[0, 1]),
        (flags(3), "{f0, f2}", &[5]),
        (flags(9), "{f8}", &[0, 1]),
        (flags(17), "{f16}", &[0, 0, 1, 0]),
    ]
}

#[test]
fn every_type_has_its_form() {
    for (ty, text, bytes) in forms() {
        let value = Value::from_wave(text, &ty).unwrap();
        let mut out = b"before".to_vec();
        value.to_binary(&ty, &mut out).unwrap();
        assert_eq!(&out[6..], bytes, "{ty} {text}");
        assert_eq!(Value::from_binary(bytes, &ty).unwrap(), value, "{ty} {text}");
    }
}

/// What `docs/binary.md` shows.
#[test]
fn the_page_says_what_is_so() {
    let page = include_str!("../../../docs/binary.md");
    let start = page.find("```wit\n").unwrap() + 7;
    let function = page[start..].lines().next().unwrap();
    let wit = format!("package test:echo@1.0.0; interface echo {{ {function} }}");
    let descriptions = Descriptions::from_text("echo.wit", &wit).unwrap();
    let contract = descriptions.contract("test.echo@1").unwrap();
    let hex =
        |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ");
    let shown = |text: &str| {
        let row = page.lines().find(|line| line.starts_with(&format!("| `{text}` | ")));
        row.unwrap().split(" | ").nth(1).unwrap().trim_end_matches(" |").replace('`', "")
    };

    let text = r#"move((1.5, -2), some("Ada"))"#;
    let call = contract.parse_call(text).unwrap();
    let mut arguments = Vec::new();
    for (argument, parameter) in call.arguments.iter().zip(call.function.parameters()) {
        argument.to_binary(&parameter.ty, &mut arguments).unwrap();
    }
    assert_eq!(hex(&arguments), shown(text));
    let ty = call.function.result().unwrap();
    let mut result = Vec::new();
    Value::from_wave("ok(258)", ty).unwrap().to_binary(ty, &mut result).unwrap();
    assert_eq!(hex(&result), shown("ok(258)"));

    arguments[15] = 0xff;
    let mut memory = Checked::default();
    let at = memory.place(40, 8);
    let error = call.function.unpack_arguments(&arguments, at, &mut memory, 100).unwrap_err();
    let message = format!("{} {}: {error}", contract.identity(), call.function);
    assert!(page.contains(&message), "{message}");
}

#[test]
fn no_value_ends_early_or_late() {
    for (ty, text, bytes) in forms() {
        for end in 0..bytes.len() {
            let error = Value::from_binary(&bytes[..end], &ty).unwrap_err().to_string();
            assert!(error.contains("the bytes end: "), "{text}: {error}");
        }
        let error = Value::from_binary(&[bytes, &[0]].concat(), &ty).unwrap_err();
        assert_eq!(error.to_string(), "value: 1 bytes are left behind the end");
    }
}

#[test]
fn the_shortest_form_is_as_short_as_was_worked_out() {
    let shortest = |ty: &Type| ty.shortest_binary();
    for (ty, text, bytes) in forms() {
        assert!((1..=bytes.len()).contains(&shortest(&ty)), "{ty} {text}");
    }
    assert_eq!(shortest(&variant()), 1);
    let both = Type::result(Some(Type::U32), Some(Type::U64)).unwrap();
    assert_eq!(shortest(&both), 5);
    let nested = Type::tuple([both, Type::String, variant()]).unwrap();
    assert_eq!(shortest(&nested), 5 + 4 + 1);
    assert_eq!(shortest(&Type::fixed_list(nested, 3).unwrap()), 30);
}

#[test]
fn what_is_its_own_memory_is_known() {
    let plain = |types: &[Type]| Type::tuple(types.to_vec()).unwrap().is_plain();
    assert!(plain(&[Type::F32, Type::U32, Type::S64]));
    assert!(!plain(&[Type::U8, Type::U32]), "there is padding inside");
    assert!(!plain(&[Type::U32, Type::U8]), "there is padding behind");
    assert!(!plain(&[Type::Bool]), "not every byte is a bool");
    assert!(!plain(&[Type::Char]), "not every number is a char");
    assert!(!plain(&[many(256)]), "it is looked at, to be simple");
    let point = Type::tuple([Type::F32, Type::F32]).unwrap();
    assert!(Type::fixed_list(point.clone(), 4).unwrap().is_plain());
    assert!(!Type::list(point.clone()).unwrap().is_plain());
    assert!(!Type::option(point).unwrap().is_plain());
}

#[test]
fn a_value_of_another_type_leaves_the_bytes_alone() {
    let mut out = vec![1, 2];
    let error = Value::from("a").to_binary(&Type::U8, &mut out).unwrap_err();
    assert_eq!(error.to_string(), "value: expected u8, got string");
    assert_eq!(out, [1, 2]);
}

use crate::{Type, Value, from_value, to_value};
use serde::de::DeserializeSeed;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::Debug;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Point {
    x: f32,
    max_speed: Option<u16>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Shape {
    Dot,
    Circle(f64),
    Segment(u8, u8),
    RoundedBox { width: u32, radius: u8 },
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Access {
    read: bool,
    write_all: bool,
}

fn point() -> Type {
    let speed = Type::option(Type::U16).unwrap();
    Type::record(Some("point"), [("x", Type::F32), ("max-speed", speed)]).unwrap()
}

fn shape() -> Type {
    let rounded = Type::record(None, [("width", Type::U32), ("radius", Type::U8)]).unwrap();
    let cases = [
        ("dot", None),
        ("circle", Some(Type::F64)),
        ("segment", Some(Type::tuple([Type::U8, Type::U8]).unwrap())),
        ("rounded-box", Some(rounded)),
    ];
    Type::variant(Some("shape"), cases).unwrap()
}

fn access() -> Type {
    Type::flags(Some("access"), ["read", "write-all"]).unwrap()
}

/// Takes a Rust value to a value that prints as `wave`, and back.
fn there_and_back<T>(rust: &T, ty: &Type, wave: &str)
where
    T: Serialize + for<'de> Deserialize<'de> + PartialEq + Debug,
{
    let value = to_value(rust, ty).unwrap();
    assert_eq!(value.to_string(), wave);
    assert_eq!(value.check(ty), Ok(()));
    assert_eq!(from_value::<T>(&value).unwrap(), *rust);
}

fn refused(rust: &impl Serialize, ty: &Type) -> String {
    to_value(rust, ty).unwrap_err().to_string()
}

#[test]
fn structs_are_records() {
    let slow = Point { x: 1.5, max_speed: None };
    there_and_back(&slow, &point(), "{x: 1.5}");
    let fast = Point { max_speed: Some(7), ..slow };
    there_and_back(&fast, &point(), "{x: 1.5, max-speed: some(7)}");
}

#[test]
fn enums_are_variants_and_enums() {
    there_and_back(&Shape::Dot, &shape(), "dot");
    there_and_back(&Shape::Circle(0.5), &shape(), "circle(0.5)");
    there_and_back(&Shape::Segment(1, 2), &shape(), "segment((1, 2))");
    let rounded = Shape::RoundedBox { width: 3, radius: 1 };
    there_and_back(&rounded, &shape(), "rounded-box({width: 3, radius: 1})");
    let dots = Type::enumeration(None, ["dot", "line"]).unwrap();
    there_and_back(&Shape::Dot, &dots, "dot");
}

#[test]
fn options_results_and_units() {
    let twice = Type::option(Type::option(Type::U8).unwrap()).unwrap();
    for (rust, wave) in
        [(None, "none"), (Some(None), "some(none)"), (Some(Some(1u8)), "some(some(1))")]
    {
        let value = to_value(&rust, &twice).unwrap();
        assert_eq!(value.to_string(), wave);
        assert_eq!(from_value::<Option<Option<u8>>>(&value).unwrap(), rust);
    }
    let result = Type::result(None, Some(Type::String)).unwrap();
    there_and_back(&Ok::<(), String>(()), &result, "ok");
    there_and_back(&Err::<(), String>("no".to_owned()), &result, "err(\"no\")");
}

#[test]
fn sequences_maps_and_bytes() {
    let pairs = Type::list(Type::tuple([Type::String, Type::U8]).unwrap()).unwrap();
    let map = BTreeMap::from([("a".to_owned(), 1u8), ("b".to_owned(), 2)]);
    there_and_back(&map, &pairs, "[(\"a\", 1), (\"b\", 2)]");
    let bytes = Type::list(Type::U8).unwrap();
    there_and_back(&vec![1u8, 2], &bytes, "[1, 2]");
    let fixed = Type::fixed_list(Type::U16, 3).unwrap();
    there_and_back(&[1u16, 2, 3], &fixed, "[1, 2, 3]");
    there_and_back(
        &('ß', "a".to_owned()),
        &Type::tuple([Type::Char, Type::String]).unwrap(),
        "('ß', \"a\")",
    );
}

#[test]
fn flags_are_names_or_a_struct_of_bool() {
    let set = Access { read: false, write_all: true };
    there_and_back(&set, &access(), "{write-all}");
    let names = vec!["read".to_owned(), "write-all".to_owned()];
    there_and_back(&names, &access(), "{read, write-all}");
}

#[test]
fn integers_convert_if_they_fit() {
    assert_eq!(to_value(&7i64, &Type::U8).unwrap(), Value::U8(7));
    assert_eq!(to_value(&7u8, &Type::F32).unwrap(), Value::F32(7.0));
    assert_eq!(refused(&-1i8, &Type::U64), "value: -1 is out of range for u64");
    assert_eq!(from_value::<u64>(&Value::U8(7)).unwrap(), 7);
    assert!(from_value::<u8>(&Value::U64(300)).is_err());
}

#[test]
fn what_does_not_fit_is_refused_with_its_place() {
    #[derive(Serialize)]
    struct Other {
        x: f32,
        speed: u8,
    }
    let points = Type::list(point()).unwrap();
    for (message, expected) in [
        (refused(&vec![1u8], &points), "value[0]: expected point, got integer"),
        (refused(&[Other { x: 1.0, speed: 1 }], &points), "value[0]: field `speed` is unknown"),
        (refused(&"tea", &shape()), "value: case `tea` is unknown"),
        (refused(&Shape::Circle(1.0), &access()), "value: expected access, got case"),
        (refused(&"ab", &Type::Char), "value: expected one character, got \"ab\""),
        (
            refused(&(1u8, 2u8), &Type::tuple([Type::U8]).unwrap()),
            "value: expected 1 elements, got 2",
        ),
    ] {
        assert!(message.starts_with(expected), "{message}");
    }
    let error = from_value::<Vec<Point>>(&Value::list([Value::record([("x", Value::from("a"))])]));
    let message = error.unwrap_err().to_string();
    assert!(message.starts_with("value[0].x: "), "{message}");
}

#[test]
fn a_rust_value_without_end_is_refused() {
    struct Endless;
    impl Serialize for Endless {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_some(&Endless)
        }
    }
    assert!(refused(&Endless, &Type::U8).ends_with("values nest too deep"));
}

#[test]
fn json_is_read_by_the_type() {
    let read = |json: &str, ty: &Type| {
        let mut reader = serde_json::Deserializer::from_str(json);
        ty.deserialize(&mut reader).map(|value| value.to_string()).map_err(|e| e.to_string())
    };
    assert_eq!(
        read(r#"{"x": 1, "max-speed": 3}"#, &point()).unwrap(),
        "{x: 1, max-speed: some(3)}"
    );
    assert_eq!(read(r#"{"circle": "nan"}"#, &shape()).unwrap(), "circle(nan)");
    assert_eq!(read(r#""dot""#, &shape()).unwrap(), "dot");
    assert_eq!(read(r#"["write-all"]"#, &access()).unwrap(), "{write-all}");
    assert!(
        read(r#"{"x": "a"}"#, &point())
            .unwrap_err()
            .starts_with("value.x: expected f32, got string")
    );
    assert!(read(r#"{"x": 1, "x": 2}"#, &point()).unwrap_err().contains("stands there twice"));
    assert!(read("1e999", &Type::F64).is_err());
}

#[test]
fn json_is_written() {
    let value = to_value(&Point { x: f32::INFINITY, max_speed: Some(1) }, &point()).unwrap();
    assert_eq!(serde_json::to_string(&value).unwrap(), r#"{"x":"inf","max-speed":1}"#);
    let ok = Value::ok(None);
    assert_eq!(serde_json::to_string(&ok).unwrap(), r#"{"ok":null}"#);
    let nested = Value::some(Value::none());
    assert_eq!(serde_json::to_string(&nested).unwrap(), r#"{"some":null}"#);
}

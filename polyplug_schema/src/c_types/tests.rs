use super::CTypes;
use crate::Descriptions;

fn types_of(package: &str, body: &str) -> CTypes {
    let text = format!("package {package}@1.0.0;\ninterface shapes {{\n{body}\n}}\n");
    let descriptions = Descriptions::from_text("shapes.wit", &text).unwrap();
    CTypes::of(descriptions.contracts().next().unwrap())
}

fn names(types: &CTypes) -> Vec<&str> {
    types.types().iter().map(|ty| &*ty.name).collect()
}

#[test]
fn a_header_reads_as_if_written_by_hand() {
    let types = types_of(
        "demo:shapes",
        "record point { x: f32, y: f32 }
        variant shape { dot, circle(f32), path(list<point>) }
        enum color { red, light-green }
        flags access { read, write }
        draw: func(shape: shape, color: option<color>, access: access) -> result<u32, string>;",
    );
    assert_eq!(types.to_string(), include_str!("tests/shapes.h"));
    let draw = &types.functions()[0];
    assert_eq!(draw.arguments.as_deref(), Some("DemoShapesDrawArguments"));
    assert_eq!(draw.result.as_deref(), Some("DemoShapesResultU32String"));
}

#[test]
fn one_argument_is_itself() {
    let types = types_of("demo:shapes", "area: func(radius: f32) -> f32; reset: func();");
    let [area, reset] = types.functions() else { panic!("two functions") };
    assert_eq!((area.arguments.as_deref(), area.result.as_deref()), (Some("float"), Some("float")));
    assert_eq!((&reset.arguments, &reset.result), (&None, &None));
    assert!(types.types().is_empty());
}

#[test]
fn one_type_is_defined_once() {
    let body = "a: func(x: list<u8>); b: func(x: list<u8>) -> list<list<u8>>;";
    let types = types_of("demo:shapes", body);
    assert_eq!(names(&types), ["DemoShapesListU8", "DemoShapesListListU8"]);
}

#[test]
fn types_of_one_name_stay_apart() {
    let text = "package demo:shapes@1.0.0;
        interface other { record point { x: u8 } enum point-a { b } touch: func(at: point); }
        interface shapes {
            use other.{point as far, point-a};
            record point { y: u64 }
            record list-u8 { x: u8 }
            move: func(start: far, to: point, a: list-u8, b: list<u8>, c: point-a);
        }";
    let descriptions = Descriptions::from_text("shapes.wit", text).unwrap();
    let types = CTypes::of(descriptions.contract("demo.shapes@1").unwrap());
    assert_eq!(
        names(&types),
        [
            "DemoShapesPoint",
            "DemoShapesPointA",
            "DemoShapesPoint_2",
            "DemoShapesListU8",
            "DemoShapesListU8_2",
            "DemoShapesMoveArguments"
        ]
    );
}

#[test]
fn no_member_is_a_word_of_c() {
    let types = types_of("demo:shapes", "go: func(int: u8, default: u8) -> tuple<u8, u16>;");
    let text = types.to_string();
    assert!(text.contains("uint8_t int_;") && text.contains("uint8_t default_;"), "{text}");
    assert!(text.contains("uint16_t f1;"), "{text}");
}

#[test]
fn a_name_has_an_end() {
    let deep = format!("{}u8{}", "tuple<u8, ".repeat(40), ">".repeat(40));
    let types = types_of("demo:shapes", &format!("go: func() -> {deep};"));
    assert!(names(&types).iter().all(|name| name.len() < 90), "{:?}", names(&types));
}

#[test]
fn assertions_name_every_place() {
    let types = types_of("demo:shapes", "go: func() -> option<u64>;");
    let expected = "\
_Static_assert(sizeof(DemoShapesOptionU64) == 16, \"sizeof(DemoShapesOptionU64)\");
_Static_assert(_Alignof(DemoShapesOptionU64) == 8, \"_Alignof(DemoShapesOptionU64)\");
_Static_assert(offsetof(DemoShapesOptionU64, is_some) == 0, \"offsetof(DemoShapesOptionU64, is_some)\");
_Static_assert(offsetof(DemoShapesOptionU64, value) == 8, \"offsetof(DemoShapesOptionU64, value)\");
";
    assert_eq!(types.assertions().to_string(), expected);
}

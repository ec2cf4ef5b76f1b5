use super::Compatibility;
use crate::{Contract, Descriptions};
use std::sync::Arc;

fn contract(version: &str, body: &str) -> Arc<Contract> {
    let text = format!("package demo:move@{version};\ninterface move {{\n{body}\n}}\n");
    let descriptions = Descriptions::from_text("move.wit", &text).unwrap();
    Arc::clone(descriptions.contracts().next().unwrap())
}

fn refused(provided: &Contract, expected: &Contract) -> String {
    provided.answers(expected).unwrap_err().to_string()
}

#[test]
fn equal_shapes_agree_whatever_their_types_are_called() {
    let provided = contract("1.0.0", "record point { x: f32 } go: func(to: point);");
    let expected = contract("1.3.0", "record spot { x: f32 } go: func(to: spot);");
    assert_eq!(provided.answers(&expected), Ok(Compatibility::Equal));
}

#[test]
fn a_newer_provider_may_add_functions_at_the_end() {
    let provided = contract("1.1.0", "go: func(); stop: func();");
    let expected = contract("1.0.0", "go: func();");
    assert_eq!(provided.answers(&expected), Ok(Compatibility::Appended { functions: 1 }));
    assert_eq!(
        refused(&expected, &provided),
        "demo.move@1.0.0 is provided, demo.move@1.1.0 is expected\n  \
         function `stop` is missing\n    expected: stop: func()"
    );
}

#[test]
fn functions_are_added_with_a_new_minor_version_only() {
    let provided = contract("1.0.1", "go: func(); stop: func();");
    let expected = contract("1.0.0", "go: func();");
    assert!(refused(&provided, &expected).contains("the version is not newer"));
}

#[test]
fn a_function_may_not_move() {
    let provided = contract("1.1.0", "stop: func(); go: func();");
    let expected = contract("1.0.0", "go: func();");
    assert!(refused(&provided, &expected).contains("function `go`: `stop` stands in its place"));
}

#[test]
fn another_major_is_another_contract() {
    let (one, two) = (contract("1.0.0", "go: func();"), contract("2.0.0", "go: func();"));
    assert!(refused(&two, &one).contains("these are two contracts"));
}

#[test]
fn the_place_that_differs_is_named_and_both_signatures_shown() {
    let provided = contract("1.0.0", "record point { x: f32, y: f32 } go: func(to: list<point>);");
    let expected = contract("1.0.0", "record point { x: f32, y: f64 } go: func(to: list<point>);");
    assert_eq!(
        refused(&provided, &expected),
        "demo.move@1.0.0 is provided, demo.move@1.0.0 is expected\n  \
         function `go`: parameter `to`[].y is f32, not f64\n    \
         provided: go: func(to: list<record{x:f32,y:f32}>)\n    \
         expected: go: func(to: list<record{x:f32,y:f64}>)"
    );
}

#[test]
fn a_type_that_differs_is_told_once() {
    let functions = "go: func(to: point); path: func() -> list<point>; stop: func(x: X);";
    let body = |y: &str, x: &str| {
        format!("record point {{ x: f32, y: {y} }} {}", functions.replace('X', x))
    };
    let provided = contract("1.0.0", &body("f32", "u8"));
    let expected = contract("1.0.0", &body("f64", "u16"));
    let difference = provided.answers(&expected).unwrap_err();
    let [point, stop] = difference.differences() else { panic!("{difference}") };
    assert!(point.starts_with("function `go`: parameter `to`.y is f32, not f64\n"), "{point}");
    assert!(point.ends_with("\n    `point` is in these too: `path`"), "{point}");
    assert!(stop.starts_with("function `stop`: parameter `x` is u8, not u16\n"), "{stop}");
}

#[test]
fn every_kind_of_difference_has_words() {
    let base = "variant shape { dot, circle(f32) } enum color { red, green } \
                go: func(s: shape, c: color, t: tuple<u8, u8>) -> result<u8, string>;";
    let expected = contract("1.0.0", base);
    for (from, to, words) in [
        ("circle(f32)", "circle", "parameter `s` has no value for `circle`"),
        ("dot,", "dot(u8),", "parameter `s` has a value for `dot`"),
        ("circle(f32)", "round(f32)", "parameter `s` has `round` where `circle` is expected"),
        ("red, green", "red", "parameter `c` has 1, not 2 cases"),
        ("tuple<u8, u8>", "tuple<u8, s8>", "parameter `t`[1] is s8, not u8"),
        ("tuple<u8, u8>", "tuple<u8>", "parameter `t` has 1, not 2 elements"),
        ("tuple<u8, u8>", "color", "parameter `t` is enum `color`, not tuple<u8, u8>"),
        ("result<u8, string>", "result<u8, char>", "result.err is char, not string"),
        (" -> result<u8, string>", "", "it gives no result"),
        ("(s: shape", "(p: shape", "parameter `s` is called `p`"),
        (", t: tuple<u8, u8>", "", "it takes 2, not 3 arguments"),
    ] {
        let provided = contract("1.0.0", &base.replace(from, to));
        let message = refused(&provided, &expected);
        assert!(message.contains(words), "{words}\n{message}");
    }
}

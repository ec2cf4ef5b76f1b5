use crate::{CallError, Descriptions, Type, Value};

const WIT: &str = "package demo:draw@1.0.0;
interface draw {
    record point { x: f32, y: f32, label: option<string> }
    variant shape { dot, circle(f32), path(list<point>) }
    enum color { red, light-green, none }
    flags access { read, write }
    draw: func(shape: shape, color: color, access: access, note: option<string>) -> u32;
    mix: func(a: tuple<u8, char>, b: result<u8, string>, c: list<u8>, d: list<bool, 2>);
    reset: func();
}";

/// The arguments of a call, as text again.
fn call(text: &str) -> Result<Vec<String>, String> {
    let descriptions = Descriptions::from_text("draw.wit", WIT).unwrap();
    let contract = descriptions.contract("demo.draw@1").unwrap();
    let call = contract.parse_call(text).map_err(|error| error.to_string())?;
    Ok(call.arguments.iter().map(Value::to_string).collect())
}

fn message(text: &str) -> String {
    call(text).unwrap_err()
}

#[test]
fn a_call_is_read() {
    let arguments = call(r#"draw(path([{x: 1, y: -2.5}]), light-green, {write}, "hi")"#).unwrap();
    assert_eq!(arguments, ["path([{x: 1, y: -2.5}])", "light-green", "{write}", "some(\"hi\")"]);
    let arguments = call("mix((1, 'ß'), err(\"no\"), [1, 2], [true, false])").unwrap();
    assert_eq!(arguments, ["(1, 'ß')", "err(\"no\")", "[1, 2]", "[true, false]"]);
    assert_eq!(call("reset()"), Ok(Vec::new()));
}

#[test]
fn an_empty_comment_at_the_end_is_none() {
    assert_eq!(call("reset()//"), Ok(Vec::new()));
    assert_eq!(Value::from_wave("7 //", &Type::U8), Ok(Value::U8(7)));
    let error = Value::from_wave("//", &Type::U8).unwrap_err().to_string();
    assert!(error.contains("1 | //"), "{error}");
}

#[test]
fn options_at_the_end_may_be_left_out() {
    assert_eq!(call("draw(dot, %none, {})").unwrap()[1..], ["%none", "{}", "none"]);
    assert!(message("draw(dot, red)").starts_with("demo.draw@1 draw: value: expected 4"));
}

#[test]
fn an_error_shows_the_place() {
    assert_eq!(
        message("draw(circle(\"a\"), red, {read})"),
        "demo.draw@1 draw: parameter `shape`.circle: expected f32, got string\n  \
         1 | draw(circle(\"a\"), red, {read})\n    |             ^^^"
    );
    assert!(message("draw(").starts_with("demo.draw@1: unexpected end"), "{}", message("draw("));
    assert_eq!(
        message("mix((256, 'a'), 1, [], [true, true])"),
        "demo.draw@1 mix: parameter `a`[0]: 256 is out of range for u8\n  \
         1 | mix((256, 'a'), 1, [], [true, true])\n    |      ^^^"
    );
}

#[test]
fn every_mistake_has_words() {
    for (text, words) in [
        ("draw(dots, red, {})", "parameter `shape`: case `dots` is unknown; did you mean `dot`?"),
        ("draw(dot, read, {})", "parameter `color`: case `read` is unknown; did you mean `red`?"),
        ("draw(dot, red, {raed})", "parameter `access`: flag `raed` is unknown"),
        ("draw(dot, red, {read, read})", "duplicate flag"),
        ("draw(circle, red, {})", "parameter `shape`: case `circle` needs a value"),
        ("draw(dot(1), red, {})", "parameter `shape`: case `dot` has no value"),
        ("draw(path([{x: 1}]), red, {})", "parameter `shape`.path[0]: field `y` is missing"),
        ("draw(path([{x: 1, y: 2, z: 3}]), red, {})", "path[0]: field `z` is unknown"),
        ("draw(path([{x: 1, x: 2, y: 2}]), red, {})", "duplicate field"),
        ("draw(path({x: 1}), red, {})", "expected list<point>, got record"),
        ("draw(circle(1e39), red, {})", "parameter `shape`.circle: 1e39 is out of range for f32"),
        ("mix((1, 'a', 2), 1, [], [])", "parameter `a`: expected 2 elements, got 3"),
        ("mix((1, 'a'), 1, [1, -1], [])", "parameter `c`[1]: -1 is out of range for u8"),
        ("mix((1, 'a'), 1, [1.5], [])", "parameter `c`[0]: expected u8, got 1.5"),
        ("mix((1, 'a'), 1, [], [true])", "parameter `d`: expected 2 elements, got 1"),
        ("mix((1, \"a\"), 1, [], [])", "parameter `a`[1]: expected char, got string"),
        ("rest()", "demo.draw@1 has no function `rest`; did you mean `reset`?"),
        ("reset(1)", "expected 0 arguments, got 1"),
        ("reset() 1", "trailing characters"),
        ("reset", "unexpected end"),
        ("", "unexpected end"),
        ("reset(\u{1})", "invalid token"),
    ] {
        let message = message(text);
        assert!(message.contains(words), "{text}\n{words}\n{message}");
    }
}

#[test]
fn the_kind_of_error_can_be_told() {
    let descriptions = Descriptions::from_text("draw.wit", WIT).unwrap();
    let contract = descriptions.contract("demo.draw@1").unwrap();
    assert!(matches!(contract.parse_call("none()"), Err(CallError::Function(_))));
    let Err(CallError::Text(error)) = contract.parse_call("reset(1)") else { panic!("a text") };
    assert_eq!(error.location(), (1, 6));
    assert!(error.value_error().is_some());
}

#[test]
fn floating_point_numbers_have_names() {
    let read = |text| Value::from_wave(text, &Type::F64).unwrap();
    assert_eq!(read("inf"), Value::F64(f64::INFINITY));
    assert_eq!(read("-inf"), Value::F64(f64::NEG_INFINITY));
    assert!(matches!(read("nan"), Value::F64(number) if number.is_nan()));
    assert_eq!(read("-0.5e3"), Value::F64(-500.0));
}

#[test]
fn escapes_of_texts_are_read() {
    let read = |text| Value::from_wave(text, &Type::String);
    assert_eq!(read(r#""a\n\u{1F600}\"""#).unwrap(), Value::from("a\n😀\""));
    let error = read("\"a\\q\"").unwrap_err().to_string();
    assert!(error.contains("invalid token"), "{error}");
    let error = read("\"\\u{d800}\"").unwrap_err().to_string();
    assert!(error.contains("invalid character escape"), "{error}");
}

#[test]
fn nesting_has_an_end() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let error = Value::from_wave(&deep, &Type::U8).unwrap_err().to_string();
    assert!(error.contains("nesting too deep"), "{error}");
}

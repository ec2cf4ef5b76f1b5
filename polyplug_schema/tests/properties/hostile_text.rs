//! Text that nobody meant well, as WIT, WAVE and JSON: an error or a value, and never a panic.

use crate::types::types;
use polyplug_schema::{Descriptions, Value};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde::de::DeserializeSeed;

const WIT: [&str; 64] = [
    "package",
    "demo:a",
    "demo:b",
    "@1.0.0",
    ";",
    "interface",
    "world",
    "a",
    "b",
    "c",
    "{",
    "}",
    "record",
    "variant",
    "enum",
    "flags",
    "type",
    "resource",
    "use",
    "func",
    "async",
    "->",
    "(",
    ")",
    "<",
    ">",
    ",",
    ":",
    "=",
    ".",
    "*",
    "/",
    "u8",
    "string",
    "list",
    "option",
    "result",
    "tuple",
    "own",
    "borrow",
    "stream",
    "future",
    "error-context",
    "import",
    "export",
    "include",
    "with",
    "as",
    "static",
    "constructor",
    "_",
    "%record",
    "@since(version = 1.0.0)",
    "@unstable(feature = x)",
    "/// a\n",
    "/*",
    "*/",
    "//\n",
    "1",
    "4294967296",
    "\"id\"",
    "ä",
    "\u{202e}",
    "\0",
];

const WAVE: [&str; 40] = [
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    ",",
    ":",
    "a",
    "b",
    "c1",
    "%none",
    "none",
    "some",
    "ok",
    "err",
    "true",
    "false",
    "inf",
    "-inf",
    "nan",
    "0",
    "-1",
    "1.5",
    "1e400",
    "99999999999999999999",
    "'a'",
    "'\\''",
    "'ab'",
    "\"\"",
    "\"\\u{0}\"",
    "\"\\u{d800}\"",
    "\"\"\"\n  a\n  \"\"\"",
    "\"\"\"",
    "\"",
    "//\n",
    " ",
    "ä",
    "\\",
    "\u{1}",
];

/// A description whose text is damaged by the tests.
const GOOD: &str = include_str!("good.wit");

fn soup(words: &'static [&'static str]) -> impl Strategy<Value = String> {
    (vec(select(words), 0..60), select(&["", " "][..])).prop_map(|(words, gap)| words.join(gap))
}

/// A piece of the good text put in another place of it, or in place of another, or left out.
fn damaged() -> impl Strategy<Value = String> {
    let chars: Vec<char> = GOOD.chars().collect();
    let places = 0..chars.len();
    vec((places.clone(), 0..20usize, places, 0..20usize), 1..4).prop_map(move |changes| {
        let mut text = chars.clone();
        for (from, take, to, drop) in changes {
            let piece: Vec<char> = text.iter().skip(from).take(take).copied().collect();
            let to = to.min(text.len());
            let end = (to + drop).min(text.len());
            text.splice(to..end, piece);
        }
        text.into_iter().collect()
    })
}

#[test]
fn the_good_text_is_good() {
    assert!(Descriptions::from_text("good.wit", GOOD).unwrap().contracts().len() == 2);
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 2000, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn any_wit_is_read_or_refused(text in soup(&WIT)) {
        let _ = Descriptions::from_text("a.wit", &text).map_err(|error| error.to_string());
        let inside = format!("package demo:a@1.0.0; interface a {{ {text} }}");
        let _ = Descriptions::from_text("a.wit", &inside).map_err(|error| error.to_string());
    }

    #[test]
    fn any_damage_to_wit_is_read_or_refused(text in damaged()) {
        match Descriptions::from_text("a.wit", &text) {
            Ok(descriptions) => prop_assert!(!descriptions.is_empty()),
            Err(error) => prop_assert!(error.to_string().starts_with("a.wit")),
        }
    }

    #[test]
    fn any_wave_is_read_or_refused(text in soup(&WAVE), ty in types()) {
        match Value::from_wave(&text, &ty) {
            Ok(value) => prop_assert_eq!(value.check(&ty), Ok(())),
            Err(error) => prop_assert!(error.to_string().contains(" | ")),
        }
    }

    #[test]
    fn any_call_is_read_or_refused(text in soup(&WAVE)) {
        let descriptions = Descriptions::from_text("good.wit", GOOD).unwrap();
        for contract in descriptions.contracts() {
            let _ = contract.parse_call(&format!("draw({text})")).map_err(|e| e.to_string());
            let _ = contract.parse_call(&text).map_err(|e| e.to_string());
        }
    }

    #[test]
    fn any_json_is_read_or_refused(text in soup(&JSON), ty in types()) {
        let read = (&ty).deserialize(&mut serde_json::Deserializer::from_str(&text));
        if let Ok(value) = read {
            prop_assert_eq!(value.check(&ty), Ok(()));
        }
    }
}

const JSON: [&str; 16] = [
    "{", "}", "[", "]", ",", ":", "\"a\"", "\"ok\"", "\"some\"", "null", "true", "0", "-1", "1.5",
    "1e400", "\"nan\"",
];

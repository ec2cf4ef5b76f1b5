//! The guests of `fixtures/wasm`, which other people's tools have made: one body for all languages.
//!
//! Those in JavaScript and Python are there when somebody has built them, by `fixtures/wasm/build`.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic, and clippy sees `#[test]` only")]

use polyplug::runtime::{Runtime, RuntimeBuilder};
use polyplug_wasm::{CachePlace, WasmConfig, WasmLoader};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;

const EVERYTHING: &str = "demo.guests.everything@1";

/// Calls in WAVE and what comes of them.
const ANSWERS: &[(&str, &str)] = &[
    ("flip(true)", "false"),
    ("sum(-1, 2, -3, 4, -5, 6, -7, 8)", "4"),
    ("half(3)", "1.5"),
    ("after('ä')", "'å'"),
    ("greet(\"Grüße, 🌍\")", "\"Hello, Grüße, 🌍!\""),
    ("greet(\"\")", "\"Hello, !\""),
    ("reverse([1, 2, 255])", "[255, 2, 1]"),
    ("reverse([])", "[]"),
    ("longest([\"a\", \"ccc\", \"bb\", \"ddd\"])", "some(\"ccc\")"),
    ("longest([])", "none"),
    ("centre([{x: 1, y: 2}, {x: 3, y: 6}])", "some({x: 2, y: 4})"),
    ("centre([])", "none"),
    (
        "oldest([{name: \"Ada\", age: some(36)}, {name: \"Bob\"}, {name: \"Eve\", age: some(41)}])",
        "ok({name: \"Eve\", age: some(41)})",
    ),
    ("oldest([{name: \"Bob\"}])", "err(\"nobody said how old\")"),
    ("brighter(blue)", "red"),
    ("brighter(red)", "dark-green"),
    ("allow({can-read}, {all})", "{can-read, all}"),
    ("allow({}, {})", "{}"),
    ("area(circle(2))", "12"),
    ("area(named(\"hill\"))", "0"),
    ("grow(dot, 2)", "dot"),
    ("grow(circle(1), 2)", "circle(3)"),
    ("grow(path([{x: 1, y: 2}, {x: 3, y: 4}]), 2)", "path([{x: 2, y: 4}, {x: 6, y: 8}])"),
    ("grow(named(\"hill\"), 2)", "named(\"hill\")"),
    ("swap((\"seven\", 7))", "(7, \"seven\")"),
    ("check(2)", "ok"),
    ("check(1)", "err"),
    ("join(\"a\", \"b\", \"c\", \"\", \"e\", \"f\", \"g\", \"h\", \"ü\")", "\"abcefghü\""),
];

/// A guest in a folder of its own, loaded.
struct Guest {
    runtime: Arc<Runtime>,
    folder: TempDir,
    language: &'static str,
}

impl Guest {
    /// `None`, and a line about it, if it was not built.
    fn load(language: &'static str) -> Option<Self> {
        let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/wasm").join(language);
        let component = fixture.join("guest.wasm");
        if !component.exists() {
            println!(
                "skipped: there is no {}; fixtures/wasm/build {language}",
                component.display()
            );
            return None;
        }
        let mut config = WasmConfig::default();
        // An interpreter takes its time to compile; its start is no call.
        config.cache.place =
            CachePlace::Folder(PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("compiled"));
        config.default_call_time = Some(Duration::from_secs(60));
        let runtime =
            RuntimeBuilder::new().hot_reload(true).loader(WasmLoader::new(config)).build();
        let folder = tempfile::tempdir().unwrap();
        fs::copy(component, folder.path().join("guest.wasm")).unwrap();
        let guest = Self { runtime: runtime.unwrap(), folder, language };
        guest.write_manifest("1.0.0");
        guest.runtime.load_bundle(guest.folder.path()).unwrap();
        Some(guest)
    }

    fn write_manifest(&self, version: &str) {
        let text = format!(
            "name = \"guest\"\nversion = \"{version}\"\nloader = \"wasm\"\nfile = \"guest.wasm\"\n"
        );
        fs::write(self.folder.path().join("manifest.toml"), text).unwrap();
    }

    #[track_caller]
    fn call(&self, call: &str) -> String {
        let answer = self.runtime.call_text(EVERYTHING, call);
        answer.unwrap_or_else(|error| panic!("{}: {call}: {error}", self.language)).to_string()
    }
}

#[track_caller]
fn answers(language: &'static str) {
    let Some(guest) = Guest::load(language) else { return };
    for (call, answer) in ANSWERS {
        assert_eq!(guest.call(call), *answer, "{language}: {call}");
    }
    let sum = guest.runtime.call_text("demo.guests.calculator@1", "add(4294967295, 3)");
    assert_eq!(sum.unwrap().to_string(), "2", "{language}");
    let bytes: Vec<String> = (0..100_000_u32).map(|at| (at % 251).to_string()).collect();
    let mut reversed = bytes.clone();
    reversed.reverse();
    let call = format!("reverse([{}])", bytes.join(", "));
    assert!(guest.call(&call) == format!("[{}]", reversed.join(", ")), "{language}");
}

/// JavaScript is not asked: with componentize-js 0.23 a negative 64-bit result ends the call, in every host.
#[track_caller]
fn answers_with_large_numbers(language: &'static str) {
    let Some(guest) = Guest::load(language) else { return };
    let call = "sum(-128, 255, -32768, 65535, -2147483648, 4294967295, -9000000000000000000, 1)";
    assert_eq!(guest.call(call), "-8999999997852483458", "{language}");
}

#[track_caller]
fn keeps_its_state(language: &'static str) {
    let Some(guest) = Guest::load(language) else { return };
    assert_eq!((guest.call("count()"), guest.call("count()")), ("1".into(), "2".into()));
    guest.write_manifest("1.1.0");
    guest.runtime.reload_bundle(guest.folder.path()).unwrap();
    assert_eq!(guest.call("count()"), "3", "{language}");
}

#[track_caller]
fn goes_on_after_a_failure(language: &'static str) {
    let Some(guest) = Guest::load(language) else { return };
    guest.call("count()");
    let error = guest.runtime.call_text(EVERYTHING, "fail()").unwrap_err().to_string();
    assert!(error.contains("backtrace"), "{language}: {error}");
    // What it left behind was thrown away.
    assert_eq!(guest.call("count()"), "1", "{language}");
    assert_eq!(guest.call("greet(\"Ada\")"), "\"Hello, Ada!\"", "{language}");
}

#[test]
fn c_answers() {
    answers("c");
    answers_with_large_numbers("c");
}

#[test]
fn rust_answers() {
    answers("rust");
    answers_with_large_numbers("rust");
}

#[test]
fn javascript_answers() {
    answers("js");
}

#[test]
fn python_answers() {
    answers("python");
    answers_with_large_numbers("python");
}

#[test]
fn c_keeps_its_state() {
    keeps_its_state("c");
}

#[test]
fn rust_keeps_its_state() {
    keeps_its_state("rust");
}

#[test]
fn javascript_keeps_its_state() {
    keeps_its_state("js");
}

#[test]
fn python_keeps_its_state() {
    keeps_its_state("python");
}

#[test]
fn c_goes_on_after_a_failure() {
    goes_on_after_a_failure("c");
}

#[test]
fn rust_goes_on_after_a_failure() {
    goes_on_after_a_failure("rust");
}

#[test]
fn javascript_goes_on_after_a_failure() {
    goes_on_after_a_failure("js");
}

#[test]
fn python_goes_on_after_a_failure() {
    goes_on_after_a_failure("python");
}

//! `polyplug call`: what is an answer, what is told beside it, and what a wrong call is told.

#![cfg(feature = "lua")]
#![expect(clippy::unwrap_used, reason = "the helpers of tests may panic as tests do")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

const WIT: &str = "package test:draw@1.0.0;
interface draw {
    record point { x: s32, y: s32 }
    enum color { red, green }
    double: func(x: u32) -> u32;
    paint: func(at: point, tint: color) -> option<point>;
    fail: func();
}
";

const SCRIPT: &str = "local Draw = {}
print('hello')
io.write('world')
function Draw:double(x)
    print('doubling')
    polyplug.log('warn', 'watch out')
    return x * 2
end
function Draw:paint(at, tint) return at end
function Draw:fail() error('no way') end
return { ['test.draw@1'] = Draw }
";

fn bundle(folder: &Path, name: &str, more: &str, script: &str) {
    let bundle = folder.join(name);
    fs::create_dir_all(&bundle).unwrap();
    let manifest = format!("name = \"{name}\"\nloader = \"lua\"\nfile = \"main.lua\"\n{more}");
    fs::write(bundle.join("manifest.toml"), manifest).unwrap();
    fs::write(bundle.join("main.lua"), script).unwrap();
    fs::write(bundle.join("draw.wit"), WIT).unwrap();
}

/// A folder `mods` with the bundle `draw`.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    bundle(&folder.path().join("mods"), "draw", "wit = \"draw.wit\"\n", SCRIPT);
    folder
}

fn run(folder: &TempDir, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_polyplug"));
    command.args(arguments).current_dir(folder.path()).output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
#[cfg(unix)]
fn only_the_answer_is_on_standard_output() {
    let folder = folder();
    let output = run(&folder, &["call", "mods", "test.draw", "double(21)"]);
    assert_eq!(out(&output), "42\n");
    for said in ["hello\n", "world", "doubling\n", "warning: draw: watch out\n"] {
        assert!(err(&output).contains(said), "{said}: {}", err(&output));
    }
    for command in ["list", "inspect"] {
        let output = run(&folder, &[command, "mods", "--json"]);
        let json: serde_json::Value = serde_json::from_str(&out(&output)).unwrap();
        assert_eq!(json["bundles"][0]["name"], "draw", "{command}");
    }
}

#[test]
fn a_wrong_call_is_shown_a_right_one() {
    let folder = folder();
    for (call, right) in [
        ("double(", "  write double(1), for double: func(x: u32) -> u32\n"),
        ("paint({x: 1}, red)", "  write paint({x: 1, y: 1}, red), for paint: func("),
        ("", "such as double(1) or paint({x: 1, y: 1}, red) or fail()\n"),
    ] {
        let output = run(&folder, &["call", "mods", "test.draw", call]);
        assert_eq!(output.status.code(), Some(1));
        assert!(err(&output).contains(right), "{}", err(&output));
    }
}

#[test]
fn a_failure_is_told_once_with_its_line() {
    let output = run(&folder(), &["call", "mods", "test.draw", "fail()"]);
    let errors = err(&output);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(errors.matches("no way").count(), 2, "the message, and the line: {errors}");
    assert!(
        errors.contains("error: `fail` of `test.draw@1` in bundle `draw`: no way\n"),
        "{errors}"
    );
    assert!(errors.contains("main.lua:10\n") && !errors.contains("Generic"), "{errors}");
    assert!(!errors.contains("stack traceback"), "{errors}");
}

#[test]
fn a_bundle_that_does_not_start_is_told_once() {
    let folder = tempfile::tempdir().unwrap();
    bundle(&folder.path().join("mods"), "draw", "", "error('no start')");
    for place in ["mods", "mods/draw"] {
        let output = run(&folder, &["call", place, "test.draw", "double(21)"]);
        assert_eq!(err(&output).matches("error: ").count(), 1, "{}", err(&output));
    }
}

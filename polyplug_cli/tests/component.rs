//! The command with bundles that are components.

#![cfg(feature = "wasm")]
#![expect(clippy::unwrap_used, reason = "the helpers of tests may panic as tests do")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_polyplug"));
    command.args(arguments).current_dir(folder).env("POLYPLUG_CACHE_DIR", "");
    command.output().unwrap()
}

fn texts(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (text(&output.stdout), text(&output.stderr))
}

fn bundle(folder: &Path, name: &str, more: &str, component: &str) {
    let folder = folder.join(name);
    fs::create_dir(&folder).unwrap();
    let manifest = format!("name = \"{name}\"\nloader = \"wasm\"\nfile = \"main.wat\"\n{more}");
    fs::write(folder.join("manifest.toml"), manifest).unwrap();
    fs::write(folder.join("main.wat"), component).unwrap();
}

const ONE: &str = r#"(component
  (core module $m (func (export "call") (param i32) (result i32) (local.get 0)))
  (core instance $i (instantiate $m))
  (func $call (param "n" u32) (result u32) (canon lift (core func $i "call")))
  (instance $out (export "call" (func $call)))
  (export "demo:one/one@1.0.0" (instance $out)))"#;

const TWO: &str = r#"(component
  (import "demo:one/one@1.0.0" (instance $in
    (export "call" (func (param "n" u32) (result u32)))))
  (alias export $in "call" (func $in-call))
  (core func $in-core (canon lower (func $in-call)))
  (core instance $i (export "call" (func $in-core)))
  (func $call (param "n" u32) (result u32) (canon lift (core func $i "call")))
  (instance $out (export "call" (func $call)))
  (export "demo:two/two@1.0.0" (instance $out)))"#;

#[test]
fn what_a_bundle_asks_for_is_shown_and_what_it_was_refused() {
    let folder = tempfile::tempdir().unwrap();
    let asking = "[wasm]\ncapabilities = [\"stdout\"]\noptional_capabilities = [\"http\"]\n";
    bundle(folder.path(), "one", asking, ONE);
    let output = run(folder.path(), &["call", ".", "demo.one", "call(7)", "--grant", "*=stdout"]);
    let (answer, errors) = texts(&output);
    assert_eq!(answer, "7\n", "{errors}");
    assert!(errors.contains("bundle `one` runs without `http`"), "{errors}");
    let (shown, _) = texts(&run(folder.path(), &["inspect", "one"]));
    assert!(shown.contains("  asks for stdout\n  asks, if granted, for http\n"), "{shown}");
}

#[test]
fn what_a_component_imports_is_found_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    bundle(folder.path(), "two", "", TWO);
    let (_, errors) = texts(&run(folder.path(), &["check", "two"]));
    assert!(errors.contains("`demo.one@1`"), "{errors}");

    bundle(folder.path(), "one", "", ONE);

    let checked = run(folder.path(), &["check", "two"]);
    assert!(checked.status.success(), "{checked:?}");
    let (shown, _) = texts(&run(folder.path(), &["inspect", "."]));
    assert!(shown.contains("  uses demo.one@1 from one\n"), "{shown}");
    assert!(shown.contains("used by two\n"), "{shown}");
}

//! What the compiler says to somebody who uses the macro wrongly.

#![expect(clippy::unwrap_used, reason = "the helpers of tests may panic as tests do")]

use std::path::Path;
use std::process::Command;
use std::{env, fs};

const GOOD: &str = "package demo:greeter@1.0.0;
interface greeter { greet: func(name: string) -> string; age: func() -> u8; }";

#[test]
fn a_description_that_does_not_read_is_an_error_at_the_macro() {
    let said = refused(
        "polyplug_guest::contract!(\"missing.wit\");
         polyplug_guest::contract!(\"bad.wit\");
         polyplug_guest::contract!(\"good.wit\", \"demo.greter@1\");
         polyplug_guest::contract!(good);
         polyplug_guest::contract!(\"empty.wit\");",
    );
    for message in [
        "missing.wit",
        "bad.wit:2",
        "u7",
        "did you mean `demo.greeter@1`",
        "write the path of a WIT file or folder, relative to Cargo.toml",
        "there is no contract in it",
        "src/lib.rs:5:",
    ] {
        assert!(said.contains(message), "`{message}` is not in\n{said}");
    }
    assert!(!said.contains("panicked"), "{said}");
}

#[test]
fn a_guest_that_is_not_the_contract_names_the_function() {
    let said = refused(
        "polyplug_guest::contract!(\"good.wit\");
         #[derive(Clone, Copy)]
         pub struct Wrong;
         impl greeter::Guest for Wrong {
             fn greet(&self, name: u32) -> Result<String, polyplug_guest::Error> {
                 Ok(name.to_string())
             }
         }",
    );
    for message in ["missing: `age`", "expected `&str`, found `u32`", "`greet`"] {
        assert!(said.contains(message), "`{message}` is not in\n{said}");
    }
}

#[test]
fn a_guest_with_fields_and_without_objects_is_told_so() {
    let said = refused(
        "polyplug_guest::contract!(\"good.wit\");
         #[derive(Clone, Copy)]
         pub struct Fields(u8);
         impl greeter::Guest for Fields {
             fn greet(&self, name: &str) -> Result<String, polyplug_guest::Error> {
                 Ok(name.to_owned())
             }
             fn age(&self) -> Result<u8, polyplug_guest::Error> { Ok(self.0) }
         }
         pub fn start(bundle: &mut polyplug_guest::Bundle) -> Result<(), polyplug_guest::Error> {
             greeter::functions(bundle, Fields(1)).provide()
         }",
    );
    let message = "a guest without objects is a struct without fields";
    assert!(said.contains(message), "{said}");
}

/// What cargo says about this code, which does not compile.
fn refused(code: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let guest = workspace.join("polyplug_guest");
    let package = format!(
        "[package]\nname = \"refused\"\nedition = \"2024\"\n[dependencies]\n\
         polyplug_guest = {{ path = {guest:?}, features = [\"macros\"] }}\n[workspace]\n"
    );
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    fs::create_dir(folder.path().join("src")).unwrap();
    write("Cargo.toml", &package);
    write("src/lib.rs", code);
    write("good.wit", GOOD);
    write("bad.wit", "package demo:bad@1.0.0;\ninterface bad { f: func(a: u7); }");
    write("empty.wit", "package demo:empty@1.0.0;");
    fs::copy(workspace.join("Cargo.lock"), folder.path().join("Cargo.lock")).unwrap();
    // What does not change is built once, beside what cargo builds for this test.
    let test = env::current_exe().unwrap();
    let target = test.ancestors().nth(3).unwrap().join("messages");
    let mut cargo = Command::new(env!("CARGO"));
    // The constants of generics are looked at when code is made of them.
    cargo.args(["build", "--quiet", "--offline", "--target-dir"]).arg(target);
    cargo.env("CARGO_TERM_COLOR", "never").env_remove("RUSTFLAGS").current_dir(folder.path());
    let output = cargo.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success(), "it compiles: {said}");
    said
}

//! `polyplug new` and `polyplug bindgen`, as a person runs them.

#![cfg(all(feature = "lua", feature = "native", unix))]
#![expect(clippy::unwrap_used, reason = "the helpers of tests may panic as tests do")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

const EVERYTHING: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/wit/everything.wit");

fn run(folder: &TempDir, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_polyplug"));
    command.args(arguments).current_dir(folder.path()).stdin(Stdio::null()).output().unwrap()
}

fn texts(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (text(&output.stdout), text(&output.stderr))
}

/// What it prints when all went well.
#[track_caller]
fn good(folder: &TempDir, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    let (out, errors) = texts(&output);
    assert!(output.status.success() && errors.is_empty(), "{arguments:?}: {out}{errors}");
    out
}

/// What it says when it did not.
#[track_caller]
fn bad(folder: &TempDir, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    assert_eq!(output.status.code(), Some(1), "{arguments:?}");
    texts(&output).1
}

/// Builds a bundle in Rust offline, with the versions of the workspace.
fn make_rust(bundle: &Path) {
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock");
    fs::copy(lock, bundle.join("Cargo.lock")).unwrap();
    let mut make = Command::new("make");
    // Cargo passes its own settings to tests; a user's build has none of them.
    make.env("CARGO_NET_OFFLINE", "true").env_remove("MAKEFLAGS").env_remove("CARGO_TARGET_DIR");
    // Without optimization it is there sooner.
    make.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0").env("RUSTFLAGS", "-Dwarnings");
    // What two bundles share is built once.
    make.arg("TARGET=../../target");
    let built = make.current_dir(bundle).output().unwrap();
    assert!(built.status.success(), "{:?}", texts(&built));
}

fn make(bundle: &Path) {
    let include = Path::new(env!("CARGO_MANIFEST_DIR")).join("../include");
    let built = Command::new("make")
        .arg(format!("CPPFLAGS=-I {}", include.display()))
        .arg("CFLAGS=-Wall -Wextra -Wpedantic -Wconversion -Werror")
        .arg("CXXFLAGS=-Wall -Wextra -Wpedantic -Wconversion -Werror")
        .current_dir(bundle)
        .output()
        .unwrap();
    assert!(built.status.success(), "{:?}", texts(&built));
}

#[test]
fn a_new_lua_bundle_answers_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let written = good(&folder, &["new", "lua", "night-sky", "--dir", "mods"]);
    assert!(written.contains("mods/night-sky/manifest.toml"), "{written}");
    good(&folder, &["check", "mods/night-sky"]);
    let said = good(&folder, &["call", "mods", "demo.night-sky", "greet(\"Ada\")"]);
    assert_eq!(said, "\"Hello, Ada!\"\n");
}

#[test]
fn a_new_bundle_provides_what_a_description_says() {
    let folder = tempfile::tempdir().unwrap();
    good(&folder, &["new", "lua", "whole", "--wit", EVERYTHING]);
    good(&folder, &["check", "whole"]);
    for (call, answer) in [
        ("flip(true)", "false\n"),
        ("greet(\"Ada\")", "\"\"\n"),
        ("turn([1, 2, 3, 4])", "[0, 0, 0, 0]\n"),
        ("oldest([])", "ok({name: \"\", default: false})\n"),
        ("grow(dot, 1)", "dot\n"),
        ("after('a')", "' '\n"),
        ("check(1)", "ok\n"),
        ("end(1)", ""),
    ] {
        assert_eq!(good(&folder, &["call", "whole", "test.everything", call]), answer, "{call}");
    }
}

#[test]
fn a_new_bundle_in_c_answers_when_it_is_built() {
    answers_when_it_is_built("c");
}

#[test]
fn a_new_bundle_in_cpp_answers_when_it_is_built() {
    answers_when_it_is_built("cpp");
}

#[test]
fn a_new_bundle_in_rust_answers_when_it_is_built() {
    let folder = tempfile::tempdir().unwrap();
    good(&folder, &["new", "rust", "hello", "--dir", "mods"]);
    good(&folder, &["new", "rust", "whole", "--dir", "mods", "--wit", EVERYTHING]);
    for bundle in ["mods/hello", "mods/whole"] {
        let source = folder.path().join(bundle).join("src/lib.rs");
        let formatted =
            Command::new("rustfmt").args(["--check", "--edition=2024"]).arg(source).output();
        if let Ok(formatted) = formatted {
            assert!(formatted.status.success(), "{:?}", texts(&formatted));
        }
        make_rust(&folder.path().join(bundle));
        good(&folder, &["check", bundle]);
    }
    let said = good(&folder, &["call", "mods/hello", "demo.hello", "greet(\"Ada\")"]);
    assert_eq!(said, "\"Hello, Ada!\"\n");
    for (call, answer) in [
        ("flip(true)", "false\n"),
        ("oldest([])", "ok({name: \"\", default: false})\n"),
        ("grow(circle(1.0), 1)", "dot\n"),
        ("end(1)", ""),
    ] {
        assert_eq!(
            good(&folder, &["call", "mods/whole", "test.everything", call]),
            answer,
            "{call}"
        );
    }
}

#[test]
fn a_bundle_in_rust_is_built_with_the_clone_that_was_named() {
    let folder = tempfile::tempdir().unwrap();
    good(&folder, &["new", "rust", "hello", "--polyplug", "there"]);
    let cargo = fs::read_to_string(folder.path().join("hello/Cargo.toml")).unwrap();
    let guest = folder.path().canonicalize().unwrap().join("there/polyplug_guest");
    assert!(cargo.contains(&format!("path = {guest:?}")), "{cargo}");
}

#[test]
fn a_description_without_contracts_begins_no_bundle() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("empty.wit"), "package a:b@1.0.0;").unwrap();
    let said = bad(&folder, &["new", "lua", "fine", "--wit", "empty.wit"]);
    assert!(said.contains("there is no contract in it"), "{said}");
}

fn answers_when_it_is_built(language: &str) {
    let folder = tempfile::tempdir().unwrap();
    good(&folder, &["new", language, "hello"]);
    make(&folder.path().join("hello"));
    good(&folder, &["check", "hello"]);
    let said = good(&folder, &["call", "hello", "demo.hello", "greet(\"Ada\")"]);
    assert_eq!(said, "\"Hello, Ada!\"\n");

    good(&folder, &["new", language, "whole", "--wit", EVERYTHING]);
    make(&folder.path().join("whole"));
    good(&folder, &["check", "whole"]);
    let said = good(&folder, &["call", "whole", "test.everything", "brighter(blue)"]);
    assert_eq!(said, "red\n");
}

/// A folder `both`, with two versions of one contract.
fn two_majors(folder: &TempDir) {
    let wit = folder.path().join("both");
    fs::create_dir_all(wit.join("deps/old")).unwrap();
    let text = |major, ty| {
        format!(
            "package demo:draw@{major}.0.0; interface draw {{ record point {{ x: {ty} }} \
             draw: func(at: point) -> point; }}"
        )
    };
    fs::write(wit.join("draw.wit"), text(2, "f64")).unwrap();
    fs::write(wit.join("deps/old/draw.wit"), text(1, "f32")).unwrap();
}

#[test]
fn two_majors_of_one_contract_are_two_modules_of_rust() {
    let folder = tempfile::tempdir().unwrap();
    two_majors(&folder);
    good(&folder, &["new", "rust", "rust", "--wit", "both", "--dir", "mods"]);
    make_rust(&folder.path().join("mods/rust"));
    good(&folder, &["check", "mods/rust"]);
    for contract in ["demo.draw@1", "demo.draw@2"] {
        let said = good(&folder, &["call", "mods/rust", contract, "draw({x: 1})"]);
        assert_eq!(said, "{x: 0}\n", "{contract}");
    }
}

#[test]
fn two_majors_of_one_contract_stand_side_by_side() {
    let folder = tempfile::tempdir().unwrap();
    two_majors(&folder);
    for language in ["lua", "c", "cpp"] {
        good(&folder, &["new", language, language, "--wit", "both"]);
        if language != "lua" {
            make(&folder.path().join(language));
        }
        good(&folder, &["check", language]);
        for contract in ["demo.draw@1", "demo.draw@2"] {
            let said = good(&folder, &["call", language, contract, "draw({x: 1})"]);
            assert_eq!(said, "{x: 0}\n", "{language}: {contract}");
        }
    }
    let written = good(&folder, &["bindgen", "both", "--lang", "c", "--host", "--out", "here"]);
    let names = ["draw_1.h", "draw_1_host.h", "draw_2.h", "draw_2_host.h"];
    assert_eq!(written, names.map(|name| format!("here/demo_{name}\n")).concat());
}

#[test]
fn a_new_component_is_a_bundle_of_the_wasm_loader() {
    let folder = tempfile::tempdir().unwrap();
    for kind in ["wasm-c", "wasm-rust"] {
        let written = good(&folder, &["new", kind, "hello", "--dir", kind]);
        assert!(written.contains(&format!("next: make -C {kind}/hello")), "{written}");
        let manifest = fs::read_to_string(folder.path().join(kind).join("hello/manifest.toml"));
        assert!(manifest.unwrap().contains("loader = \"wasm\""));
    }
    good(&folder, &["new", "wasm-rust", "whole", "--wit", EVERYTHING]);
    assert!(folder.path().join("whole/wit/everything.wit").exists());
    let said = bad(&folder, &["new", "wasm-c", "part", "--wit", EVERYTHING]);
    assert!(said.contains("begin without --wit"), "{said}");
    assert!(!folder.path().join("part").exists());
}

/// Whether `make` finds a tool; if not, a line that says so.
#[cfg(feature = "wasm")]
fn is_there(tool: &str) -> bool {
    let there =
        Command::new(tool).arg("--version").output().is_ok_and(|said| said.status.success());
    if !there {
        println!("skipped: there is no {tool}");
    }
    there
}

#[cfg(feature = "wasm")]
fn component_answers_when_it_is_built(kind: &str) {
    let folder = tempfile::tempdir().unwrap();
    good(&folder, &["new", kind, "night-sky", "--dir", "mods"]);
    let bundle = folder.path().join("mods/night-sky");
    let mut make = Command::new("make");
    make.env_remove("MAKEFLAGS").env_remove("CARGO_TARGET_DIR").arg("CFLAGS=-Wall -Wextra -Werror");
    let built = make.current_dir(&bundle).output().unwrap();
    assert!(built.status.success(), "{:?}", texts(&built));
    good(&folder, &["check", "mods/night-sky"]);
    let said = good(&folder, &["call", "mods", "demo.night-sky", "greet(\"Ada\")"]);
    assert_eq!(said, "\"Hello, Ada!\"\n");
    assert!(folder.path().join("target").is_dir() && !bundle.join("target").exists());
}

#[cfg(feature = "wasm")]
#[test]
fn a_new_component_in_c_answers_when_it_is_built() {
    if ["clang-19", "wit-bindgen", "wasm-tools"].into_iter().all(is_there) {
        component_answers_when_it_is_built("wasm-c");
    }
}

#[cfg(feature = "wasm")]
#[test]
fn a_new_component_in_rust_answers_when_it_is_built() {
    let mut rustc = Command::new("rustc");
    rustc.args(["--print", "target-libdir", "--target", "wasm32-unknown-unknown"]);
    let libraries = String::from_utf8(rustc.output().unwrap().stdout).unwrap();
    if !Path::new(libraries.trim()).is_dir() {
        println!("skipped: rustc has no standard library for wasm32-unknown-unknown");
    } else if is_there("wasm-tools") {
        component_answers_when_it_is_built("wasm-rust");
    }
}

#[test]
fn what_is_built_goes_where_the_command_was_given() {
    let folder = tempfile::tempdir().unwrap();
    for (dir, target) in
        [("", "../target/"), ("mods", "../../target/"), ("./a/b", "../../../target/")]
    {
        let dir: &[&str] = if dir.is_empty() { &[] } else { &["--dir", dir] };
        good(&folder, &[&["new", "wasm-c", "night-sky"], dir].concat());
        let bundle = folder.path().join(dir.last().unwrap_or(&"")).join("night-sky");
        let makefile = fs::read_to_string(bundle.join("Makefile")).unwrap();
        assert!(makefile.contains(&format!("\nTARGET = {target}$(")), "{makefile}");
        assert!(!makefile.contains("@1.0.0"), "{makefile}");
    }
}

#[test]
fn code_that_was_built_for_another_description_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    good(&folder, &["new", "c", "hello"]);
    make(&folder.path().join("hello"));
    let wit = folder.path().join("hello/wit/hello.wit");
    let text = fs::read_to_string(&wit).unwrap();
    fs::write(&wit, text.replace("-> string", "-> u32")).unwrap();
    let said = bad(&folder, &["check", "hello"]);
    assert!(said.contains("demo.hello@1") && said.contains("shape"), "{said}");
}

#[test]
fn nothing_is_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    good(&folder, &["new", "lua", "mine"]);
    fs::write(folder.path().join("mine/mine.lua"), "mine").unwrap();
    let said = bad(&folder, &["new", "c", "mine"]);
    assert!(said.contains("is there already"), "{said}");
    assert_eq!(fs::read_to_string(folder.path().join("mine/mine.lua")).unwrap(), "mine");
    assert!(!folder.path().join("mine/plugin.c").exists());
}

#[test]
fn what_is_wrong_is_said_before_anything_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let said = bad(&folder, &["new", "lua", "No/Name"]);
    assert!(said.contains("is no name for a new bundle"), "{said}");
    fs::write(folder.path().join("bad.wit"), "package a:b@1.0.0; interface b { f: func(x: u7); }")
        .unwrap();
    let said = bad(&folder, &["new", "lua", "fine", "--wit", "bad.wit"]);
    assert!(said.contains("bad.wit:1") && said.contains("u7"), "{said}");
    assert!(!folder.path().join("fine").exists());
    let said = bad(&folder, &["bindgen", "bad.wit", "--lang", "c"]);
    assert!(said.contains("u7"), "{said}");
}

#[test]
fn bindgen_writes_what_changed() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["bindgen", EVERYTHING, "--lang", "c", "--host", "--out", "here"];
    let written = good(&folder, &arguments);
    assert_eq!(written, "here/test_everything.h\nhere/test_everything_host.h\n");
    let again = good(&folder, &arguments);
    assert_eq!(again.matches("is as it was").count(), 2, "{again}");
    let guest = good(&folder, &["bindgen", EVERYTHING, "--lang", "c", "--guest"]);
    assert!(guest.contains("glue.c") && !guest.contains("_host"), "{guest}");
    let rust = good(&folder, &["bindgen", EVERYTHING, "--lang", "rust", "--host"]);
    assert_eq!(rust, "test_everything_host.rs\n");
}

#[test]
fn one_contract_is_chosen_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let wit = "package a:b@1.0.0; interface one { f: func(); } interface two { g: func(); }";
    fs::write(folder.path().join("two.wit"), wit).unwrap();
    let written = good(&folder, &["bindgen", "two.wit", "--lang", "lua", "--contract", "a.b.two"]);
    assert!(written.contains("a_b_two.lua") && !written.contains("a_b_one.lua"), "{written}");
    let said = bad(&folder, &["bindgen", "two.wit", "--lang", "lua", "--contract", "a.b.too"]);
    assert!(said.contains("did you mean"), "{said}");
    let said = bad(&folder, &["bindgen", "two.wit", "--lang", "lua", "--contract", "two"]);
    assert!(said.contains("did you mean `a.b.two@1`?"), "{said}");
    let said = bad(&folder, &["bindgen", "two.wit", "--lang", "lua", "--contract", "zzz"]);
    assert!(said.contains("there is `a.b.one@1`, `a.b.two@1`"), "{said}");
}

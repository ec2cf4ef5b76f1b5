//! The C header: that it says what the Rust types say, and that compilers of C and C++ take it.
//!
//! A C and a C++ compiler (`cc`, `c++`) are required; `clang` is used too where it is installed.
//! `UPDATE_HEADER=1` writes the header anew.

use std::path::{Path, PathBuf};
use std::process::Command;

const WARNINGS: [&str; 4] = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"];

#[test]
fn header_is_current() {
    let path = header();
    let expected = generate();
    if std::env::var_os("UPDATE_HEADER").is_some() {
        std::fs::write(&path, &expected).expect("the header is writable");
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == expected, "{} is out of date: run with UPDATE_HEADER=1", path.display());
}

#[test]
fn the_header_compiles_alone_in_c() {
    for compiler in c_compilers() {
        for standard in ["c99", "c11"] {
            check(compiler, standard, "header_alone.c");
        }
    }
}

#[test]
fn the_header_compiles_alone_in_cpp() {
    for compiler in cpp_compilers() {
        check(compiler, "c++17", "header_alone.cpp");
    }
}

#[test]
fn the_header_may_be_included_twice() {
    for compiler in c_compilers() {
        for standard in ["c99", "c11"] {
            check(compiler, standard, "twice_included.c");
        }
    }
}

#[test]
fn c_sees_the_layout_of_rust_and_calls_through_a_table() {
    for compiler in c_compilers() {
        for standard in ["c99", "c11"] {
            run(compiler, standard, "header_c.c");
        }
    }
}

#[test]
fn cpp_sees_the_layout_of_rust_and_calls_through_a_table() {
    for compiler in cpp_compilers() {
        run(compiler, "c++17", "header_cpp.cpp");
    }
}

#[test]
fn every_function_carries_a_tag() {
    const TAGS: [&str; 4] = ["[thread-safe]", "[init-thread]", "[frame-boundary]", "[same-thread]"];
    let text = std::fs::read_to_string(header()).expect("the header is readable");
    let mut comment = String::new();
    for line in text.lines() {
        if line.trim_start().starts_with("//") {
            comment.push_str(line);
            continue;
        }
        if line.contains("(*") {
            assert!(TAGS.iter().any(|tag| comment.contains(tag)), "no tag: {line}");
        }
        comment.clear();
    }
}

#[test]
fn every_name_belongs_to_polyplug() {
    let text = std::fs::read_to_string(header()).expect("the header is readable");
    for line in text.lines() {
        if let Some(constant) = line.strip_prefix("#define ") {
            let name = constant.split([' ', '(']).next().unwrap_or_default();
            let is_constant = name.chars().all(|c| !c.is_ascii_lowercase());
            assert!(name.starts_with("POLYPLUG_") && is_constant, "{line}");
        }
        if let Some(name) = line.strip_prefix("} ").and_then(|rest| rest.strip_suffix(';')) {
            assert!(name.starts_with("Polyplug"), "{line}");
        }
        if line.starts_with("typedef ") && line.contains("(*") {
            assert!(line.contains("(*Polyplug"), "{line}");
        }
    }
}

fn generate() -> String {
    let config = Path::new(env!("CARGO_MANIFEST_DIR")).join("cbindgen.toml");
    let config = cbindgen::Config::from_file(config).expect("cbindgen.toml is valid");
    let builder = cbindgen::Builder::new().with_config(config);
    let bindings = sources()
        .into_iter()
        .fold(builder, |builder, source| builder.with_src(source))
        .generate()
        .expect("cbindgen understands the types");
    let mut text = Vec::new();
    bindings.write(&mut text);
    String::from_utf8(text).expect("cbindgen writes UTF-8")
}

/// The sources in the order of the module list, so that the header follows it.
fn sources() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let front_page = std::fs::read_to_string(folder.join("lib.rs")).expect("lib.rs is readable");
    front_page
        .lines()
        .filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';'))
        .map(|module| folder.join(format!("{module}.rs")))
        .collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate is in a workspace")
}

fn header() -> PathBuf {
    root().join("include/polyplug/polyplug.h")
}

fn c_compilers() -> Vec<&'static str> {
    required_and_optional("cc", "clang")
}

fn cpp_compilers() -> Vec<&'static str> {
    required_and_optional("c++", "clang++")
}

fn required_and_optional(required: &'static str, optional: &'static str) -> Vec<&'static str> {
    assert!(is_installed(required), "`{required}` is needed to test the header");
    if is_installed(optional) { vec![required, optional] } else { vec![required] }
}

fn is_installed(compiler: &str) -> bool {
    Command::new(compiler).arg("--version").output().is_ok_and(|output| output.status.success())
}

fn check(compiler: &str, standard: &str, file: &str) {
    compile(compiler, standard, file, &["-fsyntax-only"]);
}

fn run(compiler: &str, standard: &str, file: &str) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let program = folder.path().join("program");
    let output = ["-O2", "-o", program.to_str().expect("temporary folders have UTF-8 names")];
    compile(compiler, standard, file, &output);
    let status = Command::new(&program).status().expect("the program starts");
    assert!(status.success(), "{file}, {compiler} -std={standard}: {status}");
}

fn compile(compiler: &str, standard: &str, file: &str, more: &[&str]) {
    let output = Command::new(compiler)
        .arg(format!("-std={standard}"))
        .args(WARNINGS)
        .arg("-I")
        .arg(root().join("include"))
        .args(more)
        .arg(root().join("tests/header").join(file))
        .output()
        .expect("the compiler starts");
    let messages = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{file}, {compiler} -std={standard}:\n{messages}");
}

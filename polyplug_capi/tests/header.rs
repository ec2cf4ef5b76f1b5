//! The C header: that it says what the Rust types say, and that compilers of C and C++ take it.
//!
//! A C and a C++ compiler (`cc`, `c++`) are required; `clang` is used too where it is installed.
//! `UPDATE_HEADER=1` writes the header anew.

use std::path::{Path, PathBuf};
use std::process::Command;

const WARNINGS: [&str; 6] =
    ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror"];

const C: [&str; 3] = ["c99", "c11", "c17"];
const CPP: [&str; 2] = ["c++17", "c++20"];

/// The longest line.
const WIDTH: usize = 100;

/// The headings of the sections, and the first thing in each.
const SECTIONS: [(&str, &str); 16] = [
    ("Constants", "#define POLYPLUG_ERROR_OK "),
    ("Types", "typedef struct PolyplugContract "),
    ("Runtimes", "polyplug_runtime_create("),
    ("Bundles", "polyplug_load_bundle("),
    ("Watched folders", "polyplug_watch("),
    ("The frame boundary, and holding it back", "polyplug_poll("),
    ("Contracts", "polyplug_contract("),
    ("Instances", "polyplug_create("),
    ("Arenas", "polyplug_arena_init("),
    ("Raw calls", "polyplug_find("),
    ("Quiescence", "polyplug_quiescent("),
    ("Host contracts", "polyplug_register_host_contract("),
    ("Discoveries", "polyplug_discover("),
    ("Listings", "polyplug_listing("),
    ("Events", "polyplug_next_event("),
    ("Log records", "polyplug_log("),
];

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
        for standard in C {
            check(compiler, standard, "header_alone.c");
        }
    }
}

#[test]
fn the_header_compiles_alone_in_cpp() {
    for compiler in cpp_compilers() {
        for standard in CPP {
            check(compiler, standard, "header_alone.cpp");
        }
    }
}

#[test]
fn the_header_may_be_included_twice() {
    for compiler in c_compilers() {
        for standard in C {
            check(compiler, standard, "twice_included.c");
        }
    }
}

#[test]
fn c_sees_the_layout_of_rust_and_calls_through_a_table() {
    for compiler in c_compilers() {
        for standard in C {
            run(compiler, standard, "header_c.c");
        }
    }
}

#[test]
fn cpp_sees_the_layout_of_rust_and_calls_through_a_table() {
    for compiler in cpp_compilers() {
        for standard in CPP {
            run(compiler, standard, "header_cpp.cpp");
        }
    }
}

#[test]
fn every_function_carries_a_tag() {
    const TAGS: [&str; 5] =
        ["[thread-safe]", "[init-thread]", "[frame-boundary]", "[same-thread]", "[commit]"];
    let text = std::fs::read_to_string(header()).expect("the header is readable");
    let mut comment = String::new();
    for line in text.lines() {
        if line.trim_start().starts_with("//") {
            comment.push_str(line);
            continue;
        }
        if line.contains("(*") || line.starts_with("POLYPLUG_API ") || is_inline(line) {
            assert!(TAGS.iter().any(|tag| comment.contains(tag)), "no tag: {line}");
        }
        comment.clear();
    }
}

fn is_inline(line: &str) -> bool {
    line.starts_with("static inline ")
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
        if line.starts_with("POLYPLUG_API ") || is_inline(line) {
            assert!(line.contains(" polyplug_") || line.contains("*polyplug_"), "{line}");
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
    let bindings = sources("polyplug_abi", "mod ")
        .into_iter()
        .chain(sources("polyplug_capi", "pub mod "))
        .fold(builder, |builder, source| builder.with_src(source))
        .generate()
        .expect("cbindgen understands the types");
    let mut text = Vec::new();
    bindings.write(&mut text);
    let text = String::from_utf8(text).expect("cbindgen writes UTF-8");
    with_headings(&for_readers_of_c(&text))
}

/// Puts the headings above the comments of what comes first in each section.
fn with_headings(text: &str) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for (heading, first) in SECTIONS {
        let at = lines.iter().position(|line| !line.starts_with("//") && line.contains(first));
        let mut at = at.unwrap_or_else(|| panic!("nothing like `{first}` is in the header"));
        while at > 0 && !lines[at - 1].trim().is_empty() {
            at -= 1;
        }
        let rule = "-".repeat(WIDTH - "// ----  ".len() - heading.len());
        lines.insert(at, String::new());
        lines.insert(at, format!("// ---- {heading} {rule}"));
    }
    lines.push(String::new());
    lines.join("\n")
}

/// Leaves out of the comments what is for Rust alone, and sets the functions of the library anew:
/// cbindgen spells every tag out and puts every parameter on a line.
fn for_readers_of_c(text: &str) -> String {
    let mut readable = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line == "// # Safety" {
            // The empty comment line before it goes too.
            readable.truncate(readable.trim_end_matches("//\n").len());
            let declaration = lines.find(|line| !line.starts_with("//")).unwrap_or_default();
            readable.push_str(&declaration_from(declaration, &mut lines));
        } else {
            readable.push_str(&declaration_from(line, &mut lines));
        }
        readable.push('\n');
    }
    readable
}

/// The line, or, if a function of the library starts there, its whole declaration.
fn declaration_from<'a>(line: &'a str, lines: &mut impl Iterator<Item = &'a str>) -> String {
    if !line.starts_with("POLYPLUG_API") {
        return line.to_owned();
    }
    let mut whole = line.to_owned();
    while !whole.ends_with(';') {
        whole.push(' ');
        whole.push_str(lines.next().expect("a declaration ends").trim());
    }
    let whole = whole.replace("struct Polyplug", "Polyplug");
    if whole.len() <= WIDTH {
        return whole;
    }
    let (start, parameters) = whole.split_once('(').expect("it is a function");
    let parameters: Vec<&str> = parameters.split_inclusive(", ").collect();
    let longest = parameters.iter().map(|one| one.trim_end().len()).max().unwrap_or(0);
    let mut set = String::new();
    let mut row = format!("{start}(");
    let mut indent = " ".repeat(row.len());
    if row.len() + longest > WIDTH {
        set = format!("{row}\n");
        indent = " ".repeat(4);
        row = indent.clone();
    }
    for parameter in parameters {
        if row.len() + parameter.trim_end().len() > WIDTH {
            set.push_str(row.trim_end());
            set.push('\n');
            row = indent.clone();
        }
        row.push_str(parameter);
    }
    set + &row
}

/// The sources of a crate in the order of its module list, so that the header follows it.
fn sources(name: &str, declaration: &str) -> Vec<PathBuf> {
    let folder = root().join(name).join("src");
    let front_page = std::fs::read_to_string(folder.join("lib.rs")).expect("lib.rs is readable");
    front_page
        .lines()
        .filter_map(|line| line.strip_prefix(declaration)?.strip_suffix(';'))
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

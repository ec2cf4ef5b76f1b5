//! Programs in C++ that use `polyplug/host.hpp` with the library: with and without exceptions, with every
//! compiler there is, and, where it is installed, under valgrind. One program per area, in `tests/cpp`.

use crate::build::{compilers, library, root, scratch};
use crate::programs::succeeds;
use crate::requests;
use crate::signed;
use crate::valgrind;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

const WARNINGS: [&str; 7] =
    ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wsign-conversion", "-Wshadow", "-Werror"];

/// How a program and its bundle are compiled.
const MODES: [&[&str]; 2] =
    [WITH_EXCEPTIONS, &["-std=c++20", "-O2", "-fno-exceptions", "-fno-rtti"]];
pub(crate) const WITH_EXCEPTIONS: &[&str] = &["-std=c++17", "-O1"];

/// Bundles in Lua that the one in C++ calls.
const BUNDLES: [&str; 2] = ["test_plugin_lua", "greeter/lua"];

#[test]
fn objects_have_owners() {
    passes("objects", &BUNDLES);
}

#[test]
fn calls_carry_their_types() {
    passes("calls", &BUNDLES);
}

#[test]
fn bundles_change_and_go() {
    passes("changes", &[]);
}

#[test]
fn misuse_is_an_error_with_a_name() {
    passes("misuse", &[]);
}

#[test]
fn bundles_must_be_signed() {
    passes_in("signed", |_, _| signed::bundles());
}

#[test]
fn folders_are_surveyed_and_bundles_admitted() {
    passes_in("discovery", |_, _| signed::bundles());
}

/// Not under valgrind, as in C.
#[test]
fn requests_of_components_are_asked_about() {
    for compiler in compilers("c++", "clang++") {
        for mode in MODES {
            let folder = requests::bundles();
            let program = folder.path().join("program");
            link(compiler, mode, "egress", &program);
            succeeds(&mut requests::at(Command::new(&program), folder.path()));
        }
    }
}

/// Runs the program in every mode of every compiler, the first one under valgrind as well; each time
/// among these bundles, and one in C++.
fn passes(name: &str, bundles: &[&str]) {
    passes_in(name, |compiler, mode| {
        let folder = scratch(bundles);
        if !bundles.is_empty() {
            bundle(compiler, mode, "guest", &folder.path().join("mods"));
        }
        folder
    });
}

/// As [`passes`], each time in a folder made for it.
fn passes_in(name: &str, folder: impl Fn(&str, &[&str]) -> TempDir) {
    for compiler in compilers("c++", "clang++") {
        for mode in MODES {
            let folder = folder(compiler, mode);
            let mods = folder.path().join("mods");
            let program = folder.path().join("program");
            link(compiler, mode, name, &program);
            let checked = (compiler, mode) == ("c++", WITH_EXCEPTIONS);
            let under = checked.then(valgrind::command).flatten().unwrap_or_default();
            let mut words = under.iter().map(Path::new).chain([program.as_path()]);
            let mut command = Command::new(words.next().expect("there is a program"));
            succeeds(command.args(words).arg(&mods));
        }
    }
}

/// Builds the bundle of this name, in C++, among the others.
pub(crate) fn bundle(compiler: &str, mode: &[&str], name: &str, mods: &Path) {
    let folder = mods.join(name);
    std::fs::create_dir(&folder).expect("the folder is writable");
    let manifest = format!(
        "name = \"{name}\"\nversion = \"1.2.3\"\nloader = \"native\"\nfile = \"main.so\"\n"
    );
    std::fs::write(folder.join("manifest.toml"), manifest).expect("as above");
    let unique: &[&str] = if compiler == "c++" { &["-fno-gnu-unique"] } else { &[] };
    let options = [mode, &["-shared", "-fPIC", "-fvisibility=hidden"], unique].concat();
    compile(compiler, name, &folder.join("main.so"), &options);
}

pub(crate) fn link(compiler: &str, mode: &[&str], name: &str, program: &Path) {
    let folder = library().folder.to_str().expect("the folders of tests have UTF-8 names");
    let (search, run) = (format!("-L{folder}"), format!("-Wl,-rpath,{folder}"));
    let options = [mode, &[&search, &run, "-lpolyplug", "-lpthread"]].concat();
    compile(compiler, name, program, &options);
}

fn compile(compiler: &str, name: &str, output: &Path, options: &[&str]) {
    let source = root().join(format!("tests/cpp/{name}.cpp"));
    let built = Command::new(compiler)
        .args(WARNINGS)
        .arg("-g")
        .arg("-I")
        .arg(root().join("include"))
        .arg("-o")
        .arg(output)
        .arg(source)
        .args(options)
        .output()
        .expect("the compiler starts");
    let messages = String::from_utf8_lossy(&built.stderr);
    assert!(built.status.success(), "{name}, {compiler} {options:?}:\n{messages}");
}

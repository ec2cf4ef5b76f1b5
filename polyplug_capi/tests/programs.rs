//! Programs in C, compiled against the header and the library and run: with every compiler there is,
//! and, where it is installed, under valgrind. One program per area, in `programs/`.
//!
//! A C compiler (`cc`) and binutils are required.

use crate::bad_libraries;
use crate::build::{compilers, library, root, scratch};
use crate::requests;
use crate::signed;
use crate::valgrind;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

const WARNINGS: [&str; 6] =
    ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror"];

/// What a program that links the static library links too, as rustc says with
/// `--print native-static-libs`.
const SYSTEM: [&str; 6] = ["-lgcc_s", "-lutil", "-lrt", "-lpthread", "-lm", "-ldl"];

#[test]
fn a_host_loads_finds_and_calls() {
    passes("calls", &["test_plugin_lua", "counter/lua", "greeter/lua"]);
}

#[test]
fn bundles_change_and_go() {
    passes("changes", &[]);
}

#[test]
fn events_reach_the_queue_and_the_callback() {
    passes("events", &[]);
}

#[test]
fn bundles_use_contracts_of_the_host() {
    passes("host_contracts", &[]);
}

#[test]
fn log_records_reach_the_callback_or_standard_error() {
    for output in passes("logs", &["counter/lua"]) {
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("[warn] game: on standard error"), "{said}");
        assert!(!said.contains("not on standard error"), "{said}");
        assert!(said.contains("[info] game: asked for"), "{said}");
        assert!(!said.contains("too small") && !said.contains("silenced"), "{said}");
    }
}

#[test]
fn calls_are_text_and_callers_know_shapes() {
    passes("typed", &["talker/lua"]);
}

#[test]
fn calls_are_bytes() {
    passes("binary", &["talker/lua"]);
}

#[test]
fn bundles_must_be_signed() {
    passes_in("signed", signed::bundles);
}

#[test]
fn folders_are_surveyed_and_bundles_admitted() {
    passes_in("discovery", signed::bundles);
}

/// Not under valgrind, which takes minutes for the compiler of components.
#[test]
fn requests_of_components_are_asked_about() {
    for compiler in compilers("cc", "clang") {
        let folder = requests::bundles();
        let program = folder.path().join("program");
        link(compiler, &source("egress"), &program);
        succeeds(&mut requests::at(Command::new(&program), folder.path()));
    }
}

#[test]
fn threads_pin_call_and_speak_for_themselves() {
    passes("threads", &[]);
}

#[test]
fn bad_input_is_an_error_with_a_name() {
    passes("bad_input", &[]);
}

#[test]
fn null_is_never_a_crash() {
    passes("nulls", &[]);
}

#[test]
fn a_plugin_made_by_hand_from_the_tables_works() {
    passes_in("by_hand", bad_libraries::by_hand);
}

#[test]
fn the_library_is_opened_closed_and_opened_twice() {
    let folder = scratch(&["test_plugin_lua"]);
    let copy = folder.path().join("copy.so");
    std::fs::copy(&library().shared, &copy).expect("the library can be copied");
    let program = folder.path().join("program");
    compile("cc", &source("opened_at_run_time"), &program, &["-rdynamic", "-ldl"]);
    let mut command = Command::new(&program);
    command.arg(folder.path().join("mods")).arg(&library().shared).arg(&copy);
    succeeds(&mut command);
}

#[test]
fn the_static_library_serves_as_well() {
    let folder = scratch(&["test_plugin_lua", "counter/lua", "greeter/lua"]);
    let program = folder.path().join("program");
    compile("cc", &source("calls"), &program, &[&[path(&library().archive)], &SYSTEM[..]].concat());
    succeeds(Command::new(&program).arg(folder.path().join("mods")));
}

/// Runs the program with every compiler, the last one under valgrind as well; each time among these
/// bundles.
fn passes(name: &str, bundles: &[&str]) -> Vec<Output> {
    passes_in(name, || scratch(bundles))
}

/// As [`passes`], each time in a folder made for it.
pub(crate) fn passes_in(name: &str, folder: impl Fn() -> TempDir) -> Vec<Output> {
    let run = |compiler: &str, under: &[&str]| {
        let folder = folder();
        let program = folder.path().join("program");
        link(compiler, &source(name), &program);
        let mut words = under.iter().map(Path::new).chain([program.as_path()]);
        let mut command = Command::new(words.next().expect("there is a program"));
        succeeds(command.args(words).arg(folder.path().join("mods")))
    };
    let plain = compilers("cc", "clang").into_iter().map(|compiler| run(compiler, &[]));
    plain.chain(valgrind::command().into_iter().map(|valgrind| run("cc", valgrind))).collect()
}

/// Builds a program with the shared library.
pub(crate) fn link(compiler: &str, source: &Path, program: &Path) {
    let folder = path(&library().folder);
    let (search, run) = (format!("-L{folder}"), format!("-Wl,-rpath,{folder}"));
    compile(compiler, source, program, &[&search, &run, "-lpolyplug", "-lpthread"]);
}

fn source(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/programs/{name}.c"))
}

fn compile(compiler: &str, source: &Path, program: &Path, link: &[&str]) {
    let output = Command::new(compiler)
        .args(["-std=gnu11", "-g"])
        .args(WARNINGS)
        .arg(concat!("-DPACKAGE_VERSION=\"", env!("CARGO_PKG_VERSION"), "\""))
        .arg("-I")
        .arg(root().join("include"))
        .arg("-I")
        .arg(program.with_file_name("generated"))
        .arg("-o")
        .arg(program)
        .arg(source)
        .args(link)
        .output()
        .expect("the compiler starts");
    let messages = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}, {compiler}:\n{messages}", source.display());
}

fn path(path: &Path) -> &str {
    path.to_str().expect("the folders of tests have UTF-8 names")
}

/// Runs it to a good end.
pub(crate) fn succeeds(command: &mut Command) -> Output {
    let output = command.output().expect("the program starts");
    let (said, told) =
        (String::from_utf8_lossy(&output.stderr), String::from_utf8_lossy(&output.stdout));
    assert!(output.status.success(), "{command:?}: {}\n{told}{said}", output.status);
    output
}

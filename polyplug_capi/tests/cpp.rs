//! The C++ headers: that both compilers take them under all warnings, with and without exceptions and
//! run-time types, and that what a plugin registers with them works.
//!
//! A C++ compiler (`c++`) is required; `clang++` is used too where it is installed.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const WARNINGS: [&str; 7] =
    ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wsign-conversion", "-Wshadow", "-Werror"];

/// Every way a plugin may be compiled that the headers know of.
const MODES: [&[&str]; 4] = [
    &["-O0"],
    &["-O2", "-fno-rtti"],
    &["-O2", "-fno-exceptions", "-fno-rtti"],
    &["-O1", "-DPOLYPLUG_NO_EXCEPTIONS"],
];

#[test]
fn every_header_compiles_alone() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for header in headers() {
        let name = header.file_name().expect("a file").to_string_lossy().into_owned();
        let source = folder.path().join(format!("{name}.cpp"));
        let text = format!("#include <polyplug/{name}>\n#include <polyplug/{name}>\n");
        std::fs::write(&source, text).expect("the folder is writable");
        for compiler in compilers() {
            compile(compiler, "c++17", &["-fsyntax-only"], &source);
        }
    }
}

#[test]
fn a_plugin_does_what_its_cpp_says() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let program = folder.path().join("program");
    let source = root().join("tests/cpp/plugin.cpp");
    for compiler in compilers() {
        for standard in ["c++17", "c++20"] {
            for mode in MODES {
                let output = ["-o", program.to_str().expect("temporary folders are UTF-8")];
                compile(compiler, standard, &[mode, &output].concat(), &source);
                let status = Command::new(&program).status().expect("the program starts");
                assert!(status.success(), "{compiler} -std={standard} {mode:?}: {status}");
            }
        }
    }
}

/// Such a symbol is one for the whole process: the library could not be unloaded, and its next version
/// would work with the variables of this one.
#[test]
fn the_headers_make_no_unique_symbols() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let library = folder.path().join("plugin.so");
    let source = root().join("tests/cpp/plugin.cpp");
    for compiler in compilers() {
        let output = ["-shared", "-fPIC", "-o", library.to_str().expect("as above")];
        compile(compiler, "c++17", &output, &source);
        let listing = Command::new("nm").arg("-C").arg(&library).output().expect("nm starts");
        let listing = String::from_utf8_lossy(&listing.stdout);
        let unique: Vec<&str> = listing.lines().filter(|line| line.contains(" u ")).collect();
        assert!(unique.is_empty(), "{compiler}: {unique:#?}");
    }
}

/// Types cost nothing: the compilers make of a typed call what they make of the call in C, and of a
/// function of a plugin what they make of one with the ABI's own shape.
#[test]
fn typed_code_is_as_small_as_the_code_that_c_needs() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let object = folder.path().join("same_as_c.o");
    let source = root().join("tests/cpp/same_as_c.cpp");
    for compiler in compilers() {
        let output = ["-O2", "-c", "-o", object.to_str().expect("as above")];
        compile(compiler, "c++17", &output, &source);
        let listing = Command::new("nm").arg("-CS").arg(&object).output().expect("nm starts");
        let listing = String::from_utf8_lossy(&listing.stdout);
        let size = |name: &str| {
            let line = listing.lines().find(|line| line.contains(name)).expect("it is defined");
            let size = line.split(' ').nth(1).expect("functions have a size");
            usize::from_str_radix(size, 16).expect("sizes are hexadecimal")
        };
        // Room for another register's encoding, and none for an instruction more.
        assert!(size(" call_typed") <= size(" call_by_hand") + 2, "{compiler}: {listing}");
        assert!(size(" void polyplug::detail::call_thunk<") <= size(" add_by_hand"), "{listing}");
    }
}

/// It would call into an object that is destroyed already.
#[test]
fn a_function_of_a_temporary_object_does_not_compile() {
    const KEPT: &str = "polyplug::Instance one = make(); auto next = one.function<int()>(0);";
    const LOST: &str = "auto next = make().function<int()>(0);";
    let folder = tempfile::tempdir().expect("a temporary folder");
    let source = folder.path().join("temporary.cpp");
    for compiler in compilers() {
        for (body, refused) in [(KEPT, false), (LOST, true)] {
            let text = format!(
                "#include <polyplug/host.hpp>\npolyplug::Instance make();\nvoid test();\n\
                 void test() {{ {body} (void)next; }}\n"
            );
            std::fs::write(&source, text).expect("the folder is writable");
            let output = compiled(compiler, "c++17", &["-fsyntax-only"], &source);
            let messages = String::from_utf8_lossy(&output.stderr);
            assert_eq!(messages.contains("deleted"), refused, "{compiler}: {messages}");
            assert_eq!(!output.status.success(), refused, "{compiler}: {messages}");
        }
    }
}

#[test]
fn an_older_standard_is_named() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let source = folder.path().join("old.cpp");
    for compiler in compilers() {
        for header in ["host.hpp", "plugin.hpp", "polyplug.hpp"] {
            let text = format!("#include <polyplug/{header}>\n");
            std::fs::write(&source, text).expect("the folder is writable");
            let output = compiled(compiler, "c++14", &["-fsyntax-only"], &source);
            let messages = String::from_utf8_lossy(&output.stderr);
            let first = messages.lines().find(|line| line.contains("error:")).unwrap_or_default();
            assert!(first.contains("polyplug needs C++17"), "{compiler}, {header}: {messages}");
        }
    }
}

fn headers() -> Vec<PathBuf> {
    std::fs::read_dir(root().join("include/polyplug"))
        .expect("the folder of the headers")
        .map(|entry| entry.expect("readable").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "hpp"))
        .collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate is in a workspace")
}

fn compilers() -> Vec<&'static str> {
    assert!(is_installed("c++"), "`c++` is needed to test the headers");
    if is_installed("clang++") { vec!["c++", "clang++"] } else { vec!["c++"] }
}

fn is_installed(compiler: &str) -> bool {
    Command::new(compiler).arg("--version").output().is_ok_and(|output| output.status.success())
}

fn compile(compiler: &str, standard: &str, options: &[&str], source: &Path) {
    let output = compiled(compiler, standard, options, source);
    let messages = String::from_utf8_lossy(&output.stderr);
    let what = format!("{}, {compiler} -std={standard} {options:?}", source.display());
    assert!(output.status.success(), "{what}:\n{messages}");
}

fn compiled(compiler: &str, standard: &str, options: &[&str], source: &Path) -> Output {
    Command::new(compiler)
        .arg(format!("-std={standard}"))
        .args(WARNINGS)
        .arg("-I")
        .arg(root().join("include"))
        .args(options)
        .arg(source)
        .output()
        .expect("the compiler starts")
}

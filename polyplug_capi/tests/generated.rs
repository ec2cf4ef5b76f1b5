//! What `polyplug_bindgen` writes, at work: hosts over the generated headers of C and C++ call every
//! function of a contract with every type, in a bundle of Lua and in those over the generated code of C,
//! C++ and Rust.

use crate::build::{compilers, copy, library, root, rust_bundle};
use crate::programs::{passes_in, succeeds};
use crate::valgrind;
use polyplug_bindgen::{Language, Side, generate};
use polyplug_schema::WitSources;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

pub(crate) const WARNINGS: [&str; 7] =
    ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wsign-conversion", "-Wshadow", "-Werror"];

#[test]
fn a_host_in_c_calls_a_bundle_in_lua() {
    passes_in("everything", || folder("lua"));
}

#[test]
fn a_provider_may_have_more_functions_than_its_callers_know() {
    passes_in("everything", || {
        let folder = folder("lua");
        let bundle = folder.path().join("mods/everything");
        replace(&bundle.join("wit/everything.wit"), "new: func();", "new: func(); more: func();");
        replace(&bundle.join("main.lua"), "return { [", "Everything.more = print\nreturn { [");
        folder
    });
}

/// Changes what stands once in a file.
fn replace(path: &Path, from: &str, to: &str) {
    let text = std::fs::read_to_string(path).expect("the file is readable");
    assert_eq!(text.matches(from).count(), 1, "{}", path.display());
    std::fs::write(path, text.replace(from, to)).expect("the file is writable");
}

#[test]
fn a_host_in_c_calls_a_bundle_in_c() {
    passes_in("everything", || folder("c"));
}

#[test]
fn a_host_in_c_calls_a_bundle_in_cpp() {
    passes_in("everything", || folder("cpp"));
}

#[test]
fn a_host_in_c_calls_a_bundle_in_rust() {
    passes_in("everything", || folder("rust"));
}

#[test]
fn a_host_in_cpp_calls_bundles_in_all_languages() {
    for compiler in compilers("c++", "clang++") {
        for language in ["lua", "c", "cpp", "rust"] {
            passes_in_cpp(compiler, "everything", &folder(language));
        }
    }
}

/// Runs a program in C++ among the bundles of a folder, with one compiler also under valgrind.
pub(crate) fn passes_in_cpp(compiler: &str, name: &str, folder: &TempDir) {
    let program = folder.path().join("program");
    let libraries = library().folder.display();
    let source = root().join(format!("polyplug_capi/tests/programs/{name}.cpp"));
    let mut command = compile(compiler, &["-std=c++17", "-g"], folder, &[source]);
    command.arg("-o").arg(&program);
    command.arg(format!("-L{libraries}")).arg(format!("-Wl,-rpath,{libraries}"));
    done(command.args(["-lpolyplug", "-lpthread"]));
    let mods = folder.path().join("mods");
    succeeds(Command::new(&program).arg(&mods));
    if let (Some(valgrind), "c++") = (valgrind::command(), compiler) {
        succeeds(Command::new(valgrind[0]).args(&valgrind[1..]).arg(&program).arg(&mods));
    }
}

#[test]
fn a_function_of_another_type_does_not_compile() {
    let folder = folder("lua");
    let fixture = root().join("fixtures/everything/cpp/main.cpp");
    let text = std::fs::read_to_string(fixture).expect("the fixture is readable");
    let (right, wrong) =
        ("std::uint64_t next(std::uint64_t value)", "std::uint64_t next(std::uint32_t value)");
    assert!(text.contains(right), "the fixture has the function");
    let source = folder.path().join("wrong.cpp");
    std::fs::write(&source, text.replace(right, wrong)).expect("the folder is writable");
    let output = run(compile("c++", &["-std=c++17", "-fsyntax-only"], &folder, &[source]));
    let messages = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    assert!(messages.contains("next: func(value: u64) -> u64"), "{messages}");
}

/// A folder with the generated files, and the bundle of one language, built.
fn folder(language: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let bundle = folder.path().join("mods/everything");
    std::fs::create_dir(folder.path().join("mods")).expect("it is writable");
    let fixture = root().join("fixtures/everything").join(language);
    if language == "rust" {
        std::fs::create_dir(&bundle).expect("as above");
        std::fs::copy(fixture.join("manifest.toml"), bundle.join("manifest.toml"))
            .expect("as above");
        std::fs::copy(rust_bundle(), bundle.join("main.so")).expect("as above");
    } else {
        copy(&fixture, &bundle);
    }
    std::fs::create_dir(bundle.join("wit")).expect("as above");
    let wit = root().join("fixtures/wit/everything.wit");
    std::fs::copy(&wit, bundle.join("wit/everything.wit")).expect("as above");
    generate_into(&folder, &wit);
    let generated = generated(&folder);
    let mut command = match language {
        "c" => {
            let sources = [bundle.join("main.c"), generated.join("glue.c")];
            compile("cc", &["-std=c99"], &folder, &sources)
        }
        "cpp" => {
            let options = ["-std=c++17", "-fno-gnu-unique"];
            compile("c++", &options, &folder, &[bundle.join("main.cpp")])
        }
        _ => return folder,
    };
    command.args(["-shared", "-fPIC", "-fvisibility=hidden", "-o"]);
    done(command.arg(bundle.join("main.so")));
    folder
}

/// Writes what C and C++ need for the contracts of a file.
pub(crate) fn generate_into(folder: &TempDir, wit: &Path) {
    let wit = WitSources::read(wit).expect("the fixture is right");
    let descriptions = wit.clone().descriptions().expect("the fixture is right");
    let contracts: Vec<_> = descriptions.contracts().map(|contract| &**contract).collect();
    let generated = generated(folder);
    std::fs::create_dir(&generated).expect("the folder is writable");
    for language in [Language::C, Language::Cpp] {
        let files = generate(language, Side::Both, &contracts, &wit).expect("it has words for all");
        for file in files {
            std::fs::write(generated.join(file.name), file.text).expect("as above");
        }
    }
}

pub(crate) fn generated(folder: &TempDir) -> PathBuf {
    folder.path().join("generated")
}

/// A compiler that takes no warning, neither in what is written nor in what is generated.
pub(crate) fn compile(
    compiler: &str,
    options: &[&str],
    folder: &TempDir,
    sources: &[PathBuf],
) -> Command {
    let mut command = Command::new(compiler);
    command.args(WARNINGS).args(options).args(sources);
    for place in [&root().join("include") as &Path, &generated(folder)] {
        command.arg("-I").arg(place);
    }
    command
}

pub(crate) fn done(command: &mut Command) {
    let output = command.output().expect("the compiler starts");
    let messages = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}:\n{messages}");
}

fn run(mut command: Command) -> Output {
    command.output().expect("the compiler starts")
}

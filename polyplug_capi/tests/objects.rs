//! Objects in generated code: programs in C and C++ make them, in a bundle over the glue of C, whose next
//! versions take them over.

use crate::build::{compilers, root};
use crate::generated::{WARNINGS, compile, done, generate_into, generated, passes_in_cpp};
use crate::programs::passes_in;
use polyplug_bindgen::{Language, NewBundle};
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

#[test]
fn objects_of_a_bundle_in_c_come_from_version_to_version() {
    passes_in("objects", || {
        let folder = folder();
        build(&folder, "larger.so", &["-DVERSION=2"]);
        build(&folder, "too_large.so", &["-DVERSION=3", "-DWITHOUT_DEFAULT"]);
        folder
    });
}

#[test]
fn objects_in_cpp_go_with_their_values() {
    for compiler in compilers("c++", "clang++") {
        passes_in_cpp(compiler, "objects", &folder());
    }
}

#[test]
fn a_new_bundle_in_c_has_objects_when_they_are_asked_for() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let new = NewBundle { name: "hello", language: Language::C, polyplug: None };
    for file in new.greeting().expect("the name is one") {
        let path = folder.path().join(file.name);
        std::fs::create_dir_all(path.parent().expect("it is in the folder")).expect("as above");
        std::fs::write(path, file.text).expect("as above");
    }
    for (defines, objects) in [("", false), ("-DDEMO_HELLO_OBJECTS", true)] {
        let mut make = Command::new("make");
        make.arg("-B").arg(format!("CPPFLAGS=-I {}", root().join("include").display()));
        make.arg(format!("CFLAGS={}", WARNINGS.join(" "))).arg(format!("DEFINES={defines}"));
        done(make.current_dir(&folder));
        let mut names = Command::new("nm");
        let names = names.arg(folder.path().join("hello.so")).output().expect("nm starts");
        let names = String::from_utf8_lossy(&names.stdout);
        assert_eq!(names.contains(" demo_hello_objects"), objects, "{names}");
    }
}

/// A folder with the generated files and the first version of the bundle.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let bundle = folder.path().join("mods/counter");
    std::fs::create_dir_all(&bundle).expect("it is writable");
    let manifest =
        "name = \"counter\"\nloader = \"native\"\nfile = \"main.so\"\nwit = \"counter.wit\"\n";
    std::fs::write(bundle.join("manifest.toml"), manifest).expect("as above");
    let wit = root().join("fixtures/echo/counter.wit");
    std::fs::copy(&wit, bundle.join("counter.wit")).expect("as above");
    generate_into(&folder, &wit);
    build(&folder, "mods/counter/main.so", &[]);
    folder
}

/// Builds a version of the bundle.
fn build(folder: &TempDir, library: impl AsRef<Path>, version: &[&str]) {
    let sources = [root().join("fixtures/echo/c/counter.c"), generated(folder).join("glue.c")];
    let options = [&["-std=c99", "-DTEST_COUNTER_OBJECTS"], version].concat();
    let mut command = compile("cc", &options, folder, &sources);
    command.args(["-shared", "-fPIC", "-fvisibility=hidden", "-o"]);
    done(command.arg(folder.path().join(library)));
}

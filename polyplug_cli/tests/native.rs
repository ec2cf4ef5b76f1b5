//! The built command and bundles that are shared libraries.

#![cfg(all(feature = "native", unix))]
#![expect(clippy::unwrap_used, reason = "the helpers of tests may panic as tests do")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// A folder with one bundle, `thing`: a fixture, built with `flags`.
fn folder(fixture: &str, flags: &[&str]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let bundle = folder.path().join("thing");
    fs::create_dir(&bundle).unwrap();
    let manifest = "name = \"thing\"\nloader = \"native\"\nfile = \"thing.so\"\n";
    fs::write(bundle.join("manifest.toml"), manifest).unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let compiler = if fixture.ends_with("cpp") { "c++" } else { "cc" };
    let built = Command::new(compiler)
        .args(["-shared", "-fPIC", "-fvisibility=hidden", "-o"])
        .arg(bundle.join("thing.so"))
        .arg(root.join("fixtures").join(fixture))
        .arg("-I")
        .arg(root.join("fixtures/c"))
        .arg("-I")
        .arg(root.join("include"))
        .args(flags)
        .status();
    assert!(built.unwrap().success());
    (folder, bundle)
}

fn run(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_polyplug"));
    command.args(arguments).stdin(Stdio::null()).output().unwrap()
}

fn texts(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (text(&output.stdout), text(&output.stderr))
}

#[test]
fn check_and_list_open_libraries() {
    let (folder, bundle) = folder("counter/c/main.c", &[]);

    let checked = run(&["check", bundle.to_str().unwrap()]);
    let listed = run(&["list", folder.path().to_str().unwrap()]);

    let (out, errors) = texts(&checked);
    assert!(checked.status.success() && errors.is_empty(), "{errors}");
    assert!(out.contains("test.counter@1") && out.contains("4 functions"), "{out}");
    assert!(out.contains("polyplug_adopt"), "{out}");
    assert!(texts(&listed).0.contains("test.counter@1"), "{:?}", texts(&listed));
}

#[test]
fn check_warns_by_name_about_what_will_not_reload() {
    let (_folder, bundle) = folder("traps/cpp/main.cpp", &["-DUNIQUE", "-fgnu-unique"]);

    let (_, errors) = texts(&run(&["check", bundle.to_str().unwrap()]));

    assert!(errors.contains("Cache<int>::entries"), "{errors}");
    assert!(errors.contains("-fno-gnu-unique -fvisibility=hidden"), "{errors}");
}

#[test]
fn check_says_why_a_library_cannot_be_opened() {
    let (_folder, bundle) = folder("odd/c/main.c", &["-DABI=2"]);

    let output = run(&["check", bundle.to_str().unwrap()]);

    assert_eq!(output.status.code(), Some(1));
    assert!(texts(&output).1.contains("version 2 of the ABI"), "{:?}", texts(&output));
}

/// What `check` answers about a library with this constructor.
fn checked_with_constructor(body: &str, options: &[&str]) -> (Option<i32>, String) {
    let code = tempfile::Builder::new().suffix(".h").tempfile().unwrap();
    let trap = format!(
        "#include <stdlib.h>\n#include <unistd.h>\n\
         __attribute__((constructor)) static void trap(void) {{ {body} }}\n"
    );
    fs::write(code.path(), trap).unwrap();
    let header = code.path().to_str().unwrap();
    let (_folder, bundle) = folder("odd/c/main.c", &["-include", header]);
    let output = run(&[&["check", bundle.to_str().unwrap()], options].concat());
    let (out, errors) = texts(&output);
    assert!(!out.contains("good") && errors.contains("`thing`"), "{out}{errors}");
    (output.status.code(), errors)
}

#[test]
fn check_outlives_a_library_that_ends_the_process() {
    let (code, errors) = checked_with_constructor("abort();", &[]);
    assert_eq!(code, Some(1), "{errors}");
    assert!(errors.contains("SIGABRT") && errors.contains("while `thing` was loaded"), "{errors}");

    let (code, errors) = checked_with_constructor("exit(0);", &[]);
    assert_eq!(code, Some(1), "{errors}");
    assert!(errors.contains("exit status: 0") && errors.contains("1 problem"), "{errors}");
}

#[test]
fn check_ends_a_library_that_never_comes_back() {
    let (code, errors) = checked_with_constructor("for (;;) pause();", &["--time-limit", "1"]);
    assert_eq!(code, Some(1), "{errors}");
    assert!(errors.contains("within 1 s"), "{errors}");
}

#[test]
fn check_tells_a_library_that_crashes_when_the_process_ends() {
    let late = "atexit(abort);";
    let (code, errors) = checked_with_constructor(late, &[]);
    assert_eq!(code, Some(1), "{errors}");
    assert!(errors.contains("SIGABRT"), "{errors}");
}

//! What `polyplug_bindgen` writes, at work: a host over the generated header calls every function of a
//! contract with every type, in bundles over the generated glue and in one of Lua.

use crate::build::{copy, root};
use crate::programs::passes_in;
use polyplug_bindgen::{Language, Side, generate};
use polyplug_schema::Descriptions;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

const WARNINGS: [&str; 7] =
    ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wsign-conversion", "-Wshadow", "-Werror"];

#[test]
fn a_host_in_c_calls_a_bundle_in_lua() {
    passes_in("everything", || folder("lua"));
}

#[test]
fn a_host_in_c_calls_a_bundle_in_c() {
    passes_in("everything", || {
        let folder = folder("c");
        let (bundle, generated) = (folder.path().join("mods/everything"), generated(&folder));
        let sources = [bundle.join("main.c"), generated.join("glue.c")];
        build("cc", "-std=c99", &generated, &sources, &bundle.join("main.so"));
        folder
    });
}

/// A folder with the generated files, and the bundle of one language.
fn folder(language: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let bundle = folder.path().join("mods/everything");
    std::fs::create_dir(folder.path().join("mods")).expect("it is writable");
    copy(&root().join("fixtures/everything").join(language), &bundle);
    std::fs::create_dir(bundle.join("wit")).expect("as above");
    let wit = root().join("fixtures/wit/everything.wit");
    std::fs::copy(&wit, bundle.join("wit/everything.wit")).expect("as above");
    let descriptions = Descriptions::from_path(&wit).expect("the fixture is right");
    let contracts: Vec<_> = descriptions.contracts().map(|contract| &**contract).collect();
    std::fs::create_dir(generated(&folder)).expect("as above");
    for file in generate(Language::C, Side::Both, &contracts) {
        std::fs::write(generated(&folder).join(file.name), file.text).expect("as above");
    }
    folder
}

fn generated(folder: &TempDir) -> std::path::PathBuf {
    folder.path().join("generated")
}

/// Builds a bundle; generated code has no warnings.
fn build(
    compiler: &str,
    standard: &str,
    generated: &Path,
    sources: &[std::path::PathBuf],
    library: &Path,
) {
    let output = Command::new(compiler)
        .arg(standard)
        .args(WARNINGS)
        .args(["-shared", "-fPIC", "-fvisibility=hidden", "-I"])
        .arg(root().join("include"))
        .arg("-I")
        .arg(generated)
        .arg("-o")
        .arg(library)
        .args(sources)
        .output()
        .expect("the compiler starts");
    let messages = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{sources:?}:\n{messages}");
}

//! Libraries built from the fixtures with the system's tools, each once per test run.

use parking_lot::Mutex;
use std::collections::HashMap;
use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, LazyLock};

/// What was built from a source with these flags.
type Built = HashMap<(PathBuf, Vec<String>), Arc<[u8]>>;

/// The library that `source` becomes with `flags`: C, C++ or Rust, by the file's name.
pub fn library(source: &Path, flags: &[&str]) -> Arc<[u8]> {
    static BUILT: LazyLock<Mutex<Built>> = LazyLock::new(Mutex::default);
    let key = (source.to_owned(), flags.iter().map(|flag| (*flag).to_owned()).collect());
    let mut built = BUILT.lock();
    if let Some(library) = built.get(&key) {
        return Arc::clone(library);
    }
    let folder = tempfile::tempdir().expect("the system has a temporary folder");
    let output = folder.path().join("built.so");
    compile(compiler_of(source), source, &output, flags);
    let bytes = fs::read(&output).expect("the compiler wrote it");
    Arc::clone(built.entry(key).or_insert_with(|| bytes.into()))
}

/// The library that a package of the workspace becomes with these features, built by cargo.
pub fn package(name: &str, features: &str) -> Arc<[u8]> {
    static BUILT: LazyLock<Mutex<HashMap<String, Arc<[u8]>>>> = LazyLock::new(Mutex::default);
    // One at a time: a second build writes over the library of the first.
    let mut built = BUILT.lock();
    if let Some(library) = built.get(&format!("{name} {features}")) {
        return Arc::clone(library);
    }
    let program = std::env::current_exe().expect("a test has a path");
    let target = program.ancestors().nth(3).expect("cargo put it into target/profile/deps");
    let mut command = Command::new(env!("CARGO"));
    command.args(["build", "--quiet", "--offline", "--package", name, "--features", features]);
    command.arg("--target-dir").arg(target).current_dir(env!("CARGO_MANIFEST_DIR"));
    let output = command.output().expect("cargo runs the tests, too");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    let file = format!("debug/{DLL_PREFIX}{name}{DLL_SUFFIX}");
    let bytes: Arc<[u8]> = fs::read(target.join(file)).expect("cargo built it").into();
    built.insert(format!("{name} {features}"), Arc::clone(&bytes));
    bytes
}

/// Builds `output` from `source` where it is.
pub fn compile(compiler: &str, source: &Path, output: &Path, flags: &[&str]) {
    let mut command = Command::new(compiler);
    match compiler {
        "rustc" => command.args(["--edition=2024", "--crate-type=cdylib", "-Cdebuginfo=0"]),
        _ => {
            let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/c");
            command.args(["-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-fvisibility=hidden"]);
            command.arg("-I").arg(fixtures).arg("-I").arg(include())
        }
    };
    command.arg("-o").arg(output).arg(source).args(flags);
    let built = command.output().unwrap_or_else(|error| panic!("{compiler}: {error}"));
    assert!(built.status.success(), "{command:?}: {}", String::from_utf8_lossy(&built.stderr));
}

/// Whether a tool is installed that tests can do without; says so if not.
pub fn has(tool: &str) -> bool {
    let is_there = Command::new(tool).arg("--version").output().is_ok();
    if !is_there {
        println!("skipped: `{tool}` is not installed");
    }
    is_there
}

/// Where the header is.
pub fn include() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../include")
}

fn compiler_of(source: &Path) -> &'static str {
    match source.extension().and_then(|extension| extension.to_str()) {
        Some("rs") => "rustc",
        Some("cpp") => "c++",
        _ => "cc",
    }
}

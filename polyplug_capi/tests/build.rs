//! The library under test, the compilers that there are, and folders to work in.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use tempfile::TempDir;

/// The built library.
pub(crate) struct Library {
    /// A folder that a program can be linked against and run with.
    pub(crate) folder: PathBuf,
    pub(crate) shared: PathBuf,
    pub(crate) archive: PathBuf,
}

/// The library, built on first use: cargo does not build it for these tests, since no Rust program
/// can link it.
pub(crate) fn library() -> &'static Library {
    static LIBRARY: LazyLock<Library> = LazyLock::new(build);
    &LIBRARY
}

fn build() -> Library {
    let output = output();
    cargo_build("polyplug_capi", &output);
    let (shared, archive) = (output.join("libpolyplug.so"), output.join("libpolyplug.a"));
    let folder = output.join("polyplug_capi_tests");
    std::fs::create_dir_all(&folder).expect("the target folder is writable");
    // As installing does: programs are linked with one name and look for the other.
    for name in ["libpolyplug.so", "libpolyplug.so.0"] {
        let place = folder.join(name);
        let _ = std::fs::remove_file(&place);
        std::os::unix::fs::symlink(&shared, place).expect("links can be made");
    }
    Library { folder, shared, archive }
}

/// Where cargo puts what it builds: `<target folder>/<profile>`, of `<target folder>/<profile>/deps/<this test>`.
fn output() -> PathBuf {
    let this = std::env::current_exe().expect("a test knows where it is");
    this.ancestors().nth(2).expect("tests run from the target folder").to_owned()
}

/// Builds the library of a package of the workspace.
fn cargo_build(package: &str, output: &Path) {
    let target = output.parent().expect("the profile's folder is in the target folder");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--offline", "-p", package, "--lib"]);
    cargo.arg("--target-dir").arg(target).current_dir(root());
    // The programs are told which library they have by what is in their folder.
    if package == "polyplug_capi" && cfg!(feature = "http") {
        cargo.args(["--features", "http"]);
    }
    if output.ends_with("release") {
        cargo.arg("--release");
    }
    let built = cargo.output().expect("cargo starts");
    let messages = String::from_utf8_lossy(&built.stderr);
    assert!(built.status.success(), "{package} is not built:\n{messages}");
}

/// The library that the bundle in Rust is, built on first use.
pub(crate) fn rust_bundle() -> &'static Path {
    static BUNDLE: LazyLock<PathBuf> = LazyLock::new(|| {
        cargo_build("polyplug_fixture_everything", &output());
        output().join("libpolyplug_fixture_everything.so")
    });
    &BUNDLE
}

/// The workspace.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate is in a workspace")
}

/// A folder to work in, with copies of these fixtures in `mods`; each is called like its bundle.
pub(crate) fn scratch(bundles: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mods = folder.path().join("mods");
    std::fs::create_dir(&mods).expect("it is writable");
    for bundle in bundles {
        let name = bundle.split('/').next().unwrap_or(bundle);
        copy(&root().join("fixtures").join(bundle), &mods.join(name));
    }
    folder
}

/// Copies a folder of files.
pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).expect("it is writable");
    for entry in std::fs::read_dir(from).expect("the fixture is readable") {
        let path = entry.expect("the fixture is readable").path();
        let name = path.file_name().expect("entries have names");
        std::fs::copy(&path, to.join(name)).expect("files of fixtures can be copied");
    }
}

/// The required compiler, and the other one if it is installed.
pub(crate) fn compilers(required: &'static str, other: &'static str) -> Vec<&'static str> {
    assert!(is_installed(required), "`{required}` is needed to test the library");
    if is_installed(other) { vec![required, other] } else { vec![required] }
}

pub(crate) fn is_installed(tool: &str) -> bool {
    Command::new(tool).arg("--version").output().is_ok_and(|output| output.status.success())
}

/// What a tool prints.
pub(crate) fn text_of(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {}\n{said}", output.status);
    String::from_utf8(output.stdout).expect("tools print UTF-8")
}

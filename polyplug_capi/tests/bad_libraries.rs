//! Libraries that are none, loaded by a C program: each is an error with a code and a message that
//! says why, and the next bundle loads.

use crate::build::{copy, scratch};
use crate::programs::{passes_in, succeeds};
use std::fs;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// What the program prints for each: the code, and a part of the reason.
const SAID: [(&str, &str, &str); 7] = [
    ("truncated", "34", "truncated"),
    ("empty", "34", "empty"),
    ("text", "34", "a text file"),
    ("object", "34", "object"),
    ("bare", "35", "polyplug_abi_version"),
    ("other_abi", "12", "99"),
    ("refuses", "24", "not today"),
];

#[test]
fn a_library_that_is_none_is_an_error_with_a_name() {
    for output in passes_in("bad_libraries", bundles) {
        let printed = String::from_utf8_lossy(&output.stdout);
        let mut lines = printed.lines();
        for (name, code, reason) in SAID {
            let line = lines.next().unwrap_or_default();
            let begins = format!("{name}: {code}: ");
            assert!(line.starts_with(&begins) && line.contains(reason), "{printed}");
        }
    }
}

/// A folder with the plugin made by hand, which works, and those that do not.
pub(crate) fn by_hand() -> TempDir {
    let folder = scratch(&[]);
    let bundle = folder.path().join("mods/by_hand");
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/by_hand"), &bundle);
    compile(&bundle, &["-shared"]);
    folder
}

fn bundles() -> TempDir {
    let folder = by_hand();
    let mods = folder.path().join("mods");
    let whole = fs::read(mods.join("by_hand/plugin.so")).expect("it was compiled");
    broken(&mods, "truncated", Code::Bytes(&whole[..whole.len() / 2]));
    broken(&mods, "empty", Code::Bytes(b""));
    broken(&mods, "text", Code::Bytes(b"print('hello')\n"));
    broken(&mods, "object", Code::Source("int answer = 42;", &["-c"]));
    broken(&mods, "bare", Code::Source("int answer = 42;", &["-shared"]));
    let version = "unsigned polyplug_abi_version(void);
        unsigned polyplug_abi_version(void) { return VERSION; }";
    let other = format!("{version}\nvoid polyplug_init(void);\nvoid polyplug_init(void) {{}}");
    broken(&mods, "other_abi", Code::Source(&other, &["-shared", "-DVERSION=99"]));
    let refuses = format!(
        "{version}
        struct error {{ unsigned code; const char *message; unsigned long length; }};
        struct error polyplug_init(void);
        struct error polyplug_init(void) {{
            struct error error = {{ 4711, \"not today\", 9 }};
            return error;
        }}"
    );
    broken(&mods, "refuses", Code::Source(&refuses, &["-shared", "-DVERSION=1"]));
    folder
}

enum Code<'a> {
    Bytes(&'a [u8]),
    /// C, and what makes something of it.
    Source(&'a str, &'a [&'a str]),
}

fn broken(mods: &Path, name: &str, code: Code<'_>) {
    let bundle = mods.join(name);
    fs::create_dir(&bundle).expect("it is writable");
    let manifest = format!("name = \"{name}\"\nloader = \"native\"\nfile = \"plugin.so\"\n");
    fs::write(bundle.join("manifest.toml"), manifest).expect("it is writable");
    match code {
        Code::Bytes(bytes) => fs::write(bundle.join("plugin.so"), bytes).expect("it is writable"),
        Code::Source(source, kind) => {
            fs::write(bundle.join("plugin.c"), source).expect("it is writable");
            compile(&bundle, kind);
        }
    }
}

/// Makes `plugin.so` of `plugin.c`.
fn compile(bundle: &Path, kind: &[&str]) {
    let mut cc = Command::new("cc");
    cc.args(["-std=c99", "-fPIC", "-O2", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]);
    cc.args(kind).args(["plugin.c", "-o", "plugin.so"]);
    succeeds(cc.current_dir(bundle));
}

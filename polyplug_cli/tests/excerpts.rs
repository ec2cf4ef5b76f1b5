//! Lines that are shown with an error are those of the bundle. A bundle says where its errors are, and so
//! could have lines of anybody's files shown.

#![cfg(all(feature = "lua", unix))]
#![expect(clippy::unwrap_used, reason = "the helpers of tests may panic as tests do")]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};
use tempfile::TempDir;

const MANIFEST: &str = "name = \"m\"\nloader = \"lua\"\nfile = \"main.lua\"\n";

/// A bundle `m`, and beside it a file that is none of its.
fn folder(manifest: &str, main: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("m")).unwrap();
    fs::write(folder.path().join("m/manifest.toml"), manifest).unwrap();
    fs::write(folder.path().join("m/main.lua"), main).unwrap();
    fs::write(folder.path().join("secret"), "hunter2 = 1\n").unwrap();
    folder
}

/// What `check` says of a bundle that is not good.
fn check(folder: &Path) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_polyplug"));
    let output = command.args(["check", "m"]).current_dir(folder).stdin(Stdio::null()).output();
    let output = output.unwrap();
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn an_error_cannot_name_a_file_outside_of_its_bundle() {
    for place in ["m/../secret", "m/link", "m/above/secret", "m/pipe"] {
        let folder = folder(MANIFEST, &format!("error('{place}:1: boom', 0)"));
        symlink("../secret", folder.path().join("m/link")).unwrap();
        symlink("..", folder.path().join("m/above")).unwrap();
        let pipe = folder.path().join("m/pipe");
        assert!(Command::new("mkfifo").arg(pipe).status().unwrap().success());
        let told = check(folder.path());
        assert!(told.contains(&format!("did not start: {place}:1: boom\n")), "{told}");
        assert!(!told.contains("hunter2"), "{told}");
    }
    let own = check(folder(MANIFEST, "error('m/main.lua:1: boom', 0) -- here").path());
    assert!(own.contains("1 | error('m/main.lua:1: boom', 0) -- here\n"), "{own}");
}

#[test]
fn a_manifest_that_is_a_link_is_not_shown() {
    for secret in ["hunter2", &format!("{MANIFEST}\n[hunter1]\nhunter2 = 2\n")] {
        let folder = folder("", "");
        fs::write(folder.path().join("secret"), secret).unwrap();
        fs::remove_file(folder.path().join("m/manifest.toml")).unwrap();
        symlink("../secret", folder.path().join("m/manifest.toml")).unwrap();
        let told = check(folder.path());
        assert!(told.contains("m/manifest.toml:"), "{told}");
        assert!(!told.contains(" | "), "{told}");
    }
}

#[test]
fn a_line_cannot_speak_to_the_terminal() {
    let told = check(folder(MANIFEST, "error('boom') -- \u{1b}]0;mine\u{7}").path());
    assert!(told.contains(r"error('boom') -- \u{1b}]0;mine\u{7}"), "{told}");
}

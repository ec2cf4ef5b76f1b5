//! `polyplug cache`, as a person runs it.

#![cfg(feature = "wasm")]
#![expect(clippy::unwrap_used, reason = "the helpers of tests may panic as tests do")]

use std::fs;
use std::path::Path;
use std::process::Command;

#[track_caller]
fn cache(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_polyplug"));
    let output =
        command.arg("cache").args(arguments).env("POLYPLUG_CACHE_DIR", folder).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn entries_are_listed_and_cleared() {
    let folder = tempfile::tempdir().unwrap();
    let there = folder.path();
    assert!(cache(there, &["list"]).contains("0 components, 0 B"));
    fs::write(there.join("0123456789abcdef.compiled"), vec![0; 2048]).unwrap();
    fs::write(there.join("else"), "").unwrap();

    let listed = cache(there, &["list"]);
    assert!(listed.contains("1 component, 2.00 KiB"), "{listed}");
    assert!(listed.contains("damaged  2.00 KiB  within the hour  0123456789ab\n"), "{listed}");
    let json: serde_json::Value = serde_json::from_str(&cache(there, &["list", "--json"])).unwrap();
    assert_eq!(json["entries"][0]["bytes"], 2048);
    assert_eq!(json["folder"], there.to_str().unwrap());

    assert!(cache(there, &["clear"]).contains("1 file removed, 2.00 KiB"));
    assert_eq!(fs::read_dir(there).unwrap().count(), 1);
}

#[test]
fn without_a_cache_there_is_nothing_to_list() {
    for arguments in [["list"], ["clear"]] {
        assert!(cache(Path::new(""), &arguments).starts_with("There is no cache"));
    }
    assert!(cache(Path::new(""), &["list", "--json"]).contains("\"folder\": null"));
}

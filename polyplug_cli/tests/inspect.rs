//! `polyplug inspect`: who needs what of whom, as text and as JSON.

#![cfg(feature = "lua")]
#![expect(clippy::unwrap_used, reason = "the helpers of tests may panic as tests do")]

use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// A bundle that provides `test.NAME@1` in this version, with one function.
fn bundle(folder: &Path, name: &str, contract: &str, version: &str, more: &str) {
    let bundle = folder.join(name);
    fs::create_dir(&bundle).unwrap();
    let manifest = format!(
        "name = \"{name}\"\nversion = \"{version}\"\nloader = \"lua\"\nfile = \"main.lua\"\n\
         provides = [\"{contract}@{version}\"]\n{more}"
    );
    fs::write(bundle.join("manifest.toml"), manifest).unwrap();
    let source = format!(
        "function polyplug_init(host, context)
  local entry = {{ factory = function() return {{}} end, functions = {{ [0] = function() end }} }}
  entry.contract_version = '{version}'
  return {{ ['{contract}'] = entry }}, {{ code = 0 }}
end
"
    );
    fs::write(bundle.join("main.lua"), source).unwrap();
}

fn inspect(folder: &TempDir, path: &str, more: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_polyplug"));
    command.args(["inspect", path, "--no-color"]).args(more);
    command.current_dir(folder.path()).stdin(Stdio::null()).output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Two providers of one contract, who needs it, who needs too much, and who needs what is not there.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mods = folder.path().join("mods");
    fs::create_dir(&mods).unwrap();
    bundle(&mods, "base", "test.base", "1.1.0", "");
    bundle(&mods, "better", "test.base", "1.2.0", "priority = 5\n");
    let on_base = "[[dependency]]\ncontract = \"test.base@1\"\nmin_version = \"1.1\"\n";
    bundle(&mods, "user", "test.user", "1.0.0", on_base);
    let of_base =
        "[[dependency]]\ncontract = \"test.base@1\"\nmin_version = \"1.2\"\nbundle = \"base\"\n";
    bundle(&mods, "choosy", "test.choosy", "1.0.0", of_base);
    let on_bundles = "bundle_dependencies = [\"nobody\"]\n";
    bundle(&mods, "lonely", "test.lonely", "1.0.0", on_bundles);
    folder
}

#[test]
fn a_folder_shows_who_provides_what_the_others_need() {
    let folder = folder();
    let output = inspect(&folder, "mods", &[]);
    assert_eq!(output.status.code(), Some(1), "two of them are not loaded");
    let text = out(&output);
    for line in [
        "  needs test.base@1 1.1.0 or later from better, else base\n",
        "choosy  not loaded  ",
        "  needs test.base@1 1.2.0 or later of base alone: too old, base has 1.1.0\n",
        "lonely  not loaded  ",
        "  needs bundle nobody: missing\n",
        "also provided by base\n",
        "also provided by better\n",
        "used by user\n",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}

#[test]
fn the_same_is_there_for_programs() {
    let folder = folder();
    let output = inspect(&folder, "mods", &["--json"]);
    let json: Value = serde_json::from_str(&out(&output)).unwrap();
    let names = |at: &Value| {
        let all = at.as_array().unwrap().iter();
        all.map(|one| one["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(&json["bundles"]), ["base", "better", "user"]);
    assert_eq!(names(&json["failed"]), ["choosy", "lonely"]);

    let better = &json["bundles"][1]["contracts"][0];
    assert_eq!(better["also_provided_by"], json!(["base"]));
    assert_eq!(better["used_by"], json!(["user"]));
    assert_eq!(
        json["bundles"][2]["needs"],
        json!([{
            "kind": "contract", "name": "test.base@1", "min_version": "1.1.0", "only_from": null,
            "providers": ["better", "base"], "too_old": [], "refused": [], "missing": false,
        }])
    );
    assert_eq!(
        json["failed"][0]["needs"],
        json!([{
            "kind": "contract", "name": "test.base@1", "min_version": "1.2.0", "only_from": "base",
            "providers": [], "too_old": [{"bundle": "base", "version": "1.1.0"}], "refused": [], "missing": true,
        }])
    );
    let lonely = &json["failed"][1];
    assert!(lonely["error"].as_str().unwrap().contains("`nobody`"), "{lonely}");
    assert_eq!(
        (&lonely["needs"][0]["kind"], &lonely["needs"][0]["missing"]),
        (&json!("bundle"), &json!(true))
    );
}

#[test]
fn one_bundle_is_shown_with_its_neighbours() {
    let folder = folder();
    let output = inspect(&folder, "mods/user", &[]);
    assert!(output.status.success(), "{output:?}");
    let text = out(&output);
    assert!(text.starts_with("user 1.0.0  lua  "), "{text}");
    assert!(text.contains("from better, else base\n") && !text.contains("lonely"), "{text}");
}

#[test]
fn one_bundle_that_failed_is_there_for_programs() {
    let output = inspect(&folder(), "mods/lonely", &["--json"]);
    assert_eq!(output.status.code(), Some(1));
    let json: Value = serde_json::from_str(&out(&output)).unwrap();
    assert_eq!(json["bundles"], json!([]));
    assert_eq!(json["failed"].as_array().unwrap().len(), 1, "{json}");
    assert_eq!(json["failed"][0]["name"], "lonely");
}

#[test]
fn a_folder_without_bundles_is_told_as_such() {
    let folder = tempfile::tempdir().unwrap();
    let output = inspect(&folder, ".", &[]);
    assert!(out(&output).contains("There are no bundles here"), "{output:?}");
}

#[test]
fn types_limits_and_capabilities_are_shown() {
    let folder = tempfile::tempdir().unwrap();
    let more = "wit = \"user.wit\"\n[limits]\nmemory = \"1 MiB\"\ncall_ms = 50\n[lua]\n";
    bundle(folder.path(), "user", "test.user", "1.0.0", more);
    let wit = "package test:user@1.0.0;
interface user { enum color { red, green } go: func(c: color); }
";
    fs::write(folder.path().join("user/user.wit"), wit).unwrap();
    let text = out(&inspect(&folder, "user", &[]));
    assert!(text.contains("  limited to 1048576 bytes of memory, 50 ms in one call\n"), "{text}");
    assert!(
        text.contains("       enum color { red, green }\n       go: func(c: color)\n"),
        "{text}"
    );
    let json: Value = serde_json::from_str(&out(&inspect(&folder, "user", &["--json"]))).unwrap();
    let user = &json["bundles"][0];
    assert_eq!(user["limits"], json!({"memory": 1_048_576, "call_ms": 50}));
    assert_eq!(user["capabilities"], json!([]));
    assert_eq!(user["contracts"][0]["types"], json!(["enum color { red, green }"]));
}

#[test]
fn what_a_description_imports_is_looked_for_too() {
    let folder = tempfile::tempdir().unwrap();
    let mods = folder.path().join("mods");
    fs::create_dir(&mods).unwrap();
    bundle(&mods, "base", "test.base", "1.0.0", "");
    bundle(&mods, "user", "test.user", "1.0.0", "wit = \"wit\"\n");
    let wit = mods.join("user/wit");
    fs::create_dir_all(wit.join("deps")).unwrap();
    fs::write(wit.join("user.wit"), "package test:user@1.0.0;\ninterface user { go: func(); }\n")
        .unwrap();
    for (file, text) in [
        ("base.wit", "package test:base@1.0.0;\ninterface base { go: func(); }\n"),
        ("clock.wit", "package game:clock@1.0.0;\ninterface clock { now: func() -> u64; }\n"),
    ] {
        fs::write(wit.join("deps").join(file), text).unwrap();
    }

    let output = inspect(&folder, "mods", &[]);

    let text = out(&output);
    assert!(output.status.success(), "{output:?}");
    assert!(text.contains("  uses test.base@1 from base\n"), "{text}");
    assert!(
        text.contains("  uses game.clock@1 of the host: no bundle here provides it\n"),
        "{text}"
    );
    assert!(text.contains("used by user\n"), "{text}");
}

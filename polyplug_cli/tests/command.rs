//! The built command, as a person or a script runs it.

#![cfg(feature = "lua")]
#![expect(clippy::unwrap_used, reason = "the helpers of tests may panic as tests do")]

use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

const GOOD: &str = "function polyplug_init(host, context)
  local entry = { factory = function() return {} end, functions = { [0] = function() end } }
  return { ['test.thing'] = entry }, { code = 0 }
end
";

const MANIFEST: &str = "name = \"thing\"\nloader = \"lua\"\nfile = \"main.lua\"\n";

/// A folder with one bundle, `thing`.
fn folder(manifest: &str, source: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let bundle = folder.path().join("thing");
    fs::create_dir(&bundle).unwrap();
    fs::write(bundle.join("manifest.toml"), manifest).unwrap();
    fs::write(bundle.join("main.lua"), source).unwrap();
    (folder, bundle)
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_polyplug"));
    command.args(arguments).stdin(Stdio::null());
    command
}

fn run(arguments: &[&str]) -> Output {
    command(arguments).output().unwrap()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

#[test]
fn check_says_what_a_good_bundle_provides() {
    let (_folder, bundle) = folder(MANIFEST, GOOD);
    let output = run(&["check", text(&bundle)]);
    assert_eq!(code(&output), 0, "{}", err(&output));
    assert!(out(&output).contains("test.thing@1"), "{}", out(&output));
    assert!(out(&output).contains("1 function"), "{}", out(&output));
    assert!(out(&output).contains("good: `thing` can be loaded"), "{}", out(&output));
}

#[test]
fn check_finds_what_a_bundle_depends_on_beside_it() {
    let demo = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("demo");
    for bundle in ["steering", "score", "hud"] {
        let output = run(&["check", text(&demo.join(bundle))]);
        assert_eq!(code(&output), 0, "{}", err(&output));
    }
    let elsewhere = tempfile::tempdir().unwrap();
    let output = run(&["check", text(&demo.join("hud")), "--with", text(elsewhere.path())]);
    assert_eq!(code(&output), 1);
    assert!(err(&output).contains("demo.score@1"), "{}", err(&output));
}

#[test]
fn check_takes_unknown_keys_for_errors_and_says_what_was_meant() {
    let (_folder, bundle) = folder(&format!("{MANIFEST}priorty = 3\n"), GOOD);
    let output = run(&["check", text(&bundle)]);
    assert_eq!(code(&output), 1);
    let errors = err(&output);
    assert!(errors.contains("unknown key `priorty`; did you mean `priority`?"), "{errors}");
    assert!(errors.contains("manifest.toml:4\n"), "{errors}");
    assert!(errors.contains("4 | priorty = 3\n  | ^^^^^^^\n"), "{errors}");
}

#[test]
fn check_takes_unknown_keys_of_the_loader_for_errors_and_says_them_once() {
    let (_folder, bundle) = folder(&format!("{MANIFEST}[lua]\nsandbx = true\n"), GOOD);
    let output = run(&["check", text(&bundle)]);
    let errors = err(&output);
    assert_eq!(code(&output), 1, "{errors}");
    assert_eq!(errors.matches("unknown key `lua.sandbx`; did you mean `sandbox`?").count(), 1);
    assert!(errors.contains("5 | sandbx = true\n  | ^^^^^^\n"), "{errors}");
    assert!(errors.contains("1 problem in "), "{errors}");
}

#[test]
fn check_takes_tables_of_other_loaders_for_errors() {
    let (_folder, bundle) = folder(&format!("{MANIFEST}[wasm]\ninstance = \"call\"\n"), GOOD);
    let output = run(&["check", text(&bundle)]);
    let errors = err(&output);
    assert_eq!(code(&output), 1, "{errors}");
    assert!(
        errors.contains("`[wasm]` is not read: the loader of this bundle is `lua`"),
        "{errors}"
    );
    assert!(errors.contains("manifest.toml:5\n") && errors.contains("1 problem in "), "{errors}");
}

#[test]
fn check_and_list_tell_a_circle_as_one() {
    let folder = tempfile::tempdir().unwrap();
    for (name, needed) in [("one", "two"), ("two", "one")] {
        let bundle = folder.path().join(name);
        fs::create_dir(&bundle).unwrap();
        let manifest = format!(
            "name = \"{name}\"\nloader = \"lua\"\nfile = \"main.lua\"\n\
             bundle_dependencies = [\"{needed}\"]\n"
        );
        fs::write(bundle.join("manifest.toml"), manifest).unwrap();
        fs::write(bundle.join("main.lua"), GOOD).unwrap();
    }
    let output = run(&["check", text(&folder.path().join("one"))]);
    assert_eq!(code(&output), 1);
    assert!(err(&output).contains("circle"), "{}", err(&output));
    let output = run(&["list", text(folder.path())]);
    assert_eq!(code(&output), 1);
    assert_eq!(err(&output).matches("circle").count(), 1, "{}", err(&output));
}

#[test]
fn a_command_says_what_to_type_when_it_is_given_the_wrong_folder() {
    let (folder, bundle) = folder(MANIFEST, GOOD);
    let output = run(&["check", text(folder.path())]);
    assert_eq!(code(&output), 1);
    let typed = format!("`polyplug check {}`", text(&bundle));
    assert!(err(&output).contains(&typed), "{}", err(&output));
    for command in ["list", "run"] {
        let output = run(&[command, text(&bundle)]);
        assert_eq!(code(&output), 1);
        let above = format!("name the folder above it, {}, or", text(folder.path()));
        assert!(err(&output).contains(&above), "{}", err(&output));
        assert_eq!(out(&output), "");
    }
}

/// What, where, and what to do: in the same words, whatever is done with the folder.
#[test]
fn a_folder_that_is_none_is_told_alike_by_all() {
    let (folder, _) = folder(MANIFEST, GOOD);
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let none = folder.path().join("none");
    for command in ["run", "list", "discover", "inspect", "check", "call", "verify"] {
        let said = |path: &Path| {
            let call = ["a.b", "c()"];
            let more = if command == "call" { &call[..] } else { &[] };
            let output = run(&[&[command, text(path)], more].concat());
            assert_eq!((code(&output), out(&output).as_str()), (1, ""), "{command}");
            err(&output)
        };
        let missing = format!(
            "error: {}: there is no such folder; make it, or correct the path\n",
            text(&none)
        );
        assert_eq!(said(&none), missing, "{command}");
        let is_file = format!("error: {}: this is a file; name the ", text(&file));
        assert!(said(&file).starts_with(&is_file), "{command}: {}", said(&file));
    }
}

#[test]
fn what_a_manifest_is_in_place_of_a_file_is_told() {
    for command in ["run", "list", "discover", "inspect", "sign", "verify"] {
        let (folder, bundle) = folder(MANIFEST, GOOD);
        let manifest = bundle.join("manifest.toml");
        std::fs::remove_file(&manifest).unwrap();
        std::fs::create_dir(&manifest).unwrap();
        let key = text(folder.path()).to_owned() + "/x";
        assert_eq!(code(&run(&["keygen", "x", "--out", text(folder.path())])), 0);
        let key = ["--key", &(key + ".key")];
        let more = if command == "sign" { &key[..] } else { &[] };
        let output = run(&[&[command, text(folder.path())], more].concat());
        assert_eq!(code(&output), 1, "{command}");
        assert!(err(&output).contains("is a folder"), "{command}: {}", err(&output));
    }
}

#[test]
fn check_shows_the_line_that_is_no_lua() {
    let (_folder, bundle) = folder(MANIFEST, &format!("{GOOD}\nlocal x == 3\n"));
    let output = run(&["check", text(&bundle)]);
    assert_eq!(code(&output), 1);
    let errors = err(&output);
    assert!(errors.contains("main.lua:6\n"), "{errors}");
    assert!(errors.contains("6 | local x == 3\n  |         ^^\n"), "{errors}");
}

#[test]
fn check_says_that_a_library_is_for_another_loader() {
    let (_folder, bundle) = folder(&MANIFEST.replace("main.lua", "libthing.so"), GOOD);
    let output = run(&["check", text(&bundle)]);
    assert_eq!(code(&output), 1);
    let errors = err(&output);
    assert!(errors.contains("`libthing.so` is a library"), "{errors}");
    assert!(errors.contains("write `loader = \"native\"` in the manifest"), "{errors}");
}

#[test]
fn check_shows_the_wrong_value_in_a_manifest() {
    let (_folder, bundle) = folder(&MANIFEST.replace("\"lua\"", "7"), GOOD);
    let output = run(&["check", text(&bundle)]);
    assert_eq!(code(&output), 1);
    assert!(err(&output).contains("2 | loader = 7\n"), "{}", err(&output));
}

#[test]
fn check_of_nothing_fails_and_says_what_is_missing() {
    let nothing = tempfile::tempdir().unwrap();
    let output = run(&["check", text(nothing.path())]);
    assert_eq!(code(&output), 1);
    assert!(err(&output).contains("there is no manifest.toml"), "{}", err(&output));
}

#[test]
fn a_wrong_command_line_is_exit_code_2_and_a_guess() {
    let output = run(&["chek", "x"]);
    assert_eq!(code(&output), 2);
    assert!(err(&output).contains("check"), "{}", err(&output));
    assert_eq!(code(&run(&["run", ".", "--strict", "--yolo"])), 2);
    assert_eq!(code(&run(&["run", ".", "--poll-ms", "5"])), 2);
    assert_eq!(code(&run(&["demo", "--frames", "0"])), 2);
}

#[test]
fn help_states_the_exit_codes() {
    for arguments in
        [&["--help"][..], &["run", "--help"], &["check", "--help"], &["list", "--help"]]
    {
        let output = run(arguments);
        assert_eq!(code(&output), 0);
        assert!(out(&output).contains("Exit codes:"), "{arguments:?}");
    }
}

#[test]
fn the_listing_is_json_with_stable_names() {
    let (folder, bundle) = folder(MANIFEST, GOOD);
    let output = run(&["list", text(folder.path()), "--json"]);
    assert_eq!(code(&output), 0, "{}", err(&output));
    let listing: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(listing["folder"], text(folder.path()));
    assert_eq!(listing["disabled"], serde_json::json!([]));
    let found = &listing["bundles"][0];
    assert_eq!(found["name"], "thing");
    assert_eq!(found["state"], "loaded");
    assert_eq!(found["path"], text(&bundle));
    assert_eq!((&found["loader"], &found["version"]), (&"lua".into(), &"0.0.0".into()));
    assert_eq!((&found["load_number"], &found["error"]), (&1.into(), &Value::Null));
    let contract =
        serde_json::json!({ "name": "test.thing@1", "version": "1.0.0", "functions": 1 });
    assert_eq!(found["contracts"][0], contract);
    assert_eq!(found["id"].as_str().unwrap().len(), "0x".len() + 16);
}

#[test]
fn a_broken_bundle_is_in_the_json_and_in_the_exit_code() {
    let (folder, _) = folder(MANIFEST, "local x ==");
    let output = run(&["list", text(folder.path()), "--json"]);
    assert_eq!(code(&output), 1);
    let listing: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(listing["bundles"][0]["state"], "failed");
    assert!(listing["bundles"][0]["error"].as_str().unwrap().contains("unexpected symbol"));
}

#[test]
fn run_lists_a_folder_and_answers_with_its_exit_code() {
    let (good, _) = folder(MANIFEST, GOOD);
    let output = run(&["run", text(good.path())]);
    assert_eq!(code(&output), 0, "{}", err(&output));
    assert!(out(&output).contains("1 bundle, 1 contract"), "{}", out(&output));
    let (bad, _) = folder(MANIFEST, "error('no')");
    assert_eq!(code(&run(&["run", text(bad.path())])), 1);
    let output = run(&["run", "/nowhere/at/all"]);
    assert_eq!(code(&output), 1);
    assert!(err(&output).contains("/nowhere/at/all"), "{}", err(&output));
}

#[test]
fn nothing_that_is_no_terminal_gets_colours() {
    let (folder, bundle) = folder(&format!("{MANIFEST}priorty = 3\n"), GOOD);
    for arguments in [&["check", text(&bundle)][..], &["list", text(folder.path())]] {
        let output = run(arguments);
        assert!(!out(&output).contains('\x1b') && !err(&output).contains('\x1b'));
    }
}

#[cfg(unix)]
#[test]
fn run_watch_tells_a_save_and_ends_cleanly_when_interrupted() {
    let (folder, bundle) = folder(MANIFEST, GOOD);
    let mut run = command(&["run", text(folder.path()), "--watch"]);
    let mut child = run.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert!(lines.any(|line| line.contains("following the files")));
    fs::write(bundle.join("main.lua"), format!("{GOOD}-- changed\n")).unwrap();
    let told = lines.find(|line| line.contains(" reloaded ")).unwrap();
    for part in ["thing", "load 1 -> 2", "stage ", "commit ", "state"] {
        assert!(told.contains(part), "{told}");
    }
    fs::write(bundle.join("main.lua"), "broken").unwrap();
    assert!(lines.any(|line| line.contains(" failed ")));
    fs::write(bundle.join("main.lua"), format!("{GOOD}-- changed\n")).unwrap();
    let errors = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    let again = "note: reload: bundle `thing`: its files are again those that run";
    assert!(errors.into_iter().any(|line| line == again));
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    assert!(lines.any(|line| line.contains("stopped after")));
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn the_demo_edits_breaks_and_mends_itself() {
    let output = run(&["demo", "--frames", "120"]);
    assert_eq!(code(&output), 0, "{}\n{}", out(&output), err(&output));
    let told = out(&output);
    assert!(!told.contains('\x1b'));
    for part in [
        "bundles in ",
        "saved steering.lua",
        "refused, the fish swim on",
        "from save to visible",
        "frames           1",
        "reloads          2 of 2",
        "failed reloads   1 of 1 survived",
        "good: every save did what it should",
    ] {
        assert!(told.contains(part), "{part}:\n{told}");
    }
}

#[test]
fn the_demo_leaves_a_folder_that_was_named_as_it_was() {
    let parent = tempfile::tempdir().unwrap();
    let pond = parent.path().join("pond");
    let output = run(&["demo", "--frames", "30", "--dir", text(&pond)]);
    assert_eq!(code(&output), 0, "{}\n{}", out(&output), err(&output));
    let steering = fs::read_to_string(pond.join("steering/steering.lua")).unwrap();
    assert_eq!(steering, include_str!("../demo/steering/steering.lua"));
}

#[cfg(feature = "wasm")]
#[test]
fn a_bundle_of_the_demo_is_a_component() {
    let parent = tempfile::tempdir().unwrap();
    let pond = text(parent.path());
    let output = run(&["demo", "--frames", "120", "--dir", pond]);
    assert_eq!(code(&output), 0, "{}\n{}", out(&output), err(&output));
    let output = run(&["inspect", pond]);
    assert!(out(&output).contains("score 1.0.0  wasm"), "{}", out(&output));
    let output = run(&["call", pond, "demo.score", "caught(3)"]);
    assert_eq!(out(&output), "-50\n", "{}", err(&output));
}

#[test]
fn the_demo_fails_if_its_bundles_do_not_run() {
    let parent = tempfile::tempdir().unwrap();
    let score = parent.path().join("score");
    fs::create_dir(&score).unwrap();
    for file in ["score.lua", "score.wat"] {
        fs::write(score.join(file), "error('no score')").unwrap();
    }
    let output = run(&["demo", "--frames", "10", "--dir", text(parent.path())]);
    assert_eq!(code(&output), 1, "{}", out(&output));
    assert!(out(&output).contains("bad: "), "{}", out(&output));
}

#[test]
fn what_is_no_grant_is_a_usage_error() {
    let (folder, _bundle) = folder(MANIFEST, GOOD);
    for command in ["run", "list", "check", "inspect"] {
        let output = run(&[command, text(folder.path()), "--grant", "thing=stdout,fs"]);
        assert_eq!(code(&output), 2, "{command}: {}", err(&output));
        assert!(err(&output).contains("`fs:ro:PATH` or `fs:rw:PATH`"), "{}", err(&output));
    }
    let output = run(&["list", text(folder.path()), "--grant", "thing=stdout,env:LANG"]);
    assert_eq!(code(&output), 0, "{}", err(&output));
}

//! Names and paths that somebody else chose: they break no JSON, begin no lines, and move no cursor.

use crate::desk::{Desk, err, manifest, out, source};
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;

/// Bytes that are no text, a line of its own, and what a terminal obeys.
const HOSTILE: &[u8] = b"\xff\"\nerror: all is well\x1b[31m\xe2\x80\xae";

/// Not even a line that is set in, as the rest of a message is.
#[track_caller]
fn assert_is_tame(told: &str) {
    let begins = |line: &str| line.trim_start().starts_with("error: all is well");
    assert!(!told.lines().any(begins), "{told}");
    assert!(!told.contains(['\u{1b}', '\u{202e}']), "{told}");
}

#[test]
fn what_is_wrong_with_a_hostile_path_is_said_on_one_line() {
    let desk = Desk::new();
    let hostile = |path: &str| desk.path(path).join(OsStr::from_bytes(HOSTILE));
    let (folder, empty) = (hostile("mods"), hostile(""));
    fs::create_dir_all(folder.join("lib")).unwrap();
    fs::create_dir(&empty).unwrap();
    fs::write(folder.join("manifest.toml"), manifest("hostile", "unknown = 1\n")).unwrap();
    fs::write(folder.join("bundle.sig"), "none").unwrap();
    let tell = |line: &str, paths: &[&std::path::Path]| {
        let mut command = desk.command(line);
        let output = command.args(paths).output().unwrap();
        assert!(output.status.code().is_some_and(|code| code < 2), "{line}: {}", err(&output));
        assert_is_tame(&(out(&output) + &err(&output)));
    };
    let gone = hostile("mods/gone");
    for path in [&folder, &empty, &gone] {
        for line in
            ["check", "list", "run", "inspect", "discover", "verify", "sign --key studio.key"]
        {
            tell(line, &[path]);
        }
        tell("run mods --signatures warn --trust-key", &[path]);
        tell("run mods --audit", &[path]);
        tell("run mods --signatures warn --version-floors", &[&path.join("floors")]);
        tell("trust list --trust-store", &[path]);
        tell("trust add studio.pub --trust-store", &[&path.join("store")]);
        tell("sign mods/score --key", &[path]);
        tell("keygen --out", &[path, std::path::Path::new("studio")]);
        tell("bindgen --lang c --out", &[path, &gone]);
        tell("new lua another --dir", &[path]);
        tell("call", &[path, std::path::Path::new("a.b"), std::path::Path::new("c()")]);
        tell("wit diff", &[path, &gone]);
    }
}

#[test]
fn a_hostile_path_breaks_neither_json_nor_lines() {
    let desk = Desk::new();
    let folder = desk.path("mods").join(OsStr::from_bytes(HOSTILE));
    fs::create_dir(&folder).unwrap();
    for text in ["name = 3\n".to_owned(), manifest("hostile", "")] {
        fs::write(folder.join("manifest.toml"), text).unwrap();
        for line in ["list mods", "discover mods", "inspect mods", "verify mods", "run mods"] {
            if line != "run mods" {
                let told = desk.json(&format!("{line} --json"));
                assert_eq!(
                    told["bundles"].as_array().map(|all| all.len() > 1),
                    Some(true),
                    "{line}"
                );
            }
            let output = desk.command(line).output().unwrap();
            assert!(output.status.code().is_some_and(|code| code < 2), "{line}");
            let told = out(&output) + &err(&output);
            assert_is_tame(&told);
        }
    }
    desk.command("run mods --audit audit.jsonl").output().unwrap();
    for line in desk.read("audit.jsonl").lines() {
        serde_json::from_str::<serde_json::Value>(line).unwrap();
    }
}

#[test]
fn the_name_of_a_key_moves_no_cursor() {
    let desk = Desk::new();
    desk.good("sign mods --key studio.key");
    let file = OsStr::from_bytes(HOSTILE).to_owned();
    fs::copy(desk.path("studio.pub"), desk.path("x").with_file_name(&file)).unwrap();
    let tell = |mut command: std::process::Command| {
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{command:?}: {}", err(&output));
        let told = out(&output);
        let is_hostile = told.contains(['\u{1b}', '\u{202e}']) || told.contains("\nerror: all");
        assert!(!is_hostile && told.contains(r"\u{202e}"), "{command:?}: {told}");
    };
    let with = |line: &str, argument: &OsStr| {
        let mut command = desk.command(line);
        command.arg(argument);
        command
    };
    tell(with("verify mods --key", &file));
    tell(with("inspect mods --signatures required --trust-key", &file));
    tell(with("keygen ada --out", OsStr::new("keys\u{202e}")));
    // A store takes no name with such characters.
    let output = with("trust add studio.pub --name", OsStr::new("Ada\u{202e}")).output().unwrap();
    assert!(err(&output).contains(r"`Ada\u{202e}` cannot be kept"), "{}", err(&output));
}

#[test]
fn a_contract_named_by_code_stays_on_its_line() {
    let desk = Desk::new();
    let hostile = source("score").replace("'test.score'", "'test.score\\n\\27[1mgood: fine'");
    desk.write(
        "mods/score/manifest.toml",
        "name = \"score\"\nloader = \"lua\"\nfile = \"main.lua\"\n",
    );
    desk.write("mods/score/main.lua", hostile);
    for line in ["list mods", "inspect mods", "check mods/score"] {
        let output = desk.command(line).output().unwrap();
        let told = out(&output) + &err(&output);
        assert!(!told.contains("\n\u{1b}") && !told.contains("\ngood: fine"), "{line}: {told}");
        assert!(!told.contains('\u{1b}'), "{line}: {told}");
    }
}

#[test]
fn each_folder_that_failed_has_its_line() {
    let desk = Desk::new();
    for folder in ["score2", "score3"] {
        desk.write(&format!("mods/{folder}/manifest.toml"), manifest("score", ""));
        desk.write(&format!("mods/{folder}/main.lua"), source("score"));
    }
    let failed = |line: &str| {
        let told = out(&desk.command(line).output().unwrap());
        let lines = told.lines().filter(|line| line.starts_with('✗'));
        let paths = lines.map(|line| line.rsplit("  ").next().unwrap().to_owned());
        (told.lines().next().unwrap().to_owned(), paths.collect::<Vec<_>>())
    };
    for command in ["run", "list"] {
        let (summary, paths) = failed(&format!("{command} mods"));
        assert_eq!(summary, "mods  4 bundles, 2 contracts, 2 failed");
        assert_eq!(paths, ["mods/score2", "mods/score3"]);
        let (summary, paths) = failed(&format!("{command} mods --signatures required"));
        assert_eq!(summary, "mods  4 bundles, 0 contracts, 4 failed");
        assert_eq!(paths, ["mods/greeter", "mods/score", "mods/score2", "mods/score3"]);
    }
}

#[test]
fn both_folders_of_one_name_are_named() {
    let desk = Desk::new();
    desk.write("mods/score2/manifest.toml", manifest("score", ""));
    desk.write("mods/score2/main.lua", source("score"));
    let output = desk.command("list mods").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let told = "`score` is already loaded from mods/score; mods/score2 was not loaded";
    assert!(err(&output).contains(told), "{}", err(&output));
    let listed = desk.json("list mods --json");
    assert_eq!(listed["failed"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&listed["failed"][0]["name"], &listed["failed"][0]["path"]),
        (&"score".into(), &"mods/score2".into())
    );
    assert_eq!(listed["bundles"][1]["path"], "mods/score");
    let found = desk.json("discover mods --json");
    assert_eq!(found["bundles"][2]["shadowed_by"], "mods/score");
    assert!(desk.good("discover mods").contains("shadowed by mods/score  mods/score2\n"));
}

//! `run --audit`: what is written about what ran, and where.

use crate::desk::{Desk, err, manifest, source};
use crate::following::Following;
use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::Command;

const RUN: &str = "run mods --signatures required --trust-key studio.pub";

/// The lines of an audit.
fn audit(desk: &Desk) -> Vec<Value> {
    desk.read("audit.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What happened, in order. A file that is seen while it is exchanged may be refused more than once.
fn events(lines: &[Value]) -> Vec<String> {
    let mut events: Vec<_> =
        lines.iter().map(|line| line["event"].as_str().unwrap().to_owned()).collect();
    events.dedup_by(|next, one| next == one && *next == "refused");
    events
}

#[test]
fn a_change_that_is_not_signed_is_refused_while_the_old_version_runs_on() {
    let desk = Desk::new();
    desk.good("sign mods --key studio.key");
    let mut following = Following::new(&desk, &format!("{RUN} --watch --audit audit.jsonl"));
    let id = desk.id();

    desk.write("mods/greeter/main.lua", source("greeter") + "-- changed\n");
    let told = following.until("runs on");
    assert!(told.contains(" refused greeter\n"), "{told}");
    assert!(told.contains("files that were signed have another content: `main.lua`"), "{told}");
    let runs_on = "greeter 1.4.0 runs on, load 1, as it was signed; the next start would refuse what is on disk\n";
    assert!(told.ends_with(runs_on), "{told}");

    desk.good("sign mods/greeter --key studio.key");
    let told = following.until("drained greeter");
    assert!(told.contains("reloaded greeter  load 1 -> 2"), "{told}");
    assert_eq!(following.end(), "", "what events tell is not told again");

    let signer = json!({ "id": id, "name": "studio" });
    let lines = audit(&desk);
    let events = events(&lines);
    assert_eq!(events[..5], ["started", "loaded", "loaded", "refused", "reloaded"]);
    let first = |event: &str| lines.iter().find(|line| line["event"] == event).unwrap();
    let (refused, reloaded) = (first("refused"), first("reloaded"));
    for line in [refused, reloaded] {
        assert_eq!((&line["bundle"], &line["version"]), (&json!("greeter"), &json!("1.4.0")));
        assert_eq!(line["path"], desk.path("mods/greeter").to_str().unwrap());
        assert_eq!((&line["loader"], &line["policy"]), (&json!("lua"), &json!("required")));
    }
    assert_eq!(refused["digest"], reloaded["digest"], "the same bytes, refused and signed");
    assert_eq!((&refused["signer"], &refused["generation"]), (&Value::Null, &Value::Null));
    assert!(refused["reason"].as_str().unwrap().contains("`main.lua`"));
    assert_eq!((&reloaded["signer"], &reloaded["generation"]), (&signer, &json!(2)));
    assert_eq!((&reloaded["decision"], &reloaded["reason"]), (&json!("accepted"), &Value::Null));
}

#[test]
fn a_file_that_is_no_code_is_told_as_well() {
    let desk = Desk::new();
    desk.good("sign mods --key studio.key");
    let mut following = Following::new(&desk, &format!("{RUN} --watch"));
    desk.write("mods/greeter/notes.txt", "to do");
    let told = following.until("runs on");
    assert!(told.contains(" refused greeter\n"), "{told}");
    assert!(told.contains("`notes.txt`"), "{told}");
    assert!(told.contains("greeter 1.4.0 runs on, load 1, as it was signed"), "{told}");
    desk.good("sign mods/greeter --key studio.key");
    following.until("reloaded greeter");
    following.end();
}

#[test]
fn a_change_that_waits_for_a_poll_is_warned_of_once() {
    let desk = Desk::new();
    desk.good("sign mods --key studio.key");
    let line = RUN.replace("required", "warn") + " --watch --poll-ms 1000";
    let mut following = Following::new(&desk, &line);
    desk.write("mods/greeter/main.lua", source("greeter") + "-- changed\n");
    following.until("reloaded greeter");
    let warned = following.end();
    assert_eq!(warned.matches("warning: ").count(), 1, "{warned}");
    assert!(warned.contains("`main.lua`"), "{warned}");
}

#[test]
fn an_audit_does_not_wait_for_a_poll() {
    let desk = Desk::new();
    desk.good("sign mods --key studio.key");
    let line = format!("{RUN} --watch --poll-ms 60000 --audit audit.jsonl");
    let mut following = Following::new(&desk, &line);
    desk.write("mods/greeter/main.lua", source("greeter") + "-- changed\n");
    following.until("runs on");
    assert_eq!(events(&audit(&desk)), ["started", "loaded", "loaded", "refused"]);
    following.end();
}

#[test]
fn an_audit_is_appended_to_and_tells_every_decision() {
    let desk = Desk::new();
    desk.good("sign mods/greeter --key studio.key");
    desk.write("mods/broken/manifest.toml", "name = 3\n");
    desk.write("mods/link/manifest.toml", "name = \"link\"\nloader = \"lua\"\nfile = \"a.lua\"\n");
    std::os::unix::fs::symlink("a.lua", desk.path("mods/link/b.lua")).unwrap();
    for policy in ["off", "warn", "required"] {
        let line = RUN.replace("required", policy) + " --audit audit.jsonl";
        assert_eq!(desk.command(&line).output().unwrap().status.code(), Some(1));
    }
    let lines = audit(&desk);
    let told: Vec<String> = lines
        .iter()
        .map(|line| {
            let text = |key: &str| line[key].as_str().unwrap_or("-").to_owned();
            let (event, bundle) = (text("event"), text("bundle"));
            format!("{} {event} {bundle} {}", text("policy"), text("decision"))
        })
        .collect();
    for expected in [
        "off started - -",
        "off loaded greeter not-checked",
        "off loaded score not-checked",
        "off failed link not-checked",
        "warn loaded greeter accepted",
        "warn loaded score accepted-with-warning",
        "required loaded greeter accepted",
        "required refused score refused",
        "required refused link refused",
    ] {
        assert!(told.iter().any(|line| line == expected), "{expected}\n{told:#?}");
    }
    let keys = [
        "time",
        "event",
        "bundle",
        "version",
        "loader",
        "path",
        "generation",
        "digest",
        "signer",
        "policy",
        "decision",
        "code",
        "reason",
    ];
    for line in &lines {
        assert_eq!(line.as_object().unwrap().len(), keys.len());
        assert!(keys.iter().all(|key| line.get(key).is_some()), "{line}");
        let time = line["time"].as_str().unwrap();
        assert!(time.len() == "2026-11-21T23:22:30.123Z".len() && time.ends_with('Z'), "{time}");
    }
}

#[test]
fn an_audit_that_cannot_be_written_stops_the_start() {
    let desk = Desk::new();
    for file in ["mods", "no/such/folder", "/dev/full"] {
        let said = desk.bad(&format!("run mods --audit {file}"));
        assert!(said.starts_with(&format!("error: {file}: no audit can be written: ")), "{said}");
    }
}

#[test]
fn an_audit_that_can_no_longer_be_written_is_a_warning() {
    let desk = Desk::new();
    let pipe = desk.path("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    // It opens to who only reads when somebody writes, and the other way round.
    let reader = fs::OpenOptions::new().read(true).write(true).open(pipe).unwrap();
    let reader = std::thread::spawn(move || {
        let mut lines = BufReader::new(reader).lines();
        while !lines.next().unwrap().unwrap().contains("\"score\"") {}
    });
    let mut following = Following::new(&desk, "run mods --watch --audit pipe");
    reader.join().unwrap();
    for version in ["2", "3"] {
        desk.write("mods/greeter/main.lua", source("greeter") + "-- " + version);
        following.until("drained greeter");
    }
    let (code, warned) = following.ended();
    assert_eq!(code, Some(1), "who relies on the audit does not read warnings");
    assert_eq!(warned.matches("warning: pipe: the audit has a gap: ").count(), 1, "{warned}");
}

#[test]
fn an_audit_is_its_owners_alone() {
    let desk = Desk::new();
    desk.good("sign mods --key studio.key");
    let mode = || fs::metadata(desk.path("audit.jsonl")).unwrap().permissions().mode() & 0o777;
    let line = format!("umask 0; exec \"$0\" {RUN} --audit audit.jsonl");
    let mut shell = Command::new("sh");
    desk.equip(shell.args(["-c", &line, env!("CARGO_BIN_EXE_polyplug")]));
    assert!(shell.output().unwrap().status.success());
    assert_eq!(mode(), 0o600);
    // Who made it otherwise had a reason.
    fs::set_permissions(desk.path("audit.jsonl"), fs::Permissions::from_mode(0o640)).unwrap();
    desk.good(&format!("{RUN} --audit audit.jsonl"));
    assert_eq!((mode(), audit(&desk).len()), (0o640, 6));
}

#[test]
fn an_audit_goes_on_after_a_line_that_was_cut_off() {
    let desk = Desk::new();
    desk.good("run mods --audit audit.jsonl");
    let before = desk.read("audit.jsonl");
    desk.write("audit.jsonl", format!("{before}{{\"time\":\"20"));
    desk.good("run mods --audit audit.jsonl");
    let text = desk.read("audit.jsonl");
    let (cut, after) = text[before.len()..].split_once('\n').unwrap();
    assert_eq!(cut, "{\"time\":\"20");
    assert!(after.lines().next().unwrap().contains("\"started\""), "{text}");
}

#[test]
fn an_audit_is_not_written_where_it_does_harm() {
    let desk = Desk::new();
    desk.good("sign mods --key studio.key");
    desk.good("trust add studio.pub");
    symlink("mods/greeter", desk.path("link")).unwrap();
    symlink("link/dangling", desk.path("dangling")).unwrap();
    let pipe = Command::new("mkfifo").arg(desk.path("pipe")).status();
    assert!(pipe.unwrap().success());
    let key = desk.read("studio.pub");
    let line = format!("{RUN} --version-floors floors --audit");
    let store = "home/.config/polyplug/trust";
    fs::hard_link(desk.path(store), desk.path("linked")).unwrap();
    for (file, problem) in [
        ("mods/../studio.pub", "this is a trusted key"),
        (store, "this is the trust store"),
        ("linked", "this is the trust store"),
        ("./floors", "this is the file of version floors"),
        ("mods/greeter/audit", "it would be a file of the bundle mods/greeter"),
        ("link/lib/audit", "it would be a file of the bundle mods/greeter"),
        ("dangling", "it would be a file of the bundle mods/greeter"),
        ("pipe", "it is a pipe, and nobody reads it"),
    ] {
        let said = desk.bad(&format!("{line} {file}"));
        let expected = format!("error: {file}: no audit can be written: {problem}");
        assert!(said.starts_with(&expected), "{said}");
    }
    assert_eq!(desk.read("studio.pub"), key);
    desk.good(&format!("{RUN} --audit mods/audit.jsonl"));
    desk.good(&format!("{RUN} --audit /dev/null"));
}

#[test]
fn no_other_file_becomes_an_audit() {
    let desk = Desk::new();
    desk.good("trust add studio.pub --trust-store team/trust");
    desk.write("notes", vec![b'n'; 10_000]);
    // Other programs keep lines of JSON as well, and a configuration begins with a brace.
    desk.write(
        "log.jsonl",
        "{\"time\":\"2026-01-01T00:00:00Z\",\"event\":\"x\",\"policy\":\"off\"}\n",
    );
    desk.write("settings.json", "{\n  \"policy\": \"off\"\n}\n");
    desk.write("empty.json", "{}");
    desk.write("line", "\n");
    for file in [
        "studio.key",
        "studio.pub",
        "team/trust",
        "notes",
        "log.jsonl",
        "settings.json",
        "empty.json",
        "line",
    ] {
        let before = desk.read(file);
        let said = desk.bad(&format!("run mods --audit {file}"));
        let line: String = before.lines().next().unwrap().chars().take(60).collect();
        let expected = format!(
            "error: {file}: no audit can be written: this is no audit: its first line is `{line}`; name another file\n"
        );
        assert_eq!((said, desk.read(file)), (expected, before));
    }
    // The run that began it was stopped in the middle of its first line.
    desk.write("audit.jsonl", "{\"time\":\"20");
    let said = desk.bad("run mods --audit audit.jsonl");
    assert!(said.contains("its first line is `{\"time\":\"20`; name another file"), "{said}");
    desk.write("strange", "\u{1b}[2J\u{202e}");
    let said = desk.bad("run mods --audit strange");
    assert!(said.contains(r"its first line is `\u{1b}[2J\u{202e}`; name another file"), "{said}");
    desk.write("audit.jsonl", "");
    desk.good("run mods --audit audit.jsonl");
    desk.good("run mods --audit audit.jsonl");
}

#[test]
fn an_audit_can_go_to_the_terminal() {
    let desk = Desk::new();
    let output = desk.command("run mods --audit /dev/stderr").output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(err(&output).contains("\"event\":\"loaded\""), "{}", err(&output));
}

/// A circle is one thing to mend, and several bundles that do not run.
#[test]
fn all_bundles_of_a_circle_have_a_line_and_people_are_told_once() {
    for watch in ["", " --watch", " --watch --poll-ms 10"] {
        let desk = Desk::new();
        for (name, needs) in [("one", "two"), ("two", "one"), ("x", "y"), ("y", "x")] {
            let more = format!("bundle_dependencies = [\"{needs}\"]\n");
            desk.write(&format!("mods/{name}/manifest.toml"), manifest(name, &more));
            desk.write(&format!("mods/{name}/main.lua"), source(name));
        }
        let line = format!("run mods{watch} --audit audit.jsonl");
        let told = if watch.is_empty() {
            err(&desk.command(&line).output().unwrap())
        } else {
            let following = Following::new(&desk, &line);
            following.found.clone() + &following.end()
        };
        assert_eq!(told.matches("in a circle").count(), 2, "{watch}: {told}");
        let lines = audit(&desk);
        let failed = lines.iter().filter(|line| line["event"] == "failed");
        let failed: Vec<_> = failed.map(|line| line["bundle"].as_str().unwrap()).collect();
        assert_eq!(failed, ["one", "two", "x", "y"], "{watch}");
    }
}

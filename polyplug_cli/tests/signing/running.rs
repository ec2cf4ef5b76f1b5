//! `polyplug run` where signatures count: what it loads and refuses, and what it writes about that.

use crate::desk::{Desk, err, out, source};
use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead, BufReader, Lines};
use std::process::{Child, ChildStdout, Command, Stdio};

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

/// A folder that is followed.
struct Following {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Following {
    fn new(desk: &Desk, line: &str) -> Self {
        let mut command = desk.command(line);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        while !lines.next().unwrap().unwrap().contains("following the files") {}
        Self { child, lines }
    }

    /// All lines up to the one with `part` in it.
    fn until(&mut self, part: &str) -> String {
        let mut told = String::new();
        while !told.contains(part) {
            told += &self.lines.next().unwrap().unwrap();
            told.push('\n');
        }
        told
    }

    /// Ends it as a person does; what stderr got.
    fn end(self) -> String {
        let killed = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status();
        assert!(killed.unwrap().success());
        // It writes until its end.
        self.lines.for_each(drop);
        let output = self.child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0));
        err(&output)
    }
}

#[test]
fn only_what_is_signed_runs() {
    let desk = Desk::new();
    desk.good("sign mods/greeter --key studio.key");
    for command in ["run", "list", "inspect"] {
        let line = RUN.replace("run", command);
        let output = desk.command(&line).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{command}");
        assert!(out(&output).contains("test.greeter@1"), "{command}: {}", out(&output));
        assert!(!out(&output).contains("test.score@1"), "{command}: {}", out(&output));
        let told = "`score` in mods/score was refused by the signature policy: it is not signed";
        assert!(err(&output).contains(told), "{command}: {}", err(&output));
    }
    desk.good("check mods/greeter --signatures required --trust-key studio.pub");
    let output =
        desk.command("check mods/score --signatures required --trust-key studio.pub").output();
    let output = output.unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("it is not signed"), "{}", err(&output));
}

#[test]
fn with_warnings_all_of_it_runs_and_is_told() {
    let desk = Desk::new();
    desk.good("sign mods/greeter --key studio.key");
    for command in ["run", "list", "inspect"] {
        let line = RUN.replace("run", command).replace("required", "warn");
        let output = desk.command(&line).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{command}: {}", err(&output));
        assert!(out(&output).contains("test.score@1"), "{command}: {}", out(&output));
        assert_eq!(err(&output).matches("warning: ").count(), 1, "{command}: {}", err(&output));
        assert!(err(&output).contains("`score` would be refused"), "{command}: {}", err(&output));
    }
}

#[test]
fn keys_of_the_trust_store_count_until_they_are_revoked() {
    let desk = Desk::new();
    desk.good("sign mods --key studio.key");
    desk.good("trust add studio.pub");
    desk.good("run mods --signatures required");
    desk.good("trust revoke studio.pub");
    for line in ["run mods --signatures required", RUN] {
        let output = desk.command(line).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(err(&output).contains("which was revoked"), "{line}: {}", err(&output));
    }
}

#[test]
fn what_was_called_too_old_is_kept_in_a_file() {
    let desk = Desk::new();
    desk.good("sign mods --key studio.key");
    let line = format!("{RUN} --version-floors floors");
    desk.good(&line);
    let old = desk.read("mods/greeter/manifest.toml");
    let old_signature = desk.read("mods/greeter/bundle.sig");
    desk.write("mods/greeter/manifest.toml", old.replace("1.4.0", "1.5.0"));
    desk.good("sign mods/greeter --key studio.key --minimum-version 1.5.0");
    desk.good(&line);

    desk.write("mods/greeter/manifest.toml", old);
    desk.write("mods/greeter/bundle.sig", old_signature);
    let output = desk.command(&line).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let refused = "it is version 1.4.0, and this host takes 1.5.0 or newer";
    assert!(err(&output).contains(refused), "{}", err(&output));
    desk.write("floors", "rubbish\n");
    assert!(desk.bad(&line).contains("polyplug version floors 1"));
}

#[test]
fn check_warns_of_a_signature_that_no_longer_fits() {
    let desk = Desk::new();
    let check = || {
        let output = desk.command("check mods/greeter").output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", err(&output));
        err(&output)
    };
    assert_eq!(check(), "");
    desk.good("sign mods/greeter --key studio.key");
    assert_eq!(check(), "");
    desk.write("mods/greeter/lib/words.lua", "return { 1 }\n");
    let stale = "warning: mods/greeter: bundle.sig no longer fits";
    assert!(check().starts_with(stale) && check().contains("`lib/words.lua`"), "{}", check());
    desk.good("sign mods/greeter --key studio.key");
    desk.write("mods/greeter/bundle.sig", "rubbish");
    assert!(check().contains("line 1: expected"), "{}", check());
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
    assert!(told.ends_with("greeter runs on, load 1\n"), "{told}");

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
    let reader = std::thread::spawn(move || {
        let mut lines = BufReader::new(fs::File::open(pipe).unwrap()).lines();
        while !lines.next().unwrap().unwrap().contains("\"score\"") {}
    });
    let mut following = Following::new(&desk, "run mods --watch --audit pipe");
    reader.join().unwrap();
    for version in ["2", "3"] {
        desk.write("mods/greeter/main.lua", source("greeter") + "-- " + version);
        following.until("drained greeter");
    }
    let warned = following.end();
    assert_eq!(warned.matches("warning: pipe: the audit has a gap: ").count(), 1, "{warned}");
}

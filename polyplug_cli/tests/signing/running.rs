//! `polyplug run` and the others where signatures count: what they load and refuse.

use crate::desk::{Desk, err, manifest, out, source};
use crate::following::Following;
use serde_json::{Value, json};

const RUN: &str = "run mods --signatures required --trust-key studio.pub";

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
fn the_listing_says_what_was_read_of_a_refused_bundle() {
    let desk = Desk::new();
    desk.write("mods/broken/manifest.toml", "name = 3\n");
    desk.good("sign mods/score --key studio.key");
    let listed = desk.json(&(RUN.replace("run", "list") + " --json"));
    let told = |bundle: &Value| {
        json!([bundle["name"], bundle["version"], bundle["loader"], bundle["code"]])
    };
    let (broken, greeter) =
        (json!(["broken", null, null, null]), json!(["greeter", "1.4.0", "lua", "unsigned"]));
    let bundles: Vec<Value> = listed["bundles"].as_array().unwrap().iter().map(told).collect();
    assert_eq!(bundles[1..], [greeter.clone(), json!(["score", "0.0.0", "lua", null])]);
    let failed: Vec<Value> = listed["failed"].as_array().unwrap().iter().map(told).collect();
    assert_eq!(failed[1], greeter);
    assert_eq!((&bundles[0], &failed[0]), (&broken, &broken));
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
        assert!(
            err(&output).contains("`score` in mods/score would be refused"),
            "{command}: {}",
            err(&output)
        );
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
fn what_many_bundles_lack_is_told_shortly_and_what_to_do_once() {
    let desk = Desk::new();
    desk.write("mods/third/manifest.toml", manifest("third", ""));
    desk.write("mods/third/main.lua", source("third"));
    desk.good("sign mods/greeter mods/score --key studio.key");
    let id = desk.id();
    for policy in ["warn", "required"] {
        for command in [
            "run mods",
            "list mods",
            "inspect mods",
            "discover mods",
            "call mods test.greeter call()",
        ] {
            let line = format!("{command} --signatures {policy}");
            let told = err(&desk.command(&line).output().unwrap());
            if command == "discover mods" && policy == "warn" {
                assert_eq!(told, "", "what would happen is no warning");
                continue;
            }
            let unknown = format!(
                " its bundle.sig was made with the key {id}, which this host does not trust\n"
            );
            assert_eq!(told.matches(&unknown).count(), 2, "{line}: {told}");
            assert_eq!(told.matches(" it is not signed\n").count(), 1, "{line}: {told}");
            for advice in ["`polyplug trust add FILE`", "`polyplug sign`"] {
                assert_eq!(told.matches(advice).count(), 1, "{line}: {told}");
            }
            assert_eq!(told.matches("note: ").count(), 2, "{line}: {told}");
        }
    }
}

#[test]
fn a_manifest_that_goes_leaves_a_bundle_running() {
    let desk = Desk::new();
    let mut following = Following::new(&desk, "run mods --watch");
    std::fs::remove_file(desk.path("mods/greeter/manifest.toml")).unwrap();
    let told = following.until("runs on");
    assert!(told.contains(" failed greeter was not reloaded\n"), "{told}");
    assert!(told.ends_with("greeter runs on, load 1\n"), "{told}");
    following.end();
}

#[test]
fn check_says_what_is_wrong_with_a_signature_once() {
    let desk = Desk::new();
    desk.good("sign mods/greeter --key studio.key");
    desk.write("mods/greeter/lib/words.lua", "return { 1 }\n");
    for policy in ["off", "warn", "required"] {
        let line = format!("check mods/greeter --signatures {policy} --trust-key studio.pub");
        let told = err(&desk.command(&line).output().unwrap());
        assert_eq!(told.matches("`lib/words.lua`").count(), 1, "{policy}: {told}");
    }
}

#[test]
fn check_says_of_whom_a_bundle_lacks_something() {
    let desk = Desk::new();
    let needs = manifest("greeter", "[[dependency]]\ncontract = \"test.score@1\"\n");
    desk.write("mods/greeter/manifest.toml", needs);
    desk.good("check mods/greeter");
    desk.good("sign mods/greeter --key studio.key");
    let said = |line: &str| {
        let output = desk.command(line).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{line}: {}", out(&output));
        err(&output)
    };
    let refused = said("check mods/greeter --signatures required --trust-key studio.pub");
    let told = "says that it would, but it does not load: ";
    assert!(refused.contains("`score` in ") && refused.contains(told), "{refused}");
    assert!(refused.contains("it is not signed"), "{refused}");
    desk.write("mods/score/manifest.toml", manifest("score", "enabled = false\n"));
    let disabled = said("check mods/greeter");
    assert!(disabled.contains("it is turned off; remove `enabled = false`"), "{disabled}");
}

#[test]
fn check_says_of_whom_a_bundle_that_lies_elsewhere_lacks_something_in_the_words_of_run() {
    let desk = Desk::new();
    let needs = manifest("hud", "[[dependency]]\ncontract = \"test.score@1\"\n");
    for folder in ["made/hud", "mods/hud"] {
        desk.write(&format!("{folder}/manifest.toml"), &needs);
        desk.write(&format!("{folder}/main.lua"), source("hud"));
    }
    let why = |line: &str, told: &str| {
        let output = desk.command(line).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{line}: {}", out(&output));
        let said = err(&output);
        let at = said.find(told).unwrap_or_else(|| panic!("{line}: {said}"));
        said[at..].lines().next().unwrap().to_owned()
    };
    desk.write("mods/score/manifest.toml", manifest("score", "enabled = false\n"));
    let told = "`score` in mods/score says that it would, but it is turned off";
    assert_eq!(why("check made/hud --with mods", told), why("run mods", told));

    desk.write("mods/score/manifest.toml", manifest("score", ""));
    desk.write("mods/score/main.lua", "error('no luck')\n");
    let told = "`score` in mods/score says that it would, but it does not load";
    why("run mods", told);
    // Its own error is told nowhere else.
    assert!(why("check made/hud --with mods", told).contains("no luck"));

    std::fs::remove_dir_all(desk.path("mods/hud")).unwrap();
    let needs = manifest("score", "[[dependency]]\ncontract = \"test.hud@1\"\n");
    desk.write("mods/score/manifest.toml", needs);
    why("check made/hud --with mods", "bundles depend on each other in a circle");
}

#[test]
fn check_says_that_a_bundle_is_disabled() {
    let desk = Desk::new();
    desk.write("mods/score/manifest.toml", manifest("score", "enabled = false\n"));
    let output = desk.command("check mods/score").output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(
        err(&output).starts_with("note: its manifest says `enabled = false`"),
        "{}",
        err(&output)
    );
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

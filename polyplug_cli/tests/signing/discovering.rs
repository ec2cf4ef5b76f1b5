//! What `polyplug discover` says of bundles that it does not run.

use crate::desk::{Desk, err, manifest, out};
use serde_json::{Value, json};

/// With a bundle that asks and needs, one that is disabled, one that does not read, and a second folder.
fn desk() -> Desk {
    let desk = Desk::new();
    let more = "bundle_dependencies = [\"nobody\"]\n";
    desk.write("mods/shop/manifest.toml", manifest("shop", more));
    desk.write("mods/shop/main.lua", "error('it runs')\n");
    desk.write("mods/off/manifest.toml", manifest("off", "enabled = false\n"));
    desk.write("mods/broken/manifest.toml", "name = 3\n");
    desk.write("more/score/manifest.toml", manifest("score", "version = \"9.0.0\"\n"));
    desk.write("more/score/main.lua", "error('it runs')\n");
    desk.good("sign mods/greeter --key studio.key");
    desk
}

#[test]
fn bundles_are_told_without_being_run() {
    let desk = desk();
    let output =
        desk.command("discover mods more --trust-key studio.pub --signatures off").output();
    let output = output.unwrap();
    assert_eq!(output.status.code(), Some(1));
    let told = out(&output);
    for line in [
        "mods more  6 bundles, 2 would load\n",
        "✗ broken  would fail  mods/broken\n",
        "● greeter  1.4.0  lua  mods/greeter\n  signed by ",
        "- off  0.0.0  lua  disabled by its manifest  mods/off\n  not signed\n",
        "● score  0.0.0  lua  mods/score\n  not signed\n",
        "✗ shop  0.0.0  lua  would fail  mods/shop\n  not signed\n  provides test.shop@1\n  needs bundle `nobody`\n",
        "- score  9.0.0  lua  shadowed by mods/score  more/score\n",
    ] {
        assert!(told.contains(line), "{line}\n{told}");
    }
    let errors = err(&output);
    assert!(errors.contains("1 | name = 3\n"), "{errors}");
    assert!(errors.contains("`shop` depends on bundle `nobody`"), "{errors}");
    assert!(!errors.contains("it runs"), "{errors}");
}

#[test]
fn where_signatures_are_required_the_others_would_fail() {
    let desk = desk();
    let line = "discover mods --trust-key studio.pub --signatures required";
    let output = desk.command(line).output().unwrap();
    assert!(out(&output).contains("1 would load"), "{}", out(&output));
    let refused = "`score` in mods/score was refused by the signature policy: it is not signed";
    assert!(err(&output).contains(refused), "{}", err(&output));
}

#[test]
fn the_same_is_there_for_programs() {
    let desk = desk();
    let found = desk.json("discover mods more --json");
    let named = |at: usize| &found["bundles"][at];
    let prospects: Vec<&Value> = (0..6).map(|at| &named(at)["prospect"]).collect();
    let expected = ["would-fail", "would-load", "disabled", "would-load", "would-fail", "shadowed"];
    assert_eq!(prospects, expected);
    assert_eq!((&named(0)["version"], &named(0)["loader"]), (&Value::Null, &Value::Null));
    assert_eq!(named(1)["signature"]["signer"]["id"], desk.id());
    assert_eq!(named(1)["signature"]["code"], "unknown-key");
    assert_eq!(named(1)["digest"].as_str().unwrap().len(), 64);
    assert_eq!(named(4)["contracts"], json!(["test.shop@1"]));
    assert!(named(4)["error"].as_str().unwrap().contains("nobody"));
    assert_eq!(named(5)["shadowed_by"], "mods/score");
}

#[test]
fn a_folder_without_bundles_is_told() {
    let desk = desk();
    assert!(
        desk.bad("discover mods/greeter")
            .contains("this is a bundle itself; name the folder above it, mods, or")
    );
    assert!(desk.bad("discover nowhere").contains("nowhere"));
    assert_eq!(desk.command("discover").output().unwrap().status.code(), Some(2));
}

//! What `polyplug inspect` shows of signatures: what the runtime found, about the bytes that it loaded.

use crate::desk::{Desk, err, manifest, out, source};
use serde_json::{Value, json};

#[test]
fn inspect_shows_who_signed_what() {
    let desk = Desk::new();
    desk.good("sign mods/greeter --key studio.key --minimum-version 1.2.0");
    let id = desk.id();
    let unknown = desk.good("inspect mods");
    let told = format!("\n  signed with a key that is not trusted here: {id}\n");
    assert!(unknown.contains(&told), "{unknown}");
    let said = desk.good("inspect mods --signatures off --trust-key studio.pub");
    assert!(
        said.contains(&format!("\n  signed by {id} (studio), nothing before 1.2.0\n")),
        "{said}"
    );
    desk.good("trust add studio.pub --name Ada");
    let said = desk.good("inspect mods");
    assert!(said.contains(&format!("\n  signed by {id} (Ada), nothing before 1.2.0\n")), "{said}");
    assert_eq!(said.matches("\n  not signed\n").count(), 1, "{said}");
    let bundles = &desk.json("inspect mods --json")["bundles"];
    assert_eq!(bundles[0]["signature"]["signer"], json!({ "id": id, "name": "Ada" }));
    assert_eq!(bundles[1]["signature"]["verdict"], "unsigned");
}

#[test]
fn what_is_shown_is_what_was_judged() {
    let desk = Desk::new();
    // It takes its own signature away, while it is loaded, and puts another file there.
    let start = "os.remove('mods/greeter/bundle.sig') io.open('mods/greeter/new', 'w'):close()\n";
    desk.write("mods/greeter/main.lua", start.to_owned() + &source("greeter"));
    desk.good("sign mods/greeter --key studio.key");
    let id = desk.id();
    let verified = desk.json("verify mods/greeter --key studio.pub --json");
    let inspected = desk.json("inspect mods --signatures required --trust-key studio.pub --json");
    assert!(!desk.path("mods/greeter/bundle.sig").exists());
    let greeter = &inspected["bundles"][0];
    assert_eq!(greeter["signature"]["verdict"], "good");
    assert_eq!(greeter["signature"]["signer"], json!({ "id": id, "name": "studio" }));
    assert_eq!(greeter["digest"], verified["bundles"][0]["digest"]);
    assert_eq!(inspected["failed"][0]["signature"]["code"], "unsigned");
    let again = desk.command("inspect mods/greeter --signatures off").output().unwrap();
    assert!(again.status.success(), "{}", err(&again));
}

#[test]
fn a_provider_that_was_refused_provides_nothing() {
    let desk = Desk::new();
    let more = "bundle_dependencies = [\"score\"]\n[[dependency]]\ncontract = \"test.score@1\"\n";
    desk.write("mods/greeter/manifest.toml", manifest("greeter", more));
    desk.good("sign mods/greeter --key studio.key");
    let line = "inspect mods --signatures required --trust-key studio.pub";
    let failed = &desk.json(&format!("{line} --json"))["failed"];
    assert_eq!((&failed[0]["name"], &failed[1]["name"]), (&json!("greeter"), &json!("score")));
    for need in failed[0]["needs"].as_array().unwrap() {
        assert_eq!(
            (&need["missing"], &need["providers"], &need["refused"]),
            (&json!(true), &json!([]), &json!(["score"]))
        );
    }
    let told = out(&desk.command(line).output().unwrap());
    for line in [
        "needs test.score@1 1.0.0 or later: missing, score was not loaded\n",
        "needs bundle score: missing, score was not",
    ] {
        assert!(told.contains(line), "{line}: {told}");
    }
    desk.good("sign mods --key studio.key");
    assert!(desk.good(line).contains("needs test.score@1 1.0.0 or later from score\n"));
}

#[test]
fn of_what_failed_the_signature_is_told_if_somebody_looked() {
    let desk = Desk::new();
    desk.write("mods/broken/manifest.toml", "name = 3\n");
    desk.write("mods/shop/manifest.toml", manifest("shop", "bundle_dependencies = [\"nobody\"]\n"));
    desk.write("mods/shop/main.lua", "");
    desk.good("sign mods/shop --key studio.key");
    let failed = &desk.json("inspect mods --json")["failed"];
    let told = |at: usize| (&failed[at]["name"], &failed[at]["signature"]["verdict"]);
    assert_eq!(told(0), (&json!("broken"), &json!("unknown")));
    assert_eq!(told(1), (&json!("shop"), &json!("refused")));
    assert_eq!(failed[1]["signature"]["code"], "unknown-key");
    assert_eq!(failed[0]["digest"], Value::Null);
}

//! Bundles that are signed and verified.

use crate::desk::{Desk, err, out};
use serde_json::{Value, json};
use std::fs;

#[test]
fn a_bundle_is_signed_and_verified() {
    let desk = Desk::new();
    let said = desk.good("sign mods/greeter --key studio.key");
    let id = desk.id();
    let expected = format!("signed greeter 1.4.0  3 files  by {id}  mods/greeter/bundle.sig\n");
    assert_eq!(said, expected);
    let said = desk.good("verify mods/greeter --key studio.pub");
    assert_eq!(
        said,
        format!("good: greeter 1.4.0  3 files  signed by {id} (studio)  mods/greeter\n")
    );
    let signed = desk.read("mods/greeter/bundle.sig");
    assert_eq!(
        signed.lines().take(4).collect::<Vec<_>>(),
        ["polyplug bundle signature 1", &format!("key {id}"), "bundle greeter", "version 1.4.0"]
    );
}

#[test]
fn a_folder_of_bundles_is_signed_and_verified_one_by_one() {
    let desk = Desk::new();
    desk.write("mods/broken/manifest.toml", "name = 3\n");
    desk.write("mods/.hidden/manifest.toml", "name = 3\n");
    let output = desk.command("sign mods --key studio.key").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("1 | name = 3\n"), "{}", err(&output));
    assert!(!err(&output).contains(".hidden"), "{}", err(&output));
    assert_eq!(out(&output).lines().count(), 2, "{}", out(&output));
    let output = desk.command("verify mods --key studio.pub").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).starts_with("error: mods/broken/manifest.toml:1:8: "), "{}", err(&output));
    assert_eq!(out(&output).lines().count(), 2, "{}", out(&output));
}

#[test]
fn several_bundles_are_signed_and_verified_at_once() {
    let desk = Desk::new();
    let signed = desk.good("sign mods/score mods/greeter mods --key studio.key");
    assert_eq!(signed.lines().count(), 2, "{signed}");
    let verified = desk.json("verify mods/score mods/greeter --key studio.pub --json");
    assert_eq!(verified["bundles"][0]["name"], "score");
    assert_eq!(verified["bundles"][1]["name"], "greeter");
    desk.bad("sign mods/score nowhere --key studio.key");
    for line in ["sign --key studio.key", "verify --key studio.pub"] {
        assert_eq!(desk.command(line).output().unwrap().status.code(), Some(2), "{line}");
    }
}

#[test]
fn what_changed_after_signing_is_named() {
    let desk = Desk::new();
    let sign = || desk.good("sign mods/greeter --key studio.key");
    let verify = || desk.bad("verify mods/greeter --key studio.pub");
    sign();
    desk.write("mods/greeter/lib/words.lua", "return { 'else' }\n");
    assert_eq!(
        verify(),
        "error: mods/greeter: files that were signed have another content: `lib/words.lua`; get the \
         bundle again from its author, or sign it again with `polyplug sign`\n"
    );
    sign();
    desk.write("mods/greeter/.more", "");
    assert!(verify().contains("files were added that were not signed: `.more`;"), "{}", verify());
    fs::remove_file(desk.path("mods/greeter/.more")).unwrap();
    fs::rename(desk.path("mods/greeter/main.lua"), desk.path("mods/greeter/moved.lua")).unwrap();
    assert!(verify().contains("`main.lua` (now `moved.lua`)"), "{}", verify());
    fs::remove_file(desk.path("mods/greeter/moved.lua")).unwrap();
    assert!(verify().contains("missing: `main.lua`;"), "{}", verify());
    fs::remove_file(desk.path("mods/greeter/bundle.sig")).unwrap();
    assert!(verify().contains("it is not signed: it has no bundle.sig"), "{}", verify());
    assert!(desk.bad("verify mods/score").contains("mods/score: it is not signed"));
}

#[test]
fn a_signature_that_was_changed_is_refused() {
    let desk = Desk::new();
    desk.good("sign mods --key studio.key");
    let signed = desk.read("mods/greeter/bundle.sig");
    let verify = || desk.bad("verify mods/greeter --key studio.pub");
    let flipped = match signed.strip_suffix("0\n") {
        Some(rest) => format!("{rest}1\n"),
        None => format!("{}0\n", &signed[..signed.len() - 2]),
    };
    for (changed, said) in [
        (flipped, "was not made by the key"),
        (signed.replace("version 1.4.0", "version 1.5.0"), "was not made by the key"),
        (desk.read("mods/score/bundle.sig"), "is that of the bundle `score`"),
        (signed.replace("signature 1\n", "signature 2\n"), "made by a newer polyplug"),
        (signed.replace("key ", "key: "), "line 2: expected `key`"),
        (String::new(), "line 1: expected"),
    ] {
        desk.write("mods/greeter/bundle.sig", &changed);
        assert!(verify().contains(said), "{said}: {}", verify());
    }
}

#[test]
fn a_minimum_version_is_signed_and_not_forgotten_silently() {
    let desk = Desk::new();
    let said = desk.good("sign mods/greeter --key studio.key --minimum-version 1.2");
    assert!(said.contains("  nothing before 1.2.0  "), "{said}");
    assert!(desk.read("mods/greeter/bundle.sig").contains("\nminimum-version 1.2.0\n"));
    assert!(
        desk.good("verify mods --key studio.pub".replace("mods", "mods/greeter").as_str())
            .contains("nothing before 1.2.0")
    );
    let said = desk.bad("sign mods/greeter --key studio.key --minimum-version 1.5.0");
    assert!(said.contains("version 1.4.0 cannot demand at least 1.5.0"), "{said}");
    desk.good("sign mods/greeter --key studio.key --minimum-version 1.3");
    let output = desk.command("sign mods/greeter --key studio.key").output().unwrap();
    assert!(err(&output).starts_with("warning: "), "{}", err(&output));
    assert!(err(&output).contains("say --minimum-version 1.3.0 to keep that"), "{}", err(&output));
    for version in ["", "x", "1.2.3-rc.1", "99999999999"] {
        let mut command = desk.command("sign mods --key studio.key --minimum-version");
        assert_eq!(command.arg(version).output().unwrap().status.code(), Some(2), "{version}");
    }
}

#[test]
fn who_signs_what_another_has_signed_is_told() {
    let desk = Desk::new();
    desk.good("keygen other");
    desk.good("sign mods/score --key other.key");
    desk.good("sign mods/score --key other.key");
    let before = desk.read("mods/score/bundle.sig");
    let id = before.lines().nth(1).unwrap().strip_prefix("key ").unwrap().to_owned();
    let said = desk.good("sign mods/score --key studio.key");
    let told = format!("by {}, no longer by {id}  mods/score/bundle.sig\n", desk.key_id());
    assert!(said.ends_with(&told), "{said}");
}

#[test]
fn what_should_not_have_been_signed_is_told() {
    let desk = Desk::new();
    desk.write("mods/greeter/.git/HEAD", "");
    desk.write("mods/greeter/main.lua~", "");
    let output = desk.command("sign mods/greeter --key studio.key").output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let warned = err(&output);
    assert!(warned.contains("warning: mods/greeter: `.git/HEAD` is hidden"), "{warned}");
    assert!(warned.contains("`main.lua~` looks like an editor's leftover"), "{warned}");
    fs::copy(desk.path("studio.key"), desk.path("mods/score/mine")).unwrap();
    let said = desk.bad("sign mods/score --key studio.key");
    assert!(said.contains("mods/score: `mine` is the secret key itself"), "{said}");
    assert!(!desk.path("mods/score/bundle.sig").exists());
}

#[test]
fn a_bundle_for_other_machines_is_signed_and_verified() {
    let desk = Desk::new();
    let files = "[file.plan9]\nm68k = \"./bin/there.so\"\nmips = \"gone.so\"\n";
    let manifest = format!("name = \"far\"\nloader = \"native\"\n{files}");
    desk.write("mods/far/manifest.toml", manifest);
    desk.write("mods/far/bin/there.so", "");
    let output = desk.command("sign mods/far --key studio.key").output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert_eq!(
        err(&output),
        "warning: mods/far: `gone.so`, which manifest.toml names, is not there and was not signed; make \
         it, then sign again\n"
    );
    desk.good("verify mods/far --key studio.pub");
}

#[test]
#[cfg(unix)]
fn what_is_no_plain_file_is_not_signed() {
    let desk = Desk::new();
    std::os::unix::fs::symlink("main.lua", desk.path("mods/greeter/link.lua")).unwrap();
    let said = desk.bad("sign mods/greeter --key studio.key");
    assert!(said.contains("mods/greeter: `link.lua` is a symbolic link"), "{said}");
    assert!(!desk.path("mods/greeter/bundle.sig").exists());
}

#[test]
#[cfg(unix)]
fn what_may_be_a_bundle_is_not_passed_over() {
    let desk = Desk::new();
    desk.good("sign mods --key studio.key");
    desk.good("verify mods --key studio.pub");
    fs::create_dir(desk.path("mods/notes")).unwrap();
    std::os::unix::fs::symlink("../studio.pub", desk.path("mods/file")).unwrap();
    desk.good("verify mods --key studio.pub");
    // The second cannot be looked at by anybody.
    for (target, said) in
        [("nowhere", ": it is a link that leads nowhere"), ("link", "cannot be read")]
    {
        std::os::unix::fs::symlink(target, desk.path("mods/link")).unwrap();
        for line in ["verify mods --key studio.pub", "sign mods --key studio.key", "discover mods"]
        {
            let output = desk.command(line).output().unwrap();
            assert_eq!(output.status.code(), Some(1), "{target}: {line}");
            let told = err(&output);
            assert!(told.starts_with("error: mods/link") && told.contains(said), "{line}: {told}");
        }
        fs::remove_file(desk.path("mods/link")).unwrap();
    }
}

#[test]
fn a_folder_in_the_place_of_the_signature_is_told_as_one() {
    let desk = Desk::new();
    fs::create_dir(desk.path("mods/greeter/bundle.sig")).unwrap();
    let says = "bundle.sig is a folder";
    assert!(desk.bad("verify mods/greeter --key studio.pub").contains(says));
    for line in ["discover mods", "list mods"] {
        let required = format!("{line} --trust-key studio.pub --signatures required");
        assert!(err(&desk.command(&required).output().unwrap()).contains(says), "{line}");
    }
    let shown = desk.good("inspect mods --signatures off");
    assert_eq!(shown.matches(says).count(), 1, "{shown}");
    assert_eq!(shown.matches("\n  not signed\n").count(), 1, "{shown}");
}

#[test]
fn what_is_no_bundle_is_told_apart() {
    let desk = Desk::new();
    fs::create_dir(desk.path("empty")).unwrap();
    for (path, said) in [
        ("missing", "there is no such folder"),
        ("empty", "there is no bundle here"),
        ("studio.pub", "this is a file; name the bundle's folder"),
    ] {
        for line in [format!("sign {path} --key studio.key"), format!("verify {path}")] {
            assert_eq!(desk.bad(&line).lines().next().map(|line| line.contains(said)), Some(true));
        }
    }
    desk.good("sign mods/score/manifest.toml --key studio.key");
}

#[test]
fn a_verification_is_there_for_programs() {
    let desk = Desk::new();
    desk.good("sign mods/greeter --key studio.key --minimum-version 1.2.0");
    desk.good("trust add studio.pub");
    let verified = desk.json("verify mods --json");
    let (greeter, score) = (&verified["bundles"][0], &verified["bundles"][1]);
    assert_eq!((&greeter["name"], &greeter["version"]), (&json!("greeter"), &json!("1.4.0")));
    assert_eq!(greeter["digest"].as_str().unwrap().len(), 64);
    let signer = json!({ "id": desk.id(), "name": "studio" });
    let signature = json!({ "verdict": "good", "signer": signer, "minimum_version": "1.2.0", "code": null, "reason": null });
    assert_eq!(greeter["signature"], signature);
    assert_eq!(greeter["differences"], json!([]));
    assert_eq!(score["signature"]["code"], "unsigned");
    assert_eq!(score["signature"]["verdict"], "unsigned");
    assert_eq!(score["signature"]["signer"], Value::Null);
    desk.write("mods/greeter/main.lua", "");
    let verified = desk.json("verify mods --json");
    assert_eq!(verified["bundles"][0]["signature"]["verdict"], "refused");
    let reason = verified["bundles"][0]["signature"]["reason"].as_str().unwrap();
    assert!(reason.contains("`main.lua`"), "{reason}");
    assert_eq!(verified["bundles"][0]["signature"]["code"], "file-changed");
}

#[test]
fn all_that_differs_is_listed() {
    let desk = Desk::new();
    desk.good("sign mods/greeter --key studio.key");
    let verify = "verify mods/greeter --key studio.pub";
    (10..30).for_each(|at| desk.write(&format!("mods/greeter/new{at}"), "new"));
    let told = desk.bad(verify);
    let listed: Vec<&str> = told.lines().skip(1).collect();
    let added: Vec<String> = (10..30).map(|at| format!("  added `new{at}`")).collect();
    assert_eq!(listed, added, "{told}");

    desk.write("mods/greeter/main.lua", "");
    fs::rename(desk.path("mods/greeter/lib"), desk.path("mods/greeter/words")).unwrap();
    let told = desk.bad(verify);
    for line in ["  changed `main.lua`\n", "  renamed `lib/words.lua` (now `words/words.lua`)\n"] {
        assert!(told.contains(line), "{told}");
    }
    let verified = desk.json(&format!("{verify} --json"));
    let differences = verified["bundles"][0]["differences"].as_array().unwrap();
    assert_eq!(differences.len(), 22);
    let renamed = json!({ "kind": "renamed", "path": "words/words.lua", "from": "lib/words.lua" });
    assert!(differences.contains(&renamed), "{differences:?}");
}

#[test]
fn who_does_not_know_a_key_is_told_what_to_type() {
    let desk = Desk::new();
    desk.good("keygen other");
    desk.write("mods/a b/manifest.toml", crate::desk::manifest("spaced", ""));
    desk.write("mods/a b/main.lua", "");
    desk.good("sign mods --key studio.key");
    for (said, bundle) in [
        (desk.bad("verify mods/greeter --key other.pub"), "mods/greeter"),
        (err(&desk.command("verify").arg("mods/a b").output().unwrap()), "'mods/a b'"),
        (desk.bad("verify mods"), "BUNDLE"),
    ] {
        let id = desk.id();
        let typed = format!("  polyplug verify {bundle} --key FILE\n");
        assert_eq!(said.matches(&typed).count(), 1, "{said}");
        assert!(said.ends_with("\n  polyplug trust add FILE\n"), "{said}");
        assert!(
            said.contains(&format!("the key {id}, which this host does not trust\n")),
            "{said}"
        );
    }
}

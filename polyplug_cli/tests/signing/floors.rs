//! Which versions are too old: what `run` learns of it, and what the other commands make of it.

use crate::desk::{Desk, err};
use serde_json::json;

const RUN: &str = "run mods --signatures required --trust-key studio.pub";

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
fn only_what_works_with_bundles_writes_what_is_too_old() {
    let desk = Desk::new();
    desk.good("sign mods/score --key studio.key");
    desk.good("sign mods/greeter --key studio.key --minimum-version 1.4.0");
    let with = |line: &str| {
        format!("{line} --signatures required --trust-key studio.pub --version-floors floors")
    };
    for line in ["check mods/greeter", "list mods", "inspect mods", "discover mods"] {
        desk.good(&with(line));
        assert!(!desk.path("floors").exists(), "{line}");
    }
    desk.good(&with("run mods"));
    assert!(desk.read("floors").contains("floor 1.4.0 greeter\n"), "{}", desk.read("floors"));

    // What only looks goes by it all the same.
    desk.write("floors", "polyplug version floors 1\nfloor 2.0.0 greeter\n");
    for line in ["check mods/greeter", "list mods", "inspect mods", "discover mods"] {
        let output = desk.command(&with(line)).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{line}");
        assert!(
            err(&output).contains("this host takes 2.0.0 or newer"),
            "{line}: {}",
            err(&output)
        );
    }

    // What is shown of a signature is what was judged, with the floors.
    for line in ["inspect mods", "discover mods"] {
        let found = desk
            .json(&with(line).replace("required", "warn").replace(line, &format!("{line} --json")));
        let signature = &found["bundles"][0]["signature"];
        assert_eq!(
            (&signature["verdict"], &signature["code"]),
            (&json!("refused"), &json!("too-old"))
        );
    }
}

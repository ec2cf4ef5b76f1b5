//! What docs/command.md says of the exit codes where signatures are concerned.

use crate::desk::{Desk, err, manifest};

/// Command lines in their order, and how they end.
const LINES: [(i32, &str); 47] = [
    (0, "keygen ada"),
    (1, "keygen ada"),
    (1, "keygen bob --out ada.pub"),
    (2, "keygen a/b"),
    (2, "keygen"),
    (1, "verify mods"),
    (1, "discover mods --signatures required"),
    (1, "sign mods --key none.key"),
    (1, "sign none --key ada.key"),
    (2, "sign mods"),
    (2, "sign mods --key ada.key --minimum-version new"),
    (1, "sign mods/score --key ada.key --minimum-version 9.0.0"),
    (1, "sign all --key ada.key"),
    (0, "sign all/good --key ada.key"),
    (0, "sign mods --key ada.key"),
    (1, "verify mods"),
    (0, "verify mods --key ada.pub"),
    (1, "verify mods --key ada.key"),
    (1, "verify none --key ada.pub"),
    (1, "verify empty --key ada.pub"),
    (1, "verify mods --trust-store none"),
    (2, "verify"),
    (0, "trust list"),
    (1, "trust remove ada"),
    (1, "trust add none.pub"),
    (1, "trust add ada.key"),
    (0, "trust add ada.pub"),
    (0, "trust add ada.pub"),
    (0, "verify mods"),
    (0, "discover mods --signatures required"),
    (0, "run mods --signatures required"),
    (0, "list mods --signatures required"),
    (0, "inspect mods --signatures required"),
    (0, "check mods/score --signatures required"),
    (0, "trust remove ada"),
    (1, "trust revoke ada"),
    (0, "trust revoke ada.pub"),
    (0, "trust revoke ada.pub again"),
    (1, "trust add ada.pub"),
    (1, "verify mods --key ada.pub"),
    (1, "discover mods --signatures required --trust-key ada.pub"),
    (1, "run mods --signatures required --trust-key ada.pub"),
    (0, "run mods --signatures warn --trust-key ada.pub"),
    (0, "discover mods --signatures warn --trust-key ada.pub"),
    (1, "run mods --audit /dev/full"),
    (2, "run mods --trust-key ada.pub"),
    (2, "trust"),
];

#[test]
fn every_command_ends_as_the_page_says() {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("empty")).unwrap();
    desk.write("all/good/manifest.toml", manifest("good", ""));
    desk.write("all/good/main.lua", "");
    desk.write("all/bad/manifest.toml", "name = 3\n");
    // A bundle that is passed over is no failure.
    desk.write("mods/off/manifest.toml", manifest("off", "enabled = false\n"));
    desk.write("mods/off/main.lua", "");
    for (code, line) in LINES {
        let output = desk.command(line).output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{line}: {}", err(&output));
        assert!(code == 0 || !output.stderr.is_empty(), "{line}: why is not told");
        if line == "sign all --key ada.key" {
            assert!(desk.path("all/good/bundle.sig").exists(), "the others are signed");
        }
    }
    desk.write("home/.config/polyplug/trust", "rubbish\n");
    assert!(desk.bad("trust list").contains("line 1: "));
}

#[test]
fn the_page_has_a_row_for_each() {
    let page = include_str!("../../../docs/command.md");
    let rows = page.split("| command | 0 | 1 |\n").nth(1).unwrap();
    for (_, line) in LINES {
        let words: Vec<&str> = line.split(' ').collect();
        let command = match words[..] {
            ["trust", which @ ("add" | "list" | "remove" | "revoke"), ..] => {
                format!("trust {which}")
            }
            _ => words[0].to_owned(),
        };
        let is_told = command == "trust" || rows.contains(&format!("`{command}`"));
        assert!(is_told, "{command}");
    }
}

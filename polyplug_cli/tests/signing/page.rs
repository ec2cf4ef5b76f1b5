//! docs/trust.md does what it says: its commands are run in order, and what it shows is what is written.

use crate::desk::Desk;
use std::fs;
use std::path::Path;
use std::process::Command;

/// What the page calls the key's id.
const ID: &str = "5d1f0c0e8a7b9c34";

/// A block of the page: its language, and its lines.
fn blocks(page: &str) -> Vec<(&str, Vec<&str>)> {
    let mut lines = page.lines().map(str::trim_start);
    let mut blocks = Vec::new();
    while let Some(opening) = lines.find(|line| line.starts_with("```")) {
        let text = lines.by_ref().take_while(|line| *line != "```").collect();
        blocks.push((&opening[3..], text));
    }
    blocks
}

/// What is written with the key's true id, on both streams, and whether the command went well.
fn shell(desk: &Desk, line: &str) -> (String, bool) {
    let binaries = Path::new(env!("CARGO_BIN_EXE_polyplug")).parent().unwrap().to_owned();
    let path = format!("{}:{}", binaries.display(), std::env::var("PATH").unwrap());
    let id = desk.path("studio.pub").exists().then(|| desk.key_id());
    let line = id.as_ref().map_or(line.to_owned(), |id| line.replace(ID, id));
    let mut command = Command::new("sh");
    command.args(["-c", &format!("exec 2>&1\n{line}")]).env("PATH", path);
    desk.equip(&mut command);
    if let Ok(key) = fs::read_to_string(desk.path("studio.key")) {
        command.env("STUDIO_KEY", key);
    }
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    (id.map_or(text.clone(), |id| text.replace(&id, ID)), output.status.success())
}

#[test]
fn the_page_does_what_it_says() {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/trust.md"));
    let page = page.unwrap();
    let desk = Desk::empty();
    let manifest =
        "name = \"greeter\"\nversion = \"1.4.0\"\nloader = \"lua\"\nfile = \"bundle.lua\"\n";
    desk.write("mods/greeter/manifest.toml", manifest);
    desk.write("mods/greeter/bundle.lua", crate::desk::source("greeter"));
    desk.write("mods/greeter/lib/words.lua", "return {}\n");
    let has_openssl = Command::new("openssl").arg("version").output().is_ok();
    let mut commands = 0;
    for (_, lines) in blocks(&page).into_iter().filter(|(language, _)| *language == "sh") {
        let text = lines.join("\n") + "\n";
        for entry in text.split("$ ").skip(1).filter(|_| text.starts_with("$ ")) {
            let (line, printed) = entry.split_once('\n').unwrap();
            assert_eq!(shell(&desk, line).0, printed, "{line}");
            commands += 1;
        }
        for line in lines.into_iter().filter(|_| !text.starts_with("$ ")) {
            if line.starts_with("openssl") && !has_openssl {
                println!("there is no openssl, so this is not run: {line}");
                continue;
            }
            let (written, went_well) = shell(&desk, line);
            assert!(went_well, "{line}: {written}");
            commands += 1;
        }
    }
    assert_eq!(commands, if has_openssl { 16 } else { 14 });
    if has_openssl {
        desk.good("sign mods --key ada.key");
        desk.good("verify mods --key ada.pub");
    }
    desk.good("sign mods --key studio.key --minimum-version 1.2.0");
    let id = desk.key_id();
    let shown = shown_signature(&page);
    assert_eq!(essence(&desk.read("mods/greeter/bundle.sig").replace(&id, ID)), essence(&shown));
    let line = blocks(&page).into_iter().find(|(language, _)| *language == "json").unwrap().1;
    let keys = |text: &str| -> Vec<String> {
        let object: serde_json::Value = serde_json::from_str(text).unwrap();
        object.as_object().unwrap().keys().cloned().collect()
    };
    let audit = desk.read("audit.jsonl");
    assert_eq!(keys(audit.lines().next().unwrap()), keys(line[0]));
}

fn shown_signature(page: &str) -> String {
    let all = blocks(page);
    let (_, lines) = all.iter().find(|(language, _)| language.is_empty()).unwrap();
    lines.join("\n")
}

/// A signature without what differs from key to key and from bundle to bundle.
fn essence(signature: &str) -> Vec<String> {
    let line = |line: &str| {
        let words: Vec<&str> = line.split(' ').collect();
        match words[..] {
            ["file", _, _, path] => format!("file {path}"),
            ["signature", _] => "signature".to_owned(),
            _ => line.to_owned(),
        }
    };
    signature.lines().map(line).collect()
}

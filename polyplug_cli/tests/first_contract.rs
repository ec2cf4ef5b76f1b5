//! docs/first-contract.md does what it says: its files are written, its commands are run in order, and
//! print what stands there.

#![cfg(all(feature = "lua", unix))]
#![expect(clippy::unwrap_used, reason = "the helpers of tests may panic as tests do")]

use std::fs;
use std::path::Path;
use std::process::Command;

#[test]
fn the_page_does_what_it_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let page = fs::read_to_string(root.join("docs/first-contract.md")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (mut files, mut commands) = (0, 0);
    for block in page.split("\n```").skip(1).step_by(2) {
        let (language, text) = block.split_once('\n').unwrap();
        let text = format!("{text}\n");
        if language == "sh" {
            commands += transcript(folder.path(), &text);
        } else {
            let first = text.lines().next().unwrap();
            let path = first.trim_start_matches(['/', '-', ' ']);
            fs::write(folder.path().join(path), &text).unwrap();
            files += 1;
        }
    }
    assert_eq!((files, commands), (2, 8));
}

/// Runs what stands behind each `$` and holds what it prints against the lines below; how many commands.
fn transcript(folder: &Path, text: &str) -> usize {
    let binaries = Path::new(env!("CARGO_BIN_EXE_polyplug")).parent().unwrap().to_owned();
    let path = format!("{}:{}", binaries.display(), std::env::var("PATH").unwrap());
    let entries: Vec<&str> = text.split("$ ").skip(1).collect();
    for entry in &entries {
        let (command, printed) = entry.split_once('\n').unwrap();
        let output = Command::new("sh")
            .args(["-c", &format!("{command} 2>&1")])
            .env("PATH", &path)
            .current_dir(folder)
            .output()
            .unwrap();
        assert_eq!(String::from_utf8(output.stdout).unwrap(), printed, "{command}");
    }
    entries.len()
}

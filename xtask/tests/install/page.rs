//! docs/install.md, followed from top to bottom.

use crate::prefix::{alone, install};
use crate::tools::is_installed;
use std::path::Path;
use std::process::Command;

/// In the place of the clone's cargo: the same arguments, of a build that is there already.
const CARGO: &str = "cargo() { test \"$1\" = xtask && shift && \"$XTASK\" \"$@\" $MORE; }\n";

#[test]
fn the_page_about_installing_works_as_it_stands() {
    let tools = ["pkg-config", "cmake", "cc", "c++"];
    if !tools.into_iter().all(|tool| is_installed(tool, "docs/install.md")) {
        return;
    }
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("it is in a workspace");
    let page = std::fs::read_to_string(workspace.join("docs/install.md")).expect("it is text");
    let home = tempfile::tempdir().expect("a temporary folder");
    let work = home.path().join("work");
    std::fs::create_dir(&work).expect("the folder is ours");
    std::os::unix::fs::symlink(workspace, work.join("polyplug")).expect("the folder is ours");
    for (language, file) in [("c", "main.c"), ("cpp", "main.cpp"), ("cmake", "CMakeLists.txt")] {
        let blocks = blocks(&page, language);
        assert_eq!(blocks.len(), 1, "one {file}");
        std::fs::write(work.join(file), &blocks[0]).expect("the folder is ours");
    }

    let script = CARGO.to_owned() + &blocks(&page, "sh").concat();
    let installer = install(&[]);
    let more = installer.get_args().skip(1).map(|argument| argument.to_string_lossy());
    let mut shell = Command::new("sh");
    shell.current_dir(&work).args(["-e", "-u", "-c", &script]);
    shell.env("HOME", home.path()).env("XTASK", installer.get_program());
    // rustup and cargo are found by the real home.
    for (variable, folder) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
        if let (None, Some(real)) = (std::env::var_os(variable), std::env::home_dir()) {
            shell.env(variable, real.join(folder));
        }
    }
    let said = alone(shell.env("MORE", more.collect::<Vec<_>>().join(" ")));

    let answers = said.matches("20 + 22 = 42\n").count();
    assert_eq!(answers, 7, "two shared, two static, CMake, two by hand:\n{said}");
}

/// The contents of the page's blocks in a language.
fn blocks(page: &str, language: &str) -> Vec<String> {
    let opening = format!("```{language}\n");
    let begun = page.split(&opening).skip(1);
    begun.filter_map(|rest| Some(rest.split_once("```")?.0.to_owned())).collect()
}

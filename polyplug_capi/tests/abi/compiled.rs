//! The header, compiled by `cc` in a folder of its own.

use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A file that was compiled; it goes away with its folder.
pub(crate) struct Compiled {
    path: PathBuf,
    _folder: TempDir,
}

impl Compiled {
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

/// Compiles `code`, which includes `header`, with these flags.
pub(crate) fn compile(header: &str, code: &str, flags: &[&str], name: &str) -> Compiled {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let headers = folder.path().join("polyplug");
    std::fs::create_dir(&headers).expect("the folder is ours");
    std::fs::write(headers.join("polyplug.h"), header).expect("the folder is ours");
    std::fs::write(folder.path().join("source.c"), code).expect("the folder is ours");

    // From inside, so that debug information names no folder.
    let mut cc = Command::new("cc");
    cc.current_dir(folder.path()).args(["-std=c11", "-I."]).args(flags);
    output_of(cc.args(["source.c", "-o", name]));
    Compiled { path: folder.path().join(name), _folder: folder }
}

/// Compiles and runs `code`; answers what it prints.
pub(crate) fn run(header: &str, code: &str) -> String {
    let program = compile(header, code, &["-Wall", "-Werror"], "program");
    output_of(&mut Command::new(program.path()))
}

fn output_of(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {}\n{complained}", output.status);
    String::from_utf8(output.stdout).expect("the output is text")
}

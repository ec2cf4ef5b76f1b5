//! docs/cpp.md does what it says: its first program and bundle are built by its own commands and change as
//! they should, and every other block stands in a program that is compiled and run.

use crate::build::{compilers, library, root, scratch};
use crate::cpp_programs::{WITH_EXCEPTIONS, bundle, link};
use crate::page;
use crate::programs::succeeds;
use std::io::{BufRead, BufReader, Lines};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

/// The files that blocks without a path of their own are taken from.
const SOURCES: [&str; 2] = ["page_host.cpp", "page_plugin.cpp"];

#[test]
fn the_page_can_be_followed() {
    let page = page::read("cpp.md");
    let folder = scratch(&[]);
    page::write_files("cpp.md", folder.path());
    let commands = commands(&page);
    let [build_bundle, build_program] = commands[..] else { panic!("{commands:?}") };
    run(build_bundle, folder.path());
    run(build_program, folder.path());
    let mut game = Game::start(folder.path());
    game.prints("42");

    let code = folder.path().join("mods/adder/adder.cpp");
    let text = std::fs::read_to_string(&code).expect("it was written");
    std::fs::write(&code, text.replace("a + b", "a * b")).expect("the folder is writable");
    run(build_bundle, folder.path());
    game.prints("440");
}

#[test]
fn every_block_stands_in_a_source_that_is_compiled() {
    let sources = SOURCES.map(|source| {
        let path = root().join("tests/cpp").join(source);
        without_indentation(&std::fs::read_to_string(path).expect("the source is readable"))
    });
    let page = page::read("cpp.md");
    let pieces = page::pieces(&page, "cpp");
    for piece in &pieces {
        let piece = format!("{}\n", without_indentation(piece).trim());
        assert!(sources.iter().any(|source| source.contains(&piece)), "not found:\n{piece}");
    }
    assert!(pieces.len() > 10, "the page has {} pieces", pieces.len());
}

#[test]
fn the_blocks_of_the_page_work() {
    for compiler in compilers("c++", "clang++") {
        let folder = scratch(&["test_plugin_lua", "greeter/lua"]);
        let (mods, program) = (folder.path().join("mods"), folder.path().join("program"));
        bundle(compiler, WITH_EXCEPTIONS, "page_plugin", &mods);
        std::fs::write(folder.path().join("trust"), "# nobody yet\n").expect("it is writable");
        link(compiler, WITH_EXCEPTIONS, "page_host", &program);
        succeeds(Command::new(&program).arg(&mods));
    }
}

/// The program of the page, until this goes.
struct Game {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Game {
    fn start(folder: &Path) -> Self {
        let mut child = Command::new(folder.join("game/game"))
            .arg("mods")
            .current_dir(folder)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        Self { child, lines }
    }

    /// Waits for a line; the program ends by itself after a minute.
    fn prints(&mut self, expected: &str) {
        let found = self.lines.any(|line| line.is_ok_and(|line| line == expected));
        assert!(found, "it never printed {expected}");
    }
}

impl Drop for Game {
    fn drop(&mut self) {
        // It may have ended already, and is waited for in every case.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The commands that compile.
fn commands(page: &str) -> Vec<&str> {
    let lines = page::pieces(page, "sh").into_iter().flat_map(str::lines);
    lines.filter(|line| line.starts_with("c++ ")).collect()
}

/// Runs a command of the page; polyplug is not where the page installs it.
fn run(command: &str, folder: &Path) {
    let include = format!("-I {}", root().join("include").display());
    let libraries = library().folder.display().to_string();
    let command = command
        .replace("$(pkg-config --cflags polyplug)", &include)
        .replace(
            "$(pkg-config --cflags --libs polyplug)",
            &format!("{include} -L {libraries} -lpolyplug"),
        )
        .replace("$HOME/polyplug/lib", &libraries);
    assert!(!command.contains('$'), "{command}");
    succeeds(Command::new("sh").args(["-c", &command]).current_dir(folder));
}

fn without_indentation(text: &str) -> String {
    text.lines().map(|line| format!("{}\n", line.trim())).collect()
}

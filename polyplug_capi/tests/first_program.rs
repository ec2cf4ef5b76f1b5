//! The program that docs/c.md begins with: at most 40 lines, printed there as it is. The page is
//! followed: its bundles are written, the program runs them, and they change under it.

use crate::build::root;
use crate::page;
use crate::programs::{link, succeeds};
use crate::valgrind;
use std::io::{BufRead, BufReader, Lines};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};
use tempfile::TempDir;

#[test]
fn it_has_forty_lines_and_is_in_the_book() {
    let program = std::fs::read_to_string(source()).expect("the program is readable");
    assert!(program.lines().count() <= 40);
    assert!(page::read("c.md").contains(&program), "docs/c.md shows another program");
}

#[test]
fn it_survives_a_rebuild_of_the_library() {
    survives_a_rebuild(&[]);
}

#[test]
fn it_survives_a_rebuild_of_the_library_and_leaves_nothing_behind() {
    if let Some(valgrind) = valgrind::command() {
        survives_a_rebuild(valgrind);
    }
}

#[test]
fn it_survives_an_edit_of_the_script() {
    survives_an_edit(&[]);
}

#[test]
fn it_survives_an_edit_of_the_script_and_leaves_nothing_behind() {
    if let Some(valgrind) = valgrind::command() {
        survives_an_edit(valgrind);
    }
}

#[test]
fn the_pieces_of_the_page_compile() {
    let page = page::read("c.md");
    let (mut outside, mut inside) = (String::new(), String::new());
    for piece in page::pieces(&page, "c") {
        if piece.contains("int main(") {
            continue;
        }
        let is_function =
            ["static void ", "static uint32_t "].iter().any(|at| piece.starts_with(at));
        match is_function {
            true => outside.push_str(piece),
            false => inside.push_str(&format!("{{\n{piece}}}\n")),
        }
    }
    let folder = TempDir::new().expect("a temporary folder");
    let file = folder.path().join("pieces.c");
    let program = format!("{KNOWN}\n{outside}\nvoid pieces(void) {{\n{inside}\n}}\n");
    std::fs::write(&file, program).expect("it is writable");
    let mut cc = Command::new("cc");
    cc.args(["-std=c11", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-I"])
        .arg(root().join("include"));
    succeeds(cc.arg(file));
    assert!(page::pieces(&page, "c").len() > 8);
}

/// The bundle of native.md, and its hooks, which are a piece of another one.
#[test]
fn the_bundle_of_the_page_about_native_code_compiles() {
    let page = page::read("native.md");
    let folder = TempDir::new().expect("a temporary folder");
    page::write_files("native.md", folder.path());
    let hooks = page::pieces(&page, "c").concat();
    std::fs::write(
        folder.path().join("hooks.c"),
        format!("#include <polyplug/polyplug.h>\n{hooks}"),
    )
    .expect("it is writable");
    for file in ["counter/counter.c", "hooks.c"] {
        let mut cc = Command::new("cc");
        cc.args(["-std=c11", "-fsyntax-only", "-Wall", "-Werror", "-I"])
            .arg(root().join("include"));
        succeeds(cc.arg(folder.path().join(file)));
    }
    assert!(hooks.contains("polyplug_adopt_check"), "{hooks}");
}

/// What the pieces take for granted.
const KNOWN: &str = "
    #include <polyplug/polyplug.h>
    #include <stdio.h>
    #include <string.h>
    const PolyplugHostApi *host;
    const PolyplugContract *contract, *greeter;
    PolyplugGuestContractInstance stateless;
    uint32_t numbers[2], sum, count;
    int engine;
    PolyplugAbiError error;
    void pieces(void);
";

fn survives_a_rebuild(under: &[&str]) {
    let folder = TempDir::new().expect("a temporary folder");
    page::write_files("c.md", folder.path());
    compile_adder(folder.path());
    let mut running = Running::start(under, folder.path(), "mods");
    running.read_until("42");
    edit(&folder.path().join("mods/adder/adder.c"));
    compile_adder(folder.path());
    running.read_until("440");
    std::fs::write(folder.path().join("mods/adder/adder.so"), "no library")
        .expect("it is writable");
    running.read_error("adder.so");
    running.read_until("440");
    running.interrupt();
}

fn survives_an_edit(under: &[&str]) {
    let folder = TempDir::new().expect("a temporary folder");
    page::write_files("c.md", folder.path());
    let script = folder.path().join("scripts/adder/adder.lua");
    let mut running = Running::start(under, folder.path(), "scripts");
    running.read_until("42");
    edit(&script);
    running.read_until("440");
    std::fs::write(&script, "local function = 3").expect("it is writable");
    running.read_error("adder.lua:1");
    running.read_until("440");
    running.interrupt();
}

/// As the page does, but for where the header is.
fn compile_adder(folder: &Path) {
    let mut cc = Command::new("cc");
    cc.args(["-shared", "-fPIC", "-fvisibility=hidden", "-Wall", "-Wpedantic", "-Werror", "-I"]);
    cc.arg(root().join("include")).args(["mods/adder/adder.c", "-o", "mods/adder/adder.so"]);
    succeeds(cc.current_dir(folder));
}

/// Makes the sum a product.
fn edit(file: &Path) {
    let code = std::fs::read_to_string(file).expect("it is readable");
    let edited = code.replace("numbers[0] + numbers[1]", "numbers[0] * numbers[1]");
    assert!(edited != code, "{} adds nothing", file.display());
    std::fs::write(file, edited).expect("it is writable");
}

fn source() -> PathBuf {
    root().join("examples/hello/c/frames.c")
}

/// The program while it runs.
struct Running {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    errors: Lines<BufReader<ChildStderr>>,
}

impl Running {
    fn start(under: &[&str], folder: &Path, mods: &str) -> Self {
        let program = folder.join("program");
        link("cc", &source(), &program);
        let mut words = under.iter().map(Path::new).chain([program.as_path()]);
        let mut child = Command::new(words.next().expect("there is a program"))
            .args(words)
            .arg(mods)
            .current_dir(folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        let errors = BufReader::new(child.stderr.take().expect("it is piped")).lines();
        Self { child, lines, errors }
    }

    fn read_until(&mut self, expected: &str) {
        let found = self.lines.by_ref().map_while(Result::ok).take(10_000);
        assert!(found.into_iter().any(|line| line == expected), "`{expected}` was not printed");
    }

    fn read_error(&mut self, expected: &str) {
        let mut found = self.errors.by_ref().map_while(Result::ok);
        assert!(found.any(|line| line.contains(expected)), "`{expected}` was not said");
    }

    fn interrupt(mut self) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args(["-INT", &pid]).status().expect("kill starts");
        assert!(sent.success());
        for _ in self.lines.by_ref() {}
        let said: Vec<String> = self.errors.by_ref().map_while(Result::ok).collect();
        let status = self.child.wait().expect("it is our child");
        assert!(status.success(), "{status}: {said:#?}");
    }
}

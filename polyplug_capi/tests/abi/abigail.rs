//! The ABI as libabigail sees it (Debian: abigail-tools): a dump that is checked in, and abidiff.
//!
//! What is dumped is a library that C makes of the header: every function of it, doing nothing, and
//! one for each type, so that also those are followed that only plugins use.

use crate::compiled::{self, Compiled};
use crate::declarations::{self, Declaration};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output};

/// The bits of abidiff's exit code for having failed; the others are about differences.
const FAILED: i32 = 0b11;

/// The library of a header; nothing if the dumps cannot be compared on this machine.
pub(crate) fn library(header: &str) -> Option<Compiled> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        skip("the dump is of x86-64 Linux");
        return None;
    }
    if Command::new("abidiff").arg("--version").output().is_err() {
        skip("abidiff is not installed (Debian: abigail-tools)");
        return None;
    }
    let code = stand_in(&declarations::of(header));
    let flags = ["-g", "-O0", "-shared", "-fPIC", "-Wl,-soname,libpolyplug.so.0"];
    Some(compiled::compile(header, &code, &flags, "libpolyplug.so"))
}

/// Writes the dump of a library.
pub(crate) fn write(library: &Compiled, dump: &Path) {
    let mut abidw = Command::new("abidw");
    // Nothing of the machine: neither paths nor lines.
    abidw.args(["--no-corpus-path", "--no-comp-dir-path", "--no-show-locs", "--no-elf-needed"]);
    let output = run(abidw.arg("--out-file").arg(dump).arg(library.path()));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// What abidiff says if `library` breaks what the dump promises. Additions are none of its business:
/// the list of the ABI has them.
pub(crate) fn broken(dump: &Path, library: &Compiled) -> Option<String> {
    let growing = Path::new(env!("CARGO_MANIFEST_DIR")).join("abi/growing.abignore");
    let mut abidiff = Command::new("abidiff");
    abidiff.args(["--no-added-syms", "--suppressions"]).arg(growing);
    let output = run(abidiff.arg(dump).arg(library.path()));
    let report = String::from_utf8_lossy(&output.stdout).into_owned();
    let code = output.status.code().unwrap_or(FAILED);
    assert!(code & FAILED == 0, "{report}{}", String::from_utf8_lossy(&output.stderr));
    (code != 0).then_some(report)
}

fn stand_in(declarations: &[Declaration]) -> String {
    let mut code = String::from("#include <polyplug/polyplug.h>\n\n");
    for declaration in declarations {
        let written = match declaration {
            Declaration::Function { name, signature } => {
                let result = &signature.result;
                let parameters = signature.parameters.join(", ");
                writeln!(code, "{result} {name}({parameters}) {{ __builtin_trap(); }}")
            }
            Declaration::Record { name, .. } | Declaration::Callback { name, .. } => {
                writeln!(code, "void knows_{name}({name} *it) {{ (void)it; }}")
            }
            Declaration::Constant { .. } => Ok(()),
        };
        written.expect("a text is writable");
    }
    code
}

fn run(command: &mut Command) -> Output {
    command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"))
}

fn skip(why: &str) {
    // Not eprintln!, which is shown for tests that fail.
    let _ = writeln!(std::io::stderr(), "SKIPPED: the comparison by abidiff: {why}");
}

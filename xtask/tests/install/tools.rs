//! Compilers and other programs that a machine has or has not.

use crate::prefix::Prefix;
use std::io::Write;
use std::process::Command;

/// A C compiler and the C++ compiler that belongs to it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Compilers {
    pub(crate) c: &'static str,
    pub(crate) cpp: &'static str,
}

const COMPILERS: [Compilers; 2] =
    [Compilers { c: "gcc", cpp: "g++" }, Compilers { c: "clang", cpp: "clang++" }];

impl Compilers {
    /// Those that are installed.
    pub(crate) fn installed() -> Vec<Self> {
        let there = |pair: &Self| {
            is_installed(pair.c, "programs in C") && is_installed(pair.cpp, "programs in C++")
        };
        COMPILERS.into_iter().filter(there).collect()
    }
}

/// The flags that pkg-config gives for a query about what is in `prefix`; nothing without pkg-config.
pub(crate) fn pkg_config(prefix: &Prefix, query: &[&str]) -> Option<Vec<String>> {
    if !is_installed("pkg-config", "programs that use pkg-config") {
        return None;
    }
    let mut command = Command::new("pkg-config");
    command.env("PKG_CONFIG_PATH", prefix.file("lib/pkgconfig")).args(query);
    Some(output_of(&mut command).split_whitespace().map(str::to_owned).collect())
}

/// Whether a program is there. If not, says that `what` is not tested.
pub(crate) fn is_installed(program: &str, what: &str) -> bool {
    let there = Command::new(program).arg("--version").output();
    let is_there = there.is_ok_and(|output| output.status.success());
    if !is_there {
        skip(what, &format!("`{program}` is not installed"));
    }
    is_there
}

/// Says on standard error, past the test harness, that something is not tested.
pub(crate) fn skip(what: &str, why: &str) {
    // Not eprintln!, which is shown for tests that fail.
    let _ = writeln!(std::io::stderr(), "SKIPPED: {what}: {why}");
}

/// What a command prints; it must succeed.
pub(crate) fn output_of(command: &mut Command) -> String {
    // The workspace's flags are for building LuaJIT.
    let output = command.env_remove("CFLAGS").output();
    let output = output.unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {}\n{said}{complained}", output.status);
    said
}

//! How every program here is run under valgrind.

use crate::build::is_installed;

/// What is still reachable at the end is caches; what may be lost is a record of the main thread that
/// Rust's standard library keeps by a pointer into its middle. Without the fair scheduler a thread may
/// wait for seconds in the middle of a call, and a reload for it.
const COMMAND: [&str; 7] = [
    "valgrind",
    "-q",
    "--fair-sched=yes",
    "--leak-check=full",
    "--errors-for-leak-kinds=definite,indirect",
    "--show-leak-kinds=definite,indirect",
    "--error-exitcode=9",
];

/// What is written before a program's name; `None` if valgrind is not installed, which is said.
pub(crate) fn command() -> Option<&'static [&'static str]> {
    if !is_installed(COMMAND[0]) {
        println!("skipped: valgrind is not installed");
        return None;
    }
    Some(&COMMAND)
}

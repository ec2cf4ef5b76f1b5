//! Tests that run themselves once more in a process of their own.

use std::env;
use std::process::Command;

const ARGUMENT: &str = "POLYPLUG_TEST_CHILD";

/// What this process was given, if it is such a child.
pub(crate) fn argument() -> Option<String> {
    env::var(ARGUMENT).ok()
}

/// A process that runs the test `name` alone, with an argument for it.
pub(crate) fn running(name: &str, argument: &str) -> Command {
    let mut child = Command::new(env::current_exe().expect("this program has a path"));
    child.args(["--exact", name, "--nocapture"]).env(ARGUMENT, argument);
    child
}

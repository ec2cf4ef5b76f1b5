//! `polyplug run --watch`, as a person at a terminal sees it.

use crate::desk::{Desk, err};
use std::io::{BufRead, BufReader, Lines};
use std::process::{Child, ChildStdout, Command, Stdio};

/// A folder that is followed.
pub(crate) struct Following {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    /// What it told of the folder as it found it.
    pub(crate) found: String,
}

impl Following {
    pub(crate) fn new(desk: &Desk, line: &str) -> Self {
        let mut command = desk.command(line);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let found = until(&mut lines, "following the files");
        Self { child, lines, found }
    }

    /// All lines up to the one with `part` in it.
    pub(crate) fn until(&mut self, part: &str) -> String {
        until(&mut self.lines, part)
    }

    /// Ends it as a person does; what stderr got.
    #[track_caller]
    pub(crate) fn end(self) -> String {
        let (code, told) = self.ended();
        assert_eq!(code, Some(0), "{told}");
        told
    }

    /// Ends it as a person does; its exit code, and what stderr got.
    pub(crate) fn ended(self) -> (Option<i32>, String) {
        let killed = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status();
        assert!(killed.unwrap().success());
        // It writes until its end.
        self.lines.for_each(drop);
        let output = self.child.wait_with_output().unwrap();
        (output.status.code(), err(&output))
    }
}

fn until(lines: &mut Lines<BufReader<ChildStdout>>, part: &str) -> String {
    let mut told = String::new();
    while !told.contains(part) {
        told += &lines.next().unwrap().unwrap();
        told.push('\n');
    }
    told
}

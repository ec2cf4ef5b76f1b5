//! Programs of the system that a task runs.

use crate::failure::Failure;
use std::process::Command;

/// A program, and what to do if there is none.
pub(crate) struct Tool {
    name: String,
    advice: &'static str,
}

impl Tool {
    /// The program `name`, unless the environment variable `variable` names another, as it does when
    /// one builds for another machine.
    pub(crate) fn new(name: &str, variable: &str, advice: &'static str) -> Self {
        let name = std::env::var(variable).unwrap_or_else(|_| name.to_owned());
        Self { name, advice }
    }

    pub(crate) fn command(&self) -> Command {
        Command::new(&self.name)
    }

    /// Runs a command of this tool and answers what it printed.
    pub(crate) fn run(&self, command: &mut Command) -> Result<String, Failure> {
        let missing =
            |source| Failure::Missing { program: self.name.clone(), source, advice: self.advice };
        let output = command.output().map_err(missing)?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        Err(Failure::Tool {
            command: format!("{command:?}"),
            output: String::from_utf8_lossy(&output.stderr).into_owned(),
            advice: self.advice,
        })
    }
}

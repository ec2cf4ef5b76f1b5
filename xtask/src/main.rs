//! `cargo xtask`: the tasks of the workspace that are more than one call of cargo.
//!
//! | files | what |
//! |---|---|
//! | `arguments` | the command line |
//! | `install` | the flow of `cargo xtask install`, from building to the last file |
//! | `build`, `archive` | what cargo makes of libpolyplug; one object with only our names in it |
//! | `platform`, `prefix` | what the files are called, and where they go |
//! | `package_files` | what pkg-config and CMake read |
//! | `tool`, `failure` | programs of the system; what went wrong |

mod arguments;

mod install;

mod archive;
mod build;

mod platform;
mod prefix;

mod package_files;

mod failure;
mod tool;

use arguments::{Arguments, Task};
use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let ended = match Arguments::parse().task {
        Task::Install(options) => install::install(&options),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

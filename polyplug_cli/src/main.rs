//! The `polyplug` command: run, check, list, discover, inspect, call, begin and sign bundles,
//! and try them out in a demo.
//!
//! Each subcommand is a file. It writes to the stream that it is given and answers with a verdict;
//! only this file knows streams and exit codes.

mod answer;
mod arguments;
mod bundle_paths;
mod key_file;
mod loaders;
mod records;
mod show;
mod signature_check;
mod signature_finding;
mod signature_notes;
mod trusted_keys;

mod audit;
mod bindgen;
#[cfg(feature = "wasm")]
mod cache;
mod call;
mod check;
mod demo;
mod discover;
mod dry_load;
mod inspect;
mod keygen;
mod list;
mod new;
mod run;
mod sign;
mod trust;
mod verify;
mod wit;

use arguments::{Arguments, Command, WitCommand};
use clap::Parser;
use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

/// How a subcommand ended. Usage errors are clap's, with exit code 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// Exit code 0.
    Good,
    /// Exit code 1; what is wrong has been written.
    Bad,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if arguments.no_color {
        anstream::ColorChoice::Never.write_global();
    }
    // Not locked: another thread gives the terminal back when this one is stuck.
    let mut out = match output(&arguments.command) {
        Ok(out) => out,
        Err(error) => return fail(&error),
    };
    let ended = match &arguments.command {
        Command::Run(options) => run::run(options, &mut out),
        Command::Check(options) => check::check(options, &mut out),
        Command::List(options) => list::list(options, &mut out),
        Command::Discover(options) => discover::discover(options, &mut out),
        Command::Inspect(options) => inspect::inspect(options, &mut out),
        Command::Call(options) => call::call(options, &mut out),
        Command::Wit(WitCommand::Diff(options)) => wit::diff(options, &mut out),
        Command::New(options) => new::new(options, &mut out),
        Command::Bindgen(options) => bindgen::bindgen(options, &mut out),
        Command::Keygen(options) => keygen::keygen(options, &mut out),
        Command::Sign(options) => sign::sign(options, &mut out),
        Command::Verify(options) => verify::verify(options, &mut out),
        Command::Trust(options) => trust::trust(options, &mut out),
        #[cfg(feature = "wasm")]
        Command::Cache(command) => cache::cache(command, &mut out),
        Command::Demo(options) => demo::demo(options, &mut out),
        // With its colours: who reads it takes them away.
        Command::DryLoad(options) => dry_load::dry_load(options, &mut io::stdout()),
    };
    match ended.and_then(|verdict| out.flush().map(|()| verdict)) {
        Ok(Verdict::Good) => ExitCode::SUCCESS,
        Ok(Verdict::Bad) => ExitCode::FAILURE,
        // Whoever read our output has seen enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

/// Where the command's output goes.
fn output(command: &Command) -> io::Result<Box<dyn Write>> {
    match command {
        Command::List(_) | Command::Inspect(_) | Command::Call(_) => answer::stream(),
        _ => Ok(Box::new(anstream::stdout())),
    }
}

fn fail(error: &io::Error) -> ExitCode {
    let _ = show::problem::Problem::plain(error.to_string()).write(&mut anstream::stderr());
    ExitCode::FAILURE
}

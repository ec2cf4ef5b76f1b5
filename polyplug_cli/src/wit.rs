//! `polyplug wit diff`: whether callers of an old description can call what a new one describes.

use crate::Verdict;
use crate::arguments::WitDiffOptions;
use crate::show::listing::counted;
use crate::show::problem::Problem;
use crate::show::style::{BAD, DIM, GOOD, NAME, paint};
use polyplug::schema::{Compatibility, Contract, Descriptions, WitError};
use std::io::{self, Write};
use std::path::Path;

/// Runs the subcommand.
pub(crate) fn diff(options: &WitDiffOptions, out: &mut dyn Write) -> io::Result<Verdict> {
    let read = |path: &Path| -> Result<Descriptions, WitError> { Descriptions::from_path(path) };
    let (old, new) = match (read(&options.old), read(&options.new)) {
        (Ok(old), Ok(new)) => (old, new),
        (Err(error), _) | (_, Err(error)) => {
            Problem::plain(error.to_string()).write(&mut anstream::stderr())?;
            return Ok(Verdict::Bad);
        }
    };
    let mut verdict = Verdict::Good;
    for contract in old.contracts() {
        let name = paint(NAME, contract.identity());
        match new.contract(&contract.identity()) {
            Ok(newer) if !write_difference(contract, newer, out)? => verdict = Verdict::Bad,
            Ok(_) => {}
            Err(_) => {
                verdict = Verdict::Bad;
                writeln!(out, "{} {name}  is gone", paint(BAD, "✗"))?;
            }
        }
    }
    for contract in new.contracts().filter(|newer| old.contract(&newer.identity()).is_err()) {
        writeln!(out, "{} {}  is new", paint(GOOD, "+"), paint(NAME, contract.identity()))?;
    }
    Ok(verdict)
}

/// Writes how one contract changed; whether its old callers can go on.
fn write_difference(old: &Contract, new: &Contract, out: &mut dyn Write) -> io::Result<bool> {
    let name = paint(NAME, old.identity());
    match new.answers(old) {
        Ok(Compatibility::Equal) => {
            writeln!(out, "{} {name}  {}", paint(GOOD, "="), paint(DIM, "the same shape"))?;
            Ok(true)
        }
        Ok(Compatibility::Appended { functions }) => {
            let more = counted(functions, "function");
            writeln!(out, "{} {name}  {more} more; old callers go on", paint(GOOD, "+"))?;
            for function in new.functions().iter().skip(old.functions().len()) {
                writeln!(out, "    {function}")?;
            }
            Ok(true)
        }
        Err(difference) => {
            writeln!(out, "{} {name}  old callers cannot call it", paint(BAD, "✗"))?;
            for line in difference.differences() {
                writeln!(out, "    {}", line.replace('\n', "\n    "))?;
            }
            Ok(false)
        }
    }
}

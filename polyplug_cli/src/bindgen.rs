//! `polyplug bindgen`: source text for contracts, from their descriptions.

use crate::Verdict;
use crate::arguments::{BindgenOptions, Language};
use crate::show::problem::Problem;
use crate::show::style::{DIM, paint, shown};
use polyplug::schema::{Contract, Descriptions, UnknownContract, WitSources};
use polyplug_bindgen::{File, Side, generate};
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

/// Runs the subcommand.
pub(crate) fn bindgen(options: &BindgenOptions, out: &mut dyn Write) -> io::Result<Verdict> {
    let read =
        WitSources::read(&options.wit).and_then(|wit| Ok((wit.clone().descriptions()?, wit)));
    let (descriptions, wit) = match read {
        Ok(read) => read,
        Err(error) => return bad(&error.to_string()),
    };
    let contracts = match choose(&descriptions, &options.contracts) {
        Ok(contracts) => contracts,
        Err(problem) => return bad(&problem),
    };
    let side = match (options.host, options.guest) {
        (true, _) => Side::Host,
        (_, true) => Side::Guest,
        _ => Side::Both,
    };
    let files = match generate(options.language.into(), side, &contracts, &wit) {
        Ok(files) => files,
        Err(error) => return bad(&error.to_string()),
    };
    let folder = options.out.clone().unwrap_or_default();
    for file in files {
        let path = folder.join(&file.name);
        match write(&folder, &file) {
            Ok(true) => writeln!(out, "{}", shown(&path))?,
            Ok(false) => writeln!(out, "{} {}", shown(&path), paint(DIM, "is as it was"))?,
            Err(error) => return bad(&format!("{}: {error}", shown(&path))),
        }
    }
    Ok(Verdict::Good)
}

/// The contracts of these names, or all of them.
fn choose<'a>(
    descriptions: &'a Descriptions,
    names: &[String],
) -> Result<Vec<&'a Contract>, String> {
    if names.is_empty() {
        return Ok(descriptions.contracts().map(|contract| &**contract).collect());
    }
    let mut chosen = BTreeMap::new();
    for name in names {
        let contract = descriptions.find(name).map_err(|error| unknown(&error, descriptions))?;
        chosen.insert(contract.identity(), &**contract);
    }
    Ok(chosen.into_values().collect())
}

/// What is said about a contract that is not there; what there is, unless a guess says enough.
fn unknown(error: &UnknownContract, descriptions: &Descriptions) -> String {
    if !matches!(error, UnknownContract::Missing { suggestion: None, .. }) {
        return error.to_string();
    }
    let known: Vec<String> =
        descriptions.contracts().map(|contract| format!("`{}`", contract.identity())).collect();
    format!("{error}; there is {}", known.join(", "))
}

/// Writes a file into `folder`, unless it is there already with the same text: what is made of it need
/// not be made anew then.
fn write(folder: &Path, file: &File) -> io::Result<bool> {
    let path = folder.join(&file.name);
    if fs::read(&path).is_ok_and(|known| known == file.text.as_bytes()) {
        return Ok(false);
    }
    create(folder, file).map(|()| true)
}

/// Writes a file into `folder`, and the folders on the way.
pub(crate) fn create(folder: &Path, file: &File) -> io::Result<()> {
    let path = folder.join(&file.name);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(path, &file.text)
}

/// Says what is wrong.
pub(crate) fn bad(problem: &str) -> io::Result<Verdict> {
    Problem::plain(problem.to_owned()).write(&mut anstream::stderr())?;
    Ok(Verdict::Bad)
}

impl From<Language> for polyplug_bindgen::Language {
    fn from(language: Language) -> Self {
        match language {
            Language::Lua => Self::Lua,
            Language::C => Self::C,
            Language::Cpp => Self::Cpp,
            Language::Rust => Self::Rust,
        }
    }
}

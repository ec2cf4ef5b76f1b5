//! The files for Rust: a module for who calls a contract, and one for who provides it. What stands in
//! them is what the macros `contract!` make of the same WIT.

use crate::comment;
use crate::names::{labels, snake};
use crate::{File, Side};
use polyplug_schema::{Contract, RustError, RustSide, WitSources};
use std::fmt::Write;

/// The files of one side. Callers carry the WIT that they were made of, to hold a provider against it.
pub(crate) fn files(
    side: Side,
    contracts: &[&Contract],
    wit: &WitSources,
) -> Result<Vec<File>, RustError> {
    let wit = texts(wit);
    let mut files = Vec::new();
    for (contract, label) in contracts.iter().zip(labels(contracts)) {
        let mut file = |ending, side| {
            let name = format!("{}_{ending}.rs", snake(&label));
            let text = contract.rust_file(side)?;
            files.push(File::new(name, head(contract) + &text));
            Ok(())
        };
        if side.is_host() {
            file("host", RustSide::Caller { wit: &wit })?;
        }
        if side.is_guest() {
            file("guest", RustSide::Guest)?;
        }
    }
    Ok(files)
}

fn head(contract: &Contract) -> String {
    let mut text = format!("//! `{contract}`. Made by `polyplug bindgen`; changes are lost.\n");
    if contract.docs().is_some() {
        text.push_str("//!\n");
        comment::write(&mut text, "//! ", contract.docs());
    }
    text.push('\n');
    text
}

/// The WIT as an expression: a slice of paths and texts.
fn texts(wit: &WitSources) -> String {
    let mut out = String::from("&[\n");
    for (path, text) in wit.files() {
        let name = path.rsplit('/').next().unwrap_or_default();
        // A file that was read alone is called by its path, which is nobody's business.
        let path = if wit.files().len() == 1 { name } else { path };
        let _ = writeln!(out, "        ({path:?}, {}),", literal(text));
    }
    out.push_str("    ]");
    out
}

/// A text as it stands, if Rust takes it as it stands.
fn literal(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    if text.contains('\r') {
        return format!("{text:?}");
    }
    let longest = text.split(|c| c != '#').map(str::len).max().unwrap_or_default();
    let signs = "#".repeat(longest + 1);
    format!("r{signs}\"{text}\"{signs}")
}

#[cfg(test)]
mod tests {
    use super::literal;

    #[test]
    fn a_text_stays_whole() {
        assert_eq!(literal("a\r\nb"), "r#\"a\nb\"#");
        assert_eq!(literal("a\"# b\"## c"), "r###\"a\"# b\"## c\"###");
        assert_eq!(literal("a\rb"), "\"a\\rb\"");
    }
}

//! WIT: whatever the texts are, the answer is contracts from which all else can be made, or an error that
//! says in which file and where. The bytes are files, each ended by a NUL.

use polyplug_schema::{CTypes, Contract, Descriptions, RustSide, WitError, WitSources};
use std::sync::Arc;

/// What the files are called, in order. The bytes that are left go to the last.
const PATHS: [&str; 4] = ["a.wit", "b.wit", "deps/c.wit", "deps/d/d.wit"];

/// Reads the bytes as a description.
pub fn run(data: &[u8]) {
    let mut sources = WitSources::new("wit");
    let mut texts = Vec::new();
    for (path, bytes) in PATHS.iter().zip(data.splitn(PATHS.len(), |byte| *byte == 0)) {
        let text = String::from_utf8_lossy(bytes).into_owned();
        match sources.add(path, text.clone()) {
            Ok(()) => texts.push((format!("wit/{path}"), text)),
            Err(error) => return explained(&error, &texts),
        }
    }
    assert_eq!(sources.files().len(), texts.len());
    match sources.descriptions() {
        Ok(descriptions) => usable(&descriptions),
        Err(error) => explained(&error, &texts),
    }
}

/// What is accepted can be found, compared, and written in other languages.
pub(crate) fn usable(descriptions: &Descriptions) {
    assert!(!descriptions.is_empty());
    for contract in descriptions.contracts() {
        let found = descriptions.contract(&contract.identity()).expect("it is there");
        assert!(Arc::ptr_eq(found, contract));
        contract.answers(contract).expect("a contract answers its own callers");
        assert!(!contract.shape_text().is_empty());
        written(contract);
    }
    let mut merged = descriptions.clone();
    merged.merge(descriptions.clone()).expect("they agree with themselves");
    assert_eq!(merged.contracts().len(), descriptions.contracts().len());
}

fn written(contract: &Contract) {
    for ty in CTypes::of(contract).types() {
        assert!(ty.to_string().contains(&ty.name), "{}", ty.wit);
    }
    // An error is that a tuple or a list of parameters is longer than Rust's may be.
    let caller = Contract::rust_modules([contract], RustSide::Caller { wit: "&[]" });
    let guest = Contract::rust_modules([contract], RustSide::Guest);
    assert_eq!(caller.is_ok(), guest.is_ok());
}

/// What is refused is explained: by the file, and the place in it.
pub(crate) fn explained(error: &WitError, texts: &[(String, String)]) {
    let message = error.to_string();
    assert!(message.starts_with("wit"), "{message}");
    assert!(!error.message().trim().is_empty());
    let Some((file, line, column)) = error.location() else { return };
    let (_, text) = texts.iter().find(|(path, _)| path == file).expect("the file is there");
    let line = text.split('\n').nth(line - 1).expect("the line is there");
    assert!((1..=line.chars().count() + 1).contains(&column), "{message}");
}

//! A capability as text. Whatever is not exactly one is refused with the form that would be right.

use super::{Capability, FolderAccess};
use crate::loader::manifest::nearest;
use std::path::Path;
use std::str::FromStr;
use thiserror::Error;

/// The words that are capabilities by themselves.
static WORDS: [(&str, Capability); 8] = [
    ("args", Capability::Args),
    ("clocks", Capability::Clocks),
    ("http", Capability::Http),
    ("network", Capability::Network),
    ("random", Capability::Random),
    ("stderr", Capability::Stderr),
    ("stdin", Capability::Stdin),
    ("stdout", Capability::Stdout),
];

const ENV: &str = "`env:NAME`, which names one variable";
const FS: &str = "`fs:ro:PATH` or `fs:rw:PATH`, which names one folder";
const INSIDE: &str = "`fs:ro:PATH` or `fs:rw:PATH` with a path that has no `..`";
const NOT_ALL: &str = "`fs:ro:PATH` or `fs:rw:PATH` with one folder, not the whole file system";
const PRINTABLE: &str = "a text without control characters";

/// A text that is no capability.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{}` is no capability; it must be {expected}", found.escape_debug())]
pub struct CapabilityError {
    /// The text.
    pub found: String,
    /// What would be right.
    pub expected: String,
}

impl FromStr for Capability {
    type Err = CapabilityError;

    fn from_str(text: &str) -> Result<Self, CapabilityError> {
        let refused = |expected: &str| CapabilityError {
            found: text.to_owned(),
            expected: expected.to_owned(),
        };
        if text.chars().any(char::is_control) {
            return Err(refused(PRINTABLE));
        }
        if let Some((_, capability)) = WORDS.iter().find(|(word, _)| *word == text) {
            return Ok(capability.clone());
        }
        match text.split_once(':').unwrap_or((text, "")) {
            ("env", name) => environment(name).ok_or_else(|| refused(ENV)),
            ("fs", rest) => folder(rest).map_err(refused),
            (word, "") => Err(refused(&meant(word))),
            (word, _) if WORDS.iter().any(|(known, _)| *known == word) => {
                Err(refused(&format!("`{word}` alone")))
            }
            (word, _) => Err(refused(&meant(word))),
        }
    }
}

/// The variable called `name`; no name has `=`, and a pattern would be more than one.
fn environment(name: &str) -> Option<Capability> {
    let is_one = !name.is_empty() && !name.contains(['=', '*', '?']) && name.trim() == name;
    is_one.then(|| Capability::Environment(name.to_owned()))
}

/// What stands after `fs:`.
fn folder(text: &str) -> Result<Capability, &'static str> {
    let (access, path) = text.split_once(':').ok_or(FS)?;
    let access = match access {
        "ro" => FolderAccess::ReadOnly,
        "rw" => FolderAccess::ReadWrite,
        _ => return Err(FS),
    };
    if path.is_empty() {
        return Err(FS);
    }
    Ok(Capability::Folder { access, path: plain(path)? })
}

/// `path` in the one way in which it is written here, so that equal texts are equal folders.
fn plain(path: &str) -> Result<String, &'static str> {
    let path = if cfg!(windows) { path.replace('\\', "/") } else { path.to_owned() };
    let parts: Vec<&str> = path.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    if parts.contains(&"..") {
        return Err(INSIDE);
    }
    let is_rooted = path.starts_with('/');
    let joined = parts.join("/");
    // `C:` is where that drive is, and `C:/` all of it.
    let is_drive = cfg!(windows) && parts.len() == 1 && joined.ends_with(':');
    if is_drive || (is_rooted && parts.is_empty()) {
        return Err(NOT_ALL);
    }
    let plain = match (is_rooted, parts.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    };
    // A path such as `C:data` on Windows is neither from a root nor from here.
    let is_settled = Path::new(&plain).is_absolute() || !plain.contains(':') || cfg!(not(windows));
    is_settled.then_some(plain).ok_or(FS)
}

/// What `word` may have been meant to be.
fn meant(word: &str) -> String {
    let known = WORDS.iter().map(|(word, _)| *word).chain(["env", "fs"]);
    match nearest(word, known) {
        Some("env") => ENV.to_owned(),
        Some("fs") => FS.to_owned(),
        Some(known) => format!("`{known}`, if that was meant"),
        None => {
            let words: Vec<_> = WORDS.iter().map(|(word, _)| *word).collect();
            format!("one of `{}`, `env:NAME`, `fs:ro:PATH`, `fs:rw:PATH`", words.join("`, `"))
        }
    }
}

//! The paths of one bundle, checked one by one: each must name the same file on every system.

use crate::tree_rule::{MAX_FILES, MAX_PARTS, MAX_PATH, TreeRule};
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// What is there so far.
#[derive(Debug, Default)]
pub(crate) struct TreePaths {
    /// By the path without its case.
    known: HashMap<String, Known>,
    files: usize,
    folders: usize,
}

#[derive(Debug)]
struct Known {
    path: String,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    File,
    Folder,
}

impl TreePaths {
    /// Adds a file and the folders that it lies in.
    pub(crate) fn file(&mut self, path: &str) -> Result<(), TreeRule> {
        self.path(path, Kind::File)
    }

    /// Adds a folder and those that it lies in.
    pub(crate) fn folder(&mut self, path: &str) -> Result<(), TreeRule> {
        self.path(path, Kind::Folder)
    }

    fn path(&mut self, path: &str, kind: Kind) -> Result<(), TreeRule> {
        check(path)?;
        let caseless = without_case(path);
        let folders = path.match_indices('/').zip(caseless.match_indices('/'));
        for ((end, _), (caseless_end, _)) in folders {
            self.add(&path[..end], &caseless[..caseless_end], Kind::Folder)?;
        }
        self.add(path, &caseless, kind)
    }

    fn add(&mut self, path: &str, caseless: &str, kind: Kind) -> Result<(), TreeRule> {
        match self.known.entry(caseless.to_owned()) {
            Entry::Vacant(entry) => {
                entry.insert(Known { path: path.to_owned(), kind });
                self.count(kind)
            }
            Entry::Occupied(entry) => {
                let known = entry.get();
                if known.path != path {
                    return Err(TreeRule::CaseCollision { other: known.path.clone() });
                }
                match (known.kind, kind) {
                    (Kind::Folder, Kind::Folder) => Ok(()),
                    _ => Err(TreeRule::Twice),
                }
            }
        }
    }

    fn count(&mut self, kind: Kind) -> Result<(), TreeRule> {
        let count = match kind {
            Kind::File => &mut self.files,
            Kind::Folder => &mut self.folders,
        };
        *count += 1;
        if *count > MAX_FILES { Err(TreeRule::TooManyFiles) } else { Ok(()) }
    }
}

/// What does not depend on the other paths.
fn check(path: &str) -> Result<(), TreeRule> {
    if path.contains(is_unreadable) {
        return Err(TreeRule::ControlCharacter);
    }
    if path.contains('\\') {
        return Err(TreeRule::Backslash);
    }
    if path.split('/').any(|part| matches!(part, "" | "." | "..")) {
        return Err(TreeRule::NotBelow);
    }
    if path.split('/').count() > MAX_PARTS {
        return Err(TreeRule::TooDeep);
    }
    if path.len() > MAX_PATH {
        return Err(TreeRule::PathTooLong);
    }
    Ok(())
}

/// Ends a line, or makes a path look like another: controls, line separators, directions of text.
fn is_unreadable(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(character, '\u{2066}'..='\u{2069}')
}

/// Equal for paths that `str::to_lowercase` makes equal, and for those that some system takes for the same
/// although it does not: a sigma is lower in two ways, `ß` is `SS`, and `ſ` is `S`.
fn without_case(path: &str) -> String {
    if path.is_ascii() {
        return path.to_ascii_lowercase();
    }
    let lower = path.chars().flat_map(char::to_lowercase);
    lower.flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests;

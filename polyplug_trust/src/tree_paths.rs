//! The paths of one bundle, checked one by one: each must name the same file on every system.

use crate::tree_rule::{MAX_FILES, MAX_PARTS, MAX_PATH, TreeRule};
use crate::unreadable::is_unreadable;
use std::borrow::Cow;
use std::collections::HashMap;

/// What is there so far.
#[derive(Debug, Default)]
pub(crate) struct TreePaths {
    /// By the path without its case.
    known: HashMap<Box<str>, Known>,
    files: usize,
    folders: usize,
}

#[derive(Debug)]
struct Known {
    /// As it is written; none if it has no case.
    path: Option<Box<str>>,
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
        let Some(known) = self.known.get(caseless) else {
            let written = (path != caseless).then(|| path.into());
            self.known.insert(caseless.into(), Known { path: written, kind });
            return self.count(kind);
        };
        let other = known.path.as_deref().unwrap_or(caseless);
        if other != path {
            return Err(TreeRule::CaseCollision { other: other.to_owned() });
        }
        match (known.kind, kind) {
            (Kind::Folder, Kind::Folder) => Ok(()),
            _ => Err(TreeRule::Twice),
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

/// Equal for paths that `str::to_lowercase` makes equal, and for those that some system takes for the same
/// although it does not: a sigma is lower in two ways, `ß` is `SS`, and `ſ` is `S`.
fn without_case(path: &str) -> Cow<'_, str> {
    if !path.is_ascii() {
        let lower = path.chars().flat_map(char::to_lowercase);
        return lower.flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect();
    }
    // Most paths are their own.
    match path.bytes().any(|byte| byte.is_ascii_uppercase()) {
        true => path.to_ascii_lowercase().into(),
        false => path.into(),
    }
}

#[cfg(test)]
mod tests;

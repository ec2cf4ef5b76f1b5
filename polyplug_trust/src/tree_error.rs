//! A folder that is not read as a bundle.

use crate::tree_rule::TreeRule;
use crate::unreadable::{Escaped, shown};
use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};

/// A file, and the rule that it breaks. As text: both, and what to do about it, on one line.
#[derive(Clone, Debug)]
pub struct TreeError {
    /// The bundle's folder; empty if the files lie in memory.
    pub folder: PathBuf,
    /// Below the folder; empty if it is the folder itself. What is not UTF-8 is replaced.
    pub path: String,
    /// What is wrong with it.
    pub rule: TreeRule,
}

impl TreeError {
    pub(crate) fn new(folder: &Path, path: impl Into<String>, rule: impl Into<TreeRule>) -> Self {
        Self { folder: folder.to_owned(), path: path.into(), rule: rule.into() }
    }

    pub(crate) fn in_memory(path: &str, rule: TreeRule) -> Self {
        Self::new(Path::new(""), path, rule)
    }
}

impl fmt::Display for TreeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Such a name may have anything in it, and ends up in logs.
        let folder = shown(&self.folder);
        let path = Escaped(&self.path);
        match (self.folder.as_os_str().is_empty(), self.path.is_empty()) {
            (false, false) => write!(f, "{folder}: `{path}` {}", self.rule),
            (false, true) => write!(f, "{folder} {}", self.rule),
            (true, _) => write!(f, "`{path}` {}", self.rule),
        }
    }
}

impl Error for TreeError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.rule {
            TreeRule::Unreadable(error) => Some(&**error),
            _ => None,
        }
    }
}

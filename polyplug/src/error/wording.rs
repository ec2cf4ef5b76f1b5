//! How lists and foreign texts stand in a message.

use super::AbsentProvider;
use crate::loader::IN_MEMORY;
pub use polyplug_trust::{printable, shown};
use std::io;
use std::path::{Path, PathBuf};

/// The names in backticks, or `none` if there are none.
pub(super) fn listed(names: &[String], none: &str) -> String {
    match names {
        [] => none.to_owned(),
        names => printable(&format!("`{}`", names.join("`, `"))),
    }
}

/// The folders, or that there is none.
pub(super) fn listed_folders(folders: &[PathBuf]) -> String {
    match folders {
        [] => "a folder of this host, which has none; name one with `search_dir`".to_owned(),
        folders => {
            let folders = folders.iter().map(|folder| shown(folder));
            folders.collect::<Vec<_>>().join(", ")
        }
    }
}

/// Where a bundle lies; nothing if that is not known.
pub(super) fn lying_in(path: &Path) -> String {
    if path.as_os_str().is_empty() {
        return String::new();
    }
    match path.starts_with(IN_MEMORY) {
        true => " in memory".to_owned(),
        false => format!(" in {}", shown(path)),
    }
}

/// What may have been meant.
pub(super) fn meant(nearest: Option<&str>) -> String {
    nearest.map_or(String::new(), |nearest| format!("; did you mean `{nearest}`?"))
}

/// Who would provide what is missing, or what to do if nobody would.
pub(super) fn provided_by(absent: Option<&AbsentProvider>) -> String {
    absent.map_or("; load its provider first".to_owned(), |absent| format!(": {absent}"))
}

/// What came in the place of a contract.
pub(super) fn provided_instead(instead: &[String]) -> String {
    match instead {
        [] => String::new(),
        names => format!(", but {} instead", listed(names, "")),
    }
}

/// What to do when a file or folder that should be read is not there.
pub(super) fn mending(action: &str, source: &io::Error) -> &'static str {
    match (action, source.kind()) {
        ("reading", io::ErrorKind::NotFound) => "; create it or correct the path",
        _ => "",
    }
}

/// What is only in the manifest, and what is only in the code.
pub(super) fn difference(missing: &[String], unexpected: &[String]) -> String {
    let mut parts = Vec::new();
    if !missing.is_empty() {
        parts.push(format!("promised but not registered: {}", listed(missing, "")));
    }
    if !unexpected.is_empty() {
        parts.push(format!("registered but not promised: {}", listed(unexpected, "")));
    }
    parts.join("; ")
}

#[cfg(test)]
mod tests {
    use super::shown;
    use std::path::Path;

    #[test]
    fn a_path_has_one_line_and_one_direction() {
        let path = Path::new("mods/a\n\u{1b}\u{2028}\u{202e}\u{2066}é");
        assert_eq!(shown(path), r"mods/a\n\u{1b}\u{2028}\u{202e}\u{2066}é");
    }
}

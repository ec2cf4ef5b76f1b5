//! `file`: which one is meant on this machine, and that it does not leave the bundle's folder.
//!
//! The rule is the same on every system, so that a bundle that passes on one is no escape on
//! another: backslashes separate, and a drive letter is absolute.

use super::document::Entry;
use super::refusal::Refusal;
use crate::error::{RuntimeError, shown};
use std::collections::BTreeMap;
use std::env::consts::{ARCH, OS};
use std::path::Path;

const FILE: &str = "a file inside the bundle's folder, such as \"bundle.lua\", without parts that begin with a dot";

/// Whose file is meant where a manifest names several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Machine {
    /// This machine's, which must be there.
    This,
    /// This machine's, or any: the bundle is only looked at.
    Any,
}

/// The files of a manifest, by `os.arch`.
pub(super) type FileByTarget = BTreeMap<String, String>;

/// Reads `file`: the file of the machine, and all of them if `file` is a table.
pub(super) fn read_file(
    machine: Machine,
    entry: &Entry<'_>,
    bundle: &str,
    folder: &Path,
) -> Result<(String, FileByTarget), RuntimeError> {
    if !entry.value().is_table() {
        let file = entry.string("a string, or a table of `os.arch = path`")?;
        check(entry, bundle, folder, file)?;
        return Ok((file.to_owned(), FileByTarget::new()));
    }
    let mut by_target = FileByTarget::new();
    for (os, entry) in entry.table("a table")?.entries() {
        let architectures = entry.table("a table of `arch = path`, such as `x86_64 = \"a.so\"`")?;
        for (arch, entry) in architectures.entries() {
            let file = entry.string("a string")?;
            check(&entry, bundle, folder, file)?;
            by_target.insert(format!("{os}.{arch}"), file.to_owned());
        }
    }
    let any = by_target.values().next().filter(|_| machine == Machine::Any).cloned();
    let file = choose(&by_target, OS, ARCH)
        .or_else(|refusal| any.ok_or(refusal))
        .map_err(|refusal| entry.refused(refusal))?;
    Ok((file, by_target))
}

fn choose(by_target: &FileByTarget, os: &str, arch: &str) -> Result<String, Refusal> {
    let target = format!("{os}.{arch}");
    by_target.get(&target).cloned().ok_or_else(|| {
        let targets = by_target.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
        let found = match targets.as_str() {
            "" => "a table without a file".to_owned(),
            targets => format!("a table for {targets}"),
        };
        let expected = format!("a table with an entry for this machine: {target} = \"path\"");
        Refusal { key: "", found, expected }
    })
}

fn check(entry: &Entry<'_>, bundle: &str, folder: &Path, file: &str) -> Result<(), RuntimeError> {
    check_lexically(bundle, folder, file)?;
    Ok(is_file_name(file).map_err(|refusal| entry.refused(refusal))?)
}

/// Refuses what leaves the folder by its text alone.
pub(super) fn check_lexically(bundle: &str, folder: &Path, file: &str) -> Result<(), RuntimeError> {
    match escape(file) {
        Some(reason) => Err(escapes(bundle, folder, file, reason.to_owned())),
        None => Ok(()),
    }
}

/// Refuses what leaves the folder by a symbolic link. A file that is not there leaves nothing; its
/// loader reports it.
pub(super) fn check_links(bundle: &str, folder: &Path, file: &str) -> Result<(), RuntimeError> {
    let Ok(inside) = folder.canonicalize() else {
        return Ok(());
    };
    let path = folder.join(file);
    let mut upwards = path.ancestors().take_while(|ancestor| *ancestor != folder);
    let real = upwards.find_map(|ancestor| ancestor.canonicalize().ok());
    match real {
        Some(real) if !real.starts_with(&inside) => {
            let reason = format!("a symbolic link leads to {}", shown(&real));
            Err(escapes(bundle, folder, file, reason))
        }
        _ => Ok(()),
    }
}

/// How `file` leaves the folder it is in, if it does so by its text.
fn escape(file: &str) -> Option<&'static str> {
    let drive = matches!(file.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic());
    if drive || file.starts_with(['/', '\\']) {
        return Some("it is absolute");
    }
    file.split(['/', '\\']).any(|part| part == "..").then_some("it contains `..`")
}

/// Whether `file` can name a file: hidden ones are never part of a bundle's files.
pub(super) fn is_file_name(file: &str) -> Result<(), Refusal> {
    let mut parts = file.split(['/', '\\']).filter(|part| !matches!(*part, "" | "."));
    let named = parts.clone().next().is_some() && !file.ends_with(['/', '\\']);
    if !named || file.contains(char::is_control) || parts.any(|part| part.starts_with('.')) {
        return Err(Refusal::of_text("", file, FILE));
    }
    Ok(())
}

fn escapes(bundle: &str, folder: &Path, file: &str, reason: String) -> RuntimeError {
    RuntimeError::ArtifactPathEscape {
        bundle: bundle.to_owned(),
        path: folder.to_owned(),
        file: file.to_owned(),
        reason,
    }
}

#[cfg(test)]
mod tests {
    use super::{FileByTarget, choose, escape, is_file_name};

    #[test]
    fn a_path_that_leaves_is_seen_on_every_system() {
        for file in
            ["/etc/passwd", "\\\\host\\share", "C:\\x.dll", "../x", "a/../x", "a\\..\\x", "a/.."]
        {
            assert!(escape(file).is_some(), "{file}");
        }
        for file in ["bundle.lua", "lib/x.so", "a..b", "...", "./x.lua"] {
            assert!(escape(file).is_none(), "{file}");
        }
    }

    #[test]
    fn a_file_has_a_name_that_is_not_hidden() {
        for file in ["", ".", "./", "lib/", "a\0b", "a\nb", ".hidden.lua", "a/.b/c"] {
            assert!(is_file_name(file).is_err(), "{file:?}");
        }
        for file in ["bundle.lua", "./lib/x.so", "ä ö.lua", "a..b"] {
            assert!(is_file_name(file).is_ok(), "{file}");
        }
    }

    #[test]
    fn the_file_of_another_machine_is_not_taken() {
        let by_target: FileByTarget = [("linux.x86_64", "a.so"), ("macos.aarch64", "a.dylib")]
            .map(|(target, file)| (target.to_owned(), file.to_owned()))
            .into();
        assert_eq!(choose(&by_target, "macos", "aarch64").unwrap(), "a.dylib");

        let refusal = choose(&by_target, "windows", "x86_64").unwrap_err();
        assert_eq!(refusal.found, "a table for linux.x86_64, macos.aarch64");
        assert!(refusal.expected.contains("windows.x86_64"), "{}", refusal.expected);
    }
}

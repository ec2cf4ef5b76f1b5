//! A folder with odd things in it.
//!
//! What lies where is decided in memory first, so that nothing is ever written through a link or to a path
//! that leads elsewhere.

use super::{Entry, Files};
use polyplug_trust::{BundleTree, TreeError};

#[cfg(not(unix))]
pub(super) fn read(entries: &[Entry]) -> (Result<BundleTree, TreeError>, Files) {
    super::in_memory(entries)
}

#[cfg(unix)]
pub(super) fn read(entries: &[Entry]) -> (Result<BundleTree, TreeError>, Files) {
    let plan = unix::plan(entries);
    let folder = unix::make(&plan);
    let tree = BundleTree::read(folder.path());
    unix::judged(&plan, tree.as_ref().err());
    (tree, unix::files(plan))
}

#[cfg(unix)]
mod unix {
    use super::{Entry, Files};
    use crate::tree::{What, path};
    use polyplug_trust::TreeError;
    use rustix::fs::{CWD, Mode, mkfifoat};
    use std::collections::BTreeMap;
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;
    use std::path::Path;
    use std::{env, fs};
    use tempfile::TempDir;

    /// What is to be where; a folder before what lies in it.
    type Plan = BTreeMap<Vec<u8>, What>;

    /// What of the entries a folder can have: the first of two at one place.
    pub(super) fn plan(entries: &[Entry]) -> Plan {
        let mut plan = Plan::new();
        for entry in entries {
            let path = path::bytes(&entry.path);
            if !can_be(&path) || plan.contains_key(&path) {
                continue;
            }
            let ends = path.iter().enumerate().filter(|(_, byte)| **byte == b'/');
            let above: Vec<_> = ends.map(|(end, _)| path[..end].to_vec()).collect();
            let is_folder = |path| matches!(plan.get(path), None | Some(What::Folder));
            if above.iter().all(is_folder) {
                plan.extend(above.into_iter().map(|path| (path, What::Folder)));
                plan.insert(path, entry.what.clone());
            }
        }
        plan
    }

    /// Whether the system has such a path, below the folder it is joined to.
    fn can_be(path: &[u8]) -> bool {
        let can_be = |part: &[u8]| !matches!(part, b"" | b"." | b"..") && part.len() < 256;
        path.split(|byte| *byte == b'/').all(can_be) && !path.contains(&0) && path.len() < 2048
    }

    pub(super) fn make(plan: &Plan) -> TempDir {
        // In memory, where there is such a folder.
        let memory = Path::new("/dev/shm");
        let parent = if memory.is_dir() { memory.to_owned() } else { env::temp_dir() };
        let folder = TempDir::with_prefix_in("polyplug-fuzz-", parent).expect("it is writable");
        for (path, what) in plan {
            let path = folder.path().join(OsStr::from_bytes(path));
            match what {
                What::Folder => fs::create_dir(path).expect("those above it are there"),
                What::File(content) => fs::write(path, content).expect("it is the first there"),
                What::Link(target) => {
                    // No text of the system's has a NUL in it, and a link leads somewhere.
                    let target = path::bytes(target);
                    let target = target.split(|byte| *byte == 0).next().unwrap_or_default();
                    let target =
                        if target.is_empty() { b"a" } else { &target[..target.len().min(999)] };
                    symlink(OsStr::from_bytes(target), path).expect("it is the first there");
                }
                What::Pipe => {
                    let mode = Mode::from_raw_mode(0o600);
                    mkfifoat(CWD, path, mode).expect("it is the first there");
                }
            }
        }
        folder
    }

    /// As for trees in memory; a link or a pipe is always refused.
    pub(super) fn judged(plan: &Plan, error: Option<&TreeError>) {
        if plan.values().any(|what| matches!(what, What::Link(_) | What::Pipe)) {
            let error = error.expect("a link or a pipe is refused");
            crate::signature::on_one_line(&error.to_string());
            return;
        }
        let of_kind = |is_meant: fn(&What) -> bool| -> Vec<&[u8]> {
            plan.iter().filter(|(_, what)| is_meant(what)).map(|(path, _)| &path[..]).collect()
        };
        let files = of_kind(|what| matches!(what, What::File(_)));
        path::judged(&files, &of_kind(|what| matches!(what, What::Folder)), error);
    }

    /// The files whose path is text.
    pub(super) fn files(plan: Plan) -> Files {
        let files = plan.into_iter().filter_map(|(path, what)| match what {
            What::File(content) => Some((String::from_utf8(path).ok()?, content)),
            _ => None,
        });
        files.collect()
    }
}

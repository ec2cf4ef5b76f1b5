//! The names under which editors keep what is not part of a bundle.

use std::ffi::OsStr;
use std::path::{Component, Path};

/// Whether a path below a root has a part that only editors use: hidden files, backups (`x~`), swap
/// files (`x.swp`), autosaves (`#x#`), vim's probe (`4913`), the two of JetBrains' safe write.
///
/// `x.tmp` is not among them: a bundle may have one.
pub(super) fn is_temporary(path: &Path) -> bool {
    path.components().any(|part| match part {
        Component::Normal(name) => is_temporary_name(name),
        _ => false,
    })
}

fn is_temporary_name(name: &OsStr) -> bool {
    let name = name.as_encoded_bytes();
    name == b"4913"
        || name.starts_with(b".")
        || name.len() > 1 && name.starts_with(b"#") && name.ends_with(b"#")
        || [&b"~"[..], b".swp", b".swo", b".swx", b"___jb_tmp___", b"___jb_old___"]
            .iter()
            .any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_only_editors_use_are_temporary() {
        let names = [
            ".hidden",
            ".x.lua.swp",
            "x.swp",
            "x.swo",
            "x.swx",
            "x.lua~",
            "4913",
            ".#x.lua",
            "#x.lua#",
            "x.lua___jb_tmp___",
            "x.lua___jb_old___",
            "sub/x~",
            ".git/index",
            "old~/x.lua",
        ];
        for name in names {
            assert!(is_temporary(Path::new(name)), "{name}");
        }
    }

    #[test]
    fn names_that_a_bundle_may_use_are_not_temporary() {
        for name in ["", "x.lua", "x.tmp", "#x", "#", "x#", "49130", "a.b/x~y", "~x", "swp"] {
            assert!(!is_temporary(Path::new(name)), "{name}");
        }
    }
}

//! The folder that was installed into.

use crate::tools::output_of;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// An installed tree.
pub(crate) struct Prefix {
    root: PathBuf,
}

impl Prefix {
    /// The tree that all tests share; the first one installs it.
    pub(crate) fn installed() -> &'static Self {
        static INSTALLED: OnceLock<Prefix> = OnceLock::new();
        INSTALLED.get_or_init(|| {
            let prefix = Self::empty("installed");
            let mut install = Command::new(env!("CARGO_BIN_EXE_xtask"));
            install.arg("install").arg("--prefix").arg(&prefix.root);
            if std::env::var_os("POLYPLUG_INSTALL_RELEASE").is_none() {
                install.arg("--debug");
            }
            let status = install.status().expect("xtask starts");
            assert!(status.success(), "{install:?}: {status}");
            prefix
        })
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// A copy in another place that has only the static library.
    pub(crate) fn moved_without_shared_library(&self) -> Self {
        let moved = Self::empty("moved");
        let mut copy = Command::new("cp");
        output_of(copy.arg("-R").arg(self.root.join(".")).arg(&moved.root));
        for entry in std::fs::read_dir(moved.file("lib")).expect("there are libraries") {
            let path = entry.expect("the folder is readable").path();
            if path.to_string_lossy().contains(".so") {
                std::fs::remove_file(path).expect("it is ours");
            }
        }
        moved
    }

    fn empty(name: &str) -> Self {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("install").join(name);
        if root.exists() {
            std::fs::remove_dir_all(&root).expect("it is ours");
        }
        std::fs::create_dir_all(&root).expect("the target folder is writable");
        Self { root }
    }
}

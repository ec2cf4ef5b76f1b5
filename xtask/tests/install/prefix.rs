//! The folder that was installed into.

use crate::tools::output_of;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, OnceLock, PoisonError};

/// An installed tree.
pub(crate) struct Prefix {
    root: PathBuf,
}

/// `cargo xtask install` with these arguments, of a debug build unless a release build is asked for.
pub(crate) fn install(arguments: &[&OsStr]) -> Command {
    let mut install = Command::new(env!("CARGO_BIN_EXE_xtask"));
    install.arg("install").args(arguments);
    if std::env::var_os("POLYPLUG_INSTALL_RELEASE").is_none() {
        install.arg("--debug");
    }
    install
}

/// Runs an installation and answers what it printed. Cargo writes every build to the same place, so that no other one may begin
/// before this one's files are copied.
pub(crate) fn alone(install: &mut Command) -> String {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    output_of(install)
}

impl Prefix {
    /// The tree that most tests share; the first one installs it.
    pub(crate) fn installed() -> &'static Self {
        static INSTALLED: OnceLock<Prefix> = OnceLock::new();
        INSTALLED.get_or_init(|| Self::installed_with("installed", &[]))
    }

    /// A tree of its own, in the folder `name`, with these arguments.
    pub(crate) fn installed_with(name: &str, arguments: &[&str]) -> Self {
        let prefix = Self::empty(name);
        prefix.install(arguments);
        prefix
    }

    /// Installs what these arguments say into this tree, over what is there.
    pub(crate) fn install(&self, arguments: &[&str]) {
        let mut all: Vec<&OsStr> = vec!["--prefix".as_ref(), self.root.as_ref()];
        all.extend(arguments.iter().map(OsStr::new));
        alone(&mut install(&all));
    }

    /// The tree in this folder.
    pub(crate) fn at(root: PathBuf) -> Self {
        Self { root }
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

    /// An empty folder.
    pub(crate) fn empty(name: &str) -> Self {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("install").join(name);
        if root.exists() {
            std::fs::remove_dir_all(&root).expect("it is ours");
        }
        std::fs::create_dir_all(&root).expect("the target folder is writable");
        Self { root }
    }
}

//! Bundle folders on disk.

use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The file with the code of a scripted bundle.
pub const FILE: &str = "main.txt";

/// A folder of bundles that goes when it is dropped.
#[derive(Debug)]
pub struct Folder(TempDir);

impl Folder {
    /// A new, empty folder.
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("the system has a temporary folder"))
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Where the bundle `name` lies.
    pub fn of(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    /// Where the code of the bundle `name` lies.
    pub fn file_of(&self, name: &str) -> PathBuf {
        self.of(name).join(FILE)
    }

    /// Makes a scripted bundle.
    pub fn bundle(&self, name: &str, script: &str) -> PathBuf {
        self.bundle_with(name, "", script)
    }

    /// Makes a bundle with more in its manifest. A `loader` or `name` in `more` wins.
    pub fn bundle_with(&self, name: &str, more: &str, script: &str) -> PathBuf {
        let folder = self.of(name);
        fs::create_dir_all(&folder).expect("the folder is ours");
        self.rewrite(name, script);
        self.manifest(name, more);
        folder
    }

    /// Replaces the code of a bundle.
    pub fn rewrite(&self, name: &str, script: &str) {
        fs::write(self.file_of(name), script).expect("the folder is ours");
    }

    /// Replaces the manifest of a bundle.
    pub fn manifest(&self, name: &str, more: &str) {
        let mut text = String::new();
        let stated = |key: &str| more.lines().any(|line| line.starts_with(&format!("{key} =")));
        for (key, value) in [("name", name), ("loader", "scripted"), ("file", FILE)] {
            if !stated(key) {
                text += &format!("{key} = \"{value}\"\n");
            }
        }
        fs::write(self.of(name).join("manifest.toml"), text + more).expect("the folder is ours");
    }
}

impl Default for Folder {
    fn default() -> Self {
        Self::new()
    }
}

//! A component that sends requests, for the programs that are asked about them.

use crate::build::{root, scratch};
use std::fs;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// `mods/doors`, which asks for `http`; without the feature of that name, which it needs, nothing.
pub(crate) fn bundles() -> TempDir {
    let folder = scratch(&[]);
    if cfg!(feature = "http") {
        let (fixture, bundle) =
            (root().join("fixtures/wasm/doors"), folder.path().join("mods/doors"));
        fs::create_dir(&bundle).expect("it is writable");
        fs::copy(fixture.join("guest.wasm"), bundle.join("guest.wasm")).expect("as above");
        let manifest = fs::read_to_string(fixture.join("manifest.toml")).expect("it is there");
        let manifest = format!("{manifest}[wasm]\ncapabilities = [\"http\"]\n");
        fs::write(bundle.join("manifest.toml"), manifest).expect("as above");
    }
    folder
}

/// A program that is given the bundles of `folder`, and keeps what it compiles there.
pub(crate) fn at(mut program: Command, folder: &Path) -> Command {
    program.arg(folder.join("mods")).env("XDG_CACHE_HOME", folder.join("cache"));
    program
}

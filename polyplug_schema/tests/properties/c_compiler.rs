//! C on the fly: from a text to a loaded library.

use std::path::Path;
use std::process::Command;
use std::{env, fs};
use tempfile::TempDir;

/// The C compiler: `CC`, or `cc`.
pub(crate) fn c_compiler() -> String {
    env::var("CC").unwrap_or_else(|_| "cc".to_owned())
}

/// The C++ compiler: `CXX`, or `c++`.
pub(crate) fn cpp_compiler() -> String {
    env::var("CXX").unwrap_or_else(|_| "c++".to_owned())
}

/// Whether this compiler can be started.
pub(crate) fn is_there(compiler: &str) -> bool {
    Command::new(compiler).arg("--version").output().is_ok_and(|output| output.status.success())
}

/// What every generated text begins with.
pub(crate) const PROLOGUE: &str = "#include <polyplug/polyplug.h>\n#include <stdbool.h>\n#include <stddef.h>\n#include <stdint.h>\n\n";

/// A folder with one text and what was made of it.
pub(crate) struct Compiled {
    folder: TempDir,
}

impl Compiled {
    /// Compiles `text` with `compiler`, warnings being errors.
    ///
    /// # Panics
    /// There is no such compiler, or it does not take the text.
    pub(crate) fn new(compiler: &str, file: &str, arguments: &[&str], text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(file), text).unwrap();
        let include = Path::new(env!("CARGO_MANIFEST_DIR")).join("../include");
        let output = Command::new(compiler)
            .args(["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-I"])
            .arg(include)
            .args(arguments)
            .arg(file)
            .current_dir(folder.path())
            .output()
            .unwrap_or_else(|error| panic!("{compiler}: {error}"));
        let message = String::from_utf8_lossy(&output.stderr);
        let first: Vec<&str> = message.lines().take(12).collect();
        assert!(output.status.success(), "{compiler}: {}", first.join("\n"));
        Self { folder }
    }

    /// A file in the folder.
    pub(crate) fn path(&self, file: &str) -> std::path::PathBuf {
        self.folder.path().join(file)
    }
}

//! A folder outside of the workspace with the programs of `tests/consumer`.

use crate::prefix::Prefix;
use crate::tools::{Compilers, is_installed, output_of};
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

const WARNINGS: [&str; 4] = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"];

/// The folder; it goes away with this.
pub(crate) struct Outside {
    folder: TempDir,
}

impl Outside {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/consumer/.");
        output_of(Command::new("cp").arg("-R").arg(from).arg(folder.path()));
        Self { folder }
    }

    /// The folder of the Lua bundles.
    pub(crate) fn bundles(&self) -> PathBuf {
        self.folder.path().join("bundles")
    }

    /// Compiles and links a program, with `flags` after its sources.
    pub(crate) fn compile(
        &self,
        compiler: &str,
        sources: &[&str],
        standard: &str,
        flags: &[String],
    ) -> PathBuf {
        let program = self.folder.path().join(format!("{compiler}-program"));
        let mut compile = Command::new(compiler);
        compile.current_dir(self.folder.path()).arg(standard).args(WARNINGS).args(sources);
        output_of(compile.args(flags).arg("-o").arg(&program));
        program
    }

    /// Builds everything with CMake and answers where; nothing without CMake.
    pub(crate) fn cmake(&self, compilers: Compilers, prefix: &Prefix) -> Option<PathBuf> {
        if !is_installed("cmake", "programs and plugins that use CMake") {
            return None;
        }
        let build = self.folder.path().join("build");
        let mut configure = Command::new("cmake");
        configure.arg("-S").arg(self.folder.path()).arg("-B").arg(&build).args([
            format!("-DCMAKE_PREFIX_PATH={}", prefix.file("").display()),
            format!("-DCMAKE_C_COMPILER={}", compilers.c),
            format!("-DCMAKE_CXX_COMPILER={}", compilers.cpp),
        ]);
        output_of(&mut configure);
        output_of(Command::new("cmake").arg("--build").arg(&build));
        Some(build)
    }

    /// Runs a program and answers what it printed.
    pub(crate) fn run(&self, program: &Path, folders: &[&Path]) -> String {
        output_of(Command::new(program).current_dir(self.folder.path()).args(folders))
    }
}

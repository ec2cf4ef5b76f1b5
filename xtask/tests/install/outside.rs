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

    /// The folder itself.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The folder of the plugins, once they are built.
    pub(crate) fn plugins(&self) -> PathBuf {
        self.folder.path().join("build/bundles")
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

    /// Compiles the plugins and makes bundles of them, with nothing but a compiler.
    pub(crate) fn add_plugins(&self, compilers: Compilers, prefix: &Prefix) {
        let cpp = "-std=c++17 -fno-gnu-unique";
        let cpp = if compilers.cpp == "g++" { cpp } else { "-std=c++17" };
        for (name, source, compiler, options) in [
            ("triple", "triple.c", compilers.c, "-std=c99"),
            ("triple_cpp", "triple_cpp.cpp", compilers.cpp, cpp),
        ] {
            let bundle = self.plugins().join(name);
            std::fs::create_dir_all(&bundle).expect("the folder is ours");
            let manifest = self.folder.path().join(format!("{name}.toml"));
            std::fs::copy(manifest, bundle.join("manifest.toml")).expect("it is there");
            let mut compile = Command::new(compiler);
            compile.current_dir(self.folder.path()).args(options.split(' ')).args(WARNINGS);
            compile.args(["-shared", "-fPIC", "-fvisibility=hidden", source]);
            compile.arg("-I").arg(prefix.file("include"));
            output_of(compile.arg("-o").arg(bundle.join(format!("{name}.so"))));
        }
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

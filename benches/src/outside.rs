//! libpolyplug as `cargo xtask install` installs it, and timing programs in C and C++ that link it.
//!
//! `POLYPLUG_PREFIX` names a tree that is installed already, to measure that one.

#![expect(unsafe_code, reason = "takes a function out of a library")]

use polyplug_abi::NativeFunction;
use std::collections::HashMap;
use std::ffi::CString;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A compiler and the options that a program in its language is built with.
#[derive(Clone, Copy, Debug)]
pub struct Language {
    compiler: &'static str,
    standard: &'static str,
    source: &'static str,
}

/// The program in C.
pub const C: Language = Language { compiler: "cc", standard: "-std=c11", source: "calls.c" };

/// The program in C++.
pub const CPP: Language = Language { compiler: "c++", standard: "-std=c++17", source: "calls.cpp" };

/// How a program is linked.
#[derive(Clone, Copy, Debug)]
pub enum Linked {
    /// To `libpolyplug.so`.
    Shared,
    /// To `libpolyplug.a`.
    Static,
}

/// An installed tree, and a folder for what is built beside it.
pub struct Outside {
    prefix: PathBuf,
    folder: TempDir,
}

impl Outside {
    /// Installs the library, and builds the bundle that is called.
    pub fn installed() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let prefix = match std::env::var_os("POLYPLUG_PREFIX") {
            Some(prefix) => prefix.into(),
            None => install(folder.path().join("prefix")),
        };
        let outside = Self { prefix, folder };
        let bundle = outside.bundle();
        std::fs::create_dir(&bundle).expect("the folder is ours");
        std::fs::copy(programs().join("add.toml"), bundle.join("manifest.toml"))
            .expect("it is there");
        std::fs::copy(programs().join("../wit/add.wit"), bundle.join("add.wit"))
            .expect("it is there");
        let mut compile = outside.compile("cc", "-std=c11", "add.c");
        compile.args(["-shared", "-fPIC", "-fvisibility=hidden", "-o"]);
        run(compile.arg(bundle.join("libadd.so")));
        outside
    }

    /// The bundle: `bench.add@1` with `add(u32, u32) -> u32`.
    pub fn bundle(&self) -> PathBuf {
        self.folder.path().join("bundle")
    }

    /// Builds the program in a language, runs it, and answers the times by their names, in nanoseconds.
    pub fn times(&self, language: Language, linked: Linked) -> HashMap<String, f64> {
        let program = self.folder.path().join("program");
        let mut compile = self.compile(language.compiler, language.standard, language.source);
        let libraries = self.prefix.join("lib");
        match linked {
            Linked::Shared => {
                compile.arg("-L").arg(&libraries).arg("-lpolyplug");
                compile.arg(format!("-Wl,-rpath,{}", libraries.display()));
            }
            Linked::Static => {
                compile.arg(libraries.join("libpolyplug.a"));
                compile.args(["-lgcc_s", "-lpthread", "-lm", "-ldl"]);
            }
        }
        run(compile.arg("-o").arg(&program));
        let said = run(Command::new(&program).arg(self.bundle()));
        let times = said.lines().filter_map(|line| {
            let (name, time) = line.split_once(' ')?;
            Some((name.to_owned(), time.parse().ok()?))
        });
        times.collect()
    }

    /// The function of the bundle's library, opened without polyplug. It stays open.
    pub fn function(&self) -> NativeFunction {
        let path = self.bundle().join("libadd.so");
        let path = path.to_str().map(CString::new).expect("it is UTF-8").expect("without zeros");
        // SAFETY: the library's constructors do nothing.
        let library = unsafe { libc::dlopen(path.as_ptr(), libc::RTLD_NOW | libc::RTLD_LOCAL) };
        assert!(!library.is_null(), "the library was built for this machine");
        // SAFETY: the library is open, the name ends with NUL.
        let function = unsafe { libc::dlsym(library, c"add".as_ptr()) };
        assert!(!function.is_null(), "add.c exports it");
        // SAFETY: `add` is a function of this shape.
        unsafe { std::mem::transmute::<*mut libc::c_void, NativeFunction>(function) }
    }

    fn compile(&self, compiler: &str, standard: &str, source: &str) -> Command {
        let mut compile = Command::new(compiler);
        compile.args(["-O2", standard, "-Wall", "-Wextra", "-I"]).arg(self.prefix.join("include"));
        compile.arg(programs().join(source));
        compile
    }
}

fn install(prefix: PathBuf) -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut install = Command::new(cargo);
    install.current_dir(programs()).args(["xtask", "install", "--prefix"]).arg(&prefix);
    run(&mut install);
    prefix
}

fn programs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("programs")
}

/// What a command prints; it must succeed.
fn run(command: &mut Command) -> String {
    // The workspace's flags are for building LuaJIT; cargo sets them again.
    let output = command.env_remove("CFLAGS").output();
    let output = output.unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {}\n{complained}", output.status);
    String::from_utf8_lossy(&output.stdout).into_owned()
}

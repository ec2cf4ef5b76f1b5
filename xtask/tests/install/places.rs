//! Where one may install: names with spaces, below another root, over what is there, nowhere.

use crate::outside::Outside;
use crate::prefix::{Prefix, alone, install};
use crate::tools::{self, Compilers, output_of};
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{Read, Seek};
use std::path::{Path, PathBuf};
use std::process::Command;

#[test]
fn a_package_is_made_below_another_root() {
    let root = Prefix::empty("root of a package");
    let destdir = root.file("");
    let destdir = destdir.to_str().expect("the target folder's name is text");
    let folders = ["--destdir", destdir, "--prefix", "/opt/poly plug"];
    alone(install(&folders.map(OsStr::new)).arg("--with-cli"));

    let packed = Prefix::at(root.file("opt/poly plug"));
    assert_eq!(names(&root.file("")), ["opt"], "all of it is below the prefix");
    let said = output_of(Command::new(packed.file("bin/polyplug")).arg("--version"));
    assert!(said.contains(env!("CARGO_PKG_VERSION")), "{said}");
    for compilers in Compilers::installed() {
        built_by_the_shell(compilers, &packed);
        crate::built_with_cmake(compilers, &packed);
    }
}

#[test]
fn what_runs_keeps_its_library_when_another_is_installed_over_it() {
    let prefix = Prefix::installed_with("twice", &[]);
    let library = prefix.file("lib/libpolyplug.so");
    let mut opened = File::open(&library).expect("it is installed");
    let before = all_of(&mut opened);
    let files = output_of(Command::new("find").arg(prefix.file("")).arg("!").args(["-type", "d"]));

    prefix.install(&["--keep-debug-info"]);

    assert_ne!(fs::read(&library).expect("it is installed"), before, "it is another build");
    opened.rewind().expect("it is a file");
    assert!(all_of(&mut opened) == before, "the file that was open has changed");
    let again = output_of(Command::new("find").arg(prefix.file("")).arg("!").args(["-type", "d"]));
    assert_eq!(sorted(&again), sorted(&files), "nothing is left over");
}

#[test]
fn a_prefix_that_cannot_be_written_is_refused_before_anything_is_built() {
    let empty = Prefix::empty("refused");
    let file = empty.file("a file");
    fs::write(&file, "").expect("the folder is ours");
    let prefix = file.join("prefix");

    let output = install(&["--prefix".as_ref(), prefix.as_ref()]).output().expect("xtask starts");

    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr);
    let expected = format!("error: nothing can be installed into {}: ", prefix.display());
    assert!(said.starts_with(&expected), "{said}");
    assert!(said.contains("--prefix") && said.lines().count() == 1, "{said}");
}

#[test]
fn the_loaders_are_those_that_were_asked_for() {
    let only_native = ["--no-default-features", "--features", "native", "--libdir", "lib64"];
    let prefix = Prefix::installed_with("only native", &only_native);
    let Some(compilers) = Compilers::installed().into_iter().next() else {
        return;
    };
    let outside = Outside::new();
    let flags = [
        format!("-I{}", prefix.file("include").display()),
        prefix.file("lib64/libpolyplug.so").display().to_string(),
        format!("-Wl,-rpath,{}", prefix.file("lib64").display()),
    ];
    let program = outside.compile(compilers.c, &["loaders.c"], "-std=c99", &flags);
    assert_eq!(outside.run(&program, &[]), "lua no\nnative yes\n");
}

#[test]
fn an_unknown_feature_installs_nothing() {
    let prefix = Prefix::empty("unknown feature");
    let arguments = ["--features", "cobol"].map(OsStr::new);
    let folder = prefix.file("");
    let mut install = install(&[&["--prefix".as_ref(), folder.as_ref()], &arguments[..]].concat());
    let output = install.output().expect("xtask starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains("cobol"), "{said}");
    assert_eq!(names(&folder), [""; 0]);
}

/// As a person does it: the shell takes what pkg-config prints, which escapes spaces.
fn built_by_the_shell(compilers: Compilers, prefix: &Prefix) {
    if !tools::is_installed("pkg-config", "flags with spaces") {
        return;
    }
    let outside = Outside::new();
    let folder = prefix.file("lib");
    let line = format!(
        "eval {} -std=c99 main.c $(pkg-config --cflags --libs polyplug) -Wl,-rpath,'\"$LIBS\"' -o main",
        compilers.c
    );
    let mut shell = Command::new("sh");
    shell.current_dir(outside.folder()).args(["-c", &line]).env("LIBS", &folder);
    output_of(shell.env("PKG_CONFIG_PATH", folder.join("pkgconfig")));
    outside.add_plugins(compilers, prefix);
    crate::runs(&outside, &outside.folder().join("main"), crate::Linked::Shared);
}

fn all_of(file: &mut File) -> Vec<u8> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).expect("it is readable");
    bytes
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder is there");
    let paths = entries.map(|entry| entry.expect("it is readable").path());
    paths.filter_map(|path: PathBuf| Some(path.file_name()?.to_str()?.to_owned())).collect()
}

fn sorted(lines: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = lines.lines().collect();
    lines.sort_unstable();
    lines
}

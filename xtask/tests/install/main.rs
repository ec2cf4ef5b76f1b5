//! Installs libpolyplug into an empty folder, then builds and runs programs that know nothing else of
//! it: in C and in C++, with gcc and with clang, through pkg-config and through CMake, linked to the
//! shared library and to the static one.
//!
//! The programs are in `tests/consumer`. A debug build is installed, since one is there already when
//! tests run; `POLYPLUG_INSTALL_RELEASE=1` takes a release build. What needs a tool that is not
//! installed is skipped, and says so on standard error.

mod outside;
mod page;
mod places;
mod plugin;
mod prefix;
mod tools;

use outside::Outside;
use prefix::Prefix;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use tools::{Compilers, output_of};

/// How a program is linked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Linked {
    Shared,
    Static,
}

#[test]
fn everything_is_where_it_is_looked_for() {
    let prefix = Prefix::installed();
    let version = env!("CARGO_PKG_VERSION");
    let shared = format!("lib/libpolyplug.so.{version}");
    assert_eq!(headers(&prefix.file("include/polyplug")), headers(&ours()));
    for file in [
        "include/polyplug/polyplug.h",
        "include/polyplug/polyplug.hpp",
        &shared,
        "lib/libpolyplug.a",
        "lib/pkgconfig/polyplug.pc",
        "lib/pkgconfig/polyplug-static.pc",
        "lib/cmake/polyplug/polyplugConfig.cmake",
        "lib/cmake/polyplug/polyplugConfigVersion.cmake",
        "lib/cmake/polyplug/polyplugTargets.cmake",
        "lib/cmake/polyplug/polyplugPlugin.cmake",
        "share/doc/polyplug/LICENSE",
    ] {
        assert!(prefix.file(file).is_file(), "{file} is missing");
    }
    let target = |link| std::fs::read_link(prefix.file(link)).expect("it is a link");
    assert_eq!(target("lib/libpolyplug.so"), Path::new("libpolyplug.so.0"));
    assert_eq!(target("lib/libpolyplug.so.0"), PathBuf::from(format!("libpolyplug.so.{version}")));
}

/// The headers of the workspace.
fn ours() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../include/polyplug")
}

/// The names and contents of the headers in a folder.
fn headers(folder: &Path) -> BTreeMap<OsString, String> {
    let entries = std::fs::read_dir(folder).expect("the folder is there");
    let paths = entries.map(|entry| entry.expect("it is readable").path());
    let text = |path: &Path| std::fs::read_to_string(path).expect("a header is text");
    paths.map(|path| (path.file_name().unwrap_or_default().to_owned(), text(&path))).collect()
}

#[test]
fn the_soname_is_the_name_of_the_link() {
    let library = Prefix::installed().file("lib/libpolyplug.so");
    let entries = output_of(Command::new("readelf").arg("-d").arg(library));
    assert!(entries.contains("Library soname: [libpolyplug.so.0]"), "{entries}");
}

#[test]
fn both_libraries_show_the_functions_of_the_header_and_nothing_else() {
    let prefix = Prefix::installed();
    let header = std::fs::read_to_string(prefix.file("include/polyplug/polyplug.h"));
    let declared = functions(&header.expect("the header is text"));
    let shared = symbols(&prefix.file("lib/libpolyplug.so"), &["--dynamic"]);
    assert_eq!(shared, declared, "exported on the left, declared on the right");
    assert_eq!(symbols(&prefix.file("lib/libpolyplug.a"), &[]), declared, "of the static library");
}

#[test]
fn no_file_names_the_folder_that_was_installed_into() {
    let prefix = Prefix::installed();
    let folder = prefix.file("").display().to_string();
    for file in ["pkgconfig/polyplug.pc", "cmake/polyplug/polyplugTargets.cmake"] {
        let text = std::fs::read_to_string(prefix.file("lib").join(file)).expect("it is text");
        assert!(!text.contains(folder.trim_end_matches('/')), "{text}");
    }
}

#[test]
fn programs_find_the_shared_library_through_pkg_config() {
    let prefix = Prefix::installed();
    for compilers in Compilers::installed() {
        let Some(flags) = tools::pkg_config(prefix, &["--cflags", "--libs", "polyplug"]) else {
            return;
        };
        let rpath = format!("-Wl,-rpath,{}", prefix.file("lib").display());
        built_by_hand(compilers, prefix, Linked::Shared, &[flags, vec![rpath]].concat());
    }
}

#[test]
fn programs_find_the_static_library_through_pkg_config() {
    let prefix = Prefix::installed();
    for compilers in Compilers::installed() {
        let Some(flags) = tools::pkg_config(prefix, &["--cflags", "--libs", "polyplug-static"])
        else {
            return;
        };
        built_by_hand(compilers, prefix, Linked::Static, &flags);
    }
}

#[test]
fn a_moved_tree_without_the_shared_library_links_statically() {
    let moved = Prefix::installed().moved_without_shared_library();
    for compilers in Compilers::installed() {
        let Some(flags) =
            tools::pkg_config(&moved, &["--static", "--cflags", "--libs", "polyplug"])
        else {
            return;
        };
        built_by_hand(compilers, &moved, Linked::Static, &flags);
    }
}

#[test]
fn programs_and_plugins_are_built_with_cmake() {
    for compilers in Compilers::installed() {
        built_with_cmake(compilers, Prefix::installed());
    }
}

/// Builds all programs and plugins with CMake, and runs them.
fn built_with_cmake(compilers: Compilers, prefix: &Prefix) {
    let outside = Outside::new();
    let Some(build) = outside.cmake(compilers, prefix) else {
        return;
    };
    for plugin in ["triple", "triple_cpp"] {
        is_a_bundle(&outside.plugins().join(plugin), plugin);
    }
    for (program, linked) in [
        ("c_shared", Linked::Shared),
        ("cpp_shared", Linked::Shared),
        ("c_static", Linked::Static),
        ("cpp_static", Linked::Static),
    ] {
        runs(&outside, &build.join(program), linked);
    }
}

/// Compiles the two programs with these flags and the plugins without, and runs them.
fn built_by_hand(compilers: Compilers, prefix: &Prefix, linked: Linked, flags: &[String]) {
    let outside = Outside::new();
    outside.add_plugins(compilers, prefix);
    let mut sources = vec!["main.c"];
    if linked == Linked::Static {
        sources.push("own_lua.c");
    }
    let program = outside.compile(compilers.c, &sources, "-std=c99", flags);
    runs(&outside, &program, linked);

    let program = outside.compile(compilers.cpp, &["main.cpp"], "-std=c++17", flags);
    runs(&outside, &program, linked);
}

/// Runs a program that loads Lua bundles and plugins in C and C++.
fn runs(outside: &Outside, program: &Path, linked: Linked) {
    let said = outside.run(program, &[&outside.bundles(), &outside.plugins()]);
    assert!(said.contains(&format!("polyplug {}\n", env!("CARGO_PKG_VERSION"))), "{said}");
    assert!(said.contains("math.add@1 42\n"), "{said}");
    assert!(said.contains("failed ") && said.contains("on purpose"), "{said}");
    assert!(said.contains("math.triple@1 42\nmath.triple_cpp@1 42\n"), "{said}");
    let needed = output_of(Command::new("readelf").arg("-d").arg(program));
    assert_eq!(needed.contains("[libpolyplug.so.0]"), linked == Linked::Shared, "{needed}");
}

fn is_a_bundle(folder: &Path, name: &str) {
    assert!(folder.join("manifest.toml").is_file(), "{} has no manifest", folder.display());
    let library = folder.join(format!("{name}.so"));
    let expected = ["polyplug_abi_version", "polyplug_init"];
    assert_eq!(symbols(&library, &["--dynamic"]), expected, "the exports of {name}");
}

/// The names that a header declares as functions of the library, sorted.
fn functions(header: &str) -> Vec<String> {
    let declarations = header.lines().filter_map(|line| line.strip_prefix("POLYPLUG_API "));
    let names = declarations.filter_map(|line| {
        let before = line.split_once('(')?.0;
        before.rsplit([' ', '*']).next().map(str::to_owned)
    });
    sorted(names)
}

/// The defined symbols that a library shows, sorted.
fn symbols(library: &Path, more: &[&str]) -> Vec<String> {
    let mut list = Command::new("nm");
    list.args(["--defined-only", "--extern-only", "--format=posix"]).args(more).arg(library);
    let listed = output_of(&mut list);
    // An archive's listing begins with the name of its object.
    let lines = listed.lines().filter(|line| !line.ends_with(':'));
    sorted(lines.filter_map(|line| line.split(' ').next().map(str::to_owned)))
}

fn sorted(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

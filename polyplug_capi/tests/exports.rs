//! What the library shows to the programs that link it.

use crate::build::{library, root, text_of};
use std::path::Path;
use std::process::Command;

/// What the archive defines besides, as cargo builds it: C++ of the native loader's own. Installing
/// hides it.
const INTERNAL: [&str; 1] = ["polyplug_native_catch"];

#[test]
fn the_shared_library_exports_the_functions_of_the_header_and_nothing_else() {
    let mut nm = Command::new("nm");
    let listed = text_of(nm.args(["-D", "--defined-only"]).arg(&library().shared));
    let mut exported: Vec<&str> =
        listed.lines().filter_map(|line| line.split_whitespace().last()).collect();
    exported.sort_unstable();
    assert_eq!(exported, declared());
}

#[test]
fn the_static_library_defines_the_functions_of_the_header() {
    let mut nm = Command::new("nm");
    let listed = text_of(nm.args(["-g", "--defined-only"]).arg(&library().archive));
    let mut defined: Vec<&str> = listed
        .lines()
        .filter_map(|line| line.split_once(" T ").map(|(_, name)| name))
        .filter(|name| name.starts_with("polyplug_") && !INTERNAL.contains(name))
        .collect();
    defined.sort_unstable();
    assert_eq!(defined, declared());
}

#[test]
fn the_shared_library_has_a_soname_with_its_major_version() {
    let mut readelf = Command::new("readelf");
    let dynamic = text_of(readelf.arg("-d").arg(&library().shared));
    assert!(dynamic.contains("Library soname: [libpolyplug.so.0]"), "{dynamic}");
}

#[test]
fn the_shared_library_needs_nothing_but_the_system() {
    const SYSTEM: [&str; 7] = [
        "libc.so.6",
        "libm.so.6",
        "libgcc_s.so.1",
        "libdl.so.2",
        "libpthread.so.0",
        "librt.so.1",
        "ld-linux",
    ];
    let mut readelf = Command::new("readelf");
    let dynamic = text_of(readelf.arg("-d").arg(&library().shared));
    for line in dynamic.lines().filter(|line| line.contains("(NEEDED)")) {
        assert!(SYSTEM.iter().any(|known| line.contains(known)), "{line}");
    }
}

/// The functions of the header that are not inline, sorted.
fn declared() -> Vec<&'static str> {
    let header: &'static str = Box::leak(read("include/polyplug/polyplug.h").into_boxed_str());
    let functions = header.lines().filter(|line| line.starts_with("POLYPLUG_API "));
    let mut names: Vec<&str> =
        functions.filter_map(|line| line.split_once('(')?.0.rsplit([' ', '*']).next()).collect();
    names.sort_unstable();
    assert!(names.len() > 40, "{names:?}");
    names
}

fn read(path: &str) -> String {
    let path: &Path = Path::new(path);
    std::fs::read_to_string(root().join(path)).expect("it is readable")
}

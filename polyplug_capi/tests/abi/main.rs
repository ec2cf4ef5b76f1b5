//! The ABI of the header, compared with the one that is checked in.
//!
//! `abi/polyplug.txt` lists every function, type, field and constant with all that a compiled program
//! or plugin relies on; it is compared always. `abi/libpolyplug.abi` is the same for abidiff, which
//! follows types through pointers; it is compared where Debian's abigail-tools are installed. Both
//! are made from the header as a C compiler sees it. That the library exports what the header
//! declares, and nothing else, is tested where it is installed; that the header says what Rust says,
//! in `header`. (A dump of libpolyplug.so itself has no types: abidw 2.2 does not take Rust's
//! functions for the symbols that they are.)
//!
//! `UPDATE_ABI=1` accepts additions, `UPDATE_ABI=break` everything.

mod abigail;
mod changes;
mod compiled;
mod declarations;
mod listing;

use changes::{Changes, Update};
use std::path::{Path, PathBuf};

#[test]
fn the_abi_is_the_one_that_is_checked_in() {
    let header = header();
    let path = checked_in("polyplug.txt");
    let now = listing::of(&header);
    let was = std::fs::read_to_string(&path).unwrap_or_default();
    let changes = Changes::between(&was, &now);
    if Update::asked_for().accepts(&changes) {
        std::fs::write(&path, &now).expect("the list is writable");
        return;
    }
    assert!(changes.is_empty(), "{changes}");
    assert!(was == now, "{} is in another order: run with UPDATE_ABI=1", path.display());
}

#[test]
fn abidiff_sees_no_break() {
    let Some(now) = abigail::library(&header()) else {
        return;
    };
    let path = checked_in("libpolyplug.abi");
    let update = Update::asked_for();
    if update != Update::Everything
        && let Some(report) = abigail::broken(&path, &now)
    {
        panic!("{}\n\n{report}", changes::BROKEN);
    }
    if update != Update::Nothing {
        abigail::write(&now, &path);
    }
}

#[test]
fn every_change_that_breaks_is_seen() {
    let text = header();
    let was = listing::of(&text);
    for (what, from, to) in [
        ("a field is renamed", "(*revision_counter)", "(*revisions)"),
        ("a field gets another type", "    uint32_t major;", "    uint64_t major;"),
        ("a field becomes signed", "    uint32_t minor;", "    int32_t minor;"),
        ("a struct grows", "    uint32_t patch;\n", "    uint32_t patch;\n    uint32_t label;\n"),
        ("room ends elsewhere", "    uint64_t reserved[2];", "    uint64_t reserved[3];"),
        ("a number changes", "#define POLYPLUG_ERROR_BUSY 17", "#define POLYPLUG_ERROR_BUSY 18"),
        ("a function is lost", "POLYPLUG_API uint32_t polyplug_abi(void);", ""),
        ("a function gets a parameter", "polyplug_abi(void)", "polyplug_abi(uint32_t of)"),
        ("a callback answers", "typedef void (*PolyplugLogSink)", "typedef int (*PolyplugLogSink)"),
    ] {
        let changed = text.replacen(from, to, 1);
        assert!(changed != text, "{what}: the header has no `{from}`");
        let changes = Changes::between(&was, &listing::of(&changed));
        assert!(changes.break_something(), "{what}: not seen");
    }
}

#[test]
fn what_is_added_breaks_nothing() {
    let text = header();
    let was = listing::of(&text);
    for (what, from, to) in [
        (
            "a function",
            "POLYPLUG_API uint32_t polyplug_abi(void);",
            "POLYPLUG_API uint32_t polyplug_abi(void);\nPOLYPLUG_API bool polyplug_new(int a);",
        ),
        (
            "a number",
            "#define POLYPLUG_LOG_TRACE 5",
            "#define POLYPLUG_LOG_TRACE 5\n#define POLYPLUG_LOG_MORE 6",
        ),
        (
            "a field of a struct that says its size",
            "\n} PolyplugHostApiExtensions;",
            "\n    void *added;\n} PolyplugHostApiExtensions;",
        ),
        (
            "a field that takes of the room for it",
            "    uint64_t reserved[2];",
            "    uint64_t added;\n    uint64_t reserved[1];",
        ),
    ] {
        let changed = text.replacen(from, to, 1);
        assert!(changed != text, "{what}: the header has no `{from}`");
        let changes = Changes::between(&was, &listing::of(&changed));
        assert!(!changes.is_empty() && !changes.break_something(), "{what}:\n{changes}");
    }
}

#[test]
fn the_names_of_parameters_are_no_part_of_the_abi() {
    let text = header();
    let renamed = text.replace("uint32_t function,", "uint32_t number_of_it,");
    assert!(renamed != text, "the header has no such parameter");
    assert!(Changes::between(&listing::of(&text), &listing::of(&renamed)).is_empty());
}

#[test]
fn abidiff_sees_a_changed_field_and_lets_additions_pass() {
    let text = header();
    let Some(was) = abigail::library(&text) else {
        return;
    };
    let dump = was.path().with_extension("abi");
    abigail::write(&was, &dump);

    let broken = text.replacen("    uint32_t patch;\n", "    uint64_t patch;\n", 1);
    let report = abigail::library(&broken).and_then(|now| abigail::broken(&dump, &now));
    assert!(report.is_some_and(|report| report.contains("PolyplugVersion")), "it is not seen");

    let mut grown = text;
    for (what, with_more) in [
        ("\n} PolyplugHostApiExtensions;", "\n    void *added;\n} PolyplugHostApiExtensions;"),
        (
            "\ntypedef struct PolyplugBuffer {",
            "\ntypedef struct PolyplugNew {\n    int a;\n} PolyplugNew;\ntypedef struct PolyplugBuffer {",
        ),
        ("\nPOLYPLUG_API ", "\nPOLYPLUG_API int polyplug_new(int a);\nPOLYPLUG_API "),
    ] {
        assert!(grown.contains(what), "the header has no `{what}`");
        grown = grown.replacen(what, with_more, 1);
    }
    let report = abigail::library(&grown).and_then(|now| abigail::broken(&dump, &now));
    assert_eq!(report, None);
}

fn header() -> String {
    let path = root().join("include/polyplug/polyplug.h");
    std::fs::read_to_string(path).expect("the header is readable")
}

fn checked_in(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("abi").join(name)
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate is in a workspace")
}

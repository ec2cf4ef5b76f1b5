//! Files: what is in a folder that was granted, and no way out of it.

use crate::doors::{Doors, SECRET};
use std::fs;
use std::path::Path;

/// Paths that would lead out of `doors/data`, if one were followed; `%` is the folder above the bundle's.
const WAYS_OUT: &[&str] = &[
    "%/outside/secret",
    "%/doors/data/text",
    "/etc/passwd",
    "/proc/self/environ",
    "//etc/passwd",
    "../other/secret",
    "../../outside/secret",
    "./../other/secret",
    "out/../other/secret",
    "out/secret",
    "out/../outside/secret",
    "far-out/secret",
    "far-out/../outside/secret",
    "secret",
    "dangling",
    "..",
    "../manifest.toml",
    "../guest.wasm",
    "text/../../other/secret",
    "../data/text",
];

fn ways_out(doors: &Doors) -> Vec<String> {
    let above = doors.folder.path().to_str().unwrap();
    WAYS_OUT.iter().map(|way| way.replace('%', above)).collect()
}

/// All files and folders below `folder`, with what is in them.
fn all_of(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let kind = path.symlink_metadata().unwrap().file_type();
            let content = match kind.is_file() && !path.ends_with("guest.wasm") {
                true => fs::read_to_string(&path).unwrap(),
                false => format!("{kind:?}"),
            };
            found.push((path.display().to_string(), content));
            if kind.is_dir() {
                open.push(path);
            }
        }
    }
    found.sort();
    found
}

#[test]
fn without_a_folder_there_is_none() {
    let doors = Doors::with(&[]);
    assert_eq!(doors.open("folders", &[]), Ok(String::new()));
    assert_eq!(doors.open("read", &["data", "text"]), Err("no folder data".to_owned()));
}

#[test]
fn a_folder_that_was_granted_can_be_used() {
    let doors = Doors::with(&["fs:rw:data"]);
    let done = Ok("done".to_owned());
    assert_eq!(doors.open("folders", &[]).as_deref(), Ok("data"));
    assert_eq!(doors.open("read", &["data", "text"]).as_deref(), Ok("in the folder"));
    assert_eq!(doors.open("write", &["data", "new", "mine"]).as_deref(), Ok("4 bytes"));
    assert_eq!(fs::read_to_string(doors.path("doors/data/new")).unwrap(), "mine");
    assert_eq!(doors.open("make-folder", &["data", "inner"]), done);
    assert_eq!(doors.open("rename", &["data", "new", "inner/renamed"]), done);
    assert_eq!(doors.open("list", &["data", "inner"]).as_deref(), Ok("renamed"));
    assert_eq!(doors.open("link", &["data", "inner/renamed", "linked"]), done);
    assert_eq!(doors.open("symlink", &["data", "inner/../linked", "link"]), done);
    assert_eq!(doors.open("readlink", &["data", "link"]).as_deref(), Ok("inner/../linked"));
    assert_eq!(doors.open("read", &["data", "link"]).as_deref(), Ok("mine"));
    assert_eq!(doors.open("stat", &["data", "link"]).as_deref(), Ok("4 bytes"));
    assert_eq!(doors.open("remove", &["data", "linked"]), done);
    assert!(!doors.path("doors/data/linked").exists());
}

#[test]
fn no_path_leads_out_of_a_folder() {
    let doors = Doors::with(&["fs:rw:data"]);
    let before = all_of(doors.folder.path());
    for way in ways_out(&doors) {
        for (door, more) in [
            ("read", None),
            ("write", Some("overwritten")),
            ("list", None),
            ("make-folder", None),
            ("stat", None),
        ] {
            let what: Vec<&str> = ["data", &way].into_iter().chain(more).collect();
            let refused = doors.open(door, &what).unwrap_err();
            assert!(!refused.contains("no such door"), "{refused}");
        }
        for (from, to) in [("text", &*way), (&*way, "taken")] {
            // A link by itself may be moved and linked to, where it stands in the folder.
            if !way.contains('/') && way != ".." {
                continue;
            }
            for door in ["rename", "link"] {
                assert!(doors.open(door, &["data", from, to]).is_err(), "{door} {from} {to}");
            }
        }
        if way.contains('/') || way == ".." {
            for (door, what) in [
                ("remove", vec!["data", &*way]),
                ("readlink", vec!["data", &*way]),
                ("symlink", vec!["data", "text", &*way]),
            ] {
                assert!(doors.open(door, &what).is_err(), "{door} {way}");
            }
        }
    }
    assert_eq!(all_of(doors.folder.path()), before);
}

#[test]
fn a_link_that_the_guest_makes_leads_nowhere() {
    let doors = Doors::with(&["fs:rw:data"]);
    let outside = doors.path("outside");
    let outside = outside.to_str().unwrap();
    // A link to an absolute path is refused; a relative one may be made, and is not followed.
    assert!(doors.open("symlink", &["data", outside, "absolute"]).is_err());
    for (target, through) in [
        ("../../outside", "made/secret"),
        ("..", "made/other/secret"),
        ("out", "made/secret"),
        ("text/../../other", "made/secret"),
    ] {
        let _ = doors.open("symlink", &["data", target, "made"]);
        for (door, what) in [
            ("read", vec!["data", through]),
            ("write", vec!["data", through, "overwritten"]),
            ("list", vec!["data", "made"]),
            ("rename", vec!["data", "text", through]),
            ("rename", vec!["data", through, "taken"]),
            ("link", vec!["data", through, "taken"]),
        ] {
            assert!(doors.open(door, &what).is_err(), "{door} {what:?} by {target}");
        }
        let _ = doors.open("remove", &["data", "made"]);
    }
    // A link that is inside when it is made, and outside when its folder has moved.
    doors.open("make-folder", &["data", "deep"]).unwrap();
    doors.open("symlink", &["data", "../..", "deep/up"]).unwrap();
    assert!(doors.open("read", &["data", "deep/up/other/secret"]).is_err());
    doors.open("symlink", &["data", "..", "deep/one-up"]).unwrap();
    doors.open("rename", &["data", "deep/one-up", "one-up"]).unwrap();
    assert!(doors.open("read", &["data", "one-up/other/secret"]).is_err());
    assert_eq!(fs::read_to_string(doors.path("outside/secret")).unwrap(), SECRET);
    assert_eq!(fs::read_to_string(doors.path("doors/other/secret")).unwrap(), SECRET);
}

#[test]
fn where_a_link_leads_that_was_there_is_not_told() {
    let doors = Doors::with(&["fs:rw:data"]);
    let told = doors.open("readlink", &["data", "far-out"]);
    assert!(told.is_err(), "{told:?}");
}

#[test]
fn a_folder_to_read_is_not_changed() {
    let doors = Doors::with(&["fs:ro:read"]);
    let before = all_of(doors.folder.path());
    assert_eq!(doors.open("read", &["read", "text"]).as_deref(), Ok("in the folder"));
    for (door, what) in [
        ("write", vec!["read", "text", "overwritten"]),
        ("write", vec!["read", "new", "mine"]),
        ("make-folder", vec!["read", "inner"]),
        ("rename", vec!["read", "text", "moved"]),
        ("link", vec!["read", "text", "linked"]),
        ("symlink", vec!["read", "text", "link"]),
        ("remove", vec!["read", "text"]),
        ("read", vec!["read", "secret"]),
        ("read", vec!["read", "out/secret"]),
        ("read", vec!["data", "text"]),
    ] {
        assert!(doors.open(door, &what).is_err(), "{door} {what:?}");
    }
    assert_eq!(all_of(doors.folder.path()), before);
}

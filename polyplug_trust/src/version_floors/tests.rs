//! Floors, in memory and in a file.

use super::{PATIENCE, VersionFloors};
use crate::{FloorSource, StoreProblem};
use polyplug_abi::Version;
use std::fs;
use std::iter;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;
use tempfile::TempDir;

const fn version(minor: u32) -> Version {
    Version::new(1, minor, 0)
}

fn file() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("floors");
    (folder, path)
}

fn floor(floors: &VersionFloors, bundle: &str) -> Option<Version> {
    floors.floor(bundle).unwrap().map(|floor| floor.version)
}

#[test]
fn a_floor_only_rises() {
    let floors = VersionFloors::default();
    assert_eq!(floor(&floors, "score"), None);
    for (raised, expected) in [(2, 2), (1, 2), (3, 3), (3, 3)] {
        floors.raise("score", version(raised)).unwrap();
        assert_eq!(floor(&floors, "score"), Some(version(expected)));
    }
    floors.require("score", version(2));
    assert_eq!(floor(&floors, "score"), Some(version(3)));
    assert_eq!(floor(&floors, "other"), None);
}

#[test]
fn the_file_keeps_what_was_raised() {
    let (_folder, path) = file();
    let floors = VersionFloors::open(&path).unwrap();
    floors.require("of the host", version(7));
    assert!(!path.exists());
    floors.raise("score", version(2)).unwrap();
    floors.raise("a name, with blanks ", version(1)).unwrap();
    assert_eq!(
        fs::read_to_string(&path).unwrap(),
        "polyplug version floors 1\nfloor 1.1.0 a name, with blanks \nfloor 1.2.0 score\n"
    );

    let later = VersionFloors::open(&path).unwrap();
    assert_eq!(floor(&later, "score"), Some(version(2)));
    assert_eq!(floor(&later, "a name, with blanks "), Some(version(1)));
    assert_eq!(floor(&later, "of the host"), None);
}

#[test]
fn who_only_looks_writes_nothing() {
    let (folder, path) = file();
    let looking = VersionFloors::open_read_only(&path).unwrap();
    looking.raise("score", version(2)).unwrap();
    assert_eq!(floor(&looking, "score"), Some(version(2)));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);

    VersionFloors::open(&path).unwrap().raise("score", version(3)).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(floor(&looking, "score"), Some(version(3)));
    looking.raise("score", version(4)).unwrap();
    assert_eq!(floor(&looking, "score"), Some(version(4)));
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
}

#[test]
fn a_file_that_could_not_be_made_is_told_at_once() {
    let (folder, _) = file();
    let path = folder.path().join("mispelt/floors");
    let expected = format!(
        "{}: there is no folder {}; make it, or correct the path",
        path.display(),
        path.parent().unwrap().display()
    );
    let errors = [VersionFloors::open(&path), VersionFloors::open_read_only(&path)];
    assert_eq!(errors.map(|opened| opened.unwrap_err().to_string()), [expected.clone(), expected]);
    for path in ["", "/", ".."] {
        let error = VersionFloors::open(path).unwrap_err().to_string();
        assert!(error.contains("names no file; name one"), "{error}");
    }
}

#[test]
fn who_says_so_is_known() {
    let (_folder, path) = file();
    let floors = VersionFloors::open(&path).unwrap();
    let source = || floors.floor("score").unwrap().unwrap().source;
    floors.require("score", version(1));
    assert_eq!(source(), FloorSource::Host);
    floors.raise("score", version(2)).unwrap();
    assert_eq!(source(), FloorSource::File(path.clone()));
    floors.require("score", version(3));
    assert_eq!(source(), FloorSource::Host);
    let forgetful = VersionFloors::default();
    forgetful.raise("score", version(2)).unwrap();
    assert_eq!(forgetful.floor("score").unwrap().unwrap().source, FloorSource::Signature);
}

#[test]
fn what_could_not_be_kept_is_kept_with_the_next() {
    let (_folder, path) = file();
    let floors = VersionFloors::open(&path).unwrap();
    let locked = fs::File::create(path.with_extension("lock")).unwrap();
    locked.lock().unwrap();
    // Only the first one waits.
    for (bundle, waited) in (0..20).zip(iter::once(PATIENCE).chain(iter::repeat(Duration::ZERO))) {
        let error = floors.raise(&format!("bundle {bundle}"), version(2)).unwrap_err();
        let StoreProblem::Locked { patience, .. } = error.problem else { panic!("{error}") };
        assert_eq!(patience, waited);
    }
    assert_eq!(floors.floor("bundle 0").unwrap().unwrap().source, FloorSource::Signature);
    drop(locked);
    floors.raise("score", version(1)).unwrap();
    let later = VersionFloors::open(&path).unwrap();
    assert_eq!(floor(&later, "bundle 19"), Some(version(2)));
    assert_eq!(floor(&later, "score"), Some(version(1)));
}

#[test]
fn what_others_raise_holds_at_once() {
    let (_folder, path) = file();
    let [one, other] = [(); 2].map(|()| VersionFloors::open(&path).unwrap());
    one.raise("score", version(2)).unwrap();
    assert_eq!(floor(&other, "score"), Some(version(2)));
    other.raise("score", version(1)).unwrap();
    assert_eq!(floor(&one, "score"), Some(version(2)));
}

#[test]
fn many_raise_at_once_and_nothing_is_lost() {
    let (_folder, path) = file();
    thread::scope(|scope| {
        for writer in 0..4 {
            let path = &path;
            scope.spawn(move || {
                let floors = VersionFloors::open(path).unwrap();
                for turn in 0..10 {
                    floors
                        .raise(&format!("bundle {}", (writer + turn) % 5), version(turn))
                        .unwrap();
                }
            });
        }
    });
    let floors = VersionFloors::open(&path).unwrap();
    // The last turn at which some writer named it.
    for bundle in 0..5 {
        let last = (0..10).filter(|turn| (0..4).any(|writer| (writer + turn) % 5 == bundle)).max();
        let floor = floor(&floors, &format!("bundle {bundle}"));
        assert_eq!(floor, last.map(version));
    }
}

#[test]
fn a_file_that_is_not_understood_is_no_empty_one() {
    let (_folder, path) = file();
    let floors = VersionFloors::open(&path).unwrap();
    floors.raise("score", version(2)).unwrap();
    let line = "expected `floor`, a version like 1.2.0 and a bundle's name, and a line end, found";
    let title = "polyplug version floors 1\n";
    let cases = [
        (String::new(), "line 1: expected `polyplug version floors 1`, found ``".to_owned()),
        (
            "polyplug version floors 2\n".to_owned(),
            "line 1: expected `polyplug version floors 1`, found `polyplug version floors 2`"
                .to_owned(),
        ),
        (format!("{title}floor 1.2.0 sco"), format!("line 2: {line} `floor 1.2.0 sco`")),
        (format!("{title}floor 1.2 score\n"), format!("line 2: {line} `floor 1.2 score`")),
        (format!("{title}floor 1.2.0 a\n\n"), format!("line 3: {line} ``")),
        (format!("{title}floor 1.2.0 \n"), format!("line 2: {line} `floor 1.2.0 `")),
        (format!("{title}floor 1.2.0 a\rb\n"), format!("line 2: {line} `floor 1.2.0 a\\rb`")),
    ];
    for (text, expected) in cases {
        fs::write(&path, text).unwrap();
        let expected = format!("{}: {expected}", path.display());
        assert_eq!(VersionFloors::open(&path).unwrap_err().to_string(), expected);
        assert_eq!(floors.floor("score").unwrap_err().to_string(), expected);
        assert_eq!(floors.raise("score", version(9)).unwrap_err().to_string(), expected);
    }
    fs::remove_file(&path).unwrap();
    assert_eq!(floor(&floors, "score"), Some(version(9)));
}

#[test]
fn a_name_that_would_not_be_read_again_is_not_written() {
    let (_folder, path) = file();
    let floors = VersionFloors::open(&path).unwrap();
    let error = floors.raise("a\nfloor 0.0.0 b", version(1)).unwrap_err().to_string();
    let rule = "cannot be kept: it is one line, without control characters or such as are not seen";
    let name = "the bundle's name `a\\nfloor 0.0.0 b`";
    assert_eq!(error, format!("{}: {name} {rule}", path.display()));
    assert!(!path.exists());
}

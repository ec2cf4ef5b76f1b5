//! Several processes with one folder for private copies: at once, and one after another that crashed.

use crate::child;
use polyplug_tests::folder::Folder;
use polyplug_tests::native_bundle::{
    LIBRARY, NativeHost, files_below, library, mapped_below, write_bytes,
};
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Stdio};

const COUNTER: &str = "counter/c/main.c";
const SAYS: &str = "it runs";

/// A child that has loaded its bundle and waits, and what it says further.
fn waiting_child(test: &str, copies: &Path) -> (Child, impl Read) {
    let mut child = child::running(test, copies.to_str().unwrap());
    let mut child = child.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut says = BufReader::new(child.stdout.take().unwrap());
    assert!(says.by_ref().lines().any(|line| line.unwrap().contains(SAYS)), "it ended early");
    (child, says)
}

/// Loads a bundle and waits until the parent goes.
fn load_and_wait(copies: &str) {
    let host = NativeHost::copying_to(copies.as_ref());
    let siblings = "[native]\nlibraries = [\"a.so\"]\n";
    let bundle = write_bytes(&host.folder, "one", siblings, &library(COUNTER, &[]));
    fs::copy(bundle.join(LIBRARY), bundle.join("a.so")).unwrap();
    host.runtime.load_bundle(bundle).unwrap();
    println!("{SAYS}");
    let _ = std::io::stdin().read(&mut [0]);
}

#[test]
fn what_a_killed_host_left_goes_when_the_next_one_starts() {
    if let Some(copies) = child::argument() {
        return load_and_wait(&copies);
    }
    let copies = tempfile::tempdir().unwrap();
    let test = "processes::what_a_killed_host_left_goes_when_the_next_one_starts";
    let (mut killed, _) = waiting_child(test, copies.path());
    let (mut living, _says) = waiting_child(test, copies.path());
    assert_eq!(files_below(copies.path()).len(), 2 * 3, "two libraries and a lock of each");
    killed.kill().unwrap();
    killed.wait().unwrap();

    let next = NativeHost::copying_to(copies.path());
    let bundle = write_bytes(&next.folder, "one", "", &library(COUNTER, &[]));
    next.runtime.load_bundle(bundle).unwrap();

    let left = files_below(copies.path());
    assert_eq!(left.len(), 3 + 2, "the living one's, and ours: {left:?}");
    let number = format!("polyplug-native-{}-", living.id());
    assert_eq!(left.iter().filter(|path| path.display().to_string().contains(&number)).count(), 3);
    assert_eq!(mapped_below(copies.path()).len(), 1);
    drop(living.stdin.take());
    assert!(living.wait().unwrap().success());
    drop(next);
    assert_eq!(fs::read_dir(copies.path()).unwrap().count(), 0);
}

/// Reloads the bundle of another process again and again, while that one rebuilds it.
fn reload_often(argument: &str) {
    let (copies, bundle) = argument.split_once(' ').unwrap();
    let host = NativeHost::copying_to(copies.as_ref());
    host.runtime.load_bundle(bundle).unwrap();
    let mut last = 0;
    for _ in 0..50 {
        host.runtime.reload_bundle(bundle).unwrap();
        let version = host.call("test.counter@1").unwrap();
        assert!((last..10).contains(&version), "{last} {version}");
        last = version;
    }
    assert_eq!(mapped_below(copies.as_ref()).len(), 1);
}

#[test]
fn processes_at_once_reload_one_bundle_and_do_not_meet() {
    if let Some(argument) = child::argument() {
        return reload_often(&argument);
    }
    let (copies, folder) = (tempfile::tempdir().unwrap(), Folder::new());
    let bundle = write_bytes(&folder, "one", "", &library(COUNTER, &["-DVERSION=1"]));
    let argument = format!("{} {}", copies.path().display(), bundle.display());
    let test = "processes::processes_at_once_reload_one_bundle_and_do_not_meet";
    let children: Vec<Child> =
        (0..3).map(|_| child::running(test, &argument).spawn().unwrap()).collect();

    for version in 2..10 {
        let aside = bundle.join("aside");
        fs::write(&aside, library(COUNTER, &[&format!("-DVERSION={version}")])).unwrap();
        fs::rename(aside, bundle.join(LIBRARY)).unwrap();
    }

    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    assert_eq!(fs::read_dir(copies.path()).unwrap().count(), 0);
}

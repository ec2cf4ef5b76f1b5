//! Folders whose manifest is something else, or cannot be looked at: they are told, everywhere in the same
//! words, and never passed over as if nothing were there.

#![cfg(unix)]

use polyplug::discovery::Prospect;
use polyplug::error::RuntimeError;
use polyplug::runtime::RuntimeBuilder;
use polyplug_tests::author::Author;
use polyplug_tests::folder::Folder;
use polyplug_tests::host::Host;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

const SCRIPT: &str = "contract test.a@1.0\nfn version 1";

/// Something that is put in the place of a manifest, by its path, and what is said of it.
type Put = (fn(&Path), &'static str);

const PUT: [Put; 4] = [
    (|path| fs::create_dir(path).unwrap(), "manifest.toml: it is a folder and no file; put"),
    (|path| pipe(path), "manifest.toml: it is a pipe and no file; put"),
    (|path| symlink("nowhere", path).unwrap(), "manifest.toml: it is a link that leads nowhere; "),
    (|path| symlink("manifest.toml", path).unwrap(), "manifest.toml: it cannot be read: "),
];

fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

fn host(folder: &Folder) -> Host {
    let folder = folder.path().to_owned();
    Host::with(|_| RuntimeBuilder::new().hot_reload(true).search_dir(folder))
}

/// What each way to come upon the bundle `one` says of it.
#[track_caller]
fn told(host: &Host, mods: &Folder) -> Vec<String> {
    let of = |result: Result<_, RuntimeError>| result.map(|_: ()| ()).unwrap_err().to_string();
    let mut told = vec![
        of(host.runtime.load_bundle(mods.of("one"))),
        of(host.runtime.load_by_name("one").map(drop)),
    ];
    let found = host.runtime.discover().unwrap();
    let one = found.iter().find(|one| one.offer.path == mods.of("one")).unwrap();
    let Prospect::WouldFail(error) = &one.prospect else { panic!("{one:?}") };
    told.push(error.to_string());
    let report = host.runtime.load_folder(mods.path()).unwrap();
    let failed = report.failed.iter().find(|one| one.path == mods.of("one")).unwrap();
    told.push(failed.error.to_string());
    told
}

#[test]
fn a_manifest_that_is_none_is_told_in_the_same_words_everywhere() {
    for (put, says) in PUT {
        let mods = Folder::new();
        mods.bundle("one", SCRIPT);
        fs::remove_file(mods.of("one").join("manifest.toml")).unwrap();
        put(&mods.of("one").join("manifest.toml"));

        let told = told(&host(&mods), &mods);

        let expected = format!("{}/{says}", mods.of("one").display());
        assert!(told.iter().all(|told| told.starts_with(&expected)), "{told:#?}");
    }
}

#[test]
fn a_reload_says_so_too_and_what_ran_runs_on() {
    for (put, says) in PUT {
        let mods = Folder::new();
        let host = host(&mods);
        host.runtime.load_bundle(mods.bundle("one", SCRIPT)).unwrap();
        fs::remove_file(mods.of("one").join("manifest.toml")).unwrap();
        put(&mods.of("one").join("manifest.toml"));

        let error = host.runtime.reload_bundle(mods.of("one")).unwrap_err().to_string();

        assert!(error.contains(says), "{error}");
        assert_eq!(host.call("test.a@1").unwrap(), 1);
    }
}

#[test]
fn with_signatures_it_is_a_refusal_or_told_in_the_same_words() {
    for (put, says) in PUT {
        let (author, mods) = (Author::new(), Folder::new());
        author.sign(mods.bundle("one", SCRIPT));
        fs::remove_file(mods.of("one").join("manifest.toml")).unwrap();
        put(&mods.of("one").join("manifest.toml"));
        let folder = mods.path().to_owned();
        let host = Host::with(|_| author.required(RuntimeBuilder::new()).search_dir(folder));

        for told in told(&host, &mods) {
            let is_refusal = told.contains("its files cannot be checked")
                && told.contains(&mods.of("one").display().to_string())
                && told.contains("`manifest.toml`");
            assert!(is_refusal || told.contains(says), "{told}");
        }
    }
}

#[test]
fn a_folder_that_cannot_be_looked_at_is_told() {
    for (target, says) in [("nowhere", "leads nowhere; correct or remove it"), ("one", "cannot be")]
    {
        let mods = Folder::new();
        symlink(target, mods.of("one")).unwrap();
        for told in told(&host(&mods), &mods) {
            assert!(told.contains(&mods.of("one").display().to_string()), "{told}");
            assert!(told.contains(says), "{told}");
        }
    }
}

#[test]
fn what_is_certainly_no_bundle_is_passed_over() {
    let mods = Folder::new();
    fs::write(mods.of("notes.txt"), "to do").unwrap();
    fs::create_dir(mods.of("pictures")).unwrap();
    symlink("nowhere", mods.of(".lock")).unwrap();
    let host = host(&mods);
    let report = host.runtime.load_folder(mods.path()).unwrap();
    assert!(report.failed.is_empty() && report.loaded.is_empty(), "{report:?}");
    assert!(host.runtime.discover().unwrap().is_empty());
}

#[test]
fn what_no_signature_can_cover_is_told_by_its_rule() {
    let (author, mods) = (Author::new(), Folder::new());
    author.sign(mods.bundle("one", ""));
    symlink("nowhere", mods.of("one").join("link")).unwrap();
    let host = Host::with(|_| author.required(RuntimeBuilder::new()));

    let found = host.runtime.discover_in([mods.path()]).unwrap();

    assert_eq!(found[0].offer.signer.as_ref().unwrap_err().code, "odd-tree");
}

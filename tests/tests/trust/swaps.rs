//! A folder that somebody exchanges between the check and the opening: what runs is what was checked,
//! whichever of the two it was.

use crate::signed::{equip, languages};
use polyplug::error::RuntimeError;
use polyplug_abi::BundleId;
use polyplug_tests::author::Author;
use polyplug_tests::call;
use polyplug_tests::folder::Folder;
use polyplug_tests::host::Host;
use polyplug_tests::language::{self, Behaviour, Language};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

/// What the evil version answers.
const EVIL: u32 = 666;

/// How often each language is tried; a machine that is slow gets by with what it is given here.
const TRIES: u32 = 10_000;

/// A signed bundle, and a copy of it with other code under the same signature.
struct Pair {
    author: Author,
    language: &'static dyn Language,
    folder: Folder,
}

impl Pair {
    fn new(language: &'static dyn Language) -> Self {
        let pair = Self { author: Author::new(), language, folder: Folder::new() };
        for (place, version) in [("good", 1), ("evil", EVIL)] {
            language::write(&pair.folder, language, place, Behaviour::Counter, version);
        }
        fs::copy(pair.at("good", "manifest.toml"), pair.at("evil", "manifest.toml")).unwrap();
        pair.author.sign(pair.folder.of("good"));
        fs::copy(pair.at("good", "bundle.sig"), pair.at("evil", "bundle.sig")).unwrap();
        pair
    }

    fn at(&self, place: &str, file: &str) -> PathBuf {
        self.folder.of(place).join(file)
    }

    /// Loads `bundle` again and again while `flip` exchanges what is there, and counts how often it ran.
    fn race(&self, tries: u32, bundle: &Path, flip: impl Fn(&str) + Sync) {
        let copies = tempfile::tempdir().unwrap();
        let host = Host::with(|builder| {
            equip(self.language, self.author.required(builder), copies.path())
        });
        let (ends, flips) = (AtomicBool::new(false), AtomicU64::new(0));
        let mut ran = 0;
        thread::scope(|scope| {
            scope.spawn(|| {
                while !ends.load(Ordering::Relaxed) {
                    flip("evil");
                    flip("good");
                    flips.fetch_add(1, Ordering::Relaxed);
                }
            });
            let _ends = Ends(&ends);
            for _ in 0..tries {
                match host.runtime.load_bundle(bundle) {
                    Ok(()) => {
                        ran += 1;
                        let contract = host.contract("test.counter@1");
                        assert_eq!(call::number(&contract, 0).unwrap(), 1, "an evil version ran");
                        host.runtime.unload_bundle(BundleId::of("good")).unwrap();
                        host.runtime.poll().unwrap();
                    }
                    Err(RuntimeError::SignatureRejected { .. } | RuntimeError::Manifest(_)) => {}
                    Err(other) => panic!("{other:?}"),
                }
            }
        });
        let flips = flips.into_inner();
        println!("{}: {ran} of {tries} ran, {flips} flips", self.language.name());
        assert!(ran > 0, "the good one never ran");
        assert!(ran < tries, "the evil one was never there");
    }
}

/// Ends the flipping thread, also when an assertion fails.
struct Ends<'a>(&'a AtomicBool);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn a_folder_that_is_exchanged_runs_as_it_was_signed_or_not_at_all() {
    for language in languages() {
        let pair = Pair::new(language);
        let (link, next) = (pair.folder.of("link"), pair.folder.of("next"));
        symlink(pair.folder.of("good"), &link).unwrap();

        pair.race(TRIES / 4, &link, |place| {
            symlink(pair.folder.of(place), &next).unwrap();
            fs::rename(&next, &link).unwrap();
        });
    }
}

#[test]
fn a_file_that_is_exchanged_runs_as_it_was_signed_or_not_at_all() {
    for language in languages() {
        let pair = Pair::new(language);
        let (file, next) = (pair.at("good", language.file()), pair.folder.of("next"));
        let good = fs::read(&file).unwrap();
        let evil = fs::read(pair.at("evil", language.file())).unwrap();

        pair.race(TRIES / 4, &pair.folder.of("good"), |place| {
            fs::write(&next, if place == "good" { &good } else { &evil }).unwrap();
            fs::rename(&next, &file).unwrap();
        });
    }
}

#[test]
fn a_manifest_that_is_exchanged_runs_as_it_was_signed_or_not_at_all() {
    let pair = Pair::new(&language::Lua);
    let (folder, next) = (pair.folder.of("good"), pair.folder.of("next"));
    // The author signed both files, and which of them is the code.
    fs::copy(pair.at("evil", "main.lua"), folder.join("evil.lua")).unwrap();
    pair.author.sign(&folder);
    let good = fs::read_to_string(folder.join("manifest.toml")).unwrap();
    let evil = good.replace("main.lua", "evil.lua");

    pair.race(TRIES / 4, &folder, |place| {
        fs::write(&next, if place == "good" { &good } else { &evil }).unwrap();
        fs::rename(&next, folder.join("manifest.toml")).unwrap();
    });
}

//! Where a signature is required, what has none is refused for that alone: none of its files are read.

use crate::signed::{Signed, code, signature_of};
use polyplug::discovery::Prospect;
use polyplug::error::RuntimeError;
use polyplug::events::Event;
use polyplug::runtime::RuntimeBuilder;
use polyplug::trust::{Refusal, TrustRecord};
use polyplug_tests::author::Author;
use polyplug_tests::folder::Folder;
use polyplug_tests::host::Host;
use polyplug_tests::language::Scripted;
use polyplug_tests::patience::wait_until;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// Puts a file there that nobody reads to its end, and that takes no place on the disk. Who begins to read
/// the folder says that it is too large.
fn put_endless_file(folder: &Path) {
    fs::File::create(folder.join("a.bin")).unwrap().set_len(1 << 40).unwrap();
}

/// The newest decision about a failure, and why.
fn refusal(host: &Host) -> Option<Arc<TrustRecord>> {
    host.events.all().iter().rev().find_map(|event| match event {
        Event::Failed { trust, .. } => trust.clone(),
        _ => None,
    })
}

#[track_caller]
fn assert_unsigned(refusal: &Refusal) {
    assert_eq!(refusal.code, "unsigned", "{refusal}");
}

/// A host that requires signatures, and an unsigned bundle with a file that is not to be read.
fn host() -> (Host, Folder) {
    let mods = Folder::new();
    put_endless_file(&mods.bundle_with("one", "version = \"1.2.0\"", "contract test.a@1.0\n"));
    let folder = mods.path().to_owned();
    let author = Author::new();
    (Host::with(|builder| author.required(builder).search_dir(folder)), mods)
}

#[test]
fn no_way_to_load_it_reads_its_files() {
    let (host, mods) = host();
    let runtime = &host.runtime;
    assert_eq!(code(&runtime.load_bundle(mods.of("one")).unwrap_err()), "unsigned");
    assert_eq!(code(&runtime.load_by_name("one").unwrap_err()), "unsigned");
    let report = runtime.load_folder(mods.path()).unwrap();
    assert_eq!(code(&report.failed[0].error), "unsigned");
    let found = runtime.discover().unwrap();
    assert_unsigned(found[0].offer.signer.as_ref().unwrap_err());
    let Prospect::WouldFail(error) = &found[0].prospect else { panic!("{found:?}") };
    assert_eq!(code(error), "unsigned");
}

#[test]
fn what_its_manifest_says_is_told_all_the_same() {
    let (host, mods) = host();
    host.runtime.load_bundle(mods.of("one")).unwrap_err();
    let record = refusal(&host).unwrap();
    assert_eq!((&*record.name, &*record.loader, record.digest), ("one", "scripted", None));
    assert_eq!(record.version.minor, 2);
    fs::write(mods.of("one").join("manifest.toml"), "name = 3").unwrap();
    let error = host.runtime.load_bundle(mods.of("one")).unwrap_err();
    assert!(matches!(error, RuntimeError::Manifest(_)), "{error:?}");
}

#[cfg(unix)]
#[test]
fn a_manifest_elsewhere_is_not_read_for_it() {
    let (host, mods) = host();
    let manifest = mods.of("one").join("manifest.toml");
    fs::write(mods.of("secret"), "password = hunter2").unwrap();
    fs::remove_file(&manifest).unwrap();
    std::os::unix::fs::symlink(mods.of("secret"), &manifest).unwrap();
    let error = host.runtime.load_bundle(mods.of("one")).unwrap_err();
    assert_eq!(code(&error), "unsigned");
    assert!(!format!("{error:?}").contains("hunter2"));
}

#[test]
fn a_bundle_that_runs_is_not_replaced_when_its_signature_goes() {
    let signed = Signed::new(&Scripted);
    signed.load().unwrap();
    fs::remove_file(signature_of(&signed.folder())).unwrap();
    put_endless_file(&signed.folder());

    assert_eq!(code(&signed.reload().unwrap_err()), "unsigned");
    assert_eq!(signed.answer(), 1);
}

#[test]
fn while_watched_it_is_told_once_and_comes_when_it_is_signed() {
    let author = Author::new();
    let host = Host::watching(Folder::new(), |builder: RuntimeBuilder| author.required(builder));
    let refusals = || host.events.count(|event| matches!(event, Event::Failed { .. }));
    let folder = host.folder.bundle("one", "contract test.a@1.0\nfn version 1");
    wait_until("it is refused", || {
        host.runtime.poll().unwrap();
        refusals() == 1
    });
    let is_unsigned = |record: Arc<TrustRecord>| record.digest.is_none();
    assert!(refusal(&host).is_some_and(is_unsigned));
    // What changes in it is no news as long as nobody has signed it.
    fs::write(folder.join("notes.txt"), "to do").unwrap();
    author.sign(&folder);
    wait_until("it is loaded", || {
        host.runtime.poll().unwrap();
        host.loaded() == ["one"]
    });
    assert_eq!(refusals(), 1, "{:?}", host.events.story("one"));
}

/// The manifest is exchanged for a link between a look at it and its opening.
#[cfg(unix)]
#[test]
fn a_manifest_that_becomes_a_link_is_not_read_elsewhere() {
    let (host, mods) = host();
    let (manifest, next) = (mods.of("one").join("manifest.toml"), mods.of("next"));
    let own = fs::read(&manifest).unwrap();
    fs::write(mods.of("secret"), "password = hunter2").unwrap();
    let (ends, mut told) = (AtomicBool::new(false), BTreeMap::new());
    thread::scope(|scope| {
        scope.spawn(|| {
            while !ends.load(Ordering::Relaxed) {
                std::os::unix::fs::symlink(mods.of("secret"), &next).unwrap();
                fs::rename(&next, &manifest).unwrap();
                fs::write(&next, &own).unwrap();
                fs::rename(&next, &manifest).unwrap();
            }
        });
        for _ in 0..40_000 {
            let error = host.runtime.load_bundle(mods.of("one")).unwrap_err();
            *told.entry(format!("{error:?}")).or_insert(0) += 1;
        }
        ends.store(true, Ordering::Relaxed);
    });
    assert!(told.keys().all(|error| !error.contains("hunter2")), "{told:?}");
}

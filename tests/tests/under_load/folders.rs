//! Folders of large bundles that are read before they are judged: how much of them is in memory at once.

use super::MIB;
use polyplug::discovery::Admission;
use polyplug::error::RuntimeError;
use polyplug::runtime::{ReloadMode, RuntimeBuilder};
use polyplug_abi::LogLevel;
use polyplug_tests::author::Author;
use polyplug_tests::folder::Folder;
use polyplug_tests::host::Host;
use polyplug_tests::memory;
use polyplug_tests::patience::wait_until;
use std::fs;
use std::path::Path;
use std::time::Duration;

/// What may be held of those that wait, and what their files hold each.
const MOST_HELD: usize = 256 * MIB;
const LARGE: usize = 72 * MIB;
const BUNDLES: usize = 6;

/// What everything else needs.
const ROOM: usize = 8 * MIB;

/// A file of zeros, which takes no place on the disk.
fn put_file(folder: &Path, bytes: usize) {
    fs::File::create(folder.join("picture.bin")).unwrap().set_len(bytes as u64).unwrap();
}

/// Who asks about every bundle has all its files read.
fn asking(builder: RuntimeBuilder) -> RuntimeBuilder {
    builder.admission(|_| Admission::Allow)
}

/// Large bundles, each of which needs the next.
fn chain() -> Folder {
    let mods = Folder::new();
    for at in 0..BUNDLES {
        let needs = match at + 1 {
            BUNDLES => String::new(),
            next => format!("bundle_dependencies = [\"b{next}\"]\n"),
        };
        let script = format!("contract test.b{at}@1.0\nfn version 1");
        put_file(&mods.bundle_with(&format!("b{at}"), &needs, &script), LARGE);
    }
    mods
}

#[track_caller]
fn assert_held(peak: usize) {
    let most = MOST_HELD + LARGE + ROOM;
    assert!(peak < most, "{} MiB at once", peak / MIB);
    assert!(peak >= LARGE, "the files are read as a whole");
}

#[test]
fn a_scan_does_not_hold_all_that_waits() {
    let _alone = super::ALONE.lock();
    let (mods, host) = (chain(), Host::with(asking));
    assert_held(memory::peak_during(|| {
        let report = host.runtime.load_folder(mods.path()).unwrap();
        assert_eq!(report.loaded, ["b5", "b4", "b3", "b2", "b1", "b0"]);
    }));
}

#[test]
fn nor_does_a_load_by_name_hold_all_that_waits_for_its_needs() {
    let _alone = super::ALONE.lock();
    let mods = chain();
    let host = Host::with(|builder| asking(builder).search_dir(mods.path()));
    assert_held(memory::peak_during(|| {
        host.runtime.load_by_name("b0").unwrap();
        assert_eq!(host.loaded().len(), BUNDLES);
    }));
}

#[test]
fn a_discovery_holds_one_bundle_at_a_time() {
    let _alone = super::ALONE.lock();
    let (mods, host) = (chain(), Host::new());
    let peak = memory::peak_during(|| {
        assert_eq!(host.runtime.discover_in([mods.path()]).unwrap().len(), BUNDLES);
    });
    assert!((LARGE..LARGE + ROOM).contains(&peak), "{} MiB at once", peak / MIB);
}

#[test]
fn nor_does_a_watcher_hold_all_that_changed_at_once() {
    let _alone = super::ALONE.lock();
    let mods = Folder::new();
    let names: Vec<String> = (0..BUNDLES).map(|at| format!("b{at}")).collect();
    let script = |name: &str, version| format!("contract test.{name}@1.0\nfn version {version}");
    for name in &names {
        mods.bundle(name, &script(name, 1));
    }
    let host = Host::watching(mods, |builder| {
        asking(builder).reload_mode(ReloadMode::Immediate).quiet_time(Duration::from_millis(200))
    });
    assert_held(memory::peak_during(|| {
        for name in &names {
            put_file(&host.folder.of(name), LARGE);
            host.folder.rewrite(name, &script(name, 2));
        }
        for name in &names {
            let contract = format!("test.{name}@1");
            wait_until("all run in their second version", || host.call(&contract).unwrap() == 2);
        }
    }));
}

#[test]
fn a_manifest_that_is_read_again_at_its_turn_is_warned_of_once() {
    let _alone = super::ALONE.lock();
    let mods = Folder::new();
    let bundle = mods.bundle_with("b", "mystery = 1\n", "contract test.b@1.0\nfn version 1");
    // More than what waits may hold.
    put_file(&bundle, MOST_HELD);
    let host = Host::watching(mods, |builder| asking(builder).reload_mode(ReloadMode::Immediate));
    let warnings = || host.log.count(LogLevel::Warn, "mystery");
    assert_eq!(warnings(), 1);
    host.folder.rewrite("b", "contract test.b@1.0\nfn version 2");
    wait_until("it is reloaded", || host.call("test.b@1").unwrap() == 2);
    assert_eq!(warnings(), 2);
}

#[test]
fn what_was_not_held_is_judged_anew_at_its_turn() {
    let _alone = super::ALONE.lock();
    let (author, mods) = (Author::new(), Folder::new());
    let host = Host::with(|builder| author.required(builder));
    author.sign(mods.bundle("first", "contract test.first@1.0\ninit hook meanwhile"));
    let second = mods.bundle("second", "contract test.second@1.0\nfn version 1");
    put_file(&second, MOST_HELD);
    author.sign(&second);
    let main = second.join("main.txt");
    host.loader.hook("meanwhile", move |_| {
        fs::write(&main, "contract test.second@1.0\nfn version 2").unwrap();
        Ok(0)
    });

    let report = host.runtime.load_folder(mods.path()).unwrap();

    assert_eq!(report.loaded, ["first"]);
    let [second] = &*report.failed else { panic!("{report:?}") };
    let RuntimeError::SignatureRejected { reason, .. } = &second.error else {
        panic!("{second:?}")
    };
    assert_eq!(reason.code, "file-changed");
    assert!(reason.text.contains("`main.txt`"), "{reason}");
}

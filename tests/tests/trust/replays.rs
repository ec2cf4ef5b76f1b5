//! An older version that was signed once, put back.

use crate::signed::{Signed, refusal};
use polyplug::discovery::Admission;
use polyplug::events::{Event, Step};
use polyplug::runtime::RuntimeBuilder;
use polyplug::trust::TrustDecision;
use polyplug_abi::{BundleId, LogLevel, Version};
use polyplug_tests::author::Author;
use polyplug_tests::host::Host;
use polyplug_tests::language::Scripted;
use std::fs::{self, File};
use std::path::Path;

/// Makes the bundle `one` in a version whose signature says what is too old.
fn write(author: &Author, host: &Host, version: u32, minimum: Option<u32>) {
    let stated = format!("version = \"{version}.0.0\"\n");
    let script = format!("contract test.a@1.0\nfn version {version}\n");
    let folder = host.folder.bundle_with("one", &stated, &script);
    author.sign_with_minimum(folder, minimum.map(|major| Version::new(major, 0, 0)));
}

fn host(author: &Author, floors: Option<&Path>) -> Host {
    Host::with(|_| {
        let builder = author.required(RuntimeBuilder::new());
        floors.into_iter().fold(builder, |builder, path| builder.version_floors(path))
    })
}

#[test]
fn a_version_that_a_newer_one_called_too_old_is_refused() {
    let author = Author::new();
    let host = host(&author, None);
    write(&author, &host, 1, None);
    host.runtime.load_bundle(host.folder.of("one")).unwrap();
    write(&author, &host, 2, Some(2));
    host.runtime.reload_bundle(host.folder.of("one")).unwrap();
    write(&author, &host, 1, None);

    let reason = refusal(&host.runtime.reload_bundle(host.folder.of("one")).unwrap_err());

    assert!(reason.contains("version 1.0.0") && reason.contains("2.0.0 or newer"), "{reason}");
    assert_eq!(host.call("test.a@1").unwrap(), 2);
    host.runtime.unload_bundle(BundleId::of("one")).unwrap();
    refusal(&host.runtime.load_bundle(host.folder.of("one")).unwrap_err());
    write(&author, &host, 3, Some(2));
    host.runtime.load_bundle(host.folder.of("one")).unwrap();
    write(&author, &host, 2, None);
    host.runtime.reload_bundle(host.folder.of("one")).unwrap();
}

#[test]
fn a_version_that_never_ran_calls_nothing_too_old() {
    let author = Author::new();
    let host = host(&author, None);
    let folder = host.folder.bundle_with("one", "version = \"2\"\n", "init fail 300 no luck\n");
    author.sign_with_minimum(&folder, Some(Version::new(2, 0, 0)));
    host.runtime.load_bundle(&folder).unwrap_err();
    write(&author, &host, 1, None);

    host.runtime.load_bundle(&folder).unwrap();

    assert_eq!(host.call("test.a@1").unwrap(), 1);
}

#[test]
fn a_file_keeps_over_restarts_what_is_too_old() {
    let (author, kept) = (Author::new(), tempfile::tempdir().unwrap());
    let floors = kept.path().join("floors");
    let first = host(&author, Some(&floors));
    write(&author, &first, 2, Some(2));
    first.runtime.load_bundle(first.folder.of("one")).unwrap();
    drop(first);

    let second = host(&author, Some(&floors));
    write(&author, &second, 1, None);
    let reason = refusal(&second.runtime.load_bundle(second.folder.of("one")).unwrap_err());

    let kept = format!(
        "2.0.0 or newer of it, which an earlier signature demanded, kept in {}",
        floors.display()
    );
    assert!(reason.contains(&kept), "{reason}");
    let forgetful = host(&author, None);
    write(&author, &forgetful, 1, None);
    forgetful.runtime.load_bundle(forgetful.folder.of("one")).unwrap();
}

#[test]
fn a_file_that_is_only_read_is_obeyed_and_stays() {
    let (author, kept) = (Author::new(), tempfile::tempdir().unwrap());
    let floors = kept.path().join("floors");
    let looking =
        || Host::with(|_| author.required(RuntimeBuilder::new()).version_floors_read_only(&floors));
    let first = looking();
    write(&author, &first, 3, Some(3));
    first.runtime.load_bundle(first.folder.of("one")).unwrap();
    write(&author, &first, 2, None);
    refusal(&first.runtime.reload_bundle(first.folder.of("one")).unwrap_err());
    assert!(!floors.exists());

    let text = "polyplug version floors 1\nfloor 2.0.0 one\n";
    fs::write(&floors, text).unwrap();
    let second = looking();
    write(&author, &second, 1, None);
    refusal(&second.runtime.load_bundle(second.folder.of("one")).unwrap_err());
    write(&author, &second, 3, Some(3));
    second.runtime.load_bundle(second.folder.of("one")).unwrap();
    assert_eq!(fs::read_to_string(&floors).unwrap(), text);
}

#[test]
fn a_folder_of_floors_that_is_not_there_is_told_when_the_runtime_is_built() {
    let kept = tempfile::tempdir().unwrap();
    let floors = kept.path().join("mispelt/floors");

    let error = RuntimeBuilder::new().version_floors(&floors).build().err().unwrap().to_string();

    assert!(error.contains("version_floors") && error.contains("no folder"), "{error}");
    assert!(error.contains(&*floors.to_string_lossy()), "{error}");
}

#[test]
fn a_floor_that_cannot_be_kept_is_told_and_holds_here() {
    let (author, kept) = (Author::new(), tempfile::tempdir().unwrap());
    let floors = kept.path().join("floors");
    let host = host(&author, Some(&floors));
    write(&author, &host, 2, Some(2));
    let locked = File::create(kept.path().join("floors.lock")).unwrap();
    locked.lock().unwrap();

    host.runtime.load_bundle(host.folder.of("one")).unwrap();

    assert_eq!(host.call("test.a@1").unwrap(), 2);
    assert_eq!(host.log.count(LogLevel::Error, "another process keeps it locked"), 1);
    assert!(!floors.exists());
    write(&author, &host, 1, None);
    refusal(&host.runtime.reload_bundle(host.folder.of("one")).unwrap_err());
    drop(locked);
    write(&author, &host, 3, Some(3));
    host.runtime.reload_bundle(host.folder.of("one")).unwrap();
    assert!(fs::read_to_string(&floors).unwrap().contains("floor 3.0.0 one\n"));
}

#[test]
fn a_file_of_floors_that_is_damaged_lets_nothing_run() {
    let (author, kept) = (Author::new(), tempfile::tempdir().unwrap());
    let floors = kept.path().join("floors");
    let running = host(&author, Some(&floors));
    write(&author, &running, 1, None);
    fs::write(&floors, "no floors at all\n").unwrap();

    let reason = refusal(&running.runtime.load_bundle(running.folder.of("one")).unwrap_err());

    assert!(reason.contains("too old cannot be known"), "{reason}");
    let built = RuntimeBuilder::new().version_floors(&floors);
    assert!(author.required(built).build().is_err());
}

#[test]
fn the_host_itself_may_call_a_version_too_old() {
    let pinned = |builder: RuntimeBuilder| {
        builder
            .minimum_version("one", Version::new(2, 0, 0))
            .minimum_version("two", Version::new(9, 0, 0))
    };
    let signed = Signed::with(&Scripted, pinned);

    let reason = refusal(&signed.load().unwrap_err());

    assert!(reason.contains("2.0.0 or newer"), "{reason}");
    signed.write(2);
    signed.author.sign(signed.folder());
    signed.load().unwrap();
}

#[test]
fn what_became_too_old_while_it_was_staged_is_not_committed() {
    let (author, kept) = (Author::new(), tempfile::tempdir().unwrap());
    let floors = kept.path().join("floors");
    let file = floors.clone();
    let host = Host::with(|builder| {
        // After its signature was looked at, as another process does that has run a newer one.
        author.required(builder).version_floors(&floors).admission(move |offer| {
            if offer.version.major == 1 {
                fs::write(&file, "polyplug version floors 1\nfloor 2.0.0 one\n").unwrap();
            }
            Admission::Allow
        })
    });
    write(&author, &host, 1, None);

    let reason = refusal(&host.runtime.load_bundle(host.folder.of("one")).unwrap_err());

    assert!(reason.contains("version 1.0.0") && reason.contains("2.0.0 or newer"), "{reason}");
    assert!(host.runtime.contract("test.a@1").is_err());
    let is_told = |event: &Event| match event {
        Event::Failed { step: Step::Commit, trust: Some(trust), .. } => {
            matches!(&trust.decision, TrustDecision::Refused(why) if why.code == "too-old")
        }
        _ => false,
    };
    assert_eq!(host.events.count(is_told), 1);
    write(&author, &host, 2, None);
    host.runtime.load_bundle(host.folder.of("one")).unwrap();
}

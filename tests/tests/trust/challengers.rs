//! What comes while something else has the right of way: a staged update that waits for its poll, a bundle
//! that runs out of memory.

use polyplug::error::RuntimeError;
use polyplug::events::Event;
use polyplug::runtime::{ReloadMode, RuntimeBuilder};
use polyplug_abi::BundleId;
use polyplug_tests::author::Author;
use polyplug_tests::call;
use polyplug_tests::folder::Folder;
use polyplug_tests::host::Host;
use polyplug_tests::patience::wait_until;
use std::fs;

fn versioned(version: u32) -> String {
    format!("contract test.a@1.0\nfn version {version}\n")
}

fn answer(host: &Host) -> u32 {
    call::number(&host.contract("test.a@1"), 0).unwrap()
}

/// How many failures `matches` accepts. Polls nothing.
fn failures(host: &Host, matches: fn(&RuntimeError) -> bool) -> usize {
    host.events.count(|event| match event {
        Event::Failed { error, .. } => matches(error),
        _ => false,
    })
}

fn is_refusal(error: &RuntimeError) -> bool {
    matches!(error, RuntimeError::SignatureRejected { .. })
}

/// A host on whose next poll the signed version 2 of `one` takes over from version 1.
fn waiting() -> (Host, Author) {
    let (author, folder) = (Author::new(), Folder::new());
    author.sign(folder.bundle("one", &versioned(1)));
    let host = Host::watching(folder, |builder: RuntimeBuilder| {
        author.required(builder).reload_mode(ReloadMode::OnPoll)
    });
    // As a whole, so that nothing unsigned is seen on the way.
    let next = Folder::new();
    author.sign(next.bundle("one", &versioned(2)));
    let old = host.folder.path().join(".old");
    fs::rename(host.folder.of("one"), &old).unwrap();
    fs::rename(next.of("one"), host.folder.of("one")).unwrap();
    wait_until("version 2 is opened", || host.loader.opened() == 2);
    all_is_staged(&host);
    assert_eq!(answer(&host), 1, "it waits");
    (host, author)
}

/// Waits until whatever changed so far has been looked at. Notices come in their order: the second folder
/// is refused in a batch after that of the first, in which the last notice of anything before is.
fn all_is_staged(host: &Host) {
    for marker in ["first-marker", "second-marker"] {
        host.folder.bundle(marker, &versioned(9));
        wait_until("the marker is refused", || {
            host.events.count(|event| match event {
                Event::Failed { error, .. } => matches!(
                    &**error, RuntimeError::SignatureRejected { bundle, .. } if bundle == marker
                ),
                _ => false,
            }) > 0
        });
    }
}

/// What waits is let in, once no notice of a change is left that might outdate it.
fn takes_over(host: &Host) {
    wait_until("version 2 takes over", || {
        host.runtime.poll().unwrap();
        answer(host) == 2
    });
}

#[test]
fn an_unsigned_change_does_not_take_the_place_of_a_signed_one_that_waits() {
    let attacks: [fn(&Host); 4] = [
        |host| host.folder.rewrite("one", &versioned(3)),
        // What runs, but not what was signed last.
        |host| host.folder.rewrite("one", &versioned(1)),
        |host| host.folder.manifest("one", "enabled = false\n"),
        |host| fs::remove_file(host.folder.of("one").join("bundle.sig")).unwrap(),
    ];
    for attack in attacks {
        let (host, _author) = waiting();
        let before = failures(&host, is_refusal);

        attack(&host);
        wait_until("it is refused", || failures(&host, is_refusal) > before);

        takes_over(&host);
    }
}

#[test]
fn an_unsigned_folder_of_its_name_does_not_take_its_place_either() {
    let (host, _author) = waiting();
    let before = failures(&host, is_refusal);
    let more = "name = \"one\"\n";
    host.folder.bundle_with("another", more, &versioned(3));
    wait_until("it is refused", || failures(&host, is_refusal) > before);
    takes_over(&host);
}

#[test]
fn a_folder_does_not_replace_a_bundle_of_its_name_out_of_memory() {
    for required in [true, false] {
        for mode in [ReloadMode::Immediate, ReloadMode::OnPoll] {
            let author = Author::new();
            let host = Host::watching(Folder::new(), |builder: RuntimeBuilder| {
                let builder = if required { author.required(builder) } else { builder };
                builder.reload_mode(mode)
            });
            let manifest = "name = \"one\"\nloader = \"scripted\"\nfile = \"main.txt\"\n";
            let script = versioned(1);
            let files = [("manifest.toml", manifest.as_bytes()), ("main.txt", script.as_bytes())];
            host.runtime.load_files(author.signed(&files)).unwrap();

            let elsewhere = Folder::new();
            author.sign(elsewhere.bundle("one", &versioned(2)));
            fs::rename(elsewhere.of("one"), host.folder.of("one")).unwrap();
            let is_second = |error: &_| matches!(error, RuntimeError::DuplicateBundle { .. });
            wait_until("it is told", || {
                host.runtime.poll().unwrap();
                failures(&host, is_second) > 0
            });

            let report = host.runtime.load_folder(host.folder.path()).unwrap();
            assert!(is_second(&report.failed[0].error), "{report:?}");
            host.runtime.reload_bundle_by_id(BundleId::of("one")).unwrap();
            host.runtime.poll().unwrap();
            assert_eq!(answer(&host), 1);
            assert_eq!(host.runtime.bundles()[0].last_error, None);
        }
    }
}

//! A folder that is watched: somebody edits a file and signs it afterwards.

use polyplug::discovery::Admission;
use polyplug::events::Event;
use polyplug::runtime::{ReloadMode, RuntimeBuilder};
use polyplug_tests::author::Author;
use polyplug_tests::call;
use polyplug_tests::folder::Folder;
use polyplug_tests::host::Host;
use polyplug_tests::patience::wait_until;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

const MODES: [ReloadMode; 2] = [ReloadMode::Immediate, ReloadMode::OnPoll];

fn versioned(version: u32) -> String {
    format!("contract test.a@1.0\nfn version {version}\n")
}

/// A watching host that takes signed bundles alone, with `one` in version 1.
fn watching(mode: ReloadMode) -> (Host, Author) {
    let (author, folder) = (Author::new(), Folder::new());
    author.sign(folder.bundle("one", &versioned(1)));
    let host = Host::watching(folder, |builder: RuntimeBuilder| {
        author.required(builder).reload_mode(mode)
    });
    assert_eq!(answer(&host), 1);
    (host, author)
}

/// What the bundle answers now, after a poll.
fn answer(host: &Host) -> u32 {
    host.runtime.poll().unwrap();
    let contract = host.runtime.contract("test.a@1").ok();
    contract.and_then(|contract| call::number(&contract, 0).ok()).unwrap_or(0)
}

fn failures(host: &Host) -> usize {
    host.runtime.poll().unwrap();
    host.events.count(|event| matches!(event, Event::Failed { .. }))
}

#[track_caller]
fn wait_for_refusal(host: &Host, count: usize) {
    wait_until("the refusal is told", || failures(host) == count);
    let last = host.runtime.bundles()[0].last_error.clone().unwrap_or_default();
    assert!(last.contains("signature policy"), "{last}");
}

#[track_caller]
fn wait_for_version(host: &Host, version: u32) {
    wait_until(&format!("version {version} runs"), || answer(host) == version);
}

#[test]
fn the_old_version_answers_until_the_new_one_is_signed() {
    for mode in MODES {
        let (host, author) = watching(mode);
        for version in 2..5 {
            host.folder.rewrite("one", &versioned(version));
            wait_for_refusal(&host, version as usize - 1);
            assert_eq!(answer(&host), version - 1);

            author.sign(host.folder.of("one"));

            wait_for_version(&host, version);
            assert_eq!(host.runtime.bundles()[0].last_error, None);
        }
    }
}

#[test]
fn a_bundle_that_was_refused_at_first_is_loaded_when_it_is_signed() {
    for mode in MODES {
        let (host, author) = watching(mode);
        host.folder.bundle("two", "contract test.b@1.0\nfn version 7");
        wait_until("it is refused", || failures(&host) == 1);
        assert!(host.runtime.contract("test.b@1").is_err());

        author.sign(host.folder.of("two"));

        wait_until("it runs", || {
            host.runtime.poll().unwrap();
            host.runtime.contract("test.b@1").is_ok()
        });
    }
}

/// What is put beside a new, signed version, so that it is refused; it runs when that is gone.
fn in_the_way(put: fn(&Path), remove: fn(&Path)) {
    for mode in MODES {
        let (host, author) = watching(mode);
        let (folder, spare) = (host.folder.of("one"), Folder::new());
        author.sign(spare.bundle("one", &versioned(2)));
        put(&folder);
        for file in ["main.txt", "bundle.sig"] {
            fs::copy(spare.of("one").join(file), folder.join(file)).unwrap();
        }
        wait_until("it is refused", || failures(&host) > 0);
        assert_eq!(answer(&host), 1);

        remove(&folder);

        wait_for_version(&host, 2);
    }
}

#[test]
fn a_refused_folder_is_tried_again_when_a_file_goes() {
    in_the_way(
        |folder| fs::write(folder.join("extra.md"), "to do").unwrap(),
        |folder| fs::remove_file(folder.join("extra.md")).unwrap(),
    );
}

#[test]
fn a_refused_folder_is_tried_again_when_a_hidden_file_goes() {
    in_the_way(
        |folder| fs::write(folder.join(".extra.swp"), "to do").unwrap(),
        |folder| fs::remove_file(folder.join(".extra.swp")).unwrap(),
    );
}

#[test]
#[cfg(unix)]
fn a_refused_folder_is_tried_again_when_a_link_goes() {
    in_the_way(
        |folder| std::os::unix::fs::symlink("main.txt", folder.join("link.txt")).unwrap(),
        |folder| fs::remove_file(folder.join("link.txt")).unwrap(),
    );
}

#[test]
fn a_manifest_that_nobody_has_signed_ends_nothing() {
    for mode in MODES {
        for more in ["enabled = false\n", "name = \"other\"\n"] {
            let (host, author) = watching(mode);

            host.folder.manifest("one", more);
            wait_until("it is refused", || failures(&host) > 0);

            assert_eq!(answer(&host), 1, "{more}");
            assert_eq!(
                host.events.story("one").iter().filter(|one| **one == "unloaded").count(),
                0
            );
            author.sign(host.folder.of("one"));
            wait_until("it is believed", || {
                host.runtime.poll().unwrap();
                host.events.story("one").contains(&"unloaded")
            });
        }
    }
}

#[test]
fn a_new_signature_of_the_same_files_is_a_new_version() {
    let other = Author::new();
    let (author, folder) = (Author::new(), Folder::new());
    author.sign(folder.bundle("one", &versioned(1)));
    let host = Host::watching(folder, |builder: RuntimeBuilder| {
        author.required(builder).trusted_keys([other.key()]).reload_mode(ReloadMode::Immediate)
    });
    let signer = || host.runtime.bundles()[0].signer.map(|signer| signer.id);
    assert_eq!(signer(), Some(author.id()));

    other.sign(host.folder.of("one"));

    wait_until("the other author's runs", || signer() == Some(other.id()));
}

#[test]
fn a_refusal_is_told_once_for_the_same_files() {
    let (host, _author) = watching(ReloadMode::Immediate);
    host.folder.rewrite("one", &versioned(2));
    wait_for_refusal(&host, 1);

    host.folder.rewrite("one", &versioned(2));
    std::thread::sleep(std::time::Duration::from_millis(300));

    assert_eq!(failures(&host), 1, "{:?}", host.events.all());
    host.folder.rewrite("one", &versioned(3));
    wait_for_refusal(&host, 2);
}

#[test]
fn bundles_that_change_together_come_when_the_last_one_is_signed() {
    for mode in MODES {
        let (host, author) = watching(mode);
        let more = "needs_reinit_on_dep_reload = true\nbundle_dependencies = [\"one\"]\n";
        let dependent = host.folder.of("two");
        let elsewhere = Folder::new();
        author.sign(elsewhere.bundle_with("two", more, "contract test.b@1.0\nfn version 1"));
        fs::rename(elsewhere.of("two"), &dependent).unwrap();
        wait_until("the dependent runs", || {
            host.runtime.poll().unwrap();
            host.runtime.contract("test.b@1").is_ok()
        });
        host.folder.rewrite("two", "contract test.b@1.0\nfn version 2");
        host.folder.rewrite("one", &versioned(2));
        author.sign(host.folder.of("one"));
        wait_until("both wait for the dependent", || {
            host.runtime.poll().unwrap();
            let told = |event: &Event| match event {
                Event::Failed { error, .. } => error.to_string().contains("which is reloaded with"),
                _ => false,
            };
            host.events.count(told) > 0
        });
        assert_eq!((answer(&host), host.call("test.b@1").unwrap()), (1, 1));

        author.sign(&dependent);

        wait_for_version(&host, 2);
        assert_eq!(host.call("test.b@1").unwrap(), 2);
    }
}

/// Touches the files of `one` and leaves them as they are.
fn save_again(host: &Host) {
    let file = host.folder.file_of("one");
    fs::write(&file, fs::read(&file).unwrap()).unwrap();
}

#[test]
fn what_was_refused_because_nobody_could_know_is_tried_again() {
    let (author, folder, kept) = (Author::new(), Folder::new(), tempfile::tempdir().unwrap());
    let floors = kept.path().join("floors");
    author.sign(folder.bundle("one", &versioned(1)));
    let host = Host::watching(folder, |builder| author.required(builder).version_floors(&floors));
    assert_eq!(answer(&host), 1);
    fs::write(&floors, "no floors").unwrap();
    host.folder.rewrite("one", &versioned(2));
    author.sign(host.folder.of("one"));
    let is_unreadable = |text: String| text.contains("floors");
    wait_until("it is refused", || {
        failures(&host) > 0
            && host.runtime.bundles()[0].last_error.clone().is_some_and(is_unreadable)
    });

    fs::remove_file(&floors).unwrap();
    save_again(&host);

    wait_for_version(&host, 2);
}

#[test]
fn what_a_callback_did_not_decide_is_asked_again() {
    let is_broken = Arc::new(AtomicBool::new(false));
    let breaks = Arc::clone(&is_broken);
    let folder = Folder::new();
    folder.bundle("one", &versioned(1));
    let host = Host::watching(folder, |builder| {
        builder.admission(move |_| {
            assert!(!breaks.load(Ordering::SeqCst), "no decision");
            Admission::Allow
        })
    });
    is_broken.store(true, Ordering::SeqCst);
    host.folder.rewrite("one", &versioned(2));
    wait_until("it is refused", || failures(&host) == 1);

    is_broken.store(false, Ordering::SeqCst);
    save_again(&host);

    wait_for_version(&host, 2);
}

//! What is wrong is told once: for the same bytes neither at the next save of another file, nor when
//! a build touches them again.

use super::saves::{versioned, wait_for_version, watching};
use polyplug::events::{Event, Step};
use polyplug::runtime::{BundleState, ReloadMode};
use polyplug_tests::call;
use polyplug_tests::host::Host;
use polyplug_tests::patience::wait_until;
use std::fs;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::Duration;

const MODES: [ReloadMode; 2] = [ReloadMode::Immediate, ReloadMode::OnPoll];

/// Long enough for a notification to have led to a failure, if it were to.
const A_WHILE: Duration = Duration::from_millis(300);

fn failures(host: &Host) -> usize {
    host.runtime.poll().unwrap();
    host.events.count(|event| matches!(event, Event::Failed { .. }))
}

fn wait_for_failures(host: &Host, count: usize) {
    wait_until(&format!("{count} failures are told"), || failures(host) == count);
}

/// Saves another file of the bundle, and the same bytes again.
fn save_around(host: &Host, script: &str) {
    fs::write(host.folder.of("one").join("notes.md"), "to do").unwrap();
    sleep(A_WHILE);
    host.runtime.poll().unwrap();
    host.folder.rewrite("one", script);
    sleep(A_WHILE);
    host.runtime.poll().unwrap();
}

fn failing(version: u32) -> String {
    format!("{}init fail 300 no luck\n", versioned(version))
}

#[test]
fn a_start_that_fails_is_told_once_for_the_same_bytes() {
    for mode in MODES {
        let host = watching(mode);
        host.folder.rewrite("one", &failing(2));
        wait_for_failures(&host, 1);

        save_around(&host, &failing(2));

        assert_eq!(failures(&host), 1, "{:?}", host.events.all());
        host.folder.rewrite("one", &failing(3));
        wait_for_failures(&host, 2);
        host.folder.rewrite("one", &versioned(4));
        wait_for_version(&host, 4);
    }
}

#[test]
fn bytes_that_come_back_are_told_again() {
    let host = watching(ReloadMode::Immediate);
    host.folder.rewrite("one", &failing(2));
    wait_for_failures(&host, 1);
    host.folder.rewrite("one", &versioned(1));
    sleep(A_WHILE);

    host.folder.rewrite("one", &failing(2));

    wait_for_failures(&host, 2);
}

#[test]
fn what_was_refused_is_tried_again_after_another_bundle_changed() {
    let host = watching(ReloadMode::Immediate);
    host.folder.rewrite("one", &failing(2));
    wait_for_failures(&host, 1);
    host.folder.bundle("two", "contract test.b@1.0\nfn version 7");
    wait_until("the other runs", || host.runtime.contract("test.b@1").is_ok());

    host.folder.rewrite("one", &failing(2));

    wait_for_failures(&host, 2);
}

#[test]
fn a_manifest_that_cannot_be_read_is_told_once() {
    let host = watching(ReloadMode::Immediate);
    fs::write(host.folder.of("one").join("manifest.toml"), "name = ").unwrap();
    wait_for_failures(&host, 1);

    save_around(&host, &versioned(2));

    assert_eq!(failures(&host), 1, "{:?}", host.events.all());
    host.folder.manifest("one", "");
    wait_for_version(&host, 2);
}

#[test]
fn a_refused_hand_over_is_told_once_for_the_same_bytes() {
    for mode in MODES {
        let host = watching(mode);
        let contract = host.contract("test.a@1");
        call::create(&contract).unwrap();
        let refusing = format!("{}hand_over fail 300 no luck\n", versioned(2));
        host.folder.rewrite("one", &refusing);
        wait_for_failures(&host, 1);

        save_around(&host, &refusing);

        assert_eq!(failures(&host), 1, "{:?}", host.events.all());
        let is_commit = |event: &Event| matches!(event, Event::Failed { step: Step::Commit, .. });
        assert_eq!(host.events.count(is_commit), 1);
        host.folder.rewrite("one", &versioned(3));
        wait_for_version(&host, 3);
    }
}

#[test]
fn a_change_that_a_dependent_kept_out_comes_when_the_dependent_is_mended() {
    for mode in MODES {
        let host = watching(mode);
        let more = "needs_reinit_on_dep_reload = true\nbundle_dependencies = [\"one\"]\n";
        let answering = |version| format!("contract test.b@1.0\nfn version {version}\n");
        host.folder.bundle_with("two", more, &answering(1));
        wait_until("the dependent runs", || {
            host.runtime.poll().unwrap();
            host.runtime.contract("test.b@1").is_ok()
        });
        host.folder.rewrite("two", &format!("{}init fail 300 no luck\n", answering(2)));
        wait_for_failures(&host, 1);
        host.folder.rewrite("one", &versioned(2));
        wait_for_failures(&host, 2);
        assert_eq!(host.call("test.a@1").unwrap(), 1);

        host.folder.rewrite("two", &answering(3));

        wait_for_version(&host, 2);
        assert_eq!(host.call("test.b@1").unwrap(), 3);
    }
}

/// The failures so far, each by the name that it is told by and its folder.
fn told(host: &Host) -> Vec<(String, PathBuf)> {
    let all = host.events.all().into_iter();
    let failed = all.filter_map(|event| match event {
        Event::Failed { bundle, path, .. } => Some((bundle, path)),
        _ => None,
    });
    failed.collect()
}

#[test]
fn what_fails_is_named_as_its_manifest_says_watched_or_not() {
    let others = [
        ("twin", "name = \"one\"", "one"),
        ("caged", "name = \"bird\"\nloader = \"jail\"", "bird"),
    ];
    for (folder, more, name) in others {
        let watched = watching(ReloadMode::Immediate);
        let twin = watched.folder.bundle_with(folder, more, "contract test.b@1.0");
        wait_until("it is told", || !told(&watched).is_empty());
        assert_eq!(told(&watched), [(name.to_owned(), twin)]);

        let asked = Host::new();
        asked.folder.bundle("one", &versioned(1));
        let twin = asked.folder.bundle_with(folder, more, "contract test.b@1.0");
        asked.runtime.load_folder(asked.folder.path()).unwrap();
        assert_eq!(told(&asked), [(name.to_owned(), twin)]);

        // What runs has not failed, and what does not run is listed.
        let listed = |host: &Host| -> Vec<_> {
            let bundles = host.runtime.bundles().into_iter();
            bundles.map(|bundle| (bundle.name, bundle.state, bundle.last_error.is_some())).collect()
        };
        assert_eq!(listed(&watched), listed(&asked));
        assert!(listed(&asked).contains(&("one".to_owned(), BundleState::Loaded, false)));
    }
}

#[test]
fn what_was_wrong_with_a_folder_is_not_listed_when_something_else_is() {
    let host = watching(ReloadMode::Immediate);
    host.folder.bundle_with("twin", "version = \"none\"", "contract test.b@1.0");
    wait_until("it is told", || told(&host).len() == 1);
    assert_eq!(host.runtime.bundles()[1].name, "twin");
    host.folder.manifest("twin", "name = \"one\"");
    wait_until("that it is a second one is told", || told(&host).len() == 2);
    wait_until("nothing else is listed", || host.runtime.bundles().len() == 1);
}

//! Who needs whom, and who changes together.

use polyplug::error::RuntimeError;
use polyplug::events::{Cause, Event};
use polyplug::runtime::{ReloadMode, RuntimeBuilder};
use polyplug_abi::LogLevel;
use polyplug_tests::call;
use polyplug_tests::folder::Folder;
use polyplug_tests::host::Host;
use polyplug_tests::patience::wait_until;
use std::fs::File;
use std::io::Write;
use std::time::Duration;

fn on(contract: &str, min_version: &str) -> String {
    format!(
        "[[dependency]]\nkind = \"contract\"\ncontract = \"{contract}\"\nmin_version = \"{min_version}\"\n"
    )
}

const BASE: &str = "contract test.base@1.2\nfn version 1";
const USER: &str = "contract test.user@1.0\nfn call test.base@1 0";

#[test]
fn a_missing_provider_is_an_error_and_the_bundle_is_not_started() {
    let host = Host::new();

    let error = host.load_with("user", &on("test.base@1", "1.0"), USER).unwrap_err();

    let RuntimeError::DependencyMissing { bundle, dependency, .. } = &error else {
        panic!("{error:?}")
    };
    assert_eq!(bundle, "user");
    assert!(dependency.contains("test.base@1"), "{dependency}");
    assert_eq!(host.loader.opened(), 0);
}

#[test]
fn a_missing_bundle_is_an_error() {
    let host = Host::new();

    let error = host.load_with("user", "bundle_dependencies = [\"base@2\"]", USER).unwrap_err();

    assert!(matches!(error, RuntimeError::DependencyMissing { .. }), "{error:?}");
    host.load_with("base", "version = \"1.9\"", BASE).unwrap();
    let error = host.load_with("user", "bundle_dependencies = [\"base@2\"]", USER).unwrap_err();
    assert!(matches!(error, RuntimeError::VersionTooOld { .. }), "{error:?}");
}

#[test]
fn the_contracts_version_counts_minor_included_and_not_the_bundles() {
    let host = Host::new();
    host.load_with("base", "version = \"9.9.9\"", BASE).unwrap();

    let error = host.load_with("user", &on("test.base@1", "1.3"), USER).unwrap_err();

    let RuntimeError::VersionTooOld { wanted, found, provider, .. } = &error else {
        panic!("{error:?}")
    };
    assert_eq!((wanted.as_str(), found.as_str(), provider.as_str()), ("1.3.0", "1.2.0", "base"));
    host.load_with("user", &on("test.base@1", "1.2"), USER).unwrap();
    assert_eq!(host.call("test.user@1").unwrap(), 1);
}

#[test]
fn finding_a_contract_looks_at_its_minor_too() {
    let host = Host::new();
    host.load("base", BASE).unwrap();
    let id = call::contract_id("test.base@1");

    for (floor, found) in
        [(0, true), (1, true), (2, false), (1 << 16 | 2, true), (1 << 16 | 3, false)]
    {
        assert_eq!(host.runtime.registry().find(id, floor).is_ok(), found, "{floor:#x}");
        assert_eq!(host.runtime.registry().find_all(id, floor).len(), usize::from(found));
    }
    assert!(host.runtime.contract("test.base@1.2").is_ok());
    assert!(host.runtime.contract("test.base@1.3").is_err());
}

#[test]
fn dependents_that_ask_for_it_are_reloaded_with_their_provider() {
    let host = Host::new();
    host.load("base", BASE).unwrap();
    let again = format!("needs_reinit_on_dep_reload = true\n{}", on("test.base@1", "1.0"));
    host.load_with("user", &again, USER).unwrap();
    host.load_with("other", &on("test.base@1", "1.0"), "contract test.other@1.0\nfn version 1")
        .unwrap();
    let revision = host.runtime.registry().revision();

    host.reload("base", "contract test.base@1.2\nfn version 2").unwrap();

    assert_eq!(host.call("test.user@1").unwrap(), 2);
    assert_eq!(host.runtime.registry().revision(), revision + 1, "one commit");
    let cause = host.events.wait_for("the dependent is reloaded", |event| match event {
        Event::Reloaded { bundle, cause, .. } if bundle == "user" => Some(*cause),
        _ => None,
    });
    assert_eq!(cause, Cause::Dependency);
    assert_eq!(host.events.commits("other"), 1);
}

#[test]
fn a_dependent_that_fails_keeps_its_provider_back_and_both_are_named() {
    let host = Host::new();
    host.load("base", BASE).unwrap();
    let again = format!("needs_reinit_on_dep_reload = true\n{}", on("test.base@1", "1.0"));
    host.load_with("user", &again, USER).unwrap();
    host.folder.rewrite("user", "contract test.user@1.0\nfn version 3\ninit fail 300 no fuel");

    let error = host.reload("base", "contract test.base@1.2\nfn version 2").unwrap_err();

    let RuntimeError::DependentFailed { bundle, dependent, reason } = &error else {
        panic!("{error:?}")
    };
    assert_eq!((bundle.as_str(), dependent.as_str()), ("base", "user"));
    assert!(reason.to_string().contains("no fuel"), "{reason}");
    assert_eq!(host.call("test.base@1").unwrap(), 1);
    assert_eq!(host.call("test.user@1").unwrap(), 1);
    assert_eq!(host.loader.open_guests(), 2);
}

#[test]
fn bundles_in_a_circle_are_all_refused_and_the_circle_is_shown() {
    let folder = Folder::new();
    for (name, needs) in [("a", "b"), ("b", "c"), ("c", "a")] {
        let more = format!("bundle_dependencies = [\"{needs}\"]");
        folder.bundle_with(name, &more, &format!("contract test.{name}@1.0\nfn version 1"));
    }
    folder.bundle("free", "contract test.free@1.0\nfn version 1");
    let host = Host::new();

    let report = host.runtime.load_folder(folder.path()).unwrap();

    assert_eq!(report.loaded, ["free"]);
    assert_eq!(report.failed.len(), 3);
    for failed in &report.failed {
        let RuntimeError::DependencyCycle { bundles } = &failed.error else {
            panic!("{:?}", failed.error)
        };
        assert_eq!(bundles.len(), 4, "{bundles:?}");
        assert_eq!(bundles.first(), bundles.last());
    }
}

/// A folder with two circles.
fn circles() -> Folder {
    let folder = Folder::new();
    for (name, needs) in [("a", "b"), ("b", "c"), ("c", "a"), ("x", "y"), ("y", "x")] {
        let more = format!("bundle_dependencies = [\"{needs}\"]");
        folder.bundle_with(name, &more, &format!("contract test.{name}@1.0\nfn version 1"));
    }
    folder
}

#[test]
fn a_circle_is_told_people_once_and_all_of_it_is_listed_and_has_events() {
    let (folder, host) = (circles(), Host::new());

    let report = host.runtime.load_folder(folder.path()).unwrap();

    assert_eq!(report.failed.len(), 5);
    let told: Vec<&str> = report.distinct_failures().map(|one| &*one.bundle).collect();
    assert_eq!(told, ["a", "x"]);
    for name in ["a", "b", "c", "x", "y"] {
        assert_eq!(host.events.story(name), ["failed"], "{name}");
    }
    assert_eq!(host.log.count(LogLevel::Warn, "in a circle"), 0, "its caller tells it");
    let listed = host.runtime.bundles();
    assert_eq!(listed.len(), 5);
    for bundle in listed {
        assert!(bundle.last_error.unwrap().contains(&bundle.name), "{}", bundle.name);
    }
}

#[test]
fn a_circle_in_a_plugin_folder_is_logged_once() {
    let folder = circles();
    let host = Host::over(folder, |folder| RuntimeBuilder::new().plugin_dir(folder.path()));
    assert_eq!(host.log.count(LogLevel::Error, "in a circle"), 2);
    assert_eq!(host.log.count(LogLevel::Error, "a -> b -> c -> a"), 1);
}

#[test]
fn a_folder_is_loaded_in_dependency_order() {
    let folder = Folder::new();
    folder.bundle_with(
        "a_top",
        &on("test.mid@1", "1.0"),
        "contract test.top@1.0\nfn call test.mid@1 0",
    );
    let middle = format!("provides = [\"test.mid@1\"]\n{}", on("test.base@1", "1.0"));
    folder.bundle_with("b_mid", &middle, "contract test.mid@1.0\nfn call test.base@1 0");
    folder.bundle_with("c_base", "provides = [\"test.base@1\"]", BASE);
    let host = Host::new();

    let report = host.runtime.load_folder(folder.path()).unwrap();

    assert_eq!(report.loaded, ["c_base", "b_mid", "a_top"]);
    assert_eq!(host.call("test.top@1").unwrap(), 1);
}

#[test]
fn a_provider_that_does_not_say_what_it_provides_is_waited_for_all_the_same() {
    let folder = Folder::new();
    folder.bundle_with("a_top", &on("test.mid@1", "1.0"), "contract test.top@1.0\nfn version 1");
    folder.bundle_with("b_mid", &on("test.base@1", "1.0"), "contract test.mid@1.0\nfn version 1");
    folder.bundle("c_base", BASE);
    folder.bundle_with(
        "d_lost",
        &on("test.nobody@1", "1.0"),
        "contract test.lost@1.0\nfn version 1",
    );
    let host = Host::new();

    let report = host.runtime.load_folder(folder.path()).unwrap();

    assert_eq!(report.loaded, ["c_base", "b_mid", "a_top"]);
    let failed: Vec<_> = report.distinct_failures().map(|one| one.bundle.as_str()).collect();
    assert_eq!(failed, ["d_lost"]);
    assert_eq!(host.events.story("a_top"), ["loaded"], "no failure was told");
}

/// Three bundles, two of which need the first, and one that nobody needs.
fn connected_and_alone() -> Folder {
    let folder = Folder::new();
    folder.bundle_with("base", "provides = [\"test.base@1\"]", BASE);
    for name in ["left", "right"] {
        let script = format!("contract test.{name}@1.0\nfn version 1");
        folder.bundle_with(name, &on("test.base@1", "1.0"), &script);
    }
    folder.bundle("alone", "contract test.alone@1.0\nfn version 1");
    folder
}

/// What they answer, after a poll.
fn versions(host: &Host) -> [u32; 4] {
    host.runtime.poll().unwrap();
    ["alone", "base", "left", "right"].map(|name| host.call(&format!("test.{name}@1")).unwrap())
}

fn failures(host: &Host) -> usize {
    host.events.count(|event| matches!(event, Event::Failed { .. }))
}

/// Writes a version of each as nearly at once as can be, and one that is wrong for `right`. The files stay
/// open: as soon as one is closed, it is known to be whole and comes alone.
fn write_at_once(host: &Host, version: u32, wrong: &str) -> Vec<File> {
    let files = ["base", "left", "right", "alone"].map(|name| {
        let minor = if name == "base" { 2 } else { 0 };
        let more = if name == "right" { wrong } else { "" };
        let text = format!("contract test.{name}@1.{minor}\nfn version {version}\n{more}");
        let file = File::options().write(true).open(host.folder.file_of(name)).unwrap();
        (file, text)
    });
    for (file, text) in &files {
        (&*file).write_all(text.as_bytes()).unwrap();
        file.set_len(text.len() as u64).unwrap();
    }
    let told = failures(host);
    wait_until("the unconnected bundle is reloaded and the failure told", || {
        versions(host)[0] == version && failures(host) > told
    });
    files.map(|(file, _)| file).into()
}

#[test]
fn connected_bundles_that_change_together_change_all_or_not_at_all() {
    // It does not start, and it starts and does not take over.
    for wrong in ["fn vresion", "hand_over fail 300 no luck"] {
        for mode in [ReloadMode::OnPoll, ReloadMode::Immediate] {
            changes_all_or_not_at_all(wrong, mode);
        }
    }
}

fn changes_all_or_not_at_all(wrong: &str, mode: ReloadMode) {
    let host = Host::watching(connected_and_alone(), |builder| {
        builder.reload_mode(mode).quiet_time(Duration::from_millis(100))
    });
    // Something to take over.
    call::create(&host.contract("test.right@1")).unwrap();
    let (mut version, mut open) = (1, Vec::new());
    // Whether folders are one change is for the system to say, which does so sooner or later.
    wait_until("another is one change with the one that fails", || {
        version += 1;
        open.extend(write_at_once(&host, version, wrong));
        versions(&host)[1..3] != [version, version]
    });

    host.folder.rewrite("right", &format!("contract test.right@1.0\nfn version {version}"));

    wait_until("all run in their newest version", || versions(&host) == [version; 4]);
}

#[test]
fn connected_bundles_that_change_one_by_one_all_come() {
    let folder = Folder::new();
    folder.bundle_with("base", "provides = [\"test.base@1\"]", BASE);
    folder.bundle_with("user", &on("test.base@1", "1.0"), "contract test.user@1.0\nfn version 1");
    let host = Host::watching(folder, |builder| builder);
    let versions = || {
        host.runtime.poll().unwrap();
        ["test.base@1", "test.user@1"].map(|contract| host.call(contract).unwrap())
    };
    // Whether these are one change or two is for the system to say.
    host.folder.rewrite("base", "contract test.base@1.2\nfn version 2");
    host.folder.rewrite("user", "contract test.user@1.0\nfn vresion 2");
    wait_until("the failure is told", || {
        versions();
        host.events.story("user").contains(&"failed")
    });
    host.folder.rewrite("user", "contract test.user@1.0\nfn version 2");
    wait_until("both run in their second version", || versions() == [2, 2]);
}

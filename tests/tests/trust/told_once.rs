//! Each decision is told once to each who listens: one log record of a warning, one event of a refusal.

use polyplug::events::Event;
use polyplug::runtime::{ReloadMode, RuntimeBuilder};
use polyplug::trust::{SignaturePolicy, TrustDecision};
use polyplug_abi::{BundleId, LogLevel};
use polyplug_tests::author::Author;
use polyplug_tests::folder::Folder;
use polyplug_tests::host::Host;
use polyplug_tests::patience::wait_until;
use std::path::Path;

const SCRIPT: &str = "contract test.a@1.0\nfn version 1";
const NEEDS: &str = "[[dependency]]\ncontract = \"test.a@1\"\n";
const USER: &str = "contract test.b@1.0\nfn version 1";

fn warning(folder: &Path) -> Host {
    Host::with(|builder| {
        let builder = Author::new().required(builder).search_dir(folder);
        builder.signature_policy(SignaturePolicy::WarnOnly)
    })
}

/// How often the log warned of the bundle `name`.
fn warnings(host: &Host, name: &str) -> usize {
    host.log.count(LogLevel::Warn, &format!("bundle `{name}` would be refused"))
}

/// How many events tell a refusal of the bundle `name`, and how many records of the log.
fn refusals(host: &Host, name: &str) -> (usize, usize) {
    let is_refusal = |event: &Event| match event {
        Event::Failed { bundle, trust: Some(trust), .. } => {
            bundle == name && matches!(trust.decision, TrustDecision::Refused(_))
        }
        _ => false,
    };
    let records = host.log.records();
    let logged = records.iter().filter(|record| record.message.contains("signature policy"));
    (host.events.count(is_refusal), logged.count())
}

#[test]
fn a_bundle_that_is_tried_again_is_warned_of_once() {
    let mods = Folder::new();
    mods.bundle_with("early", NEEDS, USER);
    mods.bundle("late", SCRIPT);
    let host = warning(mods.path());

    let report = host.runtime.load_folder(mods.path()).unwrap();

    assert_eq!(report.loaded, ["late", "early"], "it had to wait: {report:?}");
    assert_eq!((warnings(&host, "early"), warnings(&host, "late")), (1, 1));
}

#[test]
fn the_same_bytes_are_warned_of_once_and_others_anew() {
    let mods = Folder::new();
    let host = warning(mods.path());
    host.runtime.load_bundle(mods.bundle("one", SCRIPT)).unwrap();
    host.runtime.load_bundle(mods.bundle_with("two", NEEDS, USER)).unwrap();
    for _ in 0..3 {
        host.runtime.reload_bundle(mods.of("one")).unwrap();
    }
    assert_eq!((warnings(&host, "one"), warnings(&host, "two")), (1, 1));

    mods.rewrite("one", "contract test.a@1.0\nfn version 2");
    host.runtime.reload_bundle(mods.of("one")).unwrap();
    assert_eq!(warnings(&host, "one"), 2);

    // A signature that counts ends it: the same bytes without one are news.
    let author = Author::new();
    let host =
        Host::with(|builder| author.required(builder).signature_policy(SignaturePolicy::WarnOnly));
    host.runtime.load_bundle(mods.of("one")).unwrap();
    author.sign(mods.of("one"));
    host.runtime.reload_bundle(mods.of("one")).unwrap();
    std::fs::remove_file(mods.of("one").join("bundle.sig")).unwrap();
    host.runtime.reload_bundle(mods.of("one")).unwrap();
    assert_eq!(warnings(&host, "one"), 2);
}

#[test]
fn a_refusal_is_one_event_and_its_caller_logs_what_it_likes() {
    let mods = Folder::new();
    mods.bundle("one", SCRIPT);
    let load: [fn(&Host, &Folder); 4] = [
        |host, mods| drop(host.runtime.load_bundle(mods.of("one")).unwrap_err()),
        |host, _| drop(host.runtime.load_by_name("one").unwrap_err()),
        |host, mods| assert_eq!(host.runtime.load_folder(mods.path()).unwrap().failed.len(), 1),
        |host, mods| {
            let tree = polyplug::trust::BundleTree::read(mods.of("one")).unwrap();
            host.runtime.load_files(tree).unwrap_err();
        },
    ];
    for load in load {
        let folder = mods.path().to_owned();
        let author = Author::new();
        let host = Host::with(|builder| author.required(builder).search_dir(folder));
        load(&host, &mods);
        assert_eq!(refusals(&host, "one"), (1, 0), "{:?}", host.log.records());
    }
}

#[test]
fn a_refused_reload_is_one_event() {
    let author = Author::new();
    let host = Host::with(|builder| author.required(builder));
    author.sign(host.folder.bundle("one", SCRIPT));
    host.runtime.load_bundle(host.folder.of("one")).unwrap();
    host.reload("one", USER).unwrap_err();
    assert_eq!(refusals(&host, "one"), (1, 0));
    host.runtime.reload_bundle_by_id(BundleId::of("one")).unwrap_err();
    assert_eq!(refusals(&host, "one"), (2, 0), "somebody asked again");
}

#[test]
fn what_nobody_asked_for_is_one_event_and_one_record() {
    for mode in [ReloadMode::Immediate, ReloadMode::OnPoll] {
        let (author, folder) = (Author::new(), Folder::new());
        author.sign(folder.bundle("one", SCRIPT));
        let host = Host::watching(folder, |builder: RuntimeBuilder| {
            author.required(builder).reload_mode(mode)
        });
        host.folder.rewrite("one", USER);
        wait_until("the refusal is told", || {
            host.runtime.poll().unwrap();
            refusals(&host, "one").0 > 0
        });
        assert_eq!(refusals(&host, "one"), (1, 1), "{:?}", host.log.records());
    }
}

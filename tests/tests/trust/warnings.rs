//! A policy that only warns: what would be refused is told, and runs.

use polyplug::events::Event;
use polyplug::loader::BundleSource;
use polyplug::runtime::RuntimeBuilder;
use polyplug::trust::{SignaturePolicy, TrustDecision};
use polyplug_abi::LogLevel;
use polyplug_tests::author::Author;
use polyplug_tests::host::Host;
use polyplug_tests::language::{Scripted, manifest};

fn warning(author: &Author) -> Host {
    Host::with(|_| {
        let builder = author.required(RuntimeBuilder::new());
        builder.signature_policy(SignaturePolicy::WarnOnly)
    })
}

fn decisions(host: &Host) -> Vec<TrustDecision> {
    let decision = |event: &Event| match event {
        Event::Loaded { trust, .. } => trust.as_ref().map(|trust| trust.decision.clone()),
        _ => None,
    };
    host.events.all().iter().filter_map(decision).collect()
}

#[test]
fn what_is_signed_is_accepted_without_a_word() {
    let author = Author::new();
    let host = warning(&author);
    let folder = host.folder.bundle("one", "contract test.a@1.0\nfn version 1");
    author.sign(&folder);

    host.runtime.load_bundle(folder).unwrap();

    assert_eq!(host.log.count(LogLevel::Warn, "signatures"), 0);
    assert_eq!(decisions(&host), [TrustDecision::Accepted]);
}

#[test]
fn what_is_not_signed_is_warned_of_and_runs() {
    let author = Author::new();
    let host = warning(&author);

    host.load("one", "contract test.a@1.0\nfn version 1").unwrap();
    let code = BundleSource::Code("contract test.b@1.0\nfn version 2".to_owned());
    host.runtime.load_bundle_from_source(manifest("two", &Scripted), code).unwrap();

    assert_eq!((host.call("test.a@1").unwrap(), host.call("test.b@1").unwrap()), (1, 2));
    for bundle in ["`one`", "`two`"] {
        let told = format!("bundle {bundle} would be refused if signatures were required");
        assert_eq!(host.log.count(LogLevel::Warn, &told), 1);
    }
    let decisions = decisions(&host);
    let is_warning = |one: &TrustDecision| matches!(one, TrustDecision::AcceptedWithWarning(_));
    assert!(decisions.len() == 2 && decisions.iter().all(is_warning), "{decisions:?}");
}

#[test]
#[cfg(unix)]
fn a_folder_with_a_link_is_warned_of_and_read_as_without_a_policy() {
    let author = Author::new();
    let host = warning(&author);
    let folder = host.folder.bundle_with("one", "", "");
    let elsewhere = folder.join("elsewhere.txt");
    std::fs::rename(folder.join("main.txt"), &elsewhere).unwrap();
    std::fs::write(&elsewhere, "contract test.a@1.0\nfn version 3").unwrap();
    std::os::unix::fs::symlink("elsewhere.txt", folder.join("main.txt")).unwrap();

    host.runtime.load_bundle(folder).unwrap();

    assert_eq!(host.call("test.a@1").unwrap(), 3);
    assert_eq!(host.log.count(LogLevel::Warn, "symbolic link"), 1);
}

//! What is told of each decision: the digest, who signed it, the policy, and what was decided.

use crate::signed::Signed;
use polyplug::events::Event;
use polyplug::runtime::RuntimeBuilder;
use polyplug::trust::{BundleTree, SignaturePolicy, TrustDecision, TrustRecord};
use polyplug_abi::Version;
use polyplug_tests::host::Host;
use polyplug_tests::language::Scripted;
use std::fs;
use std::sync::Arc;

/// The newest record in the events.
#[track_caller]
fn newest(host: &Host) -> Arc<TrustRecord> {
    let record = |event: &Event| match event {
        Event::Loaded { trust, .. }
        | Event::Reloaded { trust, .. }
        | Event::Failed { trust, .. } => trust.clone(),
        _ => None,
    };
    host.events.all().iter().rev().find_map(record).unwrap()
}

#[test]
fn loads_reloads_and_refusals_are_told_with_what_was_decided() {
    let signed = Signed::new(&Scripted);
    let digest = || Some(BundleTree::read(signed.folder()).unwrap().digest());
    signed.load().unwrap();

    let loaded = newest(&signed.host);
    assert_eq!((&*loaded.name, &*loaded.loader), ("one", "scripted"));
    assert_eq!(loaded.version, Version::new(1, 0, 0));
    assert_eq!(loaded.path, signed.folder());
    assert_eq!(loaded.digest, digest());
    assert_eq!(loaded.signer.unwrap().id, signed.author.id());
    assert_eq!(loaded.policy, SignaturePolicy::Required);
    assert_eq!(loaded.decision, TrustDecision::Accepted);

    signed.write(2);
    signed.reload().unwrap_err();
    let refused = newest(&signed.host);
    assert_eq!((refused.digest, refused.signer), (digest(), None));
    assert_eq!(refused.version, Version::new(2, 0, 0));
    let TrustDecision::Refused(reason) = &refused.decision else { panic!("{refused:?}") };
    assert!(reason.text.contains("`main.txt`"), "{reason}");
    assert_eq!(reason.code, "file-changed");
    assert_eq!(reason.named_key, Some(signed.author.id()));
    let listed = &signed.host.runtime.bundles()[0];
    assert_eq!((listed.digest, listed.signer), (loaded.digest, loaded.signer));

    signed.author.sign(signed.folder());
    signed.reload().unwrap();
    let reloaded = newest(&signed.host);
    assert_eq!((reloaded.digest, &reloaded.decision), (digest(), &TrustDecision::Accepted));
    assert_eq!(signed.host.runtime.bundles()[0].digest, digest());
}

#[test]
#[cfg(unix)]
fn a_folder_that_cannot_be_checked_is_told_as_a_refusal() {
    let signed = Signed::new(&Scripted);
    std::os::unix::fs::symlink("main.txt", signed.folder().join("link.txt")).unwrap();

    signed.load().unwrap_err();

    let refused = newest(&signed.host);
    assert_eq!((&*refused.name, refused.digest), ("one", None));
    assert_eq!(refused.path, signed.folder());
    assert!(matches!(refused.decision, TrustDecision::Refused(_)), "{refused:?}");
}

#[test]
fn a_signed_bundle_that_does_not_start_is_told_with_its_signer() {
    let signed = Signed::new(&Scripted);
    fs::write(signed.file(), "init fail 300 no luck\n").unwrap();
    signed.author.sign(signed.folder());

    signed.load().unwrap_err();

    let failed = newest(&signed.host);
    assert_eq!(failed.decision, TrustDecision::Accepted);
    assert_eq!(failed.signer.unwrap().id, signed.author.id());
}

#[test]
fn without_a_policy_the_digest_is_told_and_nothing_was_checked() {
    let host = Host::with(|_| RuntimeBuilder::new().hot_reload(true));
    host.load("one", "contract test.a@1.0\nfn version 1").unwrap();
    let first = newest(&host);

    host.reload("one", "contract test.a@1.0\nfn version 2").unwrap();

    let second = newest(&host);
    assert_eq!(second.decision, TrustDecision::NotChecked);
    assert_eq!((second.policy, second.signer), (SignaturePolicy::Off, None));
    assert!(second.digest.is_some() && second.digest != first.digest);
}

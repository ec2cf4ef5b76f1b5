//! A host's callback that decides what is loaded, by what is known before anything runs.

use parking_lot::Mutex;
use polyplug::discovery::{Admission, BundleOffer};
use polyplug::error::RuntimeError;
use polyplug::events::Event;
use polyplug::runtime::Runtime;
use polyplug::trust::TrustDecision;
use polyplug_abi::AbiErrorCode;
use polyplug_tests::author::Author;
use polyplug_tests::host::Host;
use std::sync::{Arc, OnceLock, Weak};

const SCRIPT: &str = "contract test.a@1.0\nfn version 1";

/// A host whose callback does what `admit` says, and what it was asked.
fn host(
    admit: impl Fn(&BundleOffer) -> Admission + Send + Sync + 'static,
) -> (Host, Arc<Mutex<Vec<BundleOffer>>>) {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&asked);
    let host = Host::with(|builder| {
        builder.hot_reload(true).admission(move |offer| {
            seen.lock().push(offer.clone());
            admit(offer)
        })
    });
    (host, asked)
}

#[test]
fn loads_and_reloads_are_asked_for_and_a_denied_version_leaves_the_old_one() {
    let (host, asked) = host(|offer| match offer.version.major {
        0 | 1 => Admission::Allow,
        major => Admission::Deny(format!("version {major} is not reviewed")),
    });
    host.load_with("one", "version = \"1.0.0\"", SCRIPT).unwrap();
    assert_eq!(asked.lock().len(), 1);
    assert!(asked.lock()[0].signer.is_err(), "it is asked with the signature, which is missing");

    host.folder.manifest("one", "version = \"2.0.0\"");
    let error = host.reload("one", "contract test.a@1.0\nfn version 2").unwrap_err();

    assert_eq!(error.code(), AbiErrorCode::AdmissionDenied as u32);
    let place = format!("bundle `one` in {} was", host.folder.of("one").display());
    assert!(error.to_string().contains(&place), "{error}");
    assert!(error.to_string().contains("version 2 is not reviewed"), "{error}");
    assert_eq!(asked.lock().len(), 2);
    assert_eq!(host.call("test.a@1").unwrap(), 1, "the old version answers");
    let denied = host.events.all().into_iter().any(|event| match event {
        Event::Failed { trust: Some(trust), .. } => {
            matches!(&trust.decision, TrustDecision::Denied(why) if why.contains("not reviewed"))
        }
        _ => false,
    });
    assert!(denied, "the audit has it");

    host.folder.manifest("one", "version = \"1.1.0\"");
    host.reload("one", "contract test.a@1.0\nfn version 3").unwrap();
    assert_eq!(host.call("test.a@1").unwrap(), 3);
}

#[test]
fn nothing_of_a_denied_bundle_runs_or_stays() {
    let (host, _) = host(|_| Admission::Deny("nobody is let in".to_owned()));
    let error = host.load("one", SCRIPT).unwrap_err();
    assert!(matches!(error, RuntimeError::AdmissionDenied { .. }), "{error}");
    assert_eq!(host.loader.opened(), 0);
    assert!(host.runtime.contract("test.a@1").is_err());
}

#[test]
fn what_is_opened_is_what_the_callback_saw() {
    let (host, _) = host(|offer| {
        // Somebody writes while the host thinks.
        std::fs::write(offer.path.join("main.txt"), "contract test.evil@1.0\nfn version 9")
            .unwrap();
        Admission::Allow
    });
    host.load("one", SCRIPT).unwrap();
    assert_eq!(host.call("test.a@1").unwrap(), 1);
    assert!(host.runtime.contract("test.evil@1").is_err());
}

#[test]
fn a_callback_that_panics_lets_nothing_in() {
    let (host, _) = host(|_| panic!("the list is gone"));
    let error = host.load("one", SCRIPT).unwrap_err().to_string();
    assert!(error.contains("panicked: the list is gone"), "{error}");
    assert_eq!(host.loader.opened(), 0);
}

#[test]
fn changing_bundles_from_inside_the_callback_is_refused() {
    let runtime: Arc<OnceLock<Weak<Runtime>>> = Arc::default();
    let inside = Arc::clone(&runtime);
    let (host, _) = host(move |offer| {
        let runtime = inside.get().and_then(Weak::upgrade).unwrap();
        let error = runtime.load_bundle(&offer.path).unwrap_err();
        Admission::Deny(format!("{error}"))
    });
    runtime.set(Arc::downgrade(&host.runtime)).unwrap();
    let error = host.load("one", SCRIPT).unwrap_err().to_string();
    assert!(error.contains("a callback of the runtime"), "{error}");
}

#[test]
fn looking_around_from_inside_the_callback_is_refused() {
    let runtime: Arc<OnceLock<Weak<Runtime>>> = Arc::default();
    let inside = Arc::clone(&runtime);
    let (host, asked) = host(move |offer| {
        let runtime = inside.get().and_then(Weak::upgrade).unwrap();
        let error = runtime.discover_in([offer.path.parent().unwrap()]).unwrap_err();
        Admission::Deny(format!("{error}"))
    });
    runtime.set(Arc::downgrade(&host.runtime)).unwrap();
    let error = host.load("one", SCRIPT).unwrap_err().to_string();
    assert!(error.contains("a callback of the runtime"), "{error}");
    assert_eq!(asked.lock().len(), 1);
}

#[test]
fn the_policy_decides_before_the_callback_is_asked() {
    let author = Author::new();
    let asked = Arc::new(Mutex::new(0));
    let count = Arc::clone(&asked);
    let host = Host::with(|builder| {
        author.required(builder).admission(move |offer| {
            *count.lock() += 1;
            assert!(offer.signer.is_ok());
            Admission::Allow
        })
    });
    let error = host.load("one", SCRIPT).unwrap_err();
    assert!(matches!(error, RuntimeError::SignatureRejected { .. }), "{error}");
    assert_eq!(*asked.lock(), 0);

    author.sign(host.folder.of("one"));
    host.runtime.load_bundle(host.folder.of("one")).unwrap();
    assert_eq!(*asked.lock(), 1);
}

#[cfg(unix)]
#[test]
fn what_cannot_be_read_as_a_whole_is_asked_for_without_a_digest() {
    let (host, asked) = host(|offer| match offer.digest {
        Some(_) => Admission::Allow,
        None => Admission::Deny("its bytes may change".to_owned()),
    });
    let folder = host.folder.bundle("one", SCRIPT);
    std::os::unix::fs::symlink("main.txt", folder.join("link")).unwrap();
    let error = host.runtime.load_bundle(&folder).unwrap_err();
    assert!(error.to_string().contains("its bytes may change"), "{error}");
    assert_eq!(host.loader.opened(), 0);
    assert_eq!(asked.lock()[0].digest, None);

    std::fs::remove_file(folder.join("link")).unwrap();
    host.runtime.load_bundle(&folder).unwrap();
}

//! Unloading, and coming back.

use polyplug::error::{RegistryError, RuntimeError};
use polyplug_abi::{AbiErrorCode, BundleId};
use polyplug_tests::call::{self, Raw};
use polyplug_tests::host::Host;

const STALE: u32 = AbiErrorCode::StaleHandle as u32;

fn versioned(version: u32) -> String {
    format!("contract test.a@1.0\nfn version {version}\nfn count")
}

/// `base` and two that need it, one through the other.
fn tower() -> Host {
    let host = Host::new();
    host.load("base", "contract test.base@1.0\nfn version 1").unwrap();
    let needs =
        "[[dependency]]\nkind = \"contract\"\ncontract = \"test.base@1\"\nmin_version = \"1.0\"";
    host.load_with("middle", needs, "contract test.middle@1.0\nfn call test.base@1 0").unwrap();
    let needs = "bundle_dependencies = [\"middle\"]";
    host.load_with("top", needs, "contract test.top@1.0\nfn call test.middle@1 0").unwrap();
    host
}

#[test]
fn an_unload_makes_handles_stale_and_pointers_answer_so() {
    let host = Host::new();
    host.load("one", &versioned(1)).unwrap();
    let contract = host.contract("test.a@1");
    let id = call::contract_id("test.a@1");
    let handle = host.runtime.registry().find(id, 0).unwrap();
    let raw = Raw::of(&contract);

    host.unload("one").unwrap();

    assert_eq!(call::number(&contract, 0).unwrap_err().code, STALE);
    assert_eq!(raw.number(0).unwrap_err().0, STALE);
    assert_eq!(call::create(&contract).unwrap_err().code, STALE);
    let stale = host.runtime.registry().resolve_guest_contract(handle).unwrap_err();
    assert!(matches!(stale, RegistryError::StaleHandle { .. }), "{stale:?}");
    let missing = host.runtime.registry().find(id, 0).unwrap_err();
    assert!(matches!(missing, RegistryError::NotFound { .. }), "{missing:?}");
    assert!(!contract.is_loaded());
    assert!(host.runtime.bundles().is_empty());
    assert_eq!(host.loader.open_guests(), 0);
    assert_eq!(host.loader.unloaded(), ["one"]);
    let story = host.events.story("one");
    assert_eq!(story, ["loaded", "unloading", "unloaded", "drained"]);
}

#[test]
fn a_kept_pointer_works_again_when_the_bundle_comes_back() {
    let host = Host::new();
    host.load("one", &versioned(1)).unwrap();
    let contract = host.contract("test.a@1");
    let id = call::contract_id("test.a@1");
    let handle = host.runtime.registry().find(id, 0).unwrap();
    let raw = Raw::of(&contract);
    call::number(&contract, 1).unwrap();
    host.unload("one").unwrap();

    host.load("one", &versioned(2)).unwrap();

    assert_eq!(raw.number(0).unwrap(), 2);
    assert_eq!(call::number(&contract, 0).unwrap(), 2);
    assert_eq!(call::number(&contract, 1).unwrap(), 1, "state does not survive an unload");
    assert!(host.runtime.registry().resolve_guest_contract(handle).is_err());
    let now = host.runtime.registry().find(id, 0).unwrap();
    assert_eq!(host.runtime.registry().resolve_guest_contract(now).unwrap(), raw.0);
    assert_eq!(host.runtime.bundles()[0].generation, 2);
}

#[test]
fn an_instance_does_not_survive_an_unload() {
    let host = Host::new();
    host.load("one", &versioned(1)).unwrap();
    let contract = host.contract("test.a@1");
    let instance = call::create(&contract).unwrap();
    host.unload("one").unwrap();
    host.load("one", &versioned(1)).unwrap();

    let error = call::on(&contract, instance, 1).unwrap_err();

    assert_eq!(error.code, STALE);
}

#[test]
fn a_bundle_that_others_need_is_not_unloaded() {
    let host = tower();

    let error = host.unload("base").unwrap_err();

    let RuntimeError::DependentsLoaded { bundle, dependents } = error else { panic!("{error:?}") };
    assert_eq!((bundle.as_str(), dependents), ("base", vec!["middle".to_owned()]));
    assert_eq!(host.loaded(), ["base", "middle", "top"]);
    assert_eq!(host.call("test.top@1").unwrap(), 1);
}

#[test]
fn a_cascade_unloads_dependents_first() {
    let host = tower();

    let gone = host.runtime.unload_bundle_cascade(BundleId::of("base")).unwrap();

    assert_eq!(gone, ["top", "middle", "base"]);
    assert!(host.runtime.bundles().is_empty());
    assert_eq!(host.loader.open_guests(), 0);
}

#[test]
fn a_cascade_puts_every_dependent_before_what_it_needs() {
    let host = tower();
    // Needs the bottom directly and the top too: found early, and yet it must go first.
    let needs = "bundle_dependencies = [\"base\", \"top\"]";
    host.load_with("a_roof", needs, "contract test.roof@1.0\nfn version 1").unwrap();

    let gone = host.runtime.unload_bundle_cascade(BundleId::of("base")).unwrap();

    assert_eq!(gone, ["a_roof", "top", "middle", "base"]);
}

#[test]
fn what_is_not_loaded_is_not_unloaded() {
    let host = Host::new();

    let one = host.unload("nobody").unwrap_err();
    let all = host.runtime.unload_bundle_cascade(BundleId::of("nobody")).unwrap_err();

    for error in [one, all] {
        assert!(matches!(error, RuntimeError::BundleNotLoaded { .. }), "{error:?}");
    }
}

#[test]
fn invalidating_a_bundle_unloads_it_without_callbacks() {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    let told = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&told);
    let host = Host::with(|builder| {
        builder.on_reload(move |event| {
            if polyplug_tests::events::word(event).starts_with("unload") {
                counter.fetch_add(1, Ordering::SeqCst);
            }
        })
    });
    host.load("one", &format!("{}\ncontract test.b@1.0\nfn version 1", versioned(1))).unwrap();

    let count = host.runtime.registry().invalidate_bundle(BundleId::of("one")).unwrap();
    let unknown = host.runtime.registry().invalidate_bundle(BundleId::of("nobody")).unwrap();

    assert_eq!((count, unknown), (2, 0));
    assert!(host.runtime.bundles().is_empty());
    assert_eq!(told.load(Ordering::SeqCst), 0);
}

#[test]
fn invalidating_does_not_mind_dependents() {
    let host = tower();

    host.runtime.registry().invalidate_bundle(BundleId::of("base")).unwrap();

    assert_eq!(host.loaded(), ["middle", "top"]);
    let error = host.call("test.top@1").unwrap_err();
    assert_eq!(error.code, AbiErrorCode::NotFound as u32, "the plugin's own word for it: {error}");
}

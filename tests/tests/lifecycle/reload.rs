//! Replacing a running bundle.

use polyplug::error::RuntimeError;
use polyplug::events::{Event, StateOutcome};
use polyplug_abi::BundleId;
use polyplug_tests::call::{self, Raw};
use polyplug_tests::host::Host;
use polyplug_tests::patience::wait_until;

fn versioned(version: u32) -> String {
    format!("contract test.a@1.0\nfn version {version}\nfn count")
}

fn state(host: &Host) -> StateOutcome {
    host.events.wait_for("the reload is told", |event| match event {
        Event::Reloaded { state, .. } => Some(*state),
        _ => None,
    })
}

#[test]
fn a_reload_runs_the_new_code() {
    let host = Host::new();
    host.load("one", &versioned(1)).unwrap();

    host.reload("one", &versioned(2)).unwrap();

    assert_eq!(host.call("test.a@1").unwrap(), 2);
    assert_eq!(host.events.story("one")[..3], ["loaded", "preparing", "reloaded"]);
}

#[test]
fn a_reload_keeps_handles_callers_and_interface_pointers() {
    let host = Host::new();
    host.load("one", &versioned(1)).unwrap();
    let contract = host.contract("test.a@1");
    let id = call::contract_id("test.a@1");
    let handle = host.runtime.registry().find(id, 0).unwrap();
    let raw = Raw::of(&contract);

    host.reload("one", &versioned(2)).unwrap();

    assert_eq!(call::number(&contract, 0).unwrap(), 2);
    assert_eq!(raw.number(0).unwrap(), 2);
    let registry = host.runtime.registry();
    assert_eq!(registry.resolve_guest_contract(handle).unwrap(), raw.0);
    assert_eq!(registry.find(id, 0).unwrap(), handle);
}

#[test]
fn a_failed_reload_keeps_the_old_version() {
    let host = Host::new();
    host.load("one", &versioned(1)).unwrap();
    let contract = host.contract("test.a@1");
    call::number(&contract, 1).unwrap();
    let revision = host.runtime.registry().revision();
    let broken = [
        "contract test.a@1.0\nfn version 2\nfn count\ninit fail 300 no fuel",
        "contract test.a@1.0\nfn version 2\nfn count\ninit panic wild",
        "contract test.a@1.0\nfn vresion 2",
        "contract test.b@1.0\nfn version 2",
        "contract test.a@1.0\nfn version 2",
        "contract test.a@1.0\nfn version 2\nfn count\nhand_over fail 300 cannot restore",
        "contract test.a@1.0\nfn version 2\nfn count\nhand_over panic cannot restore",
    ];

    for (number, script) in broken.iter().enumerate() {
        let error = host.reload("one", script).unwrap_err();

        assert_eq!(call::number(&contract, 0).unwrap(), 1, "{script}: {error}");
        assert_eq!(call::number(&contract, 1).unwrap(), number as u32 + 2, "{script}");
        assert_eq!(host.runtime.registry().revision(), revision);
        assert_eq!(host.loader.open_guests(), 1, "{script}");
        let told = host.runtime.bundles()[0].last_error.clone();
        assert_eq!(told, Some(error.to_string()));
    }
    host.reload("one", &versioned(9)).unwrap();
    assert_eq!(call::number(&contract, 0).unwrap(), 9);
    assert_eq!(host.runtime.bundles()[0].last_error, None);
}

#[test]
fn a_reload_of_unchanged_files_is_a_reload() {
    let host = Host::new();
    host.load("one", &versioned(1)).unwrap();

    host.runtime.reload_bundle(host.folder.of("one")).unwrap();

    assert_eq!(host.runtime.bundles()[0].generation, 2);
    assert_eq!(host.events.commits("one"), 2);
}

#[test]
fn a_bundle_is_reloaded_by_its_folder_its_manifest_a_file_in_it_or_its_id() {
    let host = Host::new();
    host.load("one", &versioned(1)).unwrap();

    host.runtime.reload_bundle(host.folder.of("one")).unwrap();
    host.runtime.reload_bundle(host.folder.of("one").join("manifest.toml")).unwrap();
    host.runtime.reload_bundle(host.folder.file_of("one")).unwrap();
    host.runtime.reload_bundle_by_id(BundleId::of("one")).unwrap();

    assert_eq!(host.runtime.bundles()[0].generation, 5);
}

#[test]
fn hot_reload_that_is_off_is_said_before_the_path_is_looked_at() {
    let host = Host::with(|builder| builder);
    host.load("one", &versioned(1)).unwrap();

    let by_path = host.runtime.reload_bundle("no/such/place").unwrap_err();
    let by_id = host.runtime.reload_bundle_by_id(BundleId::of("nobody")).unwrap_err();
    let later = host.runtime.request_reload(BundleId::of("nobody")).unwrap_err();

    for error in [by_path, by_id, later] {
        assert!(matches!(error, RuntimeError::HotReloadDisabled), "{error:?}");
    }
}

#[test]
fn a_bundle_that_is_not_loaded_is_not_reloaded() {
    let host = Host::new();
    let folder = host.folder.bundle("one", &versioned(1));

    let error = host.runtime.reload_bundle(folder).unwrap_err();

    assert!(matches!(error, RuntimeError::BundleNotLoaded { .. }), "{error:?}");
    assert!(host.loaded().is_empty());
}

#[test]
fn instances_and_their_state_survive_a_reload() {
    let host = Host::new();
    host.load("one", &versioned(1)).unwrap();
    let contract = host.contract("test.a@1");
    let (first, second) = (call::create(&contract).unwrap(), call::create(&contract).unwrap());
    call::on(&contract, first, 1).unwrap();
    call::on(&contract, first, 1).unwrap();
    call::on(&contract, second, 1).unwrap();
    call::number(&contract, 1).unwrap();

    host.reload("one", &versioned(2)).unwrap();

    assert_eq!(call::on(&contract, first, 1).unwrap(), 3);
    assert_eq!(call::on(&contract, second, 1).unwrap(), 2);
    assert_eq!(call::number(&contract, 1).unwrap(), 2);
    assert_eq!(call::on(&contract, first, 0).unwrap(), 2);
    assert_eq!(state(&host), StateOutcome::Kept { objects: 3, reset: 0 });
    call::destroy(&contract, first).unwrap();
    let gone = call::on(&contract, first, 1).unwrap_err();
    assert_eq!(gone.code, polyplug_abi::AbiErrorCode::StaleHandle as u32);
    assert_eq!(host.runtime.bundles()[0].instances, 1);
}

#[test]
fn a_bundle_that_asks_for_it_starts_afresh() {
    let host = Host::new();
    host.load_with("one", "[reload]\nstate = \"reset\"", &versioned(1)).unwrap();
    let contract = host.contract("test.a@1");
    call::number(&contract, 1).unwrap();

    host.reload("one", &versioned(2)).unwrap();

    assert_eq!(call::number(&contract, 1).unwrap(), 1);
    assert_eq!(state(&host), StateOutcome::Reset);
}

#[test]
fn objects_whose_state_cannot_be_kept_are_told_as_reset() {
    let host = Host::new();
    host.load("one", &versioned(1)).unwrap();
    let contract = host.contract("test.a@1");
    let instance = call::create(&contract).unwrap();
    call::on(&contract, instance, 1).unwrap();

    host.reload("one", &format!("{}\nforget", versioned(2))).unwrap();

    assert_eq!(call::on(&contract, instance, 1).unwrap(), 1);
    assert_eq!(state(&host), StateOutcome::Kept { objects: 0, reset: 1 });
}

#[test]
fn only_the_changed_bundle_is_touched() {
    let host = Host::new();
    host.load("one", &versioned(1)).unwrap();
    host.load("two", "contract test.b@1.0\nfn count").unwrap();
    let other = host.contract("test.b@1");
    let instance = call::create(&other).unwrap();
    call::on(&other, instance, 0).unwrap();
    let opened = host.loader.opened();

    host.reload("one", &versioned(2)).unwrap();

    assert_eq!(call::on(&other, instance, 0).unwrap(), 2);
    assert_eq!(host.events.story("two"), ["loaded"]);
    assert_eq!(host.loader.opened(), opened + 1);
}

#[test]
fn the_old_generation_is_closed_after_a_reload() {
    for mode in [polyplug::runtime::ReloadMode::OnPoll, polyplug::runtime::ReloadMode::Immediate] {
        let host = Host::with(|builder| builder.hot_reload(true).reload_mode(mode));
        host.load("one", &versioned(1)).unwrap();

        host.reload("one", &versioned(2)).unwrap();

        wait_until("the old guest is closed", || host.loader.open_guests() == 1);
        wait_until("that is told", || host.events.story("one").last() == Some(&"drained"));
    }
}

#[test]
fn a_reload_from_the_manifest_takes_its_changes_over() {
    let host = Host::new();
    host.load("one", &versioned(1)).unwrap();

    host.folder.manifest("one", "version = \"2.5\"");
    host.reload("one", &versioned(2)).unwrap();

    assert_eq!(host.runtime.bundles()[0].version, polyplug_abi::Version::new(2, 5, 0));
}

#[test]
fn a_bundle_that_was_renamed_is_not_reloaded_under_the_new_name() {
    let host = Host::new();
    host.load("one", &versioned(1)).unwrap();
    host.folder.manifest("one", "name = \"other\"");

    let error = host.runtime.reload_bundle(host.folder.of("one")).unwrap_err();

    assert!(error.to_string().contains("other"), "{error}");
    assert_eq!(host.loaded(), ["one"]);
}

#[test]
fn an_attempt_that_fails_uses_up_no_load_number() {
    let host = Host::new();
    host.load("one", &versioned(1)).unwrap();
    host.reload("one", "fail broken on purpose").unwrap_err();
    host.reload("one", "fail broken once more").unwrap_err();

    host.reload("one", &versioned(2)).unwrap();

    assert_eq!(host.runtime.bundles()[0].generation, 2);
}

//! Loading a bundle, and what a failed load leaves behind: nothing.

use polyplug::embedding;
use polyplug::error::{LoaderError, RuntimeError};
use polyplug::events::Event;
use polyplug::loader::BundleLoader;
use polyplug::loader::BundleSource;
use polyplug::loader::manifest::ManifestData;
use polyplug_abi::{AbiErrorCode, BundleId, LogLevel};
use polyplug_tests::call;
use polyplug_tests::host::Host;
use polyplug_tests::scripted::ScriptedLoader;
use std::collections::HashMap;
use std::path::PathBuf;

const ADD: &str = "contract test.add@1.0\nfn add";

fn manifest(name: &str, loader: &str) -> ManifestData {
    ManifestData {
        id: 0,
        name: name.to_owned(),
        loader: loader.to_owned(),
        file: "main.txt".to_owned(),
        version: String::new(),
        path: PathBuf::from("in memory"),
        provides: Vec::new(),
        function_count: HashMap::new(),
        dependencies: Vec::new(),
        needs_reinit_on_dep_reload: false,
        bundle_dependencies: Vec::new(),
    }
}

#[test]
fn a_loaded_bundle_is_found_and_called() {
    let host = Host::new();

    host.load("adder", ADD).unwrap();

    let add = host.contract("test.add@1");
    assert_eq!(call::add(&add, 0, 40, 2).unwrap(), 42);
    assert_eq!(host.events.story("adder"), ["loaded"]);
    assert_eq!(host.loaded(), ["adder"]);
}

#[test]
fn a_bundle_is_loaded_by_its_folder_or_its_manifest() {
    let host = Host::new();
    let folder = host.folder.bundle("adder", ADD);

    host.runtime.load_bundle(folder.join("manifest.toml")).unwrap();

    assert_eq!(host.loaded(), ["adder"]);
}

#[test]
fn loading_a_bundle_twice_is_an_error_and_changes_nothing() {
    let host = Host::new();
    host.load("one", "contract test.a@1.0\nfn version 1").unwrap();
    let revision = host.runtime.registry().revision();
    let elsewhere =
        host.folder.bundle_with("two", "name = \"one\"", "contract test.a@1.0\nfn version 2");

    let again = host.runtime.load_bundle(host.folder.of("one")).unwrap_err();
    let other = host.runtime.load_bundle(elsewhere).unwrap_err();

    for error in [again, other] {
        assert!(
            matches!(&error, RuntimeError::DuplicateBundle { bundle, loaded_from, .. }
            if bundle == "one" && *loaded_from == host.folder.of("one")),
            "{error}"
        );
    }
    assert_eq!(host.call("test.a@1").unwrap(), 1);
    assert_eq!(host.runtime.registry().revision(), revision);
    assert_eq!(host.runtime.bundles().len(), 1);
    assert_eq!(host.runtime.bundles()[0].last_error, None);
    assert_eq!(host.loader.open_guests(), 1);
}

#[test]
fn a_failed_load_leaves_nothing_behind() {
    let host = Host::new();
    let registered_then_fails = "contract test.a@1.0\nfn version 1\ninit fail 300 no fuel";

    let error = host.load("broken", registered_then_fails).unwrap_err();

    assert!(error.to_string().contains("no fuel"), "{error}");
    assert!(host.runtime.contract("test.a@1").is_err());
    assert_eq!(host.runtime.registry().revision(), 0);
    assert_eq!(host.loader.open_guests(), 0);
    assert!(host.loaded().is_empty());
    assert_eq!(host.events.story("broken"), ["failed"]);
}

#[test]
fn a_bundle_that_failed_loads_once_it_is_mended() {
    let host = Host::new();
    host.load("late", "contract test.a@1.0\nfn version 1\ninit fail 300 not yet").unwrap_err();

    host.load("late", "contract test.a@1.0\nfn version 2").unwrap();

    assert_eq!(host.call("test.a@1").unwrap(), 2);
    let bundles = host.runtime.bundles();
    assert_eq!(bundles.len(), 1);
    assert_eq!(bundles[0].last_error, None);
}

#[test]
fn a_panic_in_a_loader_is_a_failed_load() {
    let host = Host::new();

    let error =
        host.load("wild", "contract test.a@1.0\nfn version 1\ninit panic wild").unwrap_err();

    assert!(error.to_string().contains("wild"), "{error}");
    assert_eq!(host.loader.open_guests(), 0);
    host.load("tame", ADD).unwrap();
    assert_eq!(host.loaded(), ["tame"]);
}

#[test]
fn a_syntax_error_names_file_line_and_text() {
    let host = Host::new();

    let error = host.load("typo", "contract test.a@1.0\nfn vresion 3").unwrap_err();

    let RuntimeError::Loader(LoaderError::InitFailed { place: Some(place), .. }) = &error else {
        panic!("{error:?}")
    };
    assert_eq!((place.file.as_str(), place.line), ("main.txt", 2));
    assert_eq!(place.text.as_deref(), Some("fn vresion 3"));
}

#[test]
fn an_unknown_loader_is_an_error_that_lists_the_known_ones() {
    let host = Host::new();

    let error = host.load_with("odd", "loader = \"cobol\"", ADD).unwrap_err();

    let RuntimeError::NoLoaderForName { bundle, loader, known } = error else {
        panic!("{error:?}")
    };
    assert_eq!((bundle.as_str(), loader.as_str()), ("odd", "cobol"));
    assert_eq!(known, ["functions", "scripted"]);
}

#[test]
fn one_bundle_that_registers_a_contract_twice_is_refused() {
    let host = Host::new();

    let error = host.load("twice", &format!("{ADD}\n{ADD}")).unwrap_err();

    assert!(
        matches!(error, RuntimeError::DuplicateProvider { ref contract, .. }
        if contract == "test.add@1"),
        "{error:?}"
    );
    assert_eq!(host.loader.open_guests(), 0);
}

#[test]
fn a_bundle_in_memory_is_loaded_called_and_reloaded() {
    let host = Host::new();
    let code = BundleSource::Code("contract test.a@1.0\nfn version 7".to_owned());

    host.runtime.load_bundle_from_source(manifest("memory", "scripted"), code).unwrap();

    assert_eq!(host.call("test.a@1").unwrap(), 7);
    host.runtime.reload_bundle_by_id(BundleId::of("memory")).unwrap();
    assert_eq!(host.call("test.a@1").unwrap(), 7);
    assert_eq!(host.runtime.bundles()[0].generation, 2);
}

#[test]
fn bytes_that_are_not_utf8_are_an_error_of_their_own() {
    let host = Host::new();
    let bytes = BundleSource::Bytes(vec![0xFF, 0xFE]);

    let error =
        host.runtime.load_bundle_from_source(manifest("memory", "scripted"), bytes).unwrap_err();

    let RuntimeError::Loader(LoaderError::InvalidSourceEncoding { loader, source_kind, bundle }) =
        error
    else {
        panic!("{error:?}")
    };
    assert_eq!((loader, source_kind, bundle.as_str()), ("scripted", "bytes", "memory"));
}

#[test]
fn a_loader_that_the_runtime_was_never_given_can_load_into_it() {
    let host = Host::new();
    let stranger = ScriptedLoader::new();
    let code = BundleSource::Code("contract test.a@1.0\nfn version 5".to_owned());
    let manifest = manifest("strange", "stranger");

    stranger.load(&manifest, &code, &host.runtime).unwrap();

    assert_eq!(host.call("test.a@1").unwrap(), 5);
    let again = stranger.load(&manifest, &code, &host.runtime).unwrap_err();
    assert!(
        matches!(again, LoaderError::Refused { ref reason, .. }
        if matches!(**reason, RuntimeError::DuplicateBundle { .. })),
        "{again:?}"
    );
    let reload = host.runtime.reload_bundle_by_id(BundleId::of("strange")).unwrap_err();
    assert!(matches!(reload, RuntimeError::NoLoaderForName { .. }), "{reload:?}");
    assert_eq!(host.call("test.a@1").unwrap(), 5);
    host.unload("strange").unwrap();
    assert_eq!(stranger.open_guests(), 0);
}

#[test]
fn a_failure_is_told_as_an_event_with_its_step_and_reason() {
    let host = Host::new();

    host.load_with("wrong", "provides = [\"test.b@1\"]", ADD).unwrap_err();

    let (step, text) = host.events.wait_for("the failure is told", |event| match event {
        Event::Failed { bundle, step, error, path, .. } if bundle == "wrong" => {
            assert_eq!(*path, host.folder.of("wrong"));
            Some((*step, error.to_string()))
        }
        _ => None,
    });
    assert_eq!(step, polyplug::events::Step::Check);
    assert!(text.contains("test.add@1") && text.contains("test.b@1"), "{text}");
}

#[test]
fn a_missing_folder_is_an_error_and_not_a_crash() {
    let host = Host::new();

    let error = host.runtime.load_bundle(host.folder.of("nowhere")).unwrap_err();

    assert!(matches!(error, RuntimeError::Manifest(_)), "{error:?}");
}

#[test]
fn a_folder_that_is_not_there_is_told_with_what_to_do() {
    let host = Host::new();

    let error = host.runtime.load_folder(host.folder.of("nowhere")).unwrap_err();

    assert!(error.to_string().ends_with("; create it or correct the path"), "{error}");
}

#[test]
fn a_bundles_own_folder_is_not_a_folder_of_bundles_and_that_is_told() {
    let host = Host::new();
    host.folder.bundle("one", ADD);

    let report = host.runtime.load_folder(host.folder.of("one")).unwrap();

    assert!(report.loaded.is_empty());
    assert_eq!(host.log.count(LogLevel::Warn, "is a bundle itself; name the folder above it"), 1);
}

#[test]
fn what_nobody_provides_is_told_with_what_there_is() {
    let host = Host::new();
    host.load("crew", "contract demo.counter@1.2\nfn version 1").unwrap();
    let there = "`crew` provides `demo.counter@1` in version 1.2.0";
    for (asked, hint) in [
        ("demo.counter@1.5", there),
        ("demo.counter@2", there),
        ("demo.countr@1", there),
        ("other@1", "nobody provides anything like it"),
    ] {
        let error = host.runtime.contract(asked).unwrap_err();
        assert_eq!(error.code(), AbiErrorCode::NotFound as u32);
        assert_eq!(
            error.to_string(),
            format!("no loaded bundle provides contract `{asked}`; {hint}")
        );
    }
}

#[test]
fn two_bundle_names_with_one_id_are_told_apart() {
    // Two texts with the same FNV-1a hash of 64 bits.
    let (first, second) = ("8yn0iYCKYHlIj4-BwPqk", "GReLUrM4wMqfg9yzV3KQ");
    assert_eq!(BundleId::of(first), BundleId::of(second));
    let host = Host::new();
    host.load(first, ADD).unwrap();

    let error = host.load(second, "contract test.b@1.0\nfn version 1").unwrap_err();

    let RuntimeError::IdCollision { kind, first: there, second: refused, .. } = &error else {
        panic!("{error:?}")
    };
    assert_eq!((*kind, there.as_str(), refused.as_str()), ("bundle", first, second));
    assert_eq!(host.loaded(), [first]);
}

#[test]
fn a_contract_is_found_by_its_own_version_whatever_it_is() {
    for (registered, found, not_found) in [
        ("test.a@0.5.2", ["test.a@0.3", "test.a@0.5.2"], "test.a@0.6"),
        ("test.a@1.70000", ["test.a@1.4465", "test.a@1.70000"], "test.a@1.70001"),
        ("test.a@65537.2", ["test.a@65537.1", "test.a@65537.2"], "test.a@65537.3"),
        ("test.a@1.2.3", ["test.a@1.2", "test.a@1.2.3"], "test.a@1.2.4"),
    ] {
        let host = Host::new();
        host.load_with(
            "native",
            "loader = \"functions\"",
            &format!("contract {registered}\nfn version 1"),
        )
        .unwrap();

        for name in found {
            assert!(host.runtime.contract(name).is_ok(), "{name} of {registered}");
        }
        assert!(host.runtime.contract(not_found).is_err(), "{not_found} of {registered}");
        // The same for C programs, which may name the bundle too.
        let finds = |name: &str, bundle| {
            embedding::find(&host.runtime, &name.parse().unwrap(), bundle).is_ok()
        };
        for bundle in [None, Some(BundleId::of("native"))] {
            assert!(found.iter().all(|name| finds(name, bundle)), "{registered}");
            assert!(!finds(not_found, bundle), "{not_found} of {registered}");
        }
        assert!(!finds(found[0], Some(BundleId::of("another"))));
    }
}

#[test]
fn a_contract_that_no_manifest_could_name_is_refused() {
    for name in ["a\u{a0}b", "a\tb", "a\u{1b}[31m"] {
        let host = Host::new();
        let error = host.load("one", &format!("contract {name}@1.0\nfn version 1")).unwrap_err();
        let error = error.to_string();
        assert!(
            error.contains(&format!("{name:?}")) && !error.contains(char::is_control),
            "{error}"
        );
    }
}

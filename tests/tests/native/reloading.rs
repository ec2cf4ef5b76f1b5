//! What a rebuild does: the new code runs, the old is unmapped, a failure changes nothing.

use polyplug::error::{LoaderError, ProvidedError, RuntimeError};
use polyplug::events::Event;
use polyplug_abi::{AbiErrorCode, LogLevel};
use polyplug_tests::build;
use polyplug_tests::call::{self, Raw};
use polyplug_tests::native_bundle::{LIBRARY, NativeHost, source_of};
use std::fs;

const COUNTER: &str = "counter/c/main.c";
const ODD: &str = "odd/c/main.c";

#[test]
fn a_rebuild_at_the_same_path_runs_the_new_code() {
    let native = NativeHost::new();
    native.load("one", COUNTER, &[]).unwrap();
    let counter = native.host.contract("test.counter@1");
    let library = native.host.folder.of("one").join(LIBRARY);

    for version in 2..6 {
        let flag = format!("-DVERSION={version}");
        build::compile("cc", &source_of(COUNTER), &library, &[&flag]);
        native.host.runtime.reload_bundle(native.host.folder.of("one")).unwrap();

        assert_eq!(call::number(&counter, 0).unwrap(), version);
        assert_eq!(native.mapped().len(), 1, "the old one is unmapped at once");
        assert_eq!(native.copies_on_disk().len(), 1);
    }
    assert_eq!(native.host.events.count(|event| matches!(event, Event::Drained { .. })), 4);
}

#[test]
fn what_was_handed_out_is_unmapped_after_quiescence() {
    let native = NativeHost::new();
    native.load("one", COUNTER, &[]).unwrap();
    let raw = Raw::of(&native.host.contract("test.counter@1"));

    native.reload("one", COUNTER, &["-DVERSION=2"]).unwrap();
    native.host.runtime.poll().unwrap();
    assert_eq!((raw.number(0), native.mapped().len()), (Ok(2), 2));

    native.host.runtime.poll_quiescent().unwrap();
    assert_eq!((raw.number(0), native.mapped().len()), (Ok(2), 1));
    assert_eq!(native.host.events.story("one").last(), Some(&"drained"));
}

#[test]
fn an_unload_unmaps_and_what_is_loaded_then_is_new() {
    let native = NativeHost::new();
    for version in 1..4 {
        native.load("one", COUNTER, &[&format!("-DVERSION={version}")]).unwrap();
        assert_eq!(native.host.call("test.counter@1").unwrap(), version);

        native.host.unload("one").unwrap();

        native.host.runtime.poll().unwrap();
        assert!(native.mapped().is_empty() && native.copies_on_disk().is_empty());
    }
}

#[test]
fn the_end_of_the_runtime_leaves_nothing() {
    let native = NativeHost::new();
    native.load("one", COUNTER, &[]).unwrap();
    let _raw = Raw::of(&native.host.contract("test.counter@1"));
    let NativeHost { host, copies } = native;

    drop(host);

    assert!(polyplug_tests::native_bundle::mapped_below(copies.path()).is_empty());
    assert_eq!(fs::read_dir(copies.path()).unwrap().count(), 0, "not even a lock file");
}

#[test]
fn the_original_may_be_removed_while_it_runs() {
    let native = NativeHost::new();
    native.load("one", COUNTER, &[]).unwrap();

    fs::remove_file(native.host.folder.of("one").join(LIBRARY)).unwrap();

    assert_eq!(native.host.call("test.counter@1").unwrap(), 1);
    let error = native.host.runtime.reload_bundle(native.host.folder.of("one")).unwrap_err();
    assert!(error.to_string().contains(LIBRARY), "{error}");
    assert_eq!(native.host.call("test.counter@1").unwrap(), 1);
}

#[test]
fn a_failed_reload_keeps_the_old_code() {
    let native = NativeHost::new();
    native.load("one", ODD, &["-DVERSION=1", "-DSHUTDOWN"]).unwrap();
    let odd = native.host.contract("test.odd@1");

    for flags in [["-DFAILS=300"], ["-DNO_INIT"], ["-DABI=2"], ["-DNULL_FUNCTION"]] {
        native.reload("one", ODD, &flags).unwrap_err();

        assert_eq!(call::number(&odd, 0).unwrap(), 1, "{flags:?}");
        assert_eq!((native.mapped().len(), native.copies_on_disk().len()), (1, 1), "{flags:?}");
    }
    let error = native.reload("one", ODD, &["-DFEW_FUNCTIONS", "-DSHUTDOWN", "-DVERSION=2"]);
    let error = error.unwrap_err();
    assert!(
        matches!(
            error,
            RuntimeError::Provided(ProvidedError::FunctionsLost { had: 7, has: 1, .. })
        ),
        "{error:?}"
    );
    assert_eq!(call::number(&odd, 0).unwrap(), 1);
    assert_eq!((native.mapped().len(), native.copies_on_disk().len()), (1, 1));
    let told = native.host.log.count(LogLevel::Info, "shutdown of version 2 for reason 0");
    assert_eq!(told, 1, "it had started, and never ran");
}

#[test]
fn a_double_load_changes_nothing() {
    let native = NativeHost::new();
    native.load("one", COUNTER, &[]).unwrap();

    let error = native.load("one", COUNTER, &["-DVERSION=2"]).unwrap_err();

    assert!(matches!(error, RuntimeError::DuplicateBundle { .. }), "{error:?}");
    assert_eq!(native.host.call("test.counter@1").unwrap(), 1);
    assert_eq!((native.mapped().len(), native.copies_on_disk().len()), (1, 1));
}

#[test]
fn shutdown_is_called_with_the_reason_and_may_join_threads() {
    let native = NativeHost::new();
    let flags = |version: u32| [format!("-DVERSION={version}"), "-DSHUTDOWN".into()];
    let build = |version| {
        let [version, shutdown] = flags(version);
        native.write("one", ODD, &[&version, &shutdown, "-DRUNS_A_THREAD"])
    };
    let told = |text: &str| native.host.log.count(LogLevel::Info, text);
    native.host.runtime.load_bundle(build(1)).unwrap();

    native.host.runtime.reload_bundle(build(2)).unwrap();
    assert_eq!(told("shutdown of version 1 for reason 1"), 1);
    native.host.unload("one").unwrap();
    native.host.runtime.poll().unwrap();
    assert_eq!(told("shutdown of version 2 for reason 2"), 1);
    assert!(native.mapped().is_empty());
    native.host.runtime.load_bundle(build(3)).unwrap();
    let (log, copies) = (native.host.log.clone(), native.copies);
    drop(native.host);
    assert_eq!(log.count(LogLevel::Info, "shutdown of version 3 for reason 3"), 1);
    assert_eq!(log.count(LogLevel::Info, "shutdown"), 3);
    drop(copies);
}

#[test]
fn text_as_source_is_refused_with_its_kind() {
    let native = NativeHost::new();
    let manifest = polyplug_tests::language::manifest("one", &polyplug_tests::language::Native);
    let source = polyplug::loader::BundleSource::Code("int main;".to_owned());

    let error = native.host.runtime.load_bundle_from_source(manifest, source).unwrap_err();

    let RuntimeError::Loader(LoaderError::UnsupportedSource { loader, source_kind, bundle }) =
        &error
    else {
        panic!("{error:?}");
    };
    assert_eq!((*loader, *source_kind, bundle.as_str()), ("native", "code", "one"));
    assert_eq!(error.code(), AbiErrorCode::LoadFailed as u32);
}

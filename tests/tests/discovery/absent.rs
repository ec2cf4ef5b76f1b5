//! A dependency that nobody meets, while a bundle that would do so lies there: that is told.

use polyplug::discovery::Prospect;
use polyplug::error::{RuntimeError, WhyAbsent};
use polyplug::runtime::{RuntimeBuilder, ScanReport};
use polyplug_tests::author::Author;
use polyplug_tests::folder::Folder;
use polyplug_tests::host::Host;

const ADDER: &str = "contract test.add@1.0\nfn version 1";
const SCORE: &str = "contract test.score@1.0\nfn version 1";
const PROVIDES: &str = "provides = [\"test.add@1.0\"]\n";
const NEEDS: &str = "provides = [\"test.score@1\"]\n[[dependency]]\ncontract = \"test.add@1\"\n";

/// What the load of the folder says of the bundle `name`.
#[track_caller]
fn failed<'a>(report: &'a ScanReport, name: &str) -> &'a RuntimeError {
    let of = |one: &&polyplug::runtime::FailedLoad| one.bundle == name;
    &report.failed.iter().find(of).unwrap().error
}

/// What the discovery of the host's own folder says of the bundle `name`.
#[track_caller]
fn prospect(host: &Host, name: &str) -> RuntimeError {
    let found = host.runtime.discover_in([host.folder.path()]).unwrap();
    let one = found.into_iter().find(|one| one.offer.name == name).unwrap();
    match one.prospect {
        Prospect::WouldFail(error) => error,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn why(error: &RuntimeError) -> &WhyAbsent {
    let RuntimeError::DependencyMissing { absent: Some(absent), .. } = error else {
        panic!("{error:?}")
    };
    assert_eq!(absent.bundle, "adder");
    assert!(error.to_string().contains("`adder` in "), "{error}");
    &absent.why
}

fn strict(author: &Author, folder: &Folder) -> Host {
    let folder = folder.path().to_owned();
    Host::with(|_| author.required(RuntimeBuilder::new()).search_dir(folder))
}

#[test]
fn a_provider_that_is_turned_off_is_named() {
    let host = Host::new();
    host.folder.bundle_with("adder", &format!("enabled = false\n{PROVIDES}"), ADDER);
    host.folder.bundle_with("score", NEEDS, SCORE);

    let surveyed = prospect(&host, "score");
    let report = host.runtime.load_folder(host.folder.path()).unwrap();

    for error in [&surveyed, failed(&report, "score")] {
        assert!(matches!(why(error), WhyAbsent::Disabled), "{error:?}");
        assert!(error.to_string().contains("remove `enabled = false`"), "{error}");
    }
}

#[test]
fn a_provider_that_fails_is_named() {
    let host = Host::new();
    host.folder.bundle_with("adder", &format!("{PROVIDES}loader = \"cobol\"\n"), ADDER);
    host.folder.bundle_with("score", NEEDS, SCORE);
    let needs = "provides = [\"test.table@1\"]\n[[dependency]]\ncontract = \"test.score@1\"\n";
    host.folder.bundle_with("table", needs, "contract test.table@1.0\nfn version 1");

    let surveyed = prospect(&host, "score");
    let report = host.runtime.load_folder(host.folder.path()).unwrap();

    for error in [&surveyed, failed(&report, "score")] {
        assert!(matches!(why(error), WhyAbsent::Failed), "{error:?}");
    }
    let error = failed(&report, "table").to_string();
    assert!(error.contains("`score` in ") && error.contains("see its own error"), "{error}");
}

#[test]
fn a_provider_that_is_refused_is_named_by_its_own_word_and_stays_refused() {
    let (author, mods) = (Author::new(), Folder::new());
    mods.bundle_with("adder", PROVIDES, ADDER);
    author.sign(mods.bundle_with("score", NEEDS, SCORE));
    let host = strict(&author, &mods);

    let report = host.runtime.load_folder(mods.path()).unwrap();
    let error = failed(&report, "score");
    assert!(matches!(why(error), WhyAbsent::Failed), "{error:?}");
    assert!(error.to_string().contains("says that it would"), "{error}");

    // Nobody else tells here why the provider was passed over.
    let error = host.runtime.load_by_name("score").unwrap_err();
    let WhyAbsent::Refused(reason) = why(&error) else { panic!("{error:?}") };
    assert!(matches!(**reason, RuntimeError::SignatureRejected { .. }), "{reason}");
    assert!(error.to_string().contains("it is not signed"), "{error}");
    let told = host.runtime.bundles().into_iter().find(|one| one.name == "score").unwrap();
    assert_eq!(told.last_error, Some(error.to_string()), "the listing says the same");
    assert_eq!(host.loader.opened(), 0);
}

#[test]
fn a_provider_behind_another_of_its_name_is_named() {
    let (host, other) = (Host::new(), Folder::new());
    host.folder.bundle("adder", SCORE);
    other.bundle_with("adder", PROVIDES, ADDER);
    other.bundle_with("score", NEEDS, SCORE);
    // Says what it provides, so that nobody can hope for it.
    host.folder.manifest("adder", "provides = [\"test.other@1\"]\n");

    let found = host.runtime.discover_in([host.folder.path(), other.path()]).unwrap();

    let score = found.iter().find(|one| one.offer.name == "score").unwrap();
    let Prospect::WouldFail(error) = &score.prospect else { panic!("{score:?}") };
    let WhyAbsent::Shadowed { by } = why(error) else { panic!("{error:?}") };
    assert_eq!(*by, host.folder.of("adder"));
}

#[test]
fn where_nobody_would_provide_it_nobody_is_named() {
    let host = Host::new();
    host.folder.bundle_with("score", NEEDS, SCORE);
    host.folder.bundle_with("off", "enabled = false\nprovides = [\"test.other@1\"]\n", ADDER);
    let report = host.runtime.load_folder(host.folder.path()).unwrap();
    let error = failed(&report, "score");
    assert!(matches!(error, RuntimeError::DependencyMissing { absent: None, .. }), "{error:?}");
    assert!(error.to_string().ends_with("load its provider first"), "{error}");
}

#[test]
fn who_needs_one_of_a_circle_is_no_part_of_it() {
    let host = Host::new();
    let add = format!("{PROVIDES}bundle_dependencies = [\"other\"]\n");
    host.folder.bundle_with("adder", &add, ADDER);
    host.folder.bundle_with("other", "bundle_dependencies = [\"adder\"]\n", SCORE);
    host.folder.bundle_with("score", NEEDS, SCORE);

    let report = host.runtime.load_folder(host.folder.path()).unwrap();

    for name in ["adder", "other"] {
        let error = failed(&report, name);
        assert!(matches!(error, RuntimeError::DependencyCycle { .. }), "{error:?}");
    }
    assert!(matches!(why(failed(&report, "score")), WhyAbsent::Failed), "{report:?}");
    assert_eq!(report.failed.len(), 3, "{report:?}");
}

#[test]
fn bundles_of_several_folders_are_loaded_as_if_they_lay_in_one() {
    let (host, other) = (Host::new(), Folder::new());
    let adder = other.bundle_with("adder", PROVIDES, ADDER);
    let score = host.folder.bundle_with("score", NEEDS, SCORE);
    let report = host.runtime.load_bundles([&score, &adder]).unwrap();
    assert_eq!(report.loaded, ["adder", "score"]);

    let host = Host::new();
    let score = host.folder.bundle_with("score", NEEDS, SCORE);
    other.manifest("adder", &format!("enabled = false\n{PROVIDES}"));
    let report = host.runtime.load_bundles([&score, &adder]).unwrap();
    assert!(matches!(why(failed(&report, "score")), WhyAbsent::Disabled), "{report:?}");
    assert_eq!(report.disabled, ["adder"]);
}

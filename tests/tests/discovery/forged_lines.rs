//! Who names a folder, or writes a manifest that nobody signed, writes no line of a log with it.

use polyplug::discovery::Admission;
use polyplug::error::RuntimeError;
use polyplug_tests::author::Author;
use polyplug_tests::folder::Folder;
use polyplug_tests::host::Host;
use std::fs;

const NAME: &str = "x\nERROR trust: all is well \u{1b}[2J";
const SCRIPT: &str = "contract test.a@1.0\nfn version 1";

#[track_caller]
fn assert_is_one_line(text: &str) {
    assert!(!text.contains(char::is_control), "{text:?}");
    assert!(text.contains(r"x\nERROR trust: all is well \u{1b}[2J"), "{text}");
}

/// The bundle `one` in the folder with that name.
fn bundle(host: &Host, more: &str) -> std::path::PathBuf {
    host.folder.bundle_with(NAME, &format!("name = \"one\"\n{more}"), SCRIPT)
}

#[track_caller]
fn error(host: &Host) -> RuntimeError {
    let error = host.runtime.load_bundle(host.folder.of(NAME)).unwrap_err();
    assert_is_one_line(&error.to_string());
    for record in host.log.records() {
        assert!(!record.message.contains('\n'), "{record:?}");
    }
    error
}

#[test]
fn a_bundle_that_is_refused_is_told_on_one_line() {
    let author = Author::new();
    let strict = Host::with(|builder| author.required(builder));
    bundle(&strict, "");
    assert!(matches!(error(&strict), RuntimeError::SignatureRejected { .. }));
    std::os::unix::fs::symlink("main.txt", strict.folder.of(NAME).join("link")).unwrap();
    assert!(matches!(error(&strict), RuntimeError::SignatureRejected { .. }));

    let careful = Host::with(|builder| builder.admission(|_| Admission::Deny("no".to_owned())));
    bundle(&careful, "");
    assert!(matches!(error(&careful), RuntimeError::AdmissionDenied { .. }));
}

#[test]
fn a_manifest_that_is_wrong_is_told_on_one_line() {
    let host = Host::new();
    let folder = bundle(&host, "");
    fs::write(folder.join("manifest.toml"), "x = [").unwrap();
    assert!(matches!(error(&host), RuntimeError::Manifest(_)));
    fs::remove_file(folder.join("manifest.toml")).unwrap();
    assert!(matches!(error(&host), RuntimeError::Manifest(_)));
}

#[test]
fn what_is_odd_about_a_manifest_is_logged_on_one_line() {
    let host = Host::new();
    bundle(&host, "\"a\\nkey\" = 1");
    host.runtime.load_bundle(host.folder.of(NAME)).unwrap();
    let [record] = &*host.log.records() else { panic!("{:?}", host.log.records()) };
    assert_is_one_line(&record.message);
}

#[test]
fn two_of_one_name_are_told_on_one_line() {
    let host = Host::new();
    let other = Folder::new();
    host.runtime.load_bundle(other.bundle("one", SCRIPT)).unwrap();
    bundle(&host, "");
    assert!(matches!(error(&host), RuntimeError::DuplicateBundle { .. }));
}

#[test]
fn who_is_missed_is_told_on_one_line() {
    let folder = Folder::new();
    let root = folder.path().to_owned();
    let host = Host::over(folder, |_| polyplug::runtime::RuntimeBuilder::new().search_dir(root));
    bundle(&host, "enabled = false\nprovides = [\"test.a@1\"]");
    let needs = "[[dependency]]\ncontract = \"test.a@1\"\n";
    host.folder.bundle_with("user", needs, "contract test.b@1.0");
    let error = host.runtime.load_by_name("user").unwrap_err();
    assert_is_one_line(&error.to_string());
}

//! What an unsigned bundle, or an unsigned manifest, does to those that are signed: nothing.

use polyplug::error::RuntimeError;
use polyplug_tests::author::Author;
use polyplug_tests::host::Host;
use std::fs;

const SCRIPT: &str = "contract test.a@1.0\nfn version 1";

#[test]
fn an_unsigned_word_does_not_turn_a_bundle_off_without_one() {
    let author = Author::new();
    let host = Host::with(|builder| author.required(builder));
    let folder = host.folder.bundle("one", SCRIPT);
    author.sign(&folder);
    let manifest = folder.join("manifest.toml");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, format!("enabled = false\n{text}")).unwrap();

    let report = host.runtime.load_folder(host.folder.path()).unwrap();

    assert!(report.disabled.is_empty(), "{report:?}");
    let [failed] = &*report.failed else { panic!("{report:?}") };
    assert!(matches!(failed.error, RuntimeError::SignatureRejected { .. }), "{report:?}");
    assert!(failed.error.to_string().contains("`manifest.toml`"), "{report:?}");
}

#[test]
fn an_unsigned_bundle_makes_no_circle_of_signed_ones() {
    let author = Author::new();
    let host = Host::with(|builder| author.required(builder));
    author.sign(host.folder.bundle_with("base", "provides = [\"test.a@1.0\"]", SCRIPT));
    let needs = "[[dependency]]\ncontract = \"test.a@1\"\n";
    author.sign(host.folder.bundle_with("user", needs, "contract test.b@1.0\nfn version 1"));
    let circle = "provides = [\"test.a@1.0\"]\nbundle_dependencies = [\"user\"]";
    host.folder.bundle_with("x", circle, SCRIPT);

    let report = host.runtime.load_folder(host.folder.path()).unwrap();

    assert_eq!(report.loaded, ["base", "user"], "{report:?}");
    let [failed] = &*report.failed else { panic!("{report:?}") };
    assert!(matches!(failed.error, RuntimeError::SignatureRejected { .. }), "{report:?}");
}

#[test]
fn a_changed_name_does_not_make_room_for_another_folder() {
    let author = Author::new();
    let (first, second) =
        (polyplug_tests::folder::Folder::new(), polyplug_tests::folder::Folder::new());
    let folder = first.bundle("one", SCRIPT);
    author.sign(&folder);
    author.sign(second.bundle("one", SCRIPT));
    first.manifest("one", "name = \"other\"");
    let folders = [first.path().to_owned(), second.path().to_owned()];
    let host = Host::with(|builder| {
        let builder = author.required(builder);
        folders.into_iter().fold(builder, |builder, folder| builder.search_dir(folder))
    });
    let error = host.runtime.load_by_name("one").unwrap_err();
    assert!(matches!(error, RuntimeError::SignatureRejected { .. }), "{error}");
}

//! What an unsigned bundle, or an unsigned manifest, does to those that are signed: nothing.

use polyplug::error::RuntimeError;
use polyplug::runtime::BundleState;
use polyplug_tests::author::Author;
use polyplug_tests::folder::Folder;
use polyplug_tests::host::Host;
use polyplug_tests::patience::wait_until;
use std::fs;
use std::path::Path;

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
    let (first, second) = (Folder::new(), Folder::new());
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

/// What else is called `one`: in the manifest, by its folder, with and without files that can be checked.
fn impostors() -> Vec<Folder> {
    let (named, broken, odd) = (Folder::new(), Folder::new(), Folder::new());
    named.bundle_with("any", "name = \"one\"", SCRIPT);
    broken.bundle("one", SCRIPT);
    fs::write(broken.of("one").join("manifest.toml"), "x = [").unwrap();
    odd.bundle("one", SCRIPT);
    #[cfg(unix)]
    std::os::unix::fs::symlink("main.txt", odd.of("one").join("link.txt")).unwrap();
    vec![named, broken, odd]
}

/// What the listing says of the bundle that runs.
fn last_error(host: &Host) -> Option<String> {
    let runs = host.runtime.bundles().into_iter().find(|one| one.state == BundleState::Loaded);
    runs.unwrap().last_error
}

#[test]
fn a_folder_that_is_called_like_a_running_bundle_is_no_failure_of_it() {
    let author = Author::new();
    let strict = Host::with(|builder| author.required(builder));
    for host in [strict, Host::new()] {
        author.sign(host.folder.bundle("one", SCRIPT));
        host.runtime.load_bundle(host.folder.of("one")).unwrap();
        for impostor in impostors() {
            let report = host.runtime.load_folder(impostor.path()).unwrap();
            assert_eq!(report.failed.len(), 1, "{report:?}");
            host.runtime.load_bundle(&report.failed[0].path).unwrap_err();
            assert_eq!(last_error(&host), None, "{report:?}");
        }
        // Its own are.
        fs::write(host.folder.of("one").join("manifest.toml"), "x = [").unwrap();
        host.runtime.reload_bundle(host.folder.of("one")).unwrap_err();
        assert!(last_error(&host).is_some());
    }
}

/// What the listing says lies in `folder` and is not loaded.
fn fails(host: &Host, folder: &Path) -> Option<String> {
    host.runtime.poll().unwrap();
    let found = host.runtime.bundles().into_iter().find(|one| one.path == folder)?;
    found.last_error.map(|_| found.name)
}

#[test]
fn an_unsigned_folder_is_not_in_the_way_of_one_that_waits() {
    let (author, mods) = (Author::new(), Folder::new());
    let needs = "name = \"score\"\n[[dependency]]\ncontract = \"test.a@1\"\n";
    author.sign(mods.bundle_with("score-1.2", needs, "contract test.score@1.0\nfn version 1"));
    let host = Host::watching(mods, |builder| author.required(builder));
    assert_eq!(fails(&host, &host.folder.of("score-1.2")).as_deref(), Some("score"));

    host.folder.bundle("score", SCRIPT);
    host.folder.bundle_with("any", "name = \"score\"", SCRIPT);
    for impostor in ["score", "any"] {
        let folder = host.folder.of(impostor);
        wait_until("it is refused", || fails(&host, &folder).as_deref() == Some(impostor));
    }
    author.sign(host.folder.bundle("base", SCRIPT));

    wait_until("the one that waited runs", || {
        host.runtime.poll().unwrap();
        host.runtime.contract("test.score@1").is_ok()
    });
}

#[test]
fn what_an_unsigned_manifest_calls_itself_names_no_failure() {
    let author = Author::new();
    let host = Host::with(|builder| author.required(builder));
    let folder = host.folder.bundle_with("any", "name = \"score\"", SCRIPT);

    let report = host.runtime.load_folder(host.folder.path()).unwrap();
    host.runtime.load_bundle(&folder).unwrap_err();

    assert_eq!(report.failed[0].bundle, "any");
    let listed = host.runtime.bundles().into_iter().map(|one| one.name);
    assert_eq!(listed.collect::<Vec<_>>(), ["any"]);
}

//! Bundles that are loaded by their names, out of several folders.

use polyplug::discovery::Admission;
use polyplug::error::RuntimeError;
use polyplug_abi::AbiErrorCode;
use polyplug_tests::author::Author;
use polyplug_tests::folder::Folder;
use polyplug_tests::host::Host;

const SCRIPT: &str = "contract test.a@1.0\nfn version 1";

/// A host with a second folder behind its own.
fn host(second: &Folder) -> Host {
    let folder = Folder::new();
    let own = folder.path().to_owned();
    Host::over(folder, |_| {
        let builder = polyplug::runtime::RuntimeBuilder::new().hot_reload(true);
        builder.search_dir(own).search_dir(second.path())
    })
}

fn loaded(host: &Host) -> Vec<String> {
    host.runtime.bundles().into_iter().map(|bundle| bundle.name).collect()
}

#[test]
fn the_first_folder_with_the_name_is_taken() {
    let second = Folder::new();
    let host = host(&second);
    let far = second.bundle("far", SCRIPT);
    assert_eq!(host.runtime.load_by_name("far").unwrap(), far);
    host.unload("far").unwrap();

    // The name counts, not the folder.
    let near = host.folder.bundle_with("folder", "name = \"far\"", SCRIPT);
    assert_eq!(host.runtime.load_by_name("far").unwrap(), near);
    assert_eq!(loaded(&host), ["far"]);
}

#[test]
fn what_it_needs_is_loaded_before_it() {
    let second = Folder::new();
    let host = host(&second);
    second.bundle_with("base", "provides = [\"test.a@1.0\"]", SCRIPT);
    let needs = "bundle_dependencies = [\"base\"]\nprovides = [\"test.b@1.0\"]";
    host.folder.bundle_with("middle", needs, "contract test.b@1.0\nfn version 1");
    let needs = "[[dependency]]\ncontract = \"test.b@1\"\n";
    host.folder.bundle_with("top", needs, "contract test.c@1.0\nfn version 1");
    host.folder.bundle("bystander", "contract test.d@1.0\nfn version 1");

    host.runtime.load_by_name("top").unwrap();

    assert_eq!(loaded(&host), ["base", "middle", "top"]);
}

#[test]
fn a_circle_is_an_error_and_no_hang() {
    let second = Folder::new();
    let host = host(&second);
    host.folder.bundle_with("a", "bundle_dependencies = [\"b\"]", SCRIPT);
    host.folder.bundle_with("b", "bundle_dependencies = [\"a\"]", SCRIPT);
    let error = host.runtime.load_by_name("a").unwrap_err();
    assert!(matches!(error, RuntimeError::DependencyMissing { .. }), "{error}");
    let says = format!("`a` in {} says that it would, but it waits", host.folder.of("a").display());
    assert!(error.to_string().contains(&says), "{error}");
    assert!(
        loaded(&host).is_empty() || host.runtime.bundles().iter().all(|one| one.generation == 0)
    );
}

#[test]
fn a_name_that_nobody_has_is_told_with_the_folders_and_what_may_be_meant() {
    let second = Folder::new();
    let host = host(&second);
    second.bundle("inventory", SCRIPT);
    second.bundle_with("off", "enabled = false", SCRIPT);
    let error = host.runtime.load_by_name("inventry").unwrap_err();
    assert_eq!(error.code(), AbiErrorCode::NotFound as u32);
    let text = error.to_string();
    assert!(text.contains("did you mean `inventory`?"), "{text}");
    assert!(text.contains(&second.path().display().to_string()), "{text}");
    host.runtime.load_by_name("off").unwrap_err();

    let error = Host::new().runtime.load_by_name("any").unwrap_err().to_string();
    assert!(error.contains("search_dir"), "{error}");
}

#[test]
fn a_refused_bundle_is_not_replaced_by_one_of_its_name() {
    let author = Author::new();
    let (first, second) = (Folder::new(), Folder::new());
    first.bundle("one", SCRIPT);
    author.sign(second.bundle("one", SCRIPT));
    let folders = [first.path().to_owned(), second.path().to_owned()];
    let host = Host::with(|builder| {
        let builder = author.required(builder);
        folders.into_iter().fold(builder, |builder, folder| builder.search_dir(folder))
    });
    let error = host.runtime.load_by_name("one").unwrap_err();
    assert!(matches!(error, RuntimeError::SignatureRejected { .. }), "{error}");
    assert_eq!(host.loader.opened(), 0);
}

#[test]
fn what_was_judged_is_what_is_loaded_whatever_happens_meanwhile() {
    let (author, mods) = (Author::new(), Folder::new());
    author.sign(mods.bundle_with("base", "provides = [\"test.a@1.0\"]", SCRIPT));
    let needs = "bundle_dependencies = [\"base\"]\n";
    author.sign(mods.bundle_with("top", needs, "contract test.b@1.0\nfn version 1"));
    let top = mods.of("top");
    let (folder, exchanged) = (mods.path().to_owned(), top.clone());
    let host = Host::with(|builder| {
        author.required(builder).search_dir(folder).admission(move |offer| {
            // The first of the two to be loaded, when the other was read.
            if offer.name == "base" {
                std::fs::write(exchanged.join("main.txt"), "contract test.evil@1.0").unwrap();
                std::fs::write(exchanged.join("manifest.toml"), "name = \"evil\"").unwrap();
            }
            Admission::Allow
        })
    });

    assert_eq!(host.runtime.load_by_name("top").unwrap(), top);

    assert_eq!(host.call("test.b@1").unwrap(), 1);
    assert!(host.runtime.contract("test.evil@1").is_err());
}

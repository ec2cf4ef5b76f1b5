//! What a host learns of folders of bundles without running any of them.

use polyplug::discovery::{Admission, Discovered, Prospect};
use polyplug::error::RuntimeError;
use polyplug::runtime::RuntimeBuilder;
use polyplug::trust::{BundleTree, TrustStore};
use polyplug_abi::Version;
use polyplug_tests::author::Author;
use polyplug_tests::folder::Folder;
use polyplug_tests::host::Host;

const SCRIPT: &str = "contract test.a@1.0\nfn version 1";

/// The survey of a host over its own folder.
fn survey(host: &Host) -> Vec<Discovered> {
    host.runtime.discover_in([host.folder.path()]).unwrap()
}

/// The one that is called `name`.
#[track_caller]
fn of<'a>(found: &'a [Discovered], name: &str) -> &'a Discovered {
    found.iter().find(|one| one.offer.name == name).unwrap()
}

#[track_caller]
fn why_not(found: &[Discovered], name: &str) -> String {
    match &of(found, name).prospect {
        Prospect::WouldFail(error) => error.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_bundle_is_known_before_any_of_it_runs() {
    let host = Host::new();
    let more = "version = \"1.2.3\"\nprovides = [\"test.a@1.4\"]\n\
                [scripted]\ncapabilities = [\"fs:ro:data\"]\noptional_capabilities = [\"stdout\"]\n";
    host.folder.bundle_with("one", more, "this is no script and would not start");

    let found = survey(&host);

    let offer = &of(&found, "one").offer;
    assert_eq!((offer.version, &*offer.loader), (Version::new(1, 2, 3), "scripted"));
    assert_eq!(offer.contracts, ["test.a@1.4"]);
    assert_eq!(offer.path, host.folder.of("one"));
    let asked = offer.capabilities.iter().map(|one| (&*one.capability, one.optional, one.granted));
    assert_eq!(asked.collect::<Vec<_>>(), [("fs:ro:data", false, false), ("stdout", true, false)]);
    assert!(offer.digest.is_some());
    assert!(offer.signer.as_ref().unwrap_err().text.contains("not signed"), "{offer:?}");
    assert!(why_not(&found, "one").contains("`fs:ro:data`"), "{found:?}");
    assert_eq!(host.loader.opened(), 0, "nothing was opened");
    assert!(host.runtime.bundles().is_empty(), "and nothing is listed");
}

#[test]
fn contracts_are_read_from_the_description_where_the_manifest_names_none() {
    let host = Host::new();
    let folder = host.folder.bundle_with("one", "wit = \"one.wit\"", SCRIPT);
    let wit = "package test:a@1.3.0;\ninterface a { f: func() -> u32; }\n";
    std::fs::write(folder.join("one.wit"), wit).unwrap();
    assert_eq!(of(&survey(&host), "one").offer.contracts, ["test.a@1.3.0"]);

    std::fs::write(folder.join("one.wit"), "package !").unwrap();
    assert!(why_not(&survey(&host), "one").contains("one.wit"));
}

#[test]
fn what_stands_in_the_way_of_each_is_told() {
    let host = Host::new();
    let folder = &host.folder;
    folder.bundle_with("fine", "provides = [\"test.a@1.0\"]", SCRIPT);
    let needs = |contract: &str| {
        format!(
            "provides = [\"test.of.{contract}@1\"]\n[[dependency]]\ncontract = \"{contract}@1\"\n"
        )
    };
    folder.bundle_with("happy", &needs("test.a"), "contract test.of.test.a@1.0\nfn version 1");
    folder.bundle_with("lonely", &needs("test.gone"), SCRIPT);
    folder.bundle_with("lonelier", &needs("test.of.test.gone"), SCRIPT);
    let circle = "provides = [\"test.c@1\"]\n[[dependency]]\ncontract = \"test.d@1\"\n";
    folder.bundle_with("c", circle, SCRIPT);
    let circle = "provides = [\"test.d@1\"]\n[[dependency]]\ncontract = \"test.c@1\"\n";
    folder.bundle_with("d", circle, SCRIPT);
    folder.bundle_with("off", "provides = [\"test.gone@1\"]\nenabled = false", SCRIPT);
    folder.bundle_with("strange", "provides = [\"test.e@1\"]\nloader = \"cobol\"", SCRIPT);
    folder.bundle_with("broken", "x = [", SCRIPT);

    let found = survey(&host);

    for name in ["fine", "happy"] {
        assert!(matches!(of(&found, name).prospect, Prospect::WouldLoad), "{found:?}");
    }
    assert!(why_not(&found, "lonely").contains("test.gone@1"));
    assert!(why_not(&found, "lonelier").contains("test.of.test.gone@1"));
    assert!(why_not(&found, "c").contains("c -> d -> c"), "{}", why_not(&found, "c"));
    assert!(why_not(&found, "d").contains("c -> d -> c"));
    assert!(matches!(of(&found, "off").prospect, Prospect::Disabled));
    assert!(why_not(&found, "strange").contains("cobol"));
    assert!(why_not(&found, "broken").contains("manifest.toml"));

    // And it is true.
    let report = host.runtime.load_folder(folder.path()).unwrap();
    assert_eq!(report.loaded, ["fine", "happy"], "{:?}", report.failed);
    let found = survey(&host);
    assert!(matches!(of(&found, "fine").prospect, Prospect::Loaded), "{found:?}");
}

#[test]
fn a_bundle_that_does_not_say_what_it_provides_may_provide_what_is_missing() {
    let host = Host::new();
    host.folder.bundle("silent", SCRIPT);
    let needs = "provides = [\"test.b@1\"]\n[[dependency]]\ncontract = \"test.a@1\"\n";
    host.folder.bundle_with("needs", needs, SCRIPT);
    let needs = "provides = [\"test.c@1\"]\nbundle_dependencies = [\"gone\"]\n";
    host.folder.bundle_with("lacks", needs, SCRIPT);
    let needs =
        "provides = [\"test.d@1\"]\n[[dependency]]\ncontract = \"test.b@1\"\nbundle = \"lacks\"\n";
    host.folder.bundle_with("trusts", needs, SCRIPT);

    let found = survey(&host);

    assert!(matches!(of(&found, "needs").prospect, Prospect::WouldLoad));
    assert!(why_not(&found, "lacks").contains("gone"), "a bundle cannot come out of another");
    assert!(why_not(&found, "trusts").contains("test.b@1"), "who is to provide it is not silent");
}

#[test]
fn a_name_that_is_loaded_or_found_elsewhere_is_told() {
    let host = Host::new();
    let other = Folder::new();
    host.folder.bundle("one", SCRIPT);
    other.bundle("one", SCRIPT);
    let folders = [host.folder.path(), other.path()];
    let [first, second] = host.runtime.discover_in(folders).unwrap().try_into().unwrap();
    assert!(matches!(first.prospect, Prospect::WouldLoad));
    let Prospect::Shadowed { by } = &second.prospect else { panic!("{second:?}") };
    assert_eq!(*by, host.folder.of("one"));

    host.runtime.load_bundle(other.of("one")).unwrap();
    let [first] = survey(&host).try_into().unwrap();
    let Prospect::WouldFail(error) = &first.prospect else { panic!("{first:?}") };
    assert!(matches!(error, RuntimeError::DuplicateBundle { .. }), "{error}");
}

#[test]
fn the_operators_keys_count_whatever_the_policy_is() {
    let (author, files) = (Author::new(), tempfile::tempdir().unwrap());
    let path = files.path().join("trust");
    let mut store = TrustStore::read(&path).unwrap();
    store.add(author.key().try_into().unwrap(), "the author").unwrap();
    store.write().unwrap();
    let trusting = Host::with(|builder| builder.trust_store(&path));
    author.sign(trusting.folder.bundle("one", SCRIPT));
    assert_eq!(of(&survey(&trusting), "one").offer.signer.as_ref().unwrap().id, author.id());

    store.revoke(author.id(), "lost").unwrap();
    store.write().unwrap();
    let revoking = Host::with(|builder| builder.trusted_keys([author.key()]).trust_store(&path));
    let found = revoking.runtime.discover_in([trusting.folder.path()]).unwrap();
    let why = of(&found, "one").offer.signer.as_ref().unwrap_err();
    assert!(why.text.contains("revoked") && why.code == "revoked-key", "{why}");
    assert_eq!(why.named_key, Some(author.id()));
}

#[test]
fn who_signed_is_told_whatever_the_policy_is() {
    let author = Author::new();
    let host = Host::with(|builder| builder.trusted_keys([author.key()]));
    let folder = host.folder.bundle("one", SCRIPT);
    let minimum = Some(Version::new(0, 0, 0));
    author.sign_with_minimum(&folder, minimum);
    let found = survey(&host);
    let offer = &of(&found, "one").offer;
    let signer = offer.signer.as_ref().unwrap();
    assert_eq!((signer.id, signer.minimum), (author.id(), minimum));
    assert_eq!(offer.digest, Some(BundleTree::read(&folder).unwrap().digest()));

    std::fs::write(folder.join("more.txt"), "more").unwrap();
    let found = survey(&host);
    let refusal = of(&found, "one").offer.signer.as_ref().unwrap_err();
    assert!(refusal.text.contains("`more.txt`"), "{refusal}");
    assert_eq!((refusal.code, refusal.named_key), ("file-added", Some(author.id())));
    assert!(matches!(of(&found, "one").prospect, Prospect::WouldLoad), "the policy is off");

    let strict = Host::with(|builder| author.required(builder));
    let found = strict.runtime.discover_in([host.folder.path()]).unwrap();
    assert!(why_not(&found, "one").contains("`more.txt`"), "{found:?}");
    assert_eq!(strict.log.records(), [], "a survey is no attempt");
}

#[test]
fn the_hosts_callback_is_part_of_the_prospect() {
    let host = Host::with(|builder| {
        builder.admission(|offer| match &*offer.name {
            "good" => Admission::Allow,
            name => Admission::Deny(format!("{name} is not on the list")),
        })
    });
    host.folder.bundle("good", SCRIPT);
    host.folder.bundle("bad", SCRIPT);
    let found = survey(&host);
    assert!(matches!(of(&found, "good").prospect, Prospect::WouldLoad));
    assert!(why_not(&found, "bad").contains("bad is not on the list"));
}

#[test]
fn the_hosts_own_folders_are_surveyed_in_their_order() {
    let (first, second) = (Folder::new(), Folder::new());
    first.bundle("z", SCRIPT);
    second.bundle("a", SCRIPT);
    let builder = RuntimeBuilder::new().search_dir(first.path()).search_dir("/nowhere/at/all");
    let runtime = builder.search_dir(second.path()).build().unwrap();
    let found = runtime.discover().unwrap();
    assert_eq!(found.iter().map(|one| &*one.offer.name).collect::<Vec<_>>(), ["z", "a"]);

    let error = runtime.discover_in(["/nowhere/at/all"]).unwrap_err().to_string();
    assert!(error.contains("/nowhere/at/all"), "{error}");
}

#[test]
fn a_manifest_that_was_changed_does_not_make_a_loaded_bundle_silent() {
    let author = Author::new();
    let host = Host::with(|builder| author.required(builder));
    author.sign(host.folder.bundle_with("one", "provides = [\"test.a@1.0\"]", SCRIPT));
    let needs = "provides = [\"test.b@1\"]\n[[dependency]]\ncontract = \"test.gone@1\"\n";
    author.sign(host.folder.bundle_with("user", needs, SCRIPT));
    host.runtime.load_bundle(host.folder.of("one")).unwrap();
    host.folder.manifest("one", "");

    let found = survey(&host);

    assert!(matches!(of(&found, "one").prospect, Prospect::Loaded), "{found:?}");
    assert!(why_not(&found, "user").contains("test.gone@1"), "{found:?}");
}

#[test]
fn the_description_of_a_bundle_that_is_refused_is_not_read() {
    let author = Author::new();
    let host = Host::with(|builder| author.required(builder));
    let folder = host.folder.bundle_with("one", "wit = \"one.wit\"", SCRIPT);
    let wit = "package test:a@1.3.0;\ninterface a { f: func() -> u32; }\n";
    std::fs::write(folder.join("one.wit"), wit).unwrap();
    assert!(of(&survey(&host), "one").offer.contracts.is_empty());

    author.sign(&folder);
    assert_eq!(of(&survey(&host), "one").offer.contracts, ["test.a@1.3.0"]);
}
